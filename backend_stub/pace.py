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

BAD: Final = "bad"
BAD_BURST: Final = 20.0
BAD_PER_S: Final = 2.0
"""Frames that cannot be understood: beyond these the next of that sender is read only after a pause."""


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
        return self._takes((sender, kind), self._burst, PER_S.get(kind, OTHER_PER_S), now_s)

    def pause_s(self, sender: str, now_s: float) -> float:
        """Count a frame that cannot be understood; so long the next frame of this connection waits, in seconds.

        It is waited for and not refused, and the same over all connections of a sender: what is read and answered is
        bounded, however fast it sends, and a press behind it still comes.
        """
        return 0.0 if self._takes((sender, BAD), BAD_BURST, BAD_PER_S, now_s) else 1 / BAD_PER_S

    def _takes(self, key: tuple[str, str], burst: float, per_s: float, now_s: float) -> bool:
        bucket = self._buckets.pop(key, None) or _Bucket(burst, now_s)
        bucket.left = min(burst, bucket.left + (now_s - bucket.at_s) * per_s)
        bucket.at_s = now_s
        self._buckets[key] = bucket
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
