"""Jump overlay and tour: where what is, and never in the way of an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain import events as e
from console.locale import LANGUAGES, use
from console.tui.app import Look
from console.tui.first_time import FirstTime
from console.tui.map import MapView
from console.tui.screens.ask import Confirm
from console.tui.screens.desk import Desk
from console.tui.screens.details import DetailsDialog
from console.tui.screens.jump import PLACES, JumpScreen
from console.tui.screens.tour import EACH_S, PARTS, TourDialog
from console.tui.widgets.command_line import CommandLine
from console.tui.widgets.queue import Queue
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story, leuven_by_night


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    yield
    use("en")


def link() -> StillLink:
    story, _ = leuven_by_night()
    return StillLink(picture_of(story.room, story.now))


def on_the_desk(seat: Seat) -> bool:
    return isinstance(seat.screen, Desk)


async def jump_to(seat: Seat, letter: str) -> None:
    await seat.press("ctrl+o")
    assert isinstance(seat.screen, JumpScreen)
    await seat.press(letter)
    await seat.settle()


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_a_letter_stands_on_every_pane_and_leads_there(size: tuple[int, int]) -> None:
    async with open_console(link(), size=size) as seat:
        await seat.press("ctrl+o")
        places = [seat.screen.query_one(f"#jump-{place}").region for place in PLACES.values()]
        assert len({one.offset for one in places}) == len(PLACES), "no letter lies on another"
        assert all(one.area == 3 and one.right <= size[0] and one.bottom <= size[1] for one in places)
        await seat.press("escape")
        assert on_the_desk(seat)
        await jump_to(seat, "a")
        assert isinstance(seat.screen.focused, Queue)
        await jump_to(seat, "s")
        assert isinstance(seat.screen.focused, MapView)
        assert seat.screen.focused.region.area > 0
        await jump_to(seat, "j")
        assert isinstance(seat.screen.focused, CommandLine)
        await seat.press("escape")
        await jump_to(seat, "h")
        assert isinstance(seat.screen, DetailsDialog)
        await seat.press("escape")
        await jump_to(seat, "f")
        assert "Acknowledge VBR-2026-0412 first" in seat.text("feedback")


def quiet() -> Story:
    """A room in which everything is closed."""
    story, places = leuven_by_night()
    for one in places.values():
        story.happens(one, e.InterventionClosed(outcome=e.Outcome.ARREST, words="-"), by=OPERATOR)
    return story


def touring(tmp_path: Path, *, asked: bool = False) -> Look:
    return Look(tour=FirstTime(tmp_path / "state" / "tour-shown", asked))


async def begin(seat: Seat) -> None:
    """The next tick of the desk."""
    seat.desk._tick()
    await seat.settle()


async def test_the_first_time_a_tour_leads_through_the_screen_and_never_again(tmp_path: Path) -> None:
    story = quiet()
    for first in (True, False):
        still = StillLink(picture_of(story.room, story.now))
        async with open_console(still, size=(80, 24), look=touring(tmp_path), ready=False) as seat:
            await seat.until(lambda: seat.desk.is_mounted)
            await begin(seat)
            assert isinstance(seat.screen, TourDialog) is first
            if first:
                for _title in PARTS:
                    assert seat.screen.query_one("#part").region.bottom <= 24
                    await seat.press("enter")
                assert on_the_desk(seat)
                assert not seat.desk.query(".-meant")


async def test_the_tour_lasts_a_minute_and_can_be_skipped_and_asked_for_again(tmp_path: Path) -> None:
    assert len(PARTS) * EACH_S == 60
    story = quiet()
    for _again in range(2):
        still = StillLink(picture_of(story.room, story.now))
        async with open_console(still, look=touring(tmp_path, asked=True), ready=False) as seat:
            await seat.until(lambda: seat.desk.is_mounted)
            await begin(seat)
            assert isinstance(seat.screen, TourDialog)
            await seat.press("escape")
            assert on_the_desk(seat)


async def test_an_alarm_ends_the_tour_at_once(tmp_path: Path) -> None:
    story = quiet()
    still = StillLink(picture_of(story.room, story.now))
    async with open_console(still, look=touring(tmp_path), ready=False) as seat:
        await seat.until(lambda: seat.desk.is_mounted)
        await begin(seat)
        assert isinstance(seat.screen, TourDialog)
        story.press("VBR-2026-0500")
        seat.link.show(replace(seat.link.picture, room=story.room, head=story.room.position))
        await seat.settle()
        assert on_the_desk(seat)
        assert "STALKING ALARM" in seat.text("first-second")


async def test_where_an_alarm_is_open_there_is_no_tour(tmp_path: Path) -> None:
    async with open_console(link(), look=touring(tmp_path)) as seat:
        await begin(seat)
        assert on_the_desk(seat)
    assert not (tmp_path / "state" / "tour-shown").exists(), "it is shown another time"


async def test_leaving_with_open_interventions_asks_in_every_language() -> None:
    said = set()
    async with open_console(link(), size=(80, 24)) as seat:
        for language in LANGUAGES:
            use(language)
            seat.desk.hand_out()
            await seat.press("q")
            assert isinstance(seat.screen, Confirm)
            assert "VBR-2026-0411" in seat.box()
            said.add(seat.box())
            await seat.press("n")
            assert on_the_desk(seat)
    assert len(said) == len(LANGUAGES)
