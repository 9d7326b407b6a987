"""What this program is, which map it draws, how far that may be believed, and whose work it is."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.locale import _
from console.tui.glance import Glance
from console.tui.measures import distance
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog

DISTRIBUTION = "stalking-alarm-console"
LICENCE = "EUPL-1.2"


class AboutDialog(Dialog[None]):
    """Program, backend, map."""

    BROAD = True
    FIRST = "VerticalScroll"

    def __init__(self, glance: Glance) -> None:
        super().__init__(_("About"))
        self._glance = glance

    def body(self) -> ComposeResult:
        """Three short paragraphs."""
        with VerticalScroll():
            yield Static(stacked([*self._program(), *self._map()]), markup=False)

    def keys(self) -> str:
        """How to leave."""
        return _("esc: back")

    def _program(self) -> Iterator[Content]:
        picture = self._glance.picture
        yield styled(_("Console for the mobile stalking alarm"), "bold $primary")
        yield Content(
            _("Version {version} · licence {licence}", version=version(DISTRIBUTION), licence=LICENCE)
        )
        yield Content(_("Backend {url} · mode {mode}", url=picture.url, mode=picture.mode or "–"))
        yield Content("")

    def _map(self) -> Iterator[Content]:
        atlas = self._glance.atlas
        yield styled(_("Map of the police zones"), "bold $primary")
        if atlas.map_name:
            yield Content(atlas.map_name)
        if atlas.approximate:
            off = distance(atlas.border_accuracy_m)
            yield styled(
                _(
                    "An approximation, not an official map: 9 borders in 10 lie within {distance}.",
                    distance=off,
                ),
                "$warning",
            )
        if atlas.attribution:
            yield Content(atlas.attribution)
