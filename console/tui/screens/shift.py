"""The hand-over sheet of a shift: what is open and awaited, who holds what, what to watch, and the shift's times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.link.interface import Ask
from console.locale import _
from console.tui.glance import Glance
from console.tui.pane import stacked, styled, wrapped
from console.tui.screens.dialog import Dialog, late
from console.tui.shift_sheet import sheet
from console.wire.console_frames import Answer, AskResponses

HOURS: Final = 8
"""A shift, and a little: what `msa shift` takes too unless it is told otherwise."""


class ShiftDialog(Dialog[None]):
    """The same text as `msa shift` prints; it follows the picture while it is open."""

    BROAD = True
    FIRST = "#scroll"

    class Answered(Message):
        """The times, or None: there was no answer."""

        def __init__(self, answer: Answer | None) -> None:
            self.answer = answer
            super().__init__()

    def __init__(self, glance: Glance, ask: Callable[[Ask], Future[Answer]]) -> None:
        super().__init__(_("Hand-over"))
        self._glance, self._ask = glance, ask
        self._answer: Answer | None = None

    def body(self) -> ComposeResult:
        """The sheet."""
        with VerticalScroll(id="scroll"):
            yield Static("…", id="text", markup=False)

    def keys(self) -> str:
        """What the keys do, and how it comes on paper."""
        return _("↑↓: scroll · esc: back · on paper: msa shift")

    def on_mount(self) -> None:
        """Ask for the times."""
        self._ask(AskResponses(hours=HOURS)).add_done_callback(self._heard)
        self.call_after_refresh(self._write)

    def _heard(self, future: Future[Answer]) -> None:
        self.post_message(self.Answered(None if future.exception() else future.result()))

    @late
    def on_shift_dialog_answered(self, message: Answered) -> None:
        """Show them."""
        self._answer = message.answer
        self._write()

    def show(self, glance: Glance) -> None:
        """A newer picture: the sheet anew. Nothing is asked here, so no change has to be warned of."""
        self._glance = glance
        self._write()

    def on_resize(self) -> None:
        """Write the lines for the new width."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        if self._glance.now is None:
            return
        width = max(20, self.query_one("#wrong").size.width - 1)
        responses = None if self._answer is None or self._answer.refusal else self._answer.responses
        lines = on_screen(sheet(self._glance, responses, HOURS), width)
        self.query_one("#text", Static).update(stacked(list(lines)))


def on_screen(text: str, width: int) -> Iterator[Content]:
    """The lines of a sheet as a screen shows them: headings bold, a table in columns."""
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            yield from _table(rows)
            rows = []
        if line.startswith("#"):
            yield styled(line.lstrip("# "), "bold $primary")
        else:
            yield from wrapped(Content(line.replace("**", "")), width)


def _table(rows: list[list[str]]) -> Iterator[Content]:
    shown = [row for row in rows if not set("".join(row)) <= set("-:")]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for place, row in enumerate(shown):
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True)),
        ]
        yield styled("  ".join(cells), "$muted" if place == 0 else "")
