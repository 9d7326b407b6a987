"""Ask for one line of text, or for a choice and a line: note, recall, heard, take over, reopen, and quit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.domain.room import Seen
from console.locale import N_, _
from console.tui.pane import styled
from console.tui.screens.dialog import Dialog


class AskLine(Dialog[str]):
    """Ask for a line; the answer is that line. ``needed`` False: it may stay empty."""

    FIRST = "#words"

    def __init__(self, title: str, label: str, seen: Seen, *, needed: bool = True) -> None:
        super().__init__(title, seen)
        self._label, self._needed = label, needed

    def body(self) -> ComposeResult:
        """The line."""
        yield Static(self._label, classes="label", markup=False)
        yield Input(max_length=2000, id="words")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The line is complete."""
        words = event.value.strip()
        if self._needed and not words:
            self.say_wrong(_("Write a line of text."))
        else:
            self.dismiss(words)


class AskChoice(Dialog[tuple[str, str]]):
    """One of several, and a line; the answer is (key of the choice, line)."""

    def __init__(
        self,
        title: str,
        seen: Seen | None,
        label: str,
        choices: Sequence[tuple[str, str]],
        words_label: str,
        *,
        needed: bool = True,
    ) -> None:
        super().__init__(title, seen)
        self._label, self._choices, self._words_label, self._needed = label, choices, words_label, needed

    def body(self) -> ComposeResult:
        """The choices by name, and the line."""
        yield Static(self._label, classes="label", markup=False)
        yield OptionList(*(Option(Content(name), id=key) for key, name in self._choices), id="choices")
        yield Static(self._words_label, classes="label", markup=False)
        yield Input(max_length=2000, id="words")

    def on_mount(self) -> None:
        """The cursor stands on the first one."""
        self.query_one("#choices", OptionList).highlighted = 0

    def begin(self) -> None:
        """The keys go to the choice or, where there is but one, to the line."""
        self.set_focus(self.query_one("#words" if len(self._choices) == 1 else "#choices"))

    def on_option_list_option_selected(self) -> None:
        """Chosen: now the line."""
        self.set_focus(self.query_one("#words"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The line is complete."""
        place, words = self.query_one("#choices", OptionList).highlighted, event.value.strip()
        if self._needed and not words:
            self.say_wrong(_("Write a line of text."))
        elif place is not None:
            self.dismiss((self._choices[place][0], words))


class Confirm(Dialog[bool]):
    """A question that only a deliberate key answers with yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", N_("yes"), priority=True, id="confirm.yes", tooltip=N_("Yes, do it")),
        Binding("n", "cancel", N_("no"), priority=True, id="confirm.no", tooltip=N_("No, go back")),
    ]

    def __init__(self, title: str, question: str, name: str) -> None:
        super().__init__(title, name=name)
        self._question = question

    def body(self) -> ComposeResult:
        """The question."""
        yield Static(styled(self._question), markup=False)

    def keys(self) -> str:
        """The two answers."""
        return _("y: yes · n or esc: no")

    def action_yes(self) -> None:
        """Yes."""
        self.dismiss(True)
