"""The queue: every intervention of the room in two lines each, drawn line by line (docs/decisions.md).

While the cursor is in it the order stands still: what comes in is put above what is seen, which does not move,
and the title says so. A press is never hidden: what is not in view is counted in the title.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar, Self
from uuid import UUID

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.locale import _, ngettext
from console.tui.glance import Glance
from console.tui.pane import entitle
from console.tui.widgets.queue_row import FOLDED, LINES, Row, narrowed, rows_of
from console.wire.failure import note_failure

BAR = "▌"
"""Beside a press that waits; it flashes."""

CHOSEN = "▏"
"""Beside the selected one, so that it is seen without colours as well."""


class Queue(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of interventions. The cursor is the selection; the keys that move it are the screen's."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue--press",
        "queue--open",
        "queue--muted",
        "queue--chosen",
        "queue--bar",
        "queue--bar-dim",
        "queue--amber",
        "queue--red",
    }

    class Unfold(Message):
        """The operator clicked the row that stands for what is folded away."""

    class Chosen(Message):
        """The operator clicked an intervention."""

        def __init__(self, intervention: UUID) -> None:
            self.intervention = intervention
            super().__init__()

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.rows: tuple[Row, ...] = ()
        self.above = 0
        self._flash = True
        self._folded, self._flood = False, 0
        self._chosen: UUID | None = None
        self._strips: LRUCache[Hashable, Strip] = LRUCache(512)
        self.failed = False
        self._first: tuple[Region, ...] = ()
        self._owes = False

    # What is shown

    def show(self, glance: Glance) -> None:
        """Show the room's queue and which one is selected; repaint the lines that differ."""
        self._show(glance, self._natural(glance))

    def _natural(self, glance: Glance) -> tuple[Row, ...]:
        """The rows in the room's order, without what is folded away."""
        if not self.held:
            self._folded, self._flood = glance.fold.folded, glance.fold.flood
        # Nothing is folded away under the cursor: what is seen stays until it leaves the queue.
        kept = {row.key for row in self.rows} if self.held else set()
        return rows_of(glance, self._folded, kept)

    def _show(self, glance: Glance, natural: tuple[Row, ...]) -> None:
        above, before = self.above, self.rows
        self.rows = self._ordered(natural)
        failed, self.failed = self.failed, False
        turned, self._flash = glance.flash != self._flash, glance.flash
        chosen = glance.seen.state.id if glance.seen else None
        moved, self._chosen = chosen != self._chosen, chosen
        owes, self._owes = self._owes, False
        if (
            owes
            or failed
            or moved
            or above != self.above
            or [row.key for row in before] != [row.key for row in self.rows]
        ):
            self._measure()
            if moved:
                self._reveal()
            self.refresh()
        else:
            # Only what is in view is put into words, and compared.
            top = self.scroll_offset.y // LINES
            seen = range(top, min(len(self.rows), top + self.size.height // LINES + 2))
            changed = [
                place
                for place in seen
                if before[place].said != self.rows[place].said or (turned and self.rows[place].press)
            ]
            if len(changed) > len(seen) // 2:
                self.refresh_lines(top * LINES, len(seen) * LINES)
            else:
                for place in changed:
                    self.refresh_lines(place * LINES, LINES)
        self._entitle()

    def show_first(self, glance: Glance) -> None:
        """Paint the rows of new presses, each in its place, and the title; `show` then paints what has moved."""
        if self.held or self.failed:
            self.show(glance)
            return
        known, rows = {row.key for row in self.rows}, self._natural(glance)
        new = [place for place, row in enumerate(rows) if row.press and row.key not in known]
        top, width = self.scroll_offset.y, self.outer_size.width
        self._first = (
            Region(0, -1, width, 1),
            *(Region(0, place * LINES - top, width, LINES) for place in new),
        )
        try:
            self._show(glance, rows)
        finally:
            self._first, self._owes = (), True

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint anew: what is asked for, or all; of a new alarm first what must be seen at once."""
        return super().refresh(*(regions or self._first), repaint=repaint, layout=layout, recompose=recompose)

    def fail(self) -> None:
        """Say that the queue cannot be shown; the rest of the screen goes on."""
        self.failed = True
        self.refresh()

    @property
    def held(self) -> bool:
        """The cursor is in it. Textual tells a widget of its focus later than the keys that follow."""
        return self.screen.focused is self

    def _ordered(self, natural: tuple[Row, ...]) -> tuple[Row, ...]:
        """Natural order or, while the cursor is in it, what was there in its place and what is new above."""
        if not self.held:
            self.above = 0
            return natural
        rows = {row.key: row for row in natural}
        kept = [rows.pop(row.key) for row in self.rows if row.key in rows]
        if rows:
            self.above += len(rows)
            self.call_after_refresh(self._hold, len(rows))
        return (*rows.values(), *kept)

    def _hold(self, new: int) -> None:
        """Move the window by what came in above, so that nothing moves under the operator's hand."""
        self._measure(self.scroll_offset.y + new * LINES)
        self.scroll_to(y=self.scroll_offset.y + new * LINES, animate=False, force=True)

    def _measure(self, top: int = 0) -> None:
        height = max(
            len(self.rows) * LINES, (top or self.scroll_offset.y if self.above else 0) + self.size.height
        )
        size = Size(self.size.width, height if self.above else len(self.rows) * LINES)
        if size != self.virtual_size:
            self.set_reactive(
                Queue.virtual_size, size
            )  # set in the usual way it lays out the whole screen anew
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = size.height
            self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def _entitle(self) -> None:
        """The title counts the presses that wait and are not in view."""
        top, height = self.scroll_offset.y, self.size.height
        waiting = [place * LINES for place, row in enumerate(self.rows) if row.press]
        over = sum(line < top for line in waiting)
        under = sum(line + LINES > top + height for line in waiting) if height else 0
        said = []
        if over or self.above:
            said.append(ngettext("▲ {n} new above", "▲ {n} new above", max(over, self.above)))
        if under:
            said.append(ngettext("▼ {n} new below", "▼ {n} new below", under))
        title = Content(_("QUEUE"))
        if self._flood:
            flood = _("FLOOD {n}/10 min", n=self._flood)
            title = title + " " + Content.styled(f"▲ {flood}", "bold $warning")
        if said:
            title = title + " " + Content.styled(" ".join(said), "bold $error")
        entitle(self, title.markup)

    # How it is painted

    def render_line(self, y: int) -> Strip:
        """One of the lines of a row."""
        width = self.size.width
        if self.failed:
            said = _("✖ this pane failed – the others go on") if y == 0 else ""
            return Strip([Segment(said, self.rich_style)]).adjust_cell_length(width, self.rich_style)
        place, part = divmod(self.scroll_offset.y + y, LINES)
        if place >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[place]
        flash = self._flash and row.press
        try:
            words = row.said
        except Exception as wrong:  # the other rows go on
            note_failure("the words of a row of the queue", wrong)
            failed = _("✖ this pane failed – the others go on")
            return Strip([Segment(failed, self.rich_style)]).adjust_cell_length(width, self.rich_style)
        chosen = row.key == self._chosen
        key = (words, row.press, part, width, chosen, self.has_focus, flash, self.app.theme)
        if (strip := self._strips.get(key)) is None:
            try:
                strip = self._paint(row, part, width, chosen, flash)
            except Exception as wrong:  # a row that cannot be painted stands bare: its words are what counts
                note_failure("a row of the queue", wrong)
                bare = "".join(text for text, _ink in row.lines[part][0])
                strip = Strip([Segment(bare, self.rich_style)]).adjust_cell_length(width, self.rich_style)
            self._strips[key] = strip
        return strip

    def _paint(self, row: Row, part: int, width: int, chosen: bool, flash: bool) -> Strip:
        ground = self.get_component_rich_style("queue--chosen") if chosen else self.rich_style

        def style(name: str) -> Style:
            own = self.get_component_rich_style(f"queue--{name}")
            return own + Style(bgcolor=ground.bgcolor) if ground.bgcolor else own

        if row.press:
            bar = Segment(BAR, style("bar" if flash else "bar-dim"))
        else:
            bar = Segment(CHOSEN if chosen else " ", style("open"))
        left, right = row.lines[part]
        room = max(0, width - 2 - (len(right) + 1 if right else 0))
        if part == 0:
            left = narrowed(left, room)
        segments = [bar, *(Segment(text, style(kind)) for text, kind in left)]
        strip = Strip(segments)
        if strip.cell_length > 1 + room:
            strip = Strip.join([strip.crop(0, room), Strip([Segment("…", style(left[-1][1]))])])
        strip = strip.adjust_cell_length(1 + room, ground)
        if right:
            strip = Strip.join([strip, Strip([Segment(" " + right + " ", style(row.level))])])
        return strip.adjust_cell_length(width, ground)

    # What the operator does

    @property
    def at_first_seen(self) -> bool:
        """The cursor is on the first row that was seen, and new ones lie above it."""
        return bool(self.above) and self._place() == self.above

    def reached(self, steps: int) -> UUID | None:
        """The intervention so many steps below the selected one, at most the last; None where there is none."""
        places = [place for place, row in enumerate(self.rows) if isinstance(row.key, UUID)]
        if not places:
            return None
        at = self._place()
        now = places.index(at) if at in places else -1 if steps > 0 else 0
        key = self.rows[places[max(0, min(len(places) - 1, now + steps))]].key
        return key if isinstance(key, UUID) else None

    def _place(self) -> int:
        return next((place for place, row in enumerate(self.rows) if row.key == self._chosen), -1)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the pointer."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        place = (self.scroll_offset.y + offset.y) // LINES
        key = self.rows[place].key if place < len(self.rows) else ""
        if isinstance(key, UUID):
            self.post_message(self.Chosen(key))
        elif key == FOLDED:
            self.post_message(self.Unfold())

    def on_resize(self) -> None:
        """Measure for the new size."""
        self._measure()
        self._entitle()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """What is in view has changed: so may the count of presses that are not."""
        super().watch_scroll_y(old_value, new_value)
        self._entitle()

    def notify_style_update(self) -> None:
        """Take the colours of another theme."""
        super().notify_style_update()
        self._strips.clear()

    def _reveal(self) -> None:
        """Bring the selected row into view."""
        for place, row in enumerate(self.rows):
            if row.key == self._chosen:
                top, height = self.scroll_offset.y, self.size.height
                if place * LINES < top:
                    self.scroll_to(y=place * LINES, animate=False)
                elif height and place * LINES + LINES > top + height:
                    self.scroll_to(y=place * LINES + LINES - height, animate=False)
