"""Names of streets, asked for off the critical path: one thread, one question at a time, a bounded memory.

Nobody waits for a street: `Streets.of` says what is known now. Without a geocoder, or with one that is down,
everything else goes on; a place is then named by known addresses and places as ever.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from console.domain.location import distance_m, is_nowhere

EVERY_S: Final = 1.0
"""Not more than one question in so many seconds: the usage that every geocoder bears."""

KEPT: Final = 500
"""Answers kept in memory, and nowhere else."""

DIGITS: Final = 4
"""Degrees are asked with so many decimals: some 10 m, and two reports of one place are one question."""

MOST_WANTED: Final = 50
"""In a flood of presses the streets of the first ones are enough."""

FAR_M: Final = 150.0
"""A street whose answer lies farther away than this is not where she is."""

LONGEST_PAUSE_S: Final = 60.0
"""A server that fails is asked again after a second, then ever later, up to this."""

SLOWEST_S: Final = 10.0
"""A question that is out for so long counts as not answered, whatever the thread still waits for."""

Key = tuple[float, float]


class Trouble(StrEnum):
    """Why the last question had no answer."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


class AskError(Exception):
    """A question had no answer."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble)


class Found(NamedTuple):
    """A geocoder's answer: names that are cleaned ("" if it gave none), and the point they belong to, in degrees."""

    street: str
    town: str
    lon: float
    lat: float


class Reverse(Protocol):
    """Asks a geocoder; may take seconds."""

    def __call__(self, lon: float, lat: float) -> Found | None:
        """What lies at a position, in degrees; None if the geocoder knows nothing there.

        Raises:
            AskError: there was no answer.
        """
        ...


class Streets:
    """What streets are called, as far as it is known. ``server`` is what a screen calls the geocoder."""

    def __init__(
        self,
        reverse: Reverse,
        server: str = "",
        *,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.server = server
        self._reverse, self._every_s, self._clock = reverse, every_s, clock
        self._known: OrderedDict[Key, Found | None] = OrderedDict()
        self._wanted: tuple[Key, ...] = ()
        self._failed: set[Key] = set()
        self._trouble: Trouble | None = None
        self._asked_s: float | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ended = False

    @property
    def trouble(self) -> Trouble | None:
        """Why there is no street; None while the geocoder answers, or was not asked yet."""
        since = self._asked_s
        if since is not None and self._clock() - since > SLOWEST_S:
            return Trouble.SLOW
        return self._trouble

    def want(self, positions: Iterable[tuple[float, float]]) -> None:
        """Have the streets of these positions (lon, lat) asked for, and of no others; the first one first."""
        known = (_key(lon, lat) for lon, lat in positions if not is_nowhere(lon, lat))
        keys = tuple(dict.fromkeys(known))[:MOST_WANTED]
        with self._changed:
            if keys == self._wanted or self._ended:
                return
            self._wanted = keys
            if self._thread is None and keys:
                self._thread = threading.Thread(target=self._ask_for_ever, name="streets", daemon=True)
                self._thread.start()
            self._changed.notify()

    def of(self, lon: float, lat: float, *, town: bool = True) -> str:
        """The street at a position, with its ``town``; "" while it is not known. Never waits for an answer."""
        with self._changed:
            found = self._known.get(_key(lon, lat))
        if found is None:
            return ""
        return f"{found.street}, {found.town}" if town and found.town else found.street

    def close(self) -> None:
        """Ask nothing more; an answer that is still under way is not waited for."""
        with self._changed:
            self._ended = True
            self._wanted = ()
            self._changed.notify()

    def _ask_for_ever(self) -> None:
        failures = 0
        while (key := self._next()) is not None:
            self._asked_s = self._clock()
            try:
                found, trouble = _hers(self._reverse(*key), key), None
            except AskError as wrong:
                found, trouble = None, wrong.trouble
            except Exception:  # the answer was read by a library that trusts it
                found, trouble = None, Trouble.UNREADABLE
            with self._changed:
                self._asked_s, self._trouble = None, trouble
                if trouble is not None:
                    failures += 1
                    self._failed.add(key)
                else:
                    failures = 0
                    self._known[key] = found
                    while len(self._known) > KEPT:
                        self._known.popitem(last=False)
            self._pause(min(LONGEST_PAUSE_S, self._every_s * 2 ** min(failures, 10)))

    def _next(self) -> Key | None:
        """Wait for the next position to ask; None: it is over. One that failed comes after the others."""
        with self._changed:
            while not self._ended:
                unknown = [key for key in self._wanted if key not in self._known]
                fresh = [key for key in unknown if key not in self._failed]
                if unknown and not fresh:
                    self._failed.clear()
                if unknown:
                    return (fresh or unknown)[0]
                self._changed.wait()
            return None

    def _pause(self, seconds: float) -> None:
        until = self._clock() + seconds
        with self._changed:
            while not self._ended and (left := until - self._clock()) > 0:
                self._changed.wait(left)


def _key(lon: float, lat: float) -> Key:
    return round(lon, DIGITS), round(lat, DIGITS)


def _hers(found: Found | None, key: Key) -> Found | None:
    if found is None or not found.street or distance_m(*key, found.lon, found.lat) > FAR_M:
        return None
    return found
