"""A delay that grows with every wrong password, and locks nobody out (S4)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

FREE: Final = 2
"""So many attempts in a row cost nothing: people mistype."""
FIRST_S: Final = 1.0
LONGEST_S: Final = 8.0
FORGOTTEN_AFTER_S: Final = 900.0
MOST_WAITING_S: Final = 30.0
"""An attempt that would have to wait longer is turned away: come back later."""
KEPT: Final = 10_000


@dataclass
class _Attempts:
    count: int
    last_s: float
    free_at_s: float


class Delays:
    """Counts attempts per operator id and address, on a clock that is handed in (seconds, monotonic).

    Attempts are counted when they begin, so that many at once wait for each other. Somebody else's guesses from
    another address never delay an operator; from the same address at most `LONGEST_S` for each attempt.
    """

    def __init__(self) -> None:
        self._attempts: OrderedDict[tuple[str, str], _Attempts] = OrderedDict()

    def begin(self, operator: str, address: str, now_s: float) -> float | None:
        """Count an attempt; return how many seconds it must wait, or None: too many wait already."""
        key = operator, address
        known = self._attempts.get(key)
        if known is None or now_s - known.last_s > FORGOTTEN_AFTER_S:
            known = _Attempts(0, now_s, now_s)
        wait = max(0.0, known.free_at_s - now_s)
        if wait > MOST_WAITING_S:
            return None
        known.count += 1
        known.last_s = now_s
        known.free_at_s = now_s + wait + _delay_s(known.count)
        self._attempts[key] = known
        self._attempts.move_to_end(key)
        if len(self._attempts) > KEPT:
            self._attempts.popitem(last=False)
        return wait

    def succeeded(self, operator: str, address: str) -> None:
        """Forget what went wrong before."""
        self._attempts.pop((operator, address), None)


def _delay_s(count: int) -> float:
    return 0.0 if count <= FREE else min(LONGEST_S, FIRST_S * 2.0 ** (count - FREE - 1))
