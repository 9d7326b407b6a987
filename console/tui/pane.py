"""The base of every region: it compares what it would show with what it painted, and fails alone (R11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Protocol, Self, runtime_checkable

from textual.content import Content
from textual.events import Resize
from textual.geometry import Region as Cells
from textual.widget import Widget
from textual.widgets import Static

from console.locale import _
from console.tui.glance import Glance
from console.wire.failure import note_failure


class Pane(Static):
    """A region of fixed size that shows a `Glance`. A kind of it says in `draw` what is to be seen."""

    def __init__(self, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self.painted = Content("")
        self.glance: Glance | None = None
        self._changed: tuple[Cells, ...] = ()

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """What is to be seen, in ``width`` x ``height`` cells."""
        raise NotImplementedError

    def show(self, glance: Glance) -> None:
        """Show it; paints only if something differs from what stands there."""
        self.glance = glance
        width, height = self.content_size
        if width and height:
            self.paint(self.draw(glance, width, height))

    def paint(self, content: Content) -> None:
        """Paint the lines that differ from what stands there (docs/decisions.md)."""
        if self.painted.is_same(content):
            return
        self._changed = tuple(_changed(self.painted, content, self.content_size.width))
        self.painted = content
        try:
            self.update(content, layout=False)
        finally:
            self._changed = ()

    def refresh(
        self, *regions: Cells, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint anew: what is asked for, the lines that changed, or all."""
        return super().refresh(
            *(regions or self._changed), repaint=repaint, layout=layout, recompose=recompose
        )

    def fail(self) -> None:
        """Say that this region cannot show what it should; the others go on."""
        self.paint(Content.styled(_("✖ this pane failed – the others go on"), "bold $error"))

    def on_resize(self, event: Resize) -> None:
        """Draw anew for the new size."""
        if self.glance is not None:
            guarded(self, self.glance)


def _changed(before: Content, after: Content, width: int) -> Iterator[Cells]:
    """The lines that differ, in cells of the content. None where a line is broken by Textual: then all is painted."""
    pairs = list(
        zip_longest(before.split(allow_blank=True), after.split(allow_blank=True), fillvalue=Content(""))
    )
    if all(line.cell_length <= width for pair in pairs for line in pair):
        for row, (old, new) in enumerate(pairs):
            if not old.is_same(new):
                yield Cells(0, row, width, 1)


@runtime_checkable
class Region(Protocol):
    """What can be handed a glance, and can say that it failed to show it."""

    def show(self, glance: Glance) -> None:
        """Show it."""

    def fail(self) -> None:
        """Say that it cannot be shown."""


def entitle(widget: Widget, title: str, subtitle: str = "") -> None:
    """Set the words in a widget's border, as markup; Textual paints a widget anew even for the same words."""
    if widget.border_title != title:
        widget.border_title = title
    if (widget.border_subtitle or "") != subtitle:
        widget.border_subtitle = subtitle


def guarded(pane: Widget, glance: Glance) -> None:
    """Hand a glance to a region: whatever goes wrong in it stays in it, and is logged."""
    assert isinstance(pane, Region)
    try:
        pane.show(glance)
    except Exception as wrong:
        note_failure(pane.id or type(pane).__name__, wrong)
        pane.fail()


@runtime_checkable
class ShowsFirst(Protocol):
    """A region that knows what of a new alarm must be seen first."""

    def show_first(self, glance: Glance) -> None:
        """Paint that alone; `show` follows within moments and paints the rest."""


def first_of(region: Widget, glance: Glance) -> None:
    """Hand a new alarm to a region: the first of it if the region knows that, else all.

    What goes wrong with the first costs a moment: all of it follows in any case.
    """
    if isinstance(region, ShowsFirst):
        shows = region
        attempt(f"first of {region.id}", lambda: shows.show_first(glance))
    else:
        guarded(region, glance)


def attempt(where: str, step: Callable[[], object]) -> bool:
    """Do something of which the rest of the screen must not depend; False: it failed, and is logged."""
    try:
        step()
    except Exception as wrong:
        note_failure(where, wrong)
        return False
    return True


def styled(text: str, style: str = "") -> Content:
    """Foreign text as content: never parsed as markup."""
    return Content.styled(text, style) if style else Content(text)


def joined(parts: Iterable[Content | str], between: str = " · ") -> Content:
    """Parts with a mark between them; empty ones are left out."""
    return Content(between).join([part for part in parts if len(part)])


_UNIT = re.compile(r"(?<=[0-9]) (?=(?:%|m|km|s|min|h|d|km/h)\b|%)")
_HELD = "\ue000"
"""Stands for a space at which a line is not broken; from the private use area, which no text has."""


def wrapped(content: Content, width: int) -> list[Content]:
    """Break into lines of ``width`` cells, but never between a figure and its unit."""
    held = Content(_UNIT.sub(_HELD, content.plain), list(content.spans))
    lines = []
    for line in held.wrap(width):
        text = line.plain.replace(_HELD, " ")
        lines.append(Content(text, list(line.spans))[: len(text.removesuffix(" ·"))])
    return lines


def stacked(lines: Iterable[Content]) -> Content:
    """Lines one under the other."""
    return Content("\n").join(lines)


def one_line(content: Content, width: int) -> Content:
    """Cut to one line of ``width`` cells; what is cut off is said by an ellipsis."""
    return content.truncate(width, ellipsis=True)


def sides(left: Content, right: Content, width: int) -> Content:
    """Something left and something right on one line; the left one gives way."""
    room = width - right.cell_length - 1
    if room < 4:
        return one_line(left, width)
    left = one_line(left, room)
    return left.pad_right(width - right.cell_length - left.cell_length) + right
