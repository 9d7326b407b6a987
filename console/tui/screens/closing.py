"""Close with an outcome, the proof where one is needed (W13), and a line of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.domain.commands import Close
from console.domain.decide import NEEDS_PROOF
from console.domain.events import Outcome, VerifiedBy
from console.domain.room import Seen
from console.locale import N_, _
from console.locale.words import word
from console.tui.pane import styled
from console.tui.screens.dialog import Dialog

Send = Callable[[Close], UUID]


class CloseDialog(Dialog[None]):
    """Stays open until the backend has agreed: what it refuses is shown here, and can be put right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", N_("close it"), id="close.send", tooltip=N_("Send the close")),
    ]

    def __init__(self, seen: Seen, send: Send) -> None:
        super().__init__(_("Close"), seen)
        self._send = send
        self.command: UUID | None = None

    def body(self) -> ComposeResult:
        """Outcomes, proofs, the line."""
        with Horizontal(id="choices"):
            with Vertical():
                yield Static(_("Outcome"), classes="label", markup=False)
                yield OptionList(*(_option(one, one in NEEDS_PROOF) for one in Outcome), id="outcome")
            with Vertical():
                yield Static(_("Verified by (needed for ✱)"), classes="label", markup=False)
                yield OptionList(
                    Option(Content(_("nobody")), id="nobody"),
                    *(_option(one) for one in VerifiedBy),
                    id="proof",
                )
        yield Static(_("In a line: what happened"), classes="label", markup=False)
        yield Input(max_length=2000, id="words")

    def keys(self) -> str:
        """What the keys do."""
        return _("↑↓ and enter: choose · tab: next · enter on the line: close it · esc: back")

    def on_mount(self) -> None:
        """Nothing is chosen beforehand but "nobody": an outcome is a decision."""
        self.query_one("#proof", OptionList).highlighted = 0
        self.query_one("#outcome").focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen: on to the next question."""
        self.query_one("#proof" if event.option_list.id == "outcome" else "#words").focus()

    def on_input_submitted(self) -> None:
        """The line is complete."""
        self.action_send()

    def action_send(self) -> None:
        """Send what was chosen; the answer comes with a later picture."""
        outcome = self.query_one("#outcome", OptionList).highlighted_option
        proof = self.query_one("#proof", OptionList).highlighted_option
        words = self.query_one("#words", Input).value.strip()
        if outcome is None or outcome.id is None:
            self.say_wrong(_("Choose an outcome."))
        elif not words:
            self.say_wrong(_("Write a line of text."))
        else:
            verified = VerifiedBy(proof.id) if proof and proof.id and proof.id != "nobody" else None
            self.say_wrong(_("sending…"))
            self.command = self._send(Close(outcome=Outcome(outcome.id), verified_by=verified, words=words))

    def refused(self, sentence: str) -> None:
        """The backend refused: its sentence, and everything as it was typed."""
        self.command = None
        self.say_wrong(sentence)


def _option(one: Outcome | VerifiedBy, proof: bool = False) -> Option:
    return Option(styled(word(one)) + styled(" ✱" if proof else "", "$warning"), id=one.value)
