"""The map in its place: its title says where she is, so that map and words agree."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from console.domain.location import could_be_now_m, r95_of
from console.locale import _
from console.tui.glance import Glance
from console.tui.map import Ground, MapView
from console.tui.measures import distance
from console.tui.pane import entitle, styled
from console.tui.rooms import not_shown
from console.tui.scenery import scene_of


class MapPane(Container):
    """Holds the map; if the map fails it says so, and the rest of the screen goes on."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.view = MapView()
        self._failed = Static(styled(_("✖ this pane failed – the others go on"), "bold $error"), markup=False)

    def compose(self) -> ComposeResult:
        """The map, and what stands there if it fails."""
        yield self.view
        yield self._failed

    def on_mount(self) -> None:
        """All is well at first."""
        self._failed.display = False

    def lay(self, ground: Ground, approximate: bool) -> None:
        """Give the map its ground."""
        self.view.lay(ground, approximate=approximate)

    def show(self, glance: Glance) -> None:
        """Show the scene of what is selected."""
        entitle(self, Content(_title(glance)).markup)
        self.view.show(scene_of(glance))
        if not self.view.display:
            self.view.display, self._failed.display = True, False

    def fail(self) -> None:
        """Say that the map cannot be shown."""
        self.view.display, self._failed.display = False, True


def _title(glance: Glance) -> str:
    if glance.seen is None:
        return _("MAP")
    state = glance.seen.state
    zone = glance.atlas.zone(state.zone)
    if state.glimpsed:
        return f"{zone}  " + not_shown()
    if state.fix is None:
        return f"{zone}  " + _("NO POSITION")
    reach = could_be_now_m(state.fix, glance.now, state.trail) if glance.now else None
    said = f"{zone}  ~{distance(r95_of(state.fix))}"
    return said if reach is None else f"{said}  " + _("by now within {reach}", reach=distance(reach))
