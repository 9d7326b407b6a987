"""The seats of a course room: who may sit where, by a code that is used once (W20).

A code is short, because it is read aloud across a room; so wrong ones are counted, and after a few nobody is let in
for a while. Pure: chance and the clock come from outside.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the signs that are taken for one another: 0 O, 1 I L."""

CODE_SIGNS: Final = 6
"""31 to the sixth: of 900 million codes, at thirty wrong ones a minute, none is found by trying."""

WRONG_OF_ONE: Final = 5
WRONG_OF_ALL: Final = 30
WITHIN_S: Final = 60.0
"""So many wrong codes from one address, and from all, within so long; then nobody is let in until it is over."""


class SeatKind(StrEnum):
    """What is done on a seat."""

    OPERATOR = "operator"
    PATROL = "patrol"


class SeatState(StrEnum):
    """How a seat stands."""

    FREE = "free"
    TAKEN = "taken"
    STOPPED = "stopped"
    """Whoever sat there has stopped: nothing of it counts, and the seat is not given again."""


class Refused(StrEnum):
    """Why nobody is let in."""

    WRONG_CODE = "wrong_code"
    TOO_MANY = "too_many"
    USED = "used"
    OVER = "over"


class NotLetIn(Exception):  # noqa: N818 - an answer, not a fault
    """A code opens no seat: why."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat. ``who``: the invented operator, or the patrol, whose place it is; ``language``: as chosen when joining."""

    name: str
    kind: SeatKind
    who: str
    code: str
    state: SeatState = SeatState.FREE
    language: str = "en"
    key: str = ""
    """What the browser shows from then on that it is this seat's."""


@dataclass
class Seats:
    """All seats. ``chance(signs)``: so many signs of `ALPHABET`; ``clock``: monotonic, in seconds."""

    chance: Callable[[int], str]
    clock: Callable[[], float]
    new_key: Callable[[], str]
    over: bool = False
    """The course has ended: no code opens anything."""
    _seats: dict[str, Seat] = field(default_factory=dict)
    _wrong: list[tuple[float, str]] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)

    def add(self, name: str, kind: SeatKind, who: str) -> Seat:
        """A further seat, free, with a code of its own."""
        self._seats[name] = seat = Seat(name, kind, who, self._code())
        return seat

    @property
    def all(self) -> tuple[Seat, ...]:
        """In the order in which they were added."""
        return tuple(self._seats.values())

    def join(self, code: str, language: str, address: str) -> Seat:
        """Sit down with a code; its seat has a new key, and the code is used up.

        Raises:
            NotLetIn: the code is wrong or used, or too many wrong ones came.
        """
        self._let_try(address)
        said = "".join(sign for sign in code.upper() if sign.isalnum())
        found = None
        for seat in self._seats.values():  # all of them, so that the time tells nothing
            if hmac.compare_digest(seat.code.encode(), said.encode()):
                found = seat
        if found is None or not said:
            self._wrong.append((self.clock(), address))
            raise NotLetIn(Refused.USED if said in self._used else Refused.WRONG_CODE)
        self._used.add(found.code)
        return self._put(found, code="", state=SeatState.TAKEN, language=language, key=self.new_key())

    def of_key(self, key: str) -> Seat | None:
        """Whose seat it is that shows this key; None: nobody's, or a seat that was given up."""
        found = None
        for seat in self._seats.values():
            if seat.key and hmac.compare_digest(seat.key.encode(), key.encode()):
                found = seat
        return found

    def stop(self, name: str) -> Seat:
        """Whoever sits there stops: nothing of it counts."""
        return self._put(self._seats[name], code="", state=SeatState.STOPPED, key="")

    def give_up(self, name: str) -> Seat:
        """The seat is free again, for another browser or person, with a new code."""
        return self._put(self._seats[name], code=self._code(), state=SeatState.FREE, key="")

    def _let_try(self, address: str) -> None:
        if self.over:
            raise NotLetIn(Refused.OVER)
        since_s = self.clock() - WITHIN_S
        self._wrong = [one for one in self._wrong if one[0] > since_s]
        of_one = sum(1 for _, where in self._wrong if where == address)
        if of_one >= WRONG_OF_ONE or len(self._wrong) >= WRONG_OF_ALL:
            raise NotLetIn(Refused.TOO_MANY)

    def _code(self) -> str:
        taken = self._used | {seat.code for seat in self._seats.values()}
        while (code := self.chance(CODE_SIGNS)) in taken:
            pass
        return code

    def _put(self, seat: Seat, **changes: object) -> Seat:
        self._seats[seat.name] = changed = replace(seat, **changes)  # type: ignore[arg-type]  # names of its fields
        return changed
