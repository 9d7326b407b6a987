"""Keys that arrive all at once, as after a stall of the line to the desk: none overtakes another in any box."""

from __future__ import annotations

from textual.events import Key

from console.domain import commands as c
from console.domain import events as e
from console.wire.console_frames import AskHistory
from tests.integration.test_screen_actions import in_hand, link_of
from tests.open_console import Seat, open_console
from tests.story import OPERATOR, Story

L12, L07 = "5388/L-12", "5388/L-07"


def two_sent() -> Story:
    story, leuven = in_hand()
    story.happens(leuven, e.PatrolDispatched(patrol=L12), e.PatrolDispatched(patrol=L07), by=OPERATOR)
    return story


def burst(seat: Seat, *keys: str) -> None:
    """All of them at once; a word of several letters that names no key is typed."""
    named = {"enter", "escape", "down", "up", "tab", "space", "pagedown", "pageup", "slash"}
    for key in keys:
        for one in [key] if key in named else key:
            seat.app.post_message(
                Key(one, {"space": " ", "slash": "/"}.get(one, one if len(one) == 1 else None))
            )


async def test_a_recall_and_what_follows_it() -> None:
    async with open_console(link_of(two_sent())) as seat:
        burst(seat, "r", "down", "enter", "late", "enter", "n")
        await seat.until(
            lambda: "Note" in str(seat.screen.query("#box") and seat.screen.query_one("#box").border_title)
        )
        assert seat.sent == [c.Recall(patrol=L07, reason="late")]


async def test_an_override_with_its_words_and_its_reason() -> None:
    async with open_console(link_of(two_sent())) as seat:
        burst(seat, "W", "open", "enter", "dark", "enter")
        await seat.until(lambda: len(seat.sent) == 1)
        assert seat.sent == [c.Push(words="open", override="dark")]


async def test_opening_by_hand() -> None:
    async with open_console(link_of(two_sent())) as seat:
        seat.app.post_message(Key("f2", None))
        burst(seat, "B41", "enter", "called", "enter")
        await seat.until(lambda: len(seat.sent) == 1)
        assert seat.sent == [c.OpenByHand(victim="B41", reason="called")]


async def test_a_page_key_waits_for_the_letters_of_the_search() -> None:
    async with open_console(link_of(two_sent())) as seat:
        burst(seat, "y", "leuven", "pageup")
        await seat.until(lambda: len(seat.link.asked) == 2)
        asked = seat.link.asked[-1]
        assert isinstance(asked, AskHistory)
        assert asked.text == "leuven"


async def test_what_is_heard_by_digit_and_the_key_after_it() -> None:
    async with open_console(link_of(two_sent())) as seat:
        burst(seat, "h", "2", "n", "hi", "enter")
        await seat.until(lambda: len(seat.sent) == 2)
        assert seat.sent == [c.HeardOnLine(code=tuple(e.Heard)[1]), c.Note(words="hi")]


async def test_an_escape_leaves_the_box_before_the_next_key() -> None:
    async with open_console(link_of(two_sent())) as seat:
        burst(seat, "n", "nothing", "escape", "d", "space", "enter")
        await seat.until(lambda: len(seat.sent) == 1)
        assert isinstance(seat.sent[0], c.Dispatch | c.Propose)
