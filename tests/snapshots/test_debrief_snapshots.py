"""The debrief on the screen as it looks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension

from console.locale import use
from console.tui.debrief.app import DebriefApp
from tests.debriefed import a_reader, a_run

SIZES = [(80, 24), (160, 48)]


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageSnapshotExtension)


async def photo(app: DebriefApp, size: tuple[int, int], keys: Sequence[str] = ()) -> str:
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.1)
        return app.export_screenshot(title="MSA")


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("part", ["1", "2", "5"])
async def test_a_run(looks: SnapshotAssertion, size: tuple[int, int], part: str) -> None:
    assert await photo(DebriefApp([a_run(in_time=False)], a_reader()), size, [part]) == looks


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_two_runs_side_by_side_in_german(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    runs = [a_run(in_time=True), a_run(in_time=False, name="seat-2")]
    use("de")
    try:
        assert await photo(DebriefApp(runs, a_reader()), size) == looks
    finally:
        use("en")


async def test_a_class_without_colour(looks: SnapshotAssertion) -> None:
    runs = [a_run(in_time=place % 2 == 0, name=f"seat-{place}") for place in range(1, 9)]
    app = DebriefApp(runs, a_reader(), class_title="Tuesday", theme="monochrome")
    assert await photo(app, (120, 36)) == looks
