"""How fast one sender may talk, so that a storm hides nobody's press (R9). A press itself is never held back.

A token bucket per sender and kind of frame, on a clock that is handed in (seconds, monotonic). What is beyond it is
answered once in a while and costs the ledger nothing: a broken phone that floods goes on being a phone whose press
is taken at once.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

KEPT: Final = 50_000
"""Senders that are remembered: more than there are buttons and patrols."""

SAID_EVERY_S: Final = 10.0


BURST: Final = 1_000.0
"""Frames of one kind at once: what a phone has kept while it had no network."""

PER_S: Final = {
    "health": 1.0,  # a phone reports every few minutes
    "fix": 10.0,  # and its position every 30 s, up to 100 times as fast in a simulation
    "position": 10.0,
}
OTHER_PER_S: Final = 5.0


@dataclass
class _Bucket:
    left: float
    at_s: float


class Pace:
    """Says whether a frame may be taken in. Belongs to one thread."""

    def __init__(self, burst: float = BURST) -> None:
        self._burst = burst
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()
        self._said: OrderedDict[str, float] = OrderedDict()

    def allows(self, sender: str, kind: str, now_s: float) -> bool:
        """Count a frame of this kind; False: it is too many."""
        if kind == "press":
            return True
        per_s = PER_S.get(kind, OTHER_PER_S)
        bucket = self._buckets.pop((sender, kind), None) or _Bucket(self._burst, now_s)
        bucket.left = min(self._burst, bucket.left + (now_s - bucket.at_s) * per_s)
        bucket.at_s = now_s
        self._buckets[sender, kind] = bucket
        if len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        if bucket.left < 1.0:
            return False
        bucket.left -= 1.0
        return True

    def says(self, sender: str, now_s: float) -> bool:
        """Whether the sender is to be told now: an answer to each frame of a flood would be another flood."""
        if now_s - self._said.get(sender, -SAID_EVERY_S) < SAID_EVERY_S:
            return False
        self._said.pop(sender, None)
        self._said[sender] = now_s
        if len(self._said) > KEPT:
            self._said.popitem(last=False)
        return True
