"""Settings, jump overlay and tour as they look, at the smallest size and at a usual one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.widgets import OptionList

from console.domain import events as e
from console.locale import use
from console.settings_file import OwnSettings, notes
from console.tui.app import Look
from console.tui.first_time import FirstTime
from tests.open_console import open_console
from tests.snapshots.test_screen_snapshots import photo
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story, leuven_by_night

SIZES = [(80, 24), (160, 48)]


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageSnapshotExtension)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    yield
    use("en")


def link(story: Story) -> StillLink:
    return StillLink(picture_of(story.room, story.now))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_jump(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    story, _ = leuven_by_night()
    async with open_console(link(story), size=size) as seat:
        await seat.pilot.press("ctrl+o")
        assert await photo(seat) == looks


@pytest.mark.parametrize(("size", "language"), [((80, 24), "de"), ((160, 48), "en")], ids=["80x24", "160x48"])
async def test_settings(looks: SnapshotAssertion, size: tuple[int, int], language: str) -> None:
    story, _ = leuven_by_night()
    own = OwnSettings({"MSA_CONFIG": str(Path("/dev/null")), "MSA_OPERATOR": "4711"}, {})
    async with open_console(link(story), size=size, look=Look(own=own)) as seat:
        use(language)
        await seat.pilot.press("comma")
        await seat.settle()
        seat.screen.query_one(OptionList).highlighted = tuple(notes()).index("sound.command")
        assert await photo(seat) == looks


@pytest.mark.parametrize(("size", "language"), [((80, 24), "fr"), ((160, 48), "en")], ids=["80x24", "160x48"])
async def test_tour(looks: SnapshotAssertion, tmp_path: Path, size: tuple[int, int], language: str) -> None:
    story, places = leuven_by_night()
    for one in places.values():
        story.happens(one, e.InterventionClosed(outcome=e.Outcome.ARREST, words="-"), by=OPERATOR)
    tour = FirstTime(tmp_path / "tour-shown")
    async with open_console(link(story), size=size, look=Look(tour=tour)) as seat:
        use(language)
        seat.desk._tick()
        await seat.settle()
        await seat.pilot.press("enter", "enter")
        assert await photo(seat) == looks
