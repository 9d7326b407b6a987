"""The keys, always there: one that cannot act now stays, dim, and says why when it is pressed."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message

from console.locale import _
from console.tui.actions import ACTIONS, Action, why_not
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.pane import Pane, stacked, styled


class Keys(Pane):
    """Two lines: what is done to an intervention, and the rest. A click is the key."""

    class Pressed(Message):
        """A key of the footer was clicked."""

        def __init__(self, action: Action) -> None:
            self.action = action
            super().__init__()

    _places: tuple[tuple[int, int, int, Action], ...] = ()

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """Each key with its word; on one line if there is but one."""
        places: list[tuple[int, int, int, Action]] = []
        lines: list[Content] = []
        rows = (1, 2) if height > 1 else (0,)
        for y, row in enumerate(rows):
            line = Content(" ")
            for action in ACTIONS:
                if row and action.row != row:
                    continue
                entry = _entry(action, not why_not(action, glance))
                if line.cell_length + entry.cell_length > width:
                    break
                places.append((y, line.cell_length, line.cell_length + entry.cell_length, action))
                line = line + entry + "  "
            lines.append(line)
        self._places = tuple(places)
        return stacked(lines)

    def on_click(self, event: events.Click) -> None:
        """The key under the pointer."""
        offset = event.get_content_offset(self)
        for y, start, end, action in self._places:
            if offset is not None and offset.y == y and start <= offset.x < end:
                self.post_message(self.Pressed(action))


def _entry(action: Action, possible: bool) -> Content:
    key = key_of(action.name)
    if possible:
        return styled(key, "bold $primary") + Content(f" {_(action.label)}")
    return styled(f"{key} {_(action.label)}", "$muted")
