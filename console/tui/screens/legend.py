"""All signs of the map and what they mean, whether they are on it now or not."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.locale import _
from console.tui.map.legend import every_entry
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog


class LegendDialog(Dialog[None]):
    """One sign a line, in the order in which they matter."""

    FIRST = "VerticalScroll"

    def __init__(self) -> None:
        super().__init__(_("Signs of the map"))

    def body(self) -> ComposeResult:
        """The list."""
        lines = [styled(f"  {mark:<6}", "bold") + Content(meaning) for mark, meaning in every_entry()]
        with VerticalScroll():
            yield Static(stacked(lines), markup=False)

    def keys(self) -> str:
        """How to leave."""
        return _("esc: back")
