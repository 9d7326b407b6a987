"""The line that is typed after a slash: what it takes, completes, remembers, and says of a wrong one."""

from __future__ import annotations

from dataclasses import replace

from textual.events import Key
from textual.widgets import Input, Static

from console.domain import commands as c
from console.domain import events as e
from tests.integration.test_screen_actions import in_hand, link_of
from tests.open_console import Seat, open_console
from tests.still_link import OPERATOR as SITS_HERE
from tests.story import COLLEAGUE


def hint(seat: Seat) -> str:
    """What stands below the line."""
    return str(seat.desk.query_one("#line-hint", Static).render())


def line(seat: Seat) -> str:
    """What is typed."""
    focused = seat.screen.focused
    return focused.value if isinstance(focused, Input) else ""


async def test_the_command_line_takes_a_verb_or_its_letter() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("slash")
        await seat.type("d L-12 L-07")
        await seat.press("enter")
        assert seat.sent == [c.Dispatch(patrols=("L-12", "L-07"))]
        await seat.press("slash")
        await seat.type("dance")
        await seat.press("enter")
        assert len(seat.sent) == 1
        assert "'dance' is no verb" in hint(seat)
        assert str(leuven) == seat.link.sent[0].intervention


async def test_short_forms_do_what_the_verbs_do() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        for text in (
            "n neighbour saw him leave",
            "z 5393",
            "c arrest at the door",
            "s L-12 alone",
            "s L-12 scene",
        ):
            await seat.press("slash")
            await seat.type(text)
            await seat.press("enter")
        assert seat.sent == [
            c.Note(words="neighbour saw him leave"),
            c.ChangeZone(zone="5393"),
            c.Close(outcome=e.Outcome.ARREST, words="at the door"),
            c.Saw(patrol="L-12", finding=e.Finding.SEEN_ALONE),
            c.Status(patrol="L-12", step=c.PatrolStep.ON_SCENE),
        ]


async def test_a_wrong_line_stays_says_what_is_wrong_and_can_be_corrected() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story), size=(80, 24)) as seat:
        await seat.press("slash")
        await seat.type("c arest at the door")
        await seat.press("enter")
        assert seat.sent == []
        assert line(seat) == "c arest at the door"
        assert "VBR-2026-0412" in hint(seat)
        assert "'arest' is none of: arrest" in hint(seat)
        await seat.press("home", *["right"] * 4)
        await seat.type("r")
        assert "arest" not in hint(seat), "the complaint goes with what was wrong"
        await seat.press("enter")
        assert seat.sent == [c.Close(outcome=e.Outcome.ARREST, words="at the door")]


async def test_tab_completes_verbs_call_signs_outcomes_zones_and_rooms() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        for typed, wanted in (
            ("clo", "close "),
            ("d 12", "d L-12"),
            ("d L-12 07", "d L-12 L-07"),
            ("c acc", "c accidental"),
            ("z 53", "z 5388"),
            ("support an", "support ANT"),
            ("e amb", "e ambulance"),
        ):
            await seat.press("slash")
            await seat.type(typed)
            await seat.press("tab")
            assert line(seat) == wanted
            await seat.press("escape")
        await seat.press("slash")
        await seat.type("dispatch ")
        assert "CALLSIGN..." in hint(seat)
        assert "L-12" in hint(seat)
        await seat.press("tab")
        first = line(seat)
        await seat.press("tab")
        assert line(seat) != first
        assert seat.sent == []


async def test_up_and_down_go_through_what_was_typed_and_come_back_to_what_is_being_typed() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        for text in ("n one", "n two"):
            await seat.press("slash")
            await seat.type(text)
            await seat.press("enter")
        await seat.press("slash")
        await seat.type("n thr")
        went = []
        for key in ("up", "up", "up", "down", "down"):
            await seat.press(key)
            went.append(line(seat))
        assert went == ["n two", "n one", "n one", "n two", "n thr"]


async def test_what_one_operator_typed_is_not_shown_to_the_next() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("slash")
        await seat.type("n her name")
        await seat.press("enter")
        seat.link.show(replace(seat.link.picture, operator=SITS_HERE.model_copy(update={"id": "4712"})))
        await seat.settle()
        await seat.press("slash", "up")
        assert line(seat) == ""


async def test_it_asks_once_where_the_intervention_has_changed_since_the_line_was_opened() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("slash")
        await seat.type("d L-12")
        story.happens(leuven, e.TakenOver(from_operator="4711"), by=COLLEAGUE)
        await seat.show(story.room)
        seat.app.post_message(Key("enter", None))
        seat.app.post_message(Key("enter", None))
        await seat.settle()
        assert seat.sent == [], "a second enter of the same moment answers no question"
        assert "It has changed since you opened the line" in hint(seat)
        await seat.press("enter")
        assert [one.seen_decision for one in seat.link.sent] == [story.seen(leuven).state.decision]


async def test_of_a_burst_of_keys_none_overtakes_the_enter_of_the_line() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        for key, letter in (("slash", "/"), *((one, one) for one in "nxhi"), ("enter", None), ("n", "n")):
            seat.app.post_message(Key("space" if letter == "x" else key, " " if letter == "x" else letter))
        await seat.settle()
        assert seat.sent == [c.Note(words="hi")]
        assert "Note" in str(seat.screen.query_one("#box").border_title), "the key after it acts on the desk"
