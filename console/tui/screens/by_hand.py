"""Open an intervention without a press: by name, phone or button, with a reason (W5)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from textual.app import ComposeResult
from textual.widgets import Input, Static

from console.domain.commands import LONGEST_NAME, OpenByHand
from console.domain.rules.by_hand import LEAST_LETTERS
from console.locale import _
from console.tui.screens.dialog import Dialog

Send = Callable[[OpenByHand], UUID]


class OpenDialog(Dialog[None]):
    """Stays open until the backend has agreed: of several victims it names the buttons, and one of them is typed."""

    def __init__(self, send: Send, victim: str = "", reason: str = "") -> None:
        super().__init__(_("Open by hand, without a press"))
        self._send, self._victim, self._reason = send, victim, reason
        self.command: UUID | None = None

    def body(self) -> ComposeResult:
        """Who, and why."""
        yield Static(_("Victim: name, phone or button"), classes="label", markup=False)
        yield Input(self._victim, max_length=LONGEST_NAME, id="victim")
        yield Static(_("Reason: who called, what is known"), classes="label", markup=False)
        yield Input(self._reason, max_length=2000, id="reason")

    def begin(self) -> None:
        """The keys go to the first line that is still empty."""
        self.set_focus(self.query_one("#reason" if self._victim else "#victim"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A line is complete: on to the reason, or do it."""
        if event.input.id == "victim" and not self._line("#reason"):
            self.set_focus(self.query_one("#reason"))
            return
        victim, reason = self._line("#victim"), self._line("#reason")
        if len(victim) < LEAST_LETTERS:
            self.say_wrong(_("Type at least {n} letters or digits of her.", n=LEAST_LETTERS))
        elif not reason:
            self.say_wrong(_("Write the reason: it stands in the log."))
        elif self.command is None:
            self.say_wrong(_("sending…"))
            self.command = self._send(OpenByHand(victim=victim, reason=reason))

    def refused(self, sentence: str) -> None:
        """The backend refused: its sentence, and everything as it was typed."""
        self.command = None
        self.say_wrong(sentence)
        self.set_focus(self.query_one("#victim"))

    def _line(self, selector: str) -> str:
        return self.query_one(selector, Input).value.strip()
