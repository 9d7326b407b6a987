"""More comes in than anybody can read: pictures wait, and what calls the operator never does."""

from __future__ import annotations

from dataclasses import replace

from console.domain import events as e
from console.tui.pace import CROWD
from console.tui.screens.readout import ReadOutDialog
from tests.integration.test_screen_actions import in_hand, link_of
from tests.open_console import Seat, open_console
from tests.story import Story, near


def storm(seat: Seat, story: Story) -> None:
    """Several pictures came while one was painted; this is the last of them."""
    room = story.room
    seat.desk.show(replace(seat.link.picture, room=room, head=room.position), CROWD)


async def test_in_a_storm_a_picture_waits_and_is_then_the_latest() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.show(story.room)
        for words in ("the first", "the second"):
            story.happens(leuven, e.NoteAdded(words=words))
            storm(seat, story)
        assert seat.desk.shown.seen is not None
        assert seat.desk.shown.seen.state.version < story.room.seen[leuven].state.version
        await seat.until(lambda: "the second" in seat.text("timeline"))


async def test_a_box_that_is_still_coming_takes_no_picture_and_nothing_ends() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        box = ReadOutDialog(story.room.seen[leuven], seat.desk.shown)
        coming = seat.app.push_screen(box)
        seat.desk.hand_out()
        box.fail()
        await coming
        await seat.until(lambda: box.whole)
        seat.desk.hand_out()
        assert seat.screen is box


async def test_a_press_is_painted_at_once_in_any_storm() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.show(story.room)
        story.happens(leuven, e.NoteAdded(words="the first"))
        storm(seat, story)
        new = story.press("VBR-2026-0413", near(at=story.now))
        storm(seat, story)
        assert new in seat.desk.shown.picture.room.seen
