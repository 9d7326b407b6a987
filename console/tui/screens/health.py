"""What is wrong with the devices of the control room (class health): a list on demand, never an alarm."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.domain.health import Ailment
from console.link.interface import Ask
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.measures import age
from console.tui.pane import one_line, stacked, styled
from console.tui.screens.dialog import Dialog, late
from console.wire.console_frames import Answer, AskHealth


class HealthDialog(Dialog[None]):
    """A button and its zone, no name: the zone tells her, over the safe channel only (W22)."""

    BROAD = True
    FIRST = "#scroll"

    class Answered(Message):
        """The list, or None: there was no answer."""

        def __init__(self, answer: Answer | None) -> None:
            self.answer = answer
            super().__init__()

    def __init__(self, glance: Glance, ask: Callable[[Ask], Future[Answer]]) -> None:
        super().__init__(_("Health of the devices"))
        self._glance, self._ask = glance, ask
        self._found: tuple[Ailment, ...] | None = None

    def body(self) -> ComposeResult:
        """What to do about it, and a line for each."""
        yield Static(
            _("No alarm. The file zone tells her, over the safe channel only."), classes="label", markup=False
        )
        with VerticalScroll(id="scroll"):
            yield Static("…", id="text", markup=False)

    def keys(self) -> str:
        """What the keys do."""
        return _("↑↓: scroll · esc: back")

    def on_mount(self) -> None:
        """Ask for the list."""
        self._ask(AskHealth()).add_done_callback(self._heard)

    def _heard(self, future: Future[Answer]) -> None:
        self.post_message(self.Answered(None if future.exception() else future.result()))

    @late
    def on_health_dialog_answered(self, message: Answered) -> None:
        """Show it."""
        if message.answer is None:
            self.say_wrong(_("No answer: the link was lost."))
            return
        self._found = message.answer.health
        self.call_after_refresh(self._write)

    def on_resize(self) -> None:
        """Write the lines for the new width."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        found = self._found
        if found is None:
            return
        width = max(20, self.query_one("#wrong").size.width - 1)
        lines = [one_line(ailment(one, self._glance), width) for one in found]
        self.query_one("#text", Static).update(
            stacked(lines or [Content(_("Every device has reported, and is well."))])
        )


def ailment(one: Ailment, glance: Glance) -> Content:
    """Shape, button, what, since when, zone."""
    what = word(one.kind) + (f" {one.battery_pct} %" if one.battery_pct is not None else "")
    left = styled("▲ " if one.grave else "· ", "bold $warning" if one.grave else "$muted")
    left += styled(f"{one.button:<11}", "bold" if one.grave else "")
    left += Content(f"{age(glance.age_s(one.since)):>8}  {what}")
    return left + styled(f" · {glance.atlas.zone(one.zone)}", "$muted")
