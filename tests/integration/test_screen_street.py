"""The street on the screen: with its origin, beside the position; a geocoder that is down shows in two places."""

from __future__ import annotations

import asyncio
import threading

import pytest

from console.domain import events as e
from console.link.streets import AskError, Found, Reverse, Streets, Trouble
from console.tui.app import ConsoleApp, Rest
from console.tui.widgets.first_second import FirstSecond
from tests.open_console import Seat
from tests.small_country import small_country
from tests.still_link import Hands, StillLink, picture_of
from tests.story import OPERATOR, leuven_by_night


def naming(asked: list[tuple[float, float]]) -> Reverse:
    def reverse(lon: float, lat: float) -> Found:
        asked.append((lon, lat))
        return Found("Voorbeeldstraat", "Leuven", lon, lat)

    return reverse


async def looked(reverse: Reverse, size: tuple[int, int], seat_does: object) -> None:
    story, _ = leuven_by_night()
    link, clock = StillLink(picture_of(story.room, story.now)), Hands()
    streets = Streets(reverse, "photon maps.police.example", every_s=0.0)
    app = ConsoleApp(lambda: Rest(link, open_atlas=small_country, streets=streets), clock)
    async with app.run_test(size=size) as pilot:
        seat = Seat(app, pilot, link, clock)
        await seat.until(lambda: app.desk is not None and app.desk.is_mounted and seat.desk.ready)
        assert callable(seat_does)
        await seat_does(seat)


@pytest.mark.parametrize("size", [(120, 36), (160, 48)])
async def test_the_street_stands_beside_the_position_with_its_origin(size: tuple[int, int]) -> None:
    asked: list[tuple[float, float]] = []

    async def look(seat: Seat) -> None:
        await seat.until(lambda: bool(asked))
        await asyncio.sleep(0.1)
        seat.desk.hand_out()
        await seat.settle()
        said = seat.desk.query_one(FirstSecond).painted.plain
        where = said.partition("WHERE")[2].partition("ZONE")[0]
        assert "geocoder" in where
        assert "Leuven" in where.partition("Voorbeeldstr")[0]
        assert "Voorbeeldstr" in where
        assert "no streets" not in seat.text("header")

    await looked(naming(asked), size, look)
    assert len(asked) == 1  # the selected press is the only new one; the other two are in hand


async def test_a_new_press_is_asked_for_though_another_is_selected() -> None:
    asked: list[tuple[float, float]] = []

    async def look(seat: Seat) -> None:
        await seat.until(lambda: len(asked) == 1)
        seat.desk.choose(seat.desk.shown.picture.room.queue()[-1].state.id)
        await seat.until(lambda: len(asked) == 2)

    await looked(naming(asked), (160, 48), look)


async def test_a_geocoder_that_is_down_takes_nothing_but_the_street() -> None:
    held = threading.Event()

    def down(lon: float, lat: float) -> Found:
        held.set()
        raise AskError(Trouble.UNREACHABLE)

    async def look(seat: Seat) -> None:
        await seat.until(held.is_set)
        await asyncio.sleep(0.1)
        seat.desk.hand_out()
        await seat.settle()
        assert "no streets" in seat.text("header")
        assert "geocoder" not in seat.desk.query_one(FirstSecond).painted.plain
        await seat.press("enter")
        assert "the geocoder photon maps.police.example cannot be reached" in seat.box()

    await looked(down, (160, 48), look)


async def test_without_a_geocoder_the_case_file_says_that_no_position_leaves() -> None:
    from tests.open_console import open_console

    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        await seat.press("enter")
        assert "no position leaves the control room" in seat.box()
