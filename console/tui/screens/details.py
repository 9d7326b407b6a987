"""The full case file of a living intervention, and its whole timeline; each showing is logged (W7)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from console.domain.casefile import CaseFile
from console.domain.room import Seen
from console.link.interface import Ask
from console.locale import N_, _
from console.locale.words import refusal
from console.tui.glance import Glance
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog, late
from console.tui.street import how_streets_stand
from console.tui.widgets.file_sheet import sheet
from console.tui.widgets.timeline import sentence, told
from console.wire.console_frames import Answer, AskCasefile

WORDS_SHOWN_S = 3.0
"""A terminal does not tell when a key is let go: the words are masked again after so long (W4)."""


class DetailsDialog(Dialog[None]):
    """The case file is asked for when it opens; the words of W4 stay masked but for a moment."""

    BROAD = True
    FIRST = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "w", "words", N_("show the words"), id="details.words", tooltip=N_("Show the two words for 3 s")
        ),
    ]

    class Answered(Message):
        """The backend answered; or it did not, and ``wrong`` says why."""

        def __init__(self, answer: Answer | None, wrong: str = "") -> None:
            self.answer, self.wrong = answer, wrong
            super().__init__()

    def __init__(self, seen: Seen, glance: Glance, ask: Callable[[Ask], Future[Answer]]) -> None:
        super().__init__(_("Case file"), seen)
        self._glance, self._ask = glance, ask
        self._file: CaseFile | None = None
        self._shown_for: Timer | None = None

    def body(self) -> ComposeResult:
        """The file above, what happened below."""
        with VerticalScroll(id="scroll"):
            yield Static("…", id="file", markup=False)
            yield Static("", id="events", markup=False)

    def keys(self) -> str:
        """What the keys do."""
        return _("w: show the words for 3 s · ↑↓: scroll · esc: back")

    def on_mount(self) -> None:
        """Ask for the file; show the timeline, which is here."""
        self._events(self._glance)
        assert self.intervention is not None
        future = self._ask(AskCasefile(intervention=str(self.intervention)))
        future.add_done_callback(self._heard)

    def _heard(self, future: Future[Answer]) -> None:
        try:
            message = self.Answered(future.result())
        except Exception as wrong:
            message = self.Answered(None, str(wrong))
        self.post_message(message)

    @late
    def on_details_dialog_answered(self, message: Answered) -> None:
        """Show the file, or why it is not shown."""
        answer = message.answer
        if answer is None:
            self.say_wrong(_("No answer: the link was lost. The first-second view stays."))
        elif answer.refusal is not None:
            self.say_wrong(refusal(answer.refusal))
        elif answer.case_file is None:
            self.say_wrong(_("There is no case file, or it is sealed."))
        else:
            self._file = answer.case_file
        self._paint(words=False)

    def show(self, glance: Glance) -> None:
        """A newer picture: the timeline goes on."""
        self._events(glance)

    def action_words(self) -> None:
        """Show the two words for a moment."""
        if self._file is None:
            return
        self._paint(words=True)
        if self._shown_for is not None:
            self._shown_for.stop()
        self._shown_for = self.set_timer(WORDS_SHOWN_S, lambda: self._paint(words=False))

    def _paint(self, *, words: bool) -> None:
        if self._file is None:
            self.query_one("#file", Static).update("")
        else:
            self.query_one("#file", Static).update(stacked(sheet(self._file, self._glance, words=words)))

    def _events(self, glance: Glance) -> None:
        seen = glance.find(self.intervention) if self.intervention else None
        if seen is None:
            return
        lines = [
            styled(how_streets_stand(glance), "$muted"),
            Content(""),
            styled(_("TIMELINE"), "bold $primary"),
        ]
        lines += [sentence(event, glance, 400) for event in told(seen.timeline)[::-1]]
        self.query_one("#events", Static).update(stacked(lines))
