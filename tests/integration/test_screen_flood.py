"""A flood of alarms on the screen: all but the presses is folded, and it says so (EEMUA 191, ISA-18.2)."""

from __future__ import annotations

from uuid import UUID

from console.domain import events as e
from console.tui.widgets.queue import Queue
from tests.integration.test_screen_actions import link_of
from tests.open_console import Seat, open_console
from tests.story import OPERATOR, Story, near, shares


def twelve() -> tuple[Story, list[UUID]]:
    """Twelve presses of one minute: three wait, eight are in hand, one is closed."""
    story, made = Story(), []
    for number in range(12):
        fix = near(number * 60.0, at=story.now, name=f"F{number}")
        made.append(story.press(f"VBR-2026-{number:04}", fix, zone=shares(("5388", 1.0))))
        story.wait(5)
    for one in made[3:]:
        story.happens(one, e.Acknowledged(), by=OPERATOR)
    story.happens(made[11], e.InterventionClosed(outcome=e.Outcome.ACCIDENTAL, words="-"), by=OPERATOR)
    return story, made


def title(seat: Seat) -> str:
    return str(seat.desk.query_one(Queue).border_title)


async def counted(seat: Seat) -> None:
    """A second passes."""
    await seat.until(lambda: bool(seat.desk.shown.fold.flood))
    await seat.settle()


async def test_in_a_flood_all_but_the_presses_is_one_row_that_a_key_unfolds_and_folds() -> None:
    story, _ = twelve()
    async with open_console(link_of(story)) as seat:
        await counted(seat)
        assert "FLOOD 12/10 min" in title(seat)
        rows = seat.rows()
        assert [("NEW" in row, "FOLD" in row.upper()) for row in rows] == [
            *[(True, False)] * 3,
            (False, True),
        ]
        assert "8 open · 1 closed" in rows[-1]
        await seat.press("F")
        assert len(seat.rows()) == 12
        assert "FLOOD" in title(seat), "it is still one"
        await seat.press("F")
        assert len(seat.rows()) == 4


async def test_what_is_selected_is_not_folded_and_nothing_goes_away_under_the_cursor() -> None:
    story, made = twelve()
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(made[5])
        await counted(seat)
        assert len(seat.rows()) == 5
        assert "7 open" in seat.rows()[-1]
        await seat.press("up")
        assert seat.desk.query_one(Queue).has_focus
        before = seat.rows()
        story.happens(made[0], e.Acknowledged(), by=OPERATOR)
        await seat.show(story.room)
        assert len(seat.rows()) == len(before), (
            "the one that was acknowledged stays while the cursor is there"
        )
        await seat.press("escape")
        assert len(seat.rows()) < len(before)


async def test_without_a_flood_nothing_is_folded_and_the_key_says_so() -> None:
    story, made = twelve()
    story.wait(700)
    async with open_console(link_of(story)) as seat:
        await seat.press("F")
        assert "there is no flood of alarms" in seat.text("feedback")
        assert len(seat.rows()) == len(made)


async def test_a_click_on_the_row_unfolds_as_well() -> None:
    story, _ = twelve()
    async with open_console(link_of(story)) as seat:
        await counted(seat)
        await seat.pilot.click(Queue, offset=(5, 3 * 2 + 1))
        await seat.settle()
        assert len(seat.rows()) == 12
