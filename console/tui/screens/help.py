"""Every key and what it does, made from the bindings themselves: it cannot drift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.locale import _
from console.tui.actions import KEY_NAMES
from console.tui.map import MapView
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog


class HelpDialog(Dialog[None]):
    """The keys of the desk and of the map."""

    BROAD = True
    FIRST = "VerticalScroll"

    def __init__(self, active: Iterable[ActiveBinding]) -> None:
        super().__init__(_("Keys"))
        self._keys = [one.binding for one in active]

    def body(self) -> ComposeResult:
        """Two groups."""
        lines = [
            *_group(_("Everywhere"), self._keys),
            *_group(_("In the map (tab goes there)"), _bindings(MapView.BINDINGS)),
        ]
        with VerticalScroll():
            yield Static(stacked(lines), markup=False)

    def keys(self) -> str:
        """How to leave."""
        return _("esc: back")


def _bindings(entries: Iterable[BindingType]) -> Iterator[Binding]:
    return (one for one in entries if isinstance(one, Binding))


def _group(title: str, bindings: Iterable[Binding]) -> Iterator[Content]:
    yield styled(title, "bold $primary")
    for one in bindings:
        if one.id and one.tooltip:
            key = " ".join(KEY_NAMES.get(part, part) for part in one.key.split(","))
            yield styled(f"  {key:<16}", "bold") + Content(_(one.tooltip)) + styled(f"  {one.id}", "$muted")
    yield Content("")
