"""How long to wait before connecting again: growing, with jitter, so that consoles do not come back as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

FIRST_S: Final = 0.2
LONGEST_S: Final = 4.0
"""Less than the 5 s within which a picture is whole again after a fault (R3): connecting takes its time too."""


class Backoff:
    """Delays of 0.2 s doubling up to 4 s, each between half and all of it. ``random`` returns 0..1.

    The websockets library's own delay starts small again whenever a server accepts and then drops, and takes a
    refused login for the end; hence this one.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._tries = 0

    def next_s(self) -> float:
        """The delay before the next try, in seconds."""
        whole = min(LONGEST_S, FIRST_S * 2.0 ** min(self._tries, 16))
        self._tries += 1
        return whole * (0.5 + self._random() / 2)

    def jitter_s(self) -> float:
        """A first delay that does not make the next one longer."""
        return FIRST_S * (0.5 + self._random() / 2)

    def settle(self) -> None:
        """A connection has held: begin small again."""
        self._tries = 0
