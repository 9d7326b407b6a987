"""Where the letters of the jump overlay lead: a pane that takes keys gets them, any other opens what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.tui.glance import Glance
from console.tui.map import MapView
from console.tui.screens.jump import PLACES, JumpScreen

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk

OPENS = {"first-second": "details", "timeline": "timeline", "patrols": "dispatch", "line": "heard"}
"""The action that shows more of a pane, or works in it."""


async def jump(desk: Desk, glance: Glance) -> None:
    """Show the letters, then go to the pane whose letter is pressed."""
    corners = {}
    for place in PLACES.values():
        pane = desk.query_one(f"#{place}")
        if not pane.region:  # on a small screen map and first second take turns in one place
            pane = desk.query_one("#first-second" if place == "map" else "#map")
        corners[place] = pane.region.offset

    def chosen(place: str | None) -> None:
        if place is not None:
            desk.call_later(_go, desk, place)

    await desk.app.push_screen(JumpScreen(corners), chosen)


async def _go(desk: Desk, place: str) -> None:
    if place == "queue":
        desk.action_move(0)
    elif place == "map":
        if desk.has_class("-narrow"):
            desk.add_class("-map")
        desk.call_after_refresh(lambda: desk.set_focus(desk.query_one(MapView)))
    elif place == "answer":
        desk.open_line()
    else:
        if place == "first-second":
            desk.remove_class("-map")
        await desk.action_deed(OPENS[place])
