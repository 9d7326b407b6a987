"""The jump overlay: a letter on every pane, and the letter goes there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import Static

from console.locale import _

PLACES: Final[Mapping[str, str]] = {
    "a": "queue",
    "s": "map",
    "d": "first-second",
    "f": "patrols",
    "g": "line",
    "h": "timeline",
    "j": "answer",
}
"""The letter of each pane: always the same, so that hands learn them."""


class JumpScreen(ModalScreen[str | None]):
    """Shows the letters where the panes stand; what is below goes on. Its answer is the pane's id, or None.

    ``corners`` has the upper left corner of each pane; one that gave way on a small screen has that of what stands
    in its place.
    """

    DEFAULT_CSS = """
    JumpScreen { background: $background 0%; layers: marks; }
    JumpScreen .mark {
        layer: marks; position: absolute; width: 3; height: 1;
        background: $primary; color: $background; text-style: bold;
    }
    JumpScreen #jump-hint {
        layer: marks; dock: bottom; width: auto; height: 1; background: $primary; color: $background;
    }
    """

    def __init__(self, corners: Mapping[str, Offset]) -> None:
        super().__init__()
        self._corners = corners

    def compose(self) -> ComposeResult:
        """A mark on each pane; two at one corner stand side by side."""
        used: set[Offset] = set()
        for letter, place in PLACES.items():
            corner = self._corners[place]
            while corner in used:
                corner += Offset(4, 0)
            used.add(corner)
            mark = Static(f" {letter} ", classes="mark", markup=False, id=f"jump-{place}")
            mark.styles.offset = corner
            yield mark
        hint = _("a letter: go there · any other key: back")
        yield Static(f" {hint} ", markup=False, id="jump-hint")

    def on_key(self, event: events.Key) -> None:
        """A letter goes to its pane; any other key goes back."""
        event.stop()
        event.prevent_default()
        self.dismiss(PLACES.get(event.key))

    def on_click(self) -> None:
        """Back."""
        self.dismiss(None)
