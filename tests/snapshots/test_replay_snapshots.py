"""A replay as it looks: the frame, the scrubber, what came later, the marks, taking over. The clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.widgets import Input

from console.domain.values import Mode
from console.locale import use
from tests.open_replay import Watching, open_replay
from tests.replays import afternoon

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageSnapshotExtension)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    yield
    use("en")


async def photo(watching: Watching) -> str:
    """The screen as SVG once nothing in it moves."""
    for line in watching.app.screen.query(Input):
        line.cursor_blink = False
        line._cursor_visible = True
    await watching.until(lambda: watching.desk.ready)
    watching.desk.hand_out()
    before = ""
    while True:
        await watching.pilot.pause(0.1)
        now = watching.app.export_screenshot(title="MSA")
        if now == before:
            return now
        before = now


@SIZES
async def test_paused(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with open_replay(afternoon()[0].recording(), at_s=130, size=size) as watching:
        assert await photo(watching) == looks


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
async def test_a_recorded_exercise_in_every_language(looks: SnapshotAssertion, language: str) -> None:
    use(language)
    recording = afternoon()[0].recording(mode=Mode.EXERCISE)
    async with open_replay(recording, at_s=150, size=(80, 24)) as watching:
        await watching.press("a")  # refused
        assert await photo(watching) == looks


@pytest.mark.parametrize(("size", "language"), [((80, 24), "nl"), ((160, 48), "fr")], ids=["80x24", "160x48"])
async def test_what_came_later(looks: SnapshotAssertion, size: tuple[int, int], language: str) -> None:
    told, places = afternoon()
    async with open_replay(told.recording(), at_s=130, size=size) as watching:
        use(language)
        watching.desk.choose(places["leuven"])
        await watching.press("V")
        assert await photo(watching) == looks


@pytest.mark.parametrize(("size", "language"), [((80, 24), "de"), ((160, 48), "nl")], ids=["80x24", "160x48"])
async def test_marks(looks: SnapshotAssertion, size: tuple[int, int], language: str) -> None:
    async with open_replay(afternoon()[0].recording(), at_s=230, size=size) as watching:
        use(language)
        await watching.press("K")
        assert await photo(watching) == looks


async def test_taking_over(looks: SnapshotAssertion) -> None:
    file = Path("night.msarec.jsonl")
    async with open_replay(afternoon()[0].recording(), at_s=140, size=(80, 24), file=file) as watching:
        use("fr")
        await watching.press("b")
        assert await photo(watching) == looks
