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
from console.domain.events import Outcome, VerifiedBy
from console.domain.room import Seen
from console.domain.rules.ending import NEEDS_PROOF, missing_for
from console.locale import N_, _
from console.locale.words import refusal, word
from console.tui.glance import Glance
from console.tui.pane import styled
from console.tui.screens.dialog import Dialog

Send = Callable[[Close], UUID]


class CloseDialog(Dialog[None]):
    """Says what is missing as soon as an outcome is chosen, by the rule that the backend asks as well.

    It stays open until the backend has agreed: what it refuses is shown here, and can be put right.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority: it is chosen before the next key is looked at, which so goes to the question that follows.
        Binding(
            "space,enter",
            "pick",
            N_("choose"),
            show=False,
            priority=True,
            id="close.choose",
            tooltip=N_("Choose it"),
        ),
        Binding("ctrl+s", "send", N_("close it"), id="close.send", tooltip=N_("Send the close")),
    ]

    FIRST = "#outcome"

    def __init__(self, seen: Seen, send: Send) -> None:
        super().__init__(_("Close"), seen)
        self._send, self._state = send, seen.state
        self.command: UUID | None = None
        self.outcome: Outcome | None = None
        self.verified_by: VerifiedBy | None = None

    def body(self) -> ComposeResult:
        """Outcomes, proofs, the line."""
        with Horizontal(id="sides"):
            with Vertical():
                yield Static(_("Outcome"), classes="label", markup=False)
                yield OptionList(*(Option("", id=one.value) for one in Outcome), id="outcome", markup=False)
            with Vertical(classes="second"):
                yield Static(_("Verified by (✱)"), classes="label", markup=False)
                yield OptionList(*(Option("", id=one) for one in ("", *VerifiedBy)), id="proof", markup=False)
        yield Static(_("In a line: what happened"), classes="label", markup=False)
        yield Input(max_length=2000, id="words")

    def keys(self) -> str:
        """What the keys do."""
        return _("enter or space: choose, on to the next · enter on the line: close it · esc: back")

    def on_mount(self) -> None:
        """Nothing is chosen beforehand: an outcome is a decision."""
        self._write()

    def show(self, glance: Glance) -> None:
        """A newer picture: what is missing may have come, or gone."""
        seen = glance.find(self.intervention) if self.intervention else None
        if seen is not None and seen.state is not self._state:
            self._state = seen.state
            self._say_missing()
        super().show(glance)

    def _say_missing(self) -> None:
        """What the chosen outcome still needs, before it is tried (W13)."""
        if self.outcome is None or self.command is not None:
            return
        missing = missing_for(self._state, self.outcome, self.verified_by)
        self.say_wrong(refusal(missing) if missing else "")

    def _write(self) -> None:
        outcomes, proofs = self.query_one("#outcome", OptionList), self.query_one("#proof", OptionList)
        for place, outcome in enumerate(Outcome):
            proof = styled(" ✱", "$warning") if outcome in NEEDS_PROOF else Content("")
            outcomes.replace_option_prompt_at_index(
                place, _mark(outcome is self.outcome) + word(outcome) + proof
            )
        proofs.replace_option_prompt_at_index(0, _mark(self.verified_by is None) + _("nobody"))
        for place, proved in enumerate(VerifiedBy, start=1):
            proofs.replace_option_prompt_at_index(place, _mark(proved is self.verified_by) + word(proved))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Space and enter choose in the lists; in the line they are what they are there."""
        if action == "pick":
            return isinstance(self.focused, OptionList)
        return super().check_action(action, parameters)

    def action_pick(self) -> None:
        """Choose what is highlighted."""
        options = self.focused
        if isinstance(options, OptionList) and options.highlighted is not None:
            self._choose(options, options.get_option_at_index(options.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen with the mouse."""
        self._choose(event.option_list, event.option.id)

    def _choose(self, options: OptionList, chosen: str | None) -> None:
        """Note it, and go on to the next question."""
        if options.id == "outcome" and chosen:
            self.outcome = Outcome(chosen)
            self.set_focus(self.query_one("#proof" if self.outcome in NEEDS_PROOF else "#words"))
        else:
            self.verified_by = VerifiedBy(chosen) if chosen else None
            self.set_focus(self.query_one("#words"))
        self._write()
        self._say_missing()

    def on_input_submitted(self) -> None:
        """The line is complete."""
        self.action_send()

    def action_send(self) -> None:
        """Send what was chosen; the answer comes with a later picture."""
        words = self.query_one("#words", Input).value.strip()
        if self.outcome is None:
            self.say_wrong(_("Choose an outcome."))
        elif not words:
            self.say_wrong(_("Write a line of text."))
        elif self.command is None:
            self.say_wrong(_("sending…"))
            self.command = self._send(Close(outcome=self.outcome, verified_by=self.verified_by, words=words))

    def say_wrong(self, sentence: str) -> None:
        """On a small screen the lists give up rows, so that the sentence and the keys stay whole."""
        self.set_class(bool(sentence), "-said")
        super().say_wrong(sentence)

    def refused(self, sentence: str) -> None:
        """The backend refused: its sentence, and everything as it was typed."""
        self.command = None
        self.say_wrong(sentence)


def _mark(chosen: bool) -> Content:
    return styled("● ", "bold $primary") if chosen else styled("○ ", "$muted")
