"""Enter what was done by voice while the link was down, with the time at which it happened (W12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.domain import commands as c
from console.domain.days import belgium
from console.domain.events import DoneByVoice
from console.domain.room import Seen
from console.domain.rules.by_hand import moment_of
from console.link.interface import Pending, Waiting
from console.locale import N_, _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.screens.dialog import Dialog
from console.tui.sentences import asked

AS_ENTERED: Final = {
    "acknowledge": DoneByVoice.ACKNOWLEDGED,
    "dispatch": DoneByVoice.DISPATCHED,
    "danger-passed": DoneByVoice.DANGER_PASSED,
    "recall": DoneByVoice.RECALLED,
    "request": DoneByVoice.SERVICE_REQUESTED,
    "take-over": DoneByVoice.HANDED_OVER,
    "offer-lead": DoneByVoice.HANDED_OVER,
}
"""What a command that did not go out is called once it was done by voice."""


class AfterwardsDialog(Dialog[c.Afterwards]):
    """``unsent``: a command that waits or was dropped; it lies ready as it was meant, with its time."""

    FIRST = "#time"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pick", N_("choose"), show=False, id="afterwards.choose", tooltip=N_("Choose it")),
    ]

    def __init__(
        self,
        seen: Seen,
        glance: Glance,
        check: Callable[[c.Afterwards], str],
        unsent: Pending | None = None,
    ) -> None:
        """``check`` says why it would be refused; empty if it would not."""
        super().__init__(_("Enter afterwards"), seen)
        self._glance, self._check, self._unsent = glance, check, unsent
        self._what = AS_ENTERED.get(unsent.command.do.verb, DoneByVoice.OTHER) if unsent else None

    def body(self) -> ComposeResult:
        """When, what, and in words."""
        yield Static(_("When it happened (hour:minute)"), classes="label", markup=False)
        yield Input(self._time(), max_length=5, id="time")
        yield Static(_("What was done by radio or telephone"), classes="label", markup=False)
        yield OptionList(*(Option(Content(word(one)), id=one.value) for one in DoneByVoice), id="what")
        yield Static(_("In words: who, with whom"), classes="label", markup=False)
        yield Input(self._words(), max_length=2000, id="words")

    def on_mount(self) -> None:
        """The cursor stands on what the unsent command meant."""
        self.query_one("#what", OptionList).highlighted = [*DoneByVoice].index(
            self._what or DoneByVoice.OTHER
        )

    def on_option_list_option_selected(self) -> None:
        """Chosen: now the words."""
        self.set_focus(self.query_one("#words"))

    def action_pick(self) -> None:
        """The space bar chooses as enter does."""
        if isinstance(self.focused, OptionList):
            self.focused.action_select()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A line is complete: on to the next question, or enter it."""
        if event.input.id == "time":
            self.set_focus(self.query_one("#what"))
            return
        now, words = self._glance.now, self.query_one("#words", Input).value.strip()
        place = self.query_one("#what", OptionList).highlighted
        if now is None or place is None or not words:
            self.say_wrong(_("Write a line of text."))
            return
        try:
            moment = moment_of(self.query_one("#time", Input).value.strip(), now.astimezone(belgium()))
        except ValueError:
            self.say_wrong(_("Write the time of day as 14:05."))
            self.set_focus(self.query_one("#time"))
            return
        made = c.Afterwards(happened_at=moment, what=[*DoneByVoice][place], words=words)
        if wrong := self._check(made):
            self.say_wrong(wrong)
        else:
            self.dismiss(made)

    def show(self, glance: Glance) -> None:
        """A newer picture: its time counts. It is no decision, so that a change does not matter."""
        self._glance = glance

    def _time(self) -> str:
        clock = self._glance.picture.clock
        moment: datetime | None = self._glance.now
        if self._unsent is not None and clock is not None:
            moment = clock.at(self._unsent.since_s)
        return moment.astimezone(belgium()).strftime("%H:%M") if moment else ""

    def _words(self) -> str:
        return asked(self._unsent.command.do, self._glance.call_sign) if self._unsent else ""


def unsent_of(glance: Glance, intervention: UUID) -> Pending | None:
    """The oldest command on this intervention that asks: what it wanted may have been done by voice."""
    names = {str(intervention)}
    if (seen := glance.find(intervention)) is not None:
        names.add(seen.state.number)
    waiting = [
        one
        for one in glance.picture.pending.values()
        if one.waiting is Waiting.ASKS and one.command.intervention in names
    ]
    return min(waiting, key=lambda one: one.since_s, default=None)
