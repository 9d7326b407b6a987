"""Log what is heard on the line: a digit logs a code at once, the cursor and the line add words to it (W2)."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList

from console.domain.events import Heard
from console.domain.room import Seen
from console.domain.voice_line import WORDS
from console.locale import N_, _
from console.locale.words import word
from console.tui.screens.ask import AskChoice


class HeardDialog(AskChoice):
    """Each code has a digit. What a person says in a word of W4 is proof or alarm: these two ask for enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            str(digit),
            f"code({digit})",
            N_("log it"),
            show=False,
            priority=True,
            id=f"heard.{digit}",
            tooltip=N_("Log the code with this digit"),
        )
        for digit, _code in enumerate(Heard, start=1)
    ]

    def __init__(self, seen: Seen) -> None:
        codes = [(one.value, f"{digit}  {word(one)}") for digit, one in enumerate(Heard, start=1)]
        super().__init__(
            _("Heard on the line"), seen, _("What"), codes, _("In words, if needed"), needed=False
        )

    def keys(self) -> str:
        """What the keys do."""
        return _("1–9: log it at once (the two words: then enter) · ↑↓ enter: with words · esc: back")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A digit in the line is a digit."""
        if action == "code":
            return not isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    def action_code(self, digit: int) -> None:
        """Log the code of a digit; a word of W4 is only chosen, so that no slip of the finger logs it."""
        code = tuple(Heard)[digit - 1]
        if code not in WORDS:
            self.dismiss((code.value, ""))
            return
        self.query_one("#choices", OptionList).highlighted = digit - 1
        self.set_focus(self.query_one("#words"))
