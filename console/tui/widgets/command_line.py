"""A line for commands: ``d L-12 L-07``, ``n neighbour saw him leave``; with completion and what was typed before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from console.domain.commands import AnyCommand
from console.domain.completion import Names, completions, verb_of
from console.domain.days import belgium
from console.domain.room import Seen
from console.domain.typed import MAKES_ONE, OF_NONE, VERBS, MistypedError, typed
from console.locale import N_, _
from console.locale.words import mistake as said_plainly
from console.tui.glance import Glance
from console.tui.pane import joined, styled

READ_S: Final = 0.6
"""So long after a question has come up no enter answers it: the key was on its way already."""

KEPT: Final = 100
"""So many lines are remembered, in memory alone; another operator does not see them."""

FITS: Final = 12
"""So many completions are named below the line."""


class CommandLine(Input):
    """Bound to what was selected when it opened. A wrong line stays, with a sentence that says what is wrong.

    ``look`` is what was painted last; ``clock`` is monotonic. ``done`` is called with a command and what it acts on,
    or with nothing when the line is left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "leave",
            N_("back"),
            show=False,
            priority=True,
            id="line.back",
            tooltip=N_("Leave the line"),
        ),
        Binding(
            "up", "earlier", N_("earlier"), show=False, id="line.earlier", tooltip=N_("What was typed before")
        ),
        Binding(
            "down", "later", N_("later"), show=False, id="line.later", tooltip=N_("What was typed after it")
        ),
        Binding(
            "tab",
            "complete",
            N_("complete"),
            show=False,
            id="line.complete",
            tooltip=N_("Complete the word; again: the next that fits"),
        ),
        # Priority: what is typed right after it goes to where the line leads, not into the line.
        Binding(
            "enter",
            "go",
            N_("do it"),
            show=False,
            priority=True,
            id="line.do",
            tooltip=N_("Do what is typed"),
        ),
    ]

    class Hint(Message):
        """What stands below the line is another one."""

        def __init__(self, said: Content) -> None:
            self.said = said
            super().__init__()

        def can_replace(self, message: Message) -> bool:
            """Only the latest counts."""
            return isinstance(message, CommandLine.Hint)

    def __init__(
        self,
        look: Callable[[], Glance],
        clock: Callable[[], float],
        done: Callable[[AnyCommand | None, Seen | None], None],
    ) -> None:
        super().__init__(max_length=2000, id="command-line", compact=True, select_on_focus=False)
        self._look, self._clock, self._done = look, clock, done
        self._seen: Seen | None = None
        self._typed: list[str] = []
        self._draft = ""
        self._whose: str | None = None
        self._names = Names()
        self._place = 0
        self._fits: tuple[str, ...] = ()
        self._fit = -1
        self._asked_s: float | None = None

    def open(self, glance: Glance) -> None:
        """Begin a line for what is selected."""
        operator = glance.picture.operator
        if (who := operator.id if operator else None) != self._whose:
            self._whose, self._typed = who, []
        self._seen, self._place, self._draft = glance.seen, len(self._typed), ""
        self._names, self._fits, self._asked_s = names_of(glance), (), None
        self.placeholder = _("d L-12 L-07 · n a note · esc: back")
        self.value = ""
        self._hint()

    # What stands below it

    def watch_value(self, value: str) -> None:
        """Every letter: what fits now."""
        if value not in self._fits:
            self._fits, self._fit = completions(value, self._names), -1
        self._asked_s = None
        self._hint()

    def _hint(self, wrong: str = "") -> None:
        """On what it acts; then what is wrong or, while all is well, what follows and what fits."""
        number = styled(self._seen.state.number if self._seen else _("no intervention"), "bold")
        if wrong:
            self.post_message(self.Hint(joined([number, styled(f"✕ {wrong}", "bold $warning")])))
            return
        verb = verb_of(self.value.split(), self._names)
        usage = f"{verb} {VERBS[verb]}".strip() if verb in VERBS else ""
        fits = [one.split(" ")[-1] or one.strip() for one in self._fits[:FITS]]
        if self._fits and self._fit >= 0:
            fits = [f"[{one}]" if place == self._fit else one for place, one in enumerate(fits)]
        said = styled("  ".join(fits), "$primary")
        keys = styled(_("tab: complete") if fits else "", "$muted")
        self.post_message(self.Hint(joined([number, styled(usage, "$muted"), said, keys])))

    # Keys

    def action_leave(self) -> None:
        """Leave it; nothing is done."""
        self._done(None, None)

    def action_earlier(self) -> None:
        """The line before."""
        if self._place == len(self._typed):
            self._draft = self.value
        self._show(max(0, self._place - 1))

    def action_later(self) -> None:
        """The line after it; at last what was being typed."""
        self._show(min(len(self._typed), self._place + 1))

    def _show(self, place: int) -> None:
        self._place = place
        self.value = self._typed[place] if place < len(self._typed) else self._draft
        self.cursor_position = len(self.value)

    def action_complete(self) -> None:
        """The first that fits, then the next one."""
        if self._fits:
            self._fit = (self._fit + 1) % len(self._fits)
            self.value = self._fits[self._fit]
            self.cursor_position = len(self.value)

    async def action_go(self) -> None:
        """Read the line once every letter that was typed before is in it."""
        all_in = asyncio.Event()
        self.call_later(all_in.set)
        await all_in.wait()
        line = self.value.strip().removeprefix("/").strip()
        if not line:
            self.action_leave()
        elif wrong := self._read(line):
            self._hint(wrong)

    def _read(self, line: str) -> str:
        """Do it, or say what is wrong."""
        verb, words = verb_of(line.split(), self._names), line.split()[1:]
        alone, glance = verb in MAKES_ONE | OF_NONE, self._look()
        if self._seen is None and not alone:
            return _("Select an intervention first.")
        try:
            do = typed(verb, words, now=glance.now and glance.now.astimezone(belgium()))
        except MistypedError as mistake:
            return said_plainly(mistake)
        if not alone and self._seen is not None and (changed := self._changed(self._seen, glance)):
            return changed
        self._typed = [*(one for one in self._typed if one != line), line][-KEPT:]
        self._done(do, None if alone else self._seen)
        return ""

    def _changed(self, seen: Seen, glance: Glance) -> str:
        """Ask where the intervention is no longer as it was when the line opened; a later enter says yes."""
        now = glance.find(seen.state.id)
        if now is not None and now.state.decision != seen.state.decision:
            self._seen, self._asked_s = now, self._clock()
        if self._asked_s is None or self._clock() - self._asked_s >= READ_S:
            return ""
        return _("It has changed since you opened the line: enter does it all the same, esc leaves it.")


def names_of(glance: Glance) -> Names:
    """What can be named: the ranking's patrols first, then the zones of the intervention and of the country."""
    advice, patrols, seen = glance.recommendation, glance.picture.room.patrols.values(), glance.seen
    ranked = [one.patrol.call_sign for one in advice.ranked if one.eligible] if advice else []
    state = seen.state if seen else None
    on_it = (*(one.patrol for one in state.sent), *state.reserved, *state.proposed) if state else ()
    zones: list[str] = []
    if state is not None:
        zones += [one for one in (state.proposed_zone, state.zone, state.file_zone) if one]
        zones += [part.zone for part in state.allocation.shares if part.zone] if state.allocation else []
    return Names(
        call_signs=tuple(dict.fromkeys([*ranked, *sorted(one.call_sign for one in patrols)])),
        on_it=tuple(map(glance.call_sign, on_it)),
        zones=tuple(dict.fromkeys([*zones, *sorted(one.zone for one in patrols if one.zone)])),
    )
