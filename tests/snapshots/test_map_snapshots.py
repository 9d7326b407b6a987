"""The map as it looks: a car with its trail, a disputed position, a patrol on its way; and measuring."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from console.tui.map import MapView
from tests.integration.test_screen_map import under_way
from tests.open_console import open_console
from tests.snapshots.test_screen_snapshots import looks, photo
from tests.still_link import StillLink, picture_of

__all__ = ["looks"]


@pytest.mark.parametrize("measures", [False, True], ids=["map", "measuring"])
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_map_of_a_car(looks: SnapshotAssertion, size: tuple[int, int], measures: bool) -> None:
    story = under_way()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=size) as seat:
        if size[0] == 80:
            await seat.press("m")
        if measures:
            seat.desk.query_one(MapView).focus()
            await seat.press("M")
            if size[0] == 160:
                await seat.press("a", "c")
        assert await photo(seat) == looks
