"""Use a channel to the victim: what is said, and where the case file does not allow it, why not and the reason (W3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from console.domain.casefile import Channel, ChannelAnswer
from console.domain.commands import Call, Chat, Push, Ring, Unmute
from console.domain.room import Seen
from console.locale import N_, _
from console.locale.words import word
from console.tui.measures import day
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog

Act = Chat | Ring | Call | Push | Unmute
Send = Callable[[Act], UUID]

TITLES: Final = {
    Channel.SPEAK: N_("Speak on the line"),
    Channel.CHAT: N_("Chat to her app"),
    Channel.RING: N_("Ring her phone"),
    Channel.CALL: N_("Call her"),
    Channel.PUSH: N_("Push message to her screen"),
}

WRITTEN: Final = {Channel.CHAT, Channel.PUSH}
"""Channels that carry words."""


class ChannelDialog(Dialog[None]):
    """Stays open until the backend has agreed: what it refuses is shown here, and what was typed stays."""

    def __init__(self, seen: Seen, answer: ChannelAnswer, send: Send) -> None:
        super().__init__(_(TITLES[answer.channel]), seen)
        self._answer, self._send = answer, send
        self.command: UUID | None = None

    def body(self) -> ComposeResult:
        """Why it is allowed or not; the words of a chat; the reason of an override."""
        yield Static(stacked(rule_of(self._answer)), id="rule", markup=False)
        if self._answer.channel in WRITTEN:
            yield Static(_("What she is to read"), classes="label", markup=False)
            yield Input(max_length=2000, id="words")
        if not self._answer.allowed:
            yield Static(
                _("Why all the same (the supervisor sees it at once)"), classes="label", markup=False
            )
            yield Input(max_length=2000, id="reason")

    def begin(self) -> None:
        """The keys go to the first line there is."""
        for line in self.query(Input):
            self.set_focus(line)
            return

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A line is complete: on to the reason, or do it."""
        if event.input.id == "words" and not self._answer.allowed and event.value.strip():
            self.set_focus(self.query_one("#reason"))
        else:
            self.action_go_on()

    def entered(self) -> None:
        """There is no line to fill in."""
        self.action_go_on()

    def action_go_on(self) -> None:
        """Send it; the answer comes with a later picture."""
        words, reason = self._line("#words"), self._line("#reason")
        if self._answer.channel in WRITTEN and not words:
            self.say_wrong(_("Write a line of text."))
        elif not self._answer.allowed and not reason:
            self.say_wrong(_("Type the reason, or press esc: nothing is done without it."))
        elif self.command is None:
            self.say_wrong(_("sending…"))
            self.command = self._send(self._act(words, reason or None))

    def refused(self, sentence: str) -> None:
        """The backend refused: its sentence, and everything as it was typed."""
        self.command = None
        self.say_wrong(sentence)

    def _act(self, words: str, reason: str | None) -> Act:
        match self._answer.channel:
            case Channel.CHAT:
                return Chat(words=words, override=reason)
            case Channel.PUSH:
                return Push(words=words, override=reason)
            case Channel.RING:
                return Ring(override=reason)
            case Channel.CALL:
                return Call(override=reason)
            case _:
                return Unmute(override=reason)

    def _line(self, selector: str) -> str:
        return "".join(line.value.strip() for line in self.query(selector).results(Input))


def rule_of(answer: ChannelAnswer) -> Iterator[Content]:
    """Allowed or not, why, and who said so when."""
    channel = word(answer.channel)
    if answer.allowed:
        yield styled("✓ ", "$success") + Content(_("The case file allows it: {channel}", channel=channel))
    else:
        said = _(
            "The case file does not allow it: {channel}, {why}", channel=channel, why=word(answer.reason)
        )
        yield styled(f"✕ {said}", "bold $warning")
    if answer.rule is not None:
        source = answer.rule.provenance
        yield styled(f"{source.source}, {day(source.on)}, {source.checked_by}", "$muted")
