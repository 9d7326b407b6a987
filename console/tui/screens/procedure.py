"""The procedure of the selected alarm: its steps, who does each, by when and why; and which one is due."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.domain.procedure import ProcedureStep, Step, kind_of, within_s
from console.domain.room import Seen
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.pane import joined, stacked, styled
from console.tui.screens.dialog import Dialog
from console.tui.steps import step_of


class ProcedureDialog(Dialog[None]):
    """Follows the alarm while it is open: the mark moves with the next step."""

    BROAD = True
    FIRST = "VerticalScroll"

    def __init__(self, seen: Seen, glance: Glance) -> None:
        super().__init__(_("Procedure"), seen)
        self._glance = glance

    def body(self) -> ComposeResult:
        """The steps."""
        with VerticalScroll():
            yield Static(self._steps(self._glance), id="steps", markup=False)

    def keys(self) -> str:
        """How to leave."""
        return _("esc: back")

    def show(self, glance: Glance) -> None:
        """A newer picture: the steps anew. Nothing is asked here, so no change has to be warned of."""
        if glance.seen is not None and glance.seen.state.id == self.intervention:
            self.query_one("#steps", Static).update(self._steps(glance))

    def _steps(self, glance: Glance) -> Content:
        seen, now = glance.seen, glance.now
        if seen is None or now is None:
            return Content("")
        kind, due = kind_of(seen.state, now), step_of(glance)
        lines = [styled(word(kind).upper(), "bold $primary"), Content("")]
        for one in glance.procedures[kind]:
            lines += _lines(one, due, glance)
        return stacked(lines)


def _lines(one: ProcedureStep, due: Step | None, glance: Glance) -> Iterator[Content]:
    now = due is not None and due.code is one.step
    parts: list[Content | str] = [styled(word(one.step), "bold" if now else ""), word(one.who)]
    seconds = within_s(one.by, glance.targets)
    if seconds is not None:
        parts.append(_("within {seconds} s", seconds=f"{seconds:.0f}"))
    if one.key:
        parts.append(_("space bar"))
    yield styled("▶ " if now else "  ", "bold $primary") + joined(parts)
    yield styled(f"    {one.said(glance.language)}", "$muted")
