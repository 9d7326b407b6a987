"""Which of several addresses is tried next, and after how long.

Whoever is connected stays: nobody goes back to the first address by itself, so that a backend that comes and goes
does not drag the consoles to and fro.
"""

from __future__ import annotations

from console.link.backoff import Backoff


class Addresses:
    """The addresses of one backend, in the order in which they are tried. At least one."""

    def __init__(self, urls: tuple[str, ...], backoff: Backoff) -> None:
        self._urls = tuple(dict.fromkeys(urls))
        self._backoff = backoff
        self._failed = 0
        self.place = 0
        """That of the address in use; 0 is the first, every other is a backup."""

    @property
    def url(self) -> str:
        """The address in use."""
        return self._urls[self.place]

    def settle(self) -> None:
        """A connection has held: what comes now is a new failure."""
        self._failed = 0
        self._backoff.settle()

    def again_s(self) -> float:
        """Stay with this address; seconds to wait before it is tried again."""
        return self._backoff.next_s()

    def next_s(self, *, at_once: bool = False) -> float:
        """Go on to the next address; seconds to wait before it is tried.

        The others are tried with no more than a little jitter, or ``at_once`` where this one has said that it only
        stands by; once all have failed the waits grow.
        """
        self.place = (self.place + 1) % len(self._urls)
        self._failed += 1
        if self._failed % len(self._urls) == 0:
            return self._backoff.next_s()
        return 0.0 if at_once else self._backoff.jitter_s()
