"""When a console may lock or log out, and what its operator holds (W17). No clock is read here.

Who handles an open intervention, or listens on its line, holds it. Listening in silence means no keys: it must never
look like an empty chair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from console.domain.commands import Refusal
from console.domain.intervention import Intervention, State
from console.domain.voice_line import LineState


class HoldKind(StrEnum):
    """How an operator holds an intervention."""

    HANDLES = "handles"
    LISTENS = "listens"


@dataclass(frozen=True, slots=True)
class Hold:
    """One intervention that an operator holds, and how; who handles it and listens as well, handles it."""

    intervention: UUID
    number: str
    kind: HoldKind


def holds(states: Iterable[Intervention], operator: str) -> tuple[Hold, ...]:
    """What an operator holds of these, in their order. A lost line is held as well: it may come back."""
    held = []
    for state in states:
        if state.state is State.CLOSED:
            continue
        if state.handler == operator:
            held.append(Hold(state.id, state.number, HoldKind.HANDLES))
        elif state.line.listener == operator and state.line.state in {LineState.OPEN, LineState.LOST}:
            held.append(Hold(state.id, state.number, HoldKind.LISTENS))
    return tuple(held)


def may_lock(states: Iterable[Intervention], operator: str) -> Refusal | None:
    """Why a console of this operator must neither lock nor log out now; None: it may (W17)."""
    held = holds(states, operator)
    handled = [one.number for one in held if one.kind is HoldKind.HANDLES]
    if handled:
        return Refusal(code="holds_open", facts={"numbers": ", ".join(handled)})
    if held:
        return Refusal(code="listens_open", facts={"numbers": ", ".join(one.number for one in held)})
    return None


@dataclass(frozen=True, slots=True)
class ConsoleLock:
    """Whether a console is locked, and since when nobody has touched it, as far as that counts.

    Seconds of a monotonic clock. ``alarms``: what called when it was looked at last.
    """

    since_s: float
    locked: bool = False
    holding: bool = False
    alarms: frozenset[object] = frozenset()

    def touched(self, now_s: float) -> ConsoleLock:
        """A key or the mouse."""
        return replace(self, since_s=now_s)

    def looked(
        self, held: Iterable[Hold], alarms: frozenset[object], now_s: float, after_s: float
    ) -> ConsoleLock:
        """How it stands now: locked once it has been idle for ``after_s`` (0: never).

        Idleness counts only while nothing is held; a hold, and an alarm that arrives, begin it anew.
        """
        holding = any(True for _ in held)
        anew = holding or self.holding or bool(alarms - self.alarms)
        since_s = now_s if anew else self.since_s
        idle = after_s > 0 and now_s - since_s >= after_s
        return ConsoleLock(since_s, self.locked or (idle and not holding), holding, alarms)

    def by_hand(self, held: Iterable[Hold]) -> ConsoleLock:
        """Locked by its key, unless something is held."""
        return self if any(True for _ in held) else replace(self, locked=True)

    def unlocked(self, now_s: float) -> ConsoleLock:
        """The password was right."""
        return replace(self, locked=False, since_s=now_s)
