"""The wall view as it looks (W18). The clock stands still."""

from __future__ import annotations

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual._wait import wait_for_idle

from console.domain import events as e
from console.link.interface import Connection
from console.locale import use
from console.tui.pane import Pane
from console.tui.wall.app import WallApp
from tests.story import COLLEAGUE, OPERATOR, Story, leuven_by_night, shares
from tests.wall import open_wall, wall_picture


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageSnapshotExtension)


def busy() -> Story:
    """Four at once: one new, one with patrols, one that nobody listens to, one escalated."""
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), e.LineOpened(), by=OPERATOR)
    story.happens(places["leuven"], e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
    story.happens(places["leuven"], e.PatrolAccepted(patrol="5388/L-12"), e.PatrolEnRoute(patrol="5388/L-12"))
    story.wait(95)
    other = story.press("VBR-2026-0413", zone=shares(("5401", 1.0)))
    story.happens(other, e.Acknowledged(), by=COLLEAGUE)
    story.wait(75)
    late = story.press("VBR-2026-0414", zone=shares(("5393", 1.0)))
    story.wait(24)
    story.happens(late, e.EscalationRaised(code="unacknowledged", to="supervisor"))
    return story


async def photo(app: WallApp) -> str:
    """The wall as SVG, painted whole: which lines were painted by themselves leaves empty boxes in it."""
    for pane in app.screen.query(Pane):
        pane.refresh()
    await wait_for_idle(0)
    return app.export_screenshot(title="MSA")


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_wall(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with open_wall(wall_picture(busy()), size) as (app, _):
        assert await photo(app) == looks


async def test_wall_stale_in_german(looks: SnapshotAssertion) -> None:
    use("de")
    try:
        picture = replace(wall_picture(busy()), connection=Connection.LOST)
        async with open_wall(picture, (120, 36)) as (app, _):
            assert await photo(app) == looks
    finally:
        use("en")


async def test_wall_without_colour(looks: SnapshotAssertion) -> None:
    """Every state is a shape and a word."""
    async with open_wall(wall_picture(busy()), (100, 30), theme="monochrome") as (app, _):
        assert await photo(app) == looks
