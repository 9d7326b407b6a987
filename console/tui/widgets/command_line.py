"""A line for commands: ``d L-12 L-07``, ``n neighbour saw him leave``; with completion and what was typed before."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input

from console.domain.commands import AnyCommand
from console.domain.days import belgium
from console.domain.room import Seen
from console.domain.typed import MAKES_ONE, OF_NONE, VERBS, MistypedError, typed
from console.locale import N_, _
from console.locale.words import mistake as said_plainly
from console.tui.glance import Glance

SHORT: Final = {
    "a": "acknowledge",
    "u": "release",
    "d": "dispatch",
    "n": "note",
    "r": "recall",
    "t": "take-over",
    "c": "close",
    "o": "reopen",
    "p": "danger-passed",
    "h": "heard",
    "i": "listen",
    "s": "unmute",
    "w": "chat",
    "b": "ring",
    "B": "call",
    "W": "push",
    "S": "saw",
    "k": "reserve",
    "e": "request",
    "x": "choose-fix",
    "z": "change-zone",
}
"""The letter of the key stands for the verb."""


class CommandLine(Input):
    """Bound to what was selected when it opened. Posts `Done` with a command, a complaint, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), show=False, id="line.back", tooltip=N_("Leave the line")),
        Binding(
            "up", "earlier", N_("earlier"), show=False, id="line.earlier", tooltip=N_("What was typed before")
        ),
    ]

    class Done(Message):
        """The line is left. ``do`` acts on ``seen``; ``wrong`` says why there is no command."""

        def __init__(self, do: AnyCommand | None = None, seen: Seen | None = None, wrong: str = "") -> None:
            self.do, self.seen, self.wrong = do, seen, wrong
            super().__init__()

    def __init__(self) -> None:
        super().__init__(max_length=2000, id="command-line", compact=True, select_on_focus=False)
        self._seen: Seen | None = None
        self._now: datetime | None = None
        self._typed: list[str] = []
        self._signs: frozenset[str] = frozenset()
        self._place = 0

    def open(self, glance: Glance) -> None:
        """Begin a line for what is selected."""
        self._seen, self._now, self._place = glance.seen, glance.now, len(self._typed)
        number = glance.seen.state.number if glance.seen else ""
        self.placeholder = f"{number} · " + _("d L-12 L-07 · n a note · esc: back")
        signs = [one.call_sign for one in glance.picture.room.patrols.values()]
        self._signs = frozenset(signs)
        verbs = [*VERBS, *SHORT]
        self.suggester = SuggestFromList(
            [*verbs, *(f"{verb} {sign}" for verb in ("d", "dispatch", "r", "recall") for sign in signs)]
        )
        self.value = ""

    def action_leave(self) -> None:
        """Leave it; nothing is done."""
        self.post_message(self.Done())

    def action_earlier(self) -> None:
        """The line before."""
        if self._place > 0:
            self._place -= 1
            self.value = self._typed[self._place]
            self.cursor_position = len(self.value)

    async def action_submit(self) -> None:
        """Read the line."""
        line = self.value.strip().removeprefix("/")
        verb, *words = line.split() or [""]
        if not verb:
            self.action_leave()
            return
        self._typed.append(line)
        # "/s L-12 alone" is a patrol's word: never a reason for which our microphone goes on by a slip of shift.
        verb = "saw" if verb == "s" and words and words[0] in self._signs else SHORT.get(verb, verb)
        if self._seen is None and verb not in MAKES_ONE | OF_NONE:
            self.post_message(self.Done(wrong=_("Select an intervention first.")))
            return
        try:
            do = typed(verb, words, now=self._now and self._now.astimezone(belgium()))
        except MistypedError as mistake:
            self.post_message(self.Done(wrong=said_plainly(mistake)))
        else:
            self.post_message(self.Done(do, None if verb in MAKES_ONE | OF_NONE else self._seen))
