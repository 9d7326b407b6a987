"""Every key and what it does, made from the bindings themselves: it cannot drift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.locale import _
from console.tui.bindings import map_bindings
from console.tui.keymap import APP_BINDINGS, keys_of, shown
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog


class HelpDialog(Dialog[None]):
    """The keys of the desk and of the map."""

    BROAD = True
    FIRST = "VerticalScroll"

    def __init__(self, everywhere: Iterable[Binding]) -> None:
        super().__init__(_("Keys"))
        self._everywhere = tuple(everywhere)

    def body(self) -> ComposeResult:
        """Two groups."""
        lines = [
            *_group(_("Everywhere"), (*self._everywhere, *APP_BINDINGS)),
            *_group(_("In the map (tab goes there)"), map_bindings()),
        ]
        with VerticalScroll():
            yield Static(stacked(lines), markup=False)

    def keys(self) -> str:
        """How to leave."""
        return _("esc: back")


def _group(title: str, bindings: Iterable[Binding]) -> Iterator[Content]:
    yield styled(title, "bold $primary")
    for one in bindings:
        if one.id and one.tooltip:
            key = " ".join(map(shown, keys_of(one.id)))
            yield styled(f"  {key:<16}", "bold") + Content(_(one.tooltip)) + styled(f"  {one.id}", "$muted")
    yield Content("")
