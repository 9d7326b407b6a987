"""Other keys on the screen: they act, every place says them, and the old ones are silent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.values import Actor, ActorKind
from console.tui.app import Look
from console.tui.keymap import use_keys
from console.tui.screens.ask import AskLine
from tests.open_console import open_console
from tests.programs import run
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, leuven_by_night


@pytest.fixture(autouse=True)
def _defaults_again() -> Iterator[None]:
    yield
    use_keys({})


async def test_a_rebound_key_acts_and_is_shown_everywhere() -> None:
    story, _ = leuven_by_night()
    look = Look(keymap={"acknowledge": "f11", "note": "a", "next": "ctrl+k", "heard": "8", "map.fit": "9"})
    async with open_console(StillLink(picture_of(story.room, story.now)), look=look) as seat:
        assert "F11 acknowledge" in seat.text("keys")
        assert "a note" in seat.text("keys")
        assert " ctrl+k  acknowledge" in seat.text("next")
        assert "8 heard" in seat.text("line")
        await seat.press("question_mark")
        assert "F11 " in seat.box()
        assert "9 " in seat.box()
        await seat.press("escape", "a")
        assert isinstance(seat.screen, AskLine)
        await seat.press("escape", "n")
        assert not isinstance(seat.screen, AskLine)
        await seat.press("f11")
        assert isinstance(seat.sent[-1], c.Acknowledge)


async def test_the_line_next_names_the_rebound_key_of_a_step_that_the_space_bar_does_not_do() -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    for name in ("5388/L-12", "5388/L-07"):
        crew = Actor(kind=ActorKind.PATROL, id=name)
        story.happens(places["leuven"], e.PatrolDispatched(patrol=name), by=OPERATOR)
        story.happens(places["leuven"], e.PatrolAccepted(patrol=name), by=crew)
    look = Look(keymap={"passed_on": "f11"})
    async with open_console(StillLink(picture_of(story.room, story.now)), look=look) as seat:
        seat.desk.choose(places["leuven"])
        await seat.until(lambda: "read the danger" in seat.text("next"))
        assert " F11  read the danger" in seat.text("next")


def test_a_clash_ends_the_console_at_the_start_with_what_to_do() -> None:
    answered = run("console", "keys", MSA_KEYMAP="note=d")
    assert answered.code == 3
    assert answered.err == (
        "msa: keymap: the key d would be both dispatch and note; give one of them another key.\n"
    )


def test_the_sheet_is_printed_in_a_language_with_the_keys_that_are_set() -> None:
    answered = run("console", "keys", "--language", "nl", MSA_KEYMAP="note=f11")
    assert answered.code == 0
    assert "| `F11` | Een nota schrijven | `note` |" in answered.out
