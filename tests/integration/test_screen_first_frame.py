"""The first frame of a new alarm: what rings, and nothing of what stood there before (decision 124)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from textual.geometry import Region

from console.domain import events as e
from console.tui.glance import Glance
from console.tui.pane import first_of
from console.tui.widgets.first_second import FirstSecond
from console.tui.widgets.queue import Queue
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story, case_file, near, shares


def told() -> Story:
    """One intervention, closed: the next press is selected by itself."""
    story = Story()
    former = story.press("VBR-2026-0500", near(at=story.now), case_file(), shares(("5388", 1.0)))
    story.happens(former, e.Acknowledged(), by=OPERATOR)
    return story.happens(
        former, e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="gone"), by=OPERATOR
    )


def pressed(story: Story, seat: Seat) -> tuple[UUID, Glance]:
    """Somebody else presses; what the desk then looks at."""
    other = case_file("C. Stichprobe", "F. Fictief", firearm=False)
    new = story.press("VBR-2026-0501", near(900, 0, at=story.now), other, shares(("5388", 1.0)))
    glance = seat.desk.shown
    picture = replace(glance.picture, room=story.room, head=story.room.position)
    return new, replace(glance, picture=picture, seen=story.seen(new))


async def test_the_first_frame_has_number_and_headline_and_nothing_of_the_former_one() -> None:
    story = told()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        region = seat.desk.query_one(FirstSecond)
        assert "D. Voorbeeld" in seat.text("first-second")
        _, glance = pressed(story, seat)
        first_of(region, glance)
        assert "STALKING ALARM" in seat.text("first-second")
        assert "VBR-2026-0501" in str(region.border_title)
        assert "D. Voorbeeld" not in seat.text("first-second")
        await seat.show(story.room)
        assert "C. Stichprobe" in seat.text("first-second")


async def test_the_queue_paints_the_new_row_first_and_the_moved_ones_right_after() -> None:
    story = told()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        queue = seat.desk.query_one(Queue)
        new, glance = pressed(story, seat)
        queue._exchange_repaint_regions()
        first_of(queue, glance)
        assert queue.rows[0].key == new
        painted = Region.from_union(list(queue._exchange_repaint_regions()))
        assert painted.bottom == 3  # its title and the two lines of the new row
        queue.show(glance)
        assert queue._exchange_repaint_regions() == {queue.outer_size.region}


async def test_a_row_more_in_the_queue_lays_out_nothing_anew() -> None:
    story = told()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        queue = seat.desk.query_one(Queue)
        _, glance = pressed(story, seat)
        queue.show(glance)
        assert queue.virtual_size.height == 4
        assert not queue._layout_required
        assert not seat.desk._layout_required


async def test_all_regions_follow_by_themselves() -> None:
    story = told()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        pressed(story, seat)
        await seat.show(story.room)
        assert "acknowledge" in seat.text("next")
        assert "F. Fictief" in seat.text("first-second")
