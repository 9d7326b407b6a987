"""The chain that an alarm goes along until somebody takes it (W6), as data: how long, and to whom then.

A control room may set its own (`msa-stub serve --chain FILE`); `DEFAULT` is what holds where none is set.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Self

from pydantic import Field, model_validator

from console.domain.rooms import ROOMS, neighbours
from console.domain.targets import DEFAULTS
from console.domain.values import Frozen

LONGEST_S: Final = 3600.0
"""An hour: whoever waits longer for an answer has none."""


class ChainStep(StrEnum):
    """Whom an alarm goes to next, in this order. The last one is written as the code of that control room."""

    CONSOLES = "consoles"
    SUPERVISOR = "supervisor"
    OFFICER_ON_CALL = "officer_on_call"
    NEIGHBOUR = "neighbour"


class EscalationCode(StrEnum):
    """Why somebody else must look."""

    UNACKNOWLEDGED = "unacknowledged"
    NOBODY_LOGGED_IN = "nobody_logged_in"
    NOBODY_MAY_KNOW = "nobody_may_know"
    NOTHING_SENT = "nothing_sent"
    CANCELLED_BY_DEVICE = "cancelled_by_device"
    DURESS_WORD = "duress_word"


class Chain(Frozen):
    """How long what may stay unanswered in one control room. Seconds.

    ``consoles``, ``supervisor``, ``officer_on_call`` and ``neighbour`` count from the press; None leaves that
    step out. ``room``: which neighbour; None is the nearest one where somebody is logged in. ``empty``: nobody has
    been logged in for so long that the room counts as empty, and is not only reconnecting. ``unsent`` counts from
    the acknowledgement, ``accept`` and ``arrive`` from the moment a patrol was sent.

    The defaults are the targets of `console.domain.targets`: late, then overdue.
    """

    consoles: float | None = Field(default=DEFAULTS.acknowledge.red, gt=0, le=LONGEST_S)
    supervisor: float = Field(
        default=DEFAULTS.acknowledge.breach or DEFAULTS.acknowledge.red, gt=0, le=LONGEST_S
    )
    officer_on_call: float | None = Field(default=40.0, gt=0, le=LONGEST_S)
    neighbour: float | None = Field(default=60.0, gt=0, le=LONGEST_S)
    room: str | None = None
    empty: float = Field(default=5.0, ge=0, le=LONGEST_S)
    unsent: float = Field(default=DEFAULTS.send.breach or DEFAULTS.send.red, gt=0, le=LONGEST_S)
    accept: float = Field(default=DEFAULTS.accept.red, gt=0, le=LONGEST_S)
    arrive: float = Field(default=DEFAULTS.arrive.red, gt=0, le=LONGEST_S)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        steps = list(self.steps())
        for (before, early), (after, late) in pairwise(steps):
            if late < early:
                raise ValueError(f"{after} comes after {before}: its delay cannot be shorter")
        if self.room is not None and self.room not in ROOMS:
            raise ValueError(f"{self.room} is no control room; the codes are {', '.join(sorted(ROOMS))}")
        return self

    def steps(self) -> Iterator[tuple[ChainStep, float]]:
        """The steps that are set, in their order, each with its delay in seconds from the press."""
        delays = (self.consoles, self.supervisor, self.officer_on_call, self.neighbour)
        for step, delay in zip(ChainStep, delays, strict=True):
            if delay is not None:
                yield step, delay


DEFAULT: Final = Chain()
"""The chain of a control room that has set none."""


class Chains(Frozen):
    """The chain of every control room. ``default`` holds where a room has none of its own."""

    default: Chain = DEFAULT
    rooms: Mapping[str, Chain] = Field(default_factory=lambda: MappingProxyType({}))

    @model_validator(mode="after")
    def _of_rooms(self) -> Self:
        for room, chain in self.rooms.items():
            if room not in ROOMS:
                raise ValueError(f"{room} is no control room; the codes are {', '.join(sorted(ROOMS))}")
            if chain.room == room:
                raise ValueError(f"{room} cannot be its own neighbour")
        return self

    def of(self, room: str) -> Chain:
        """The chain of a control room."""
        return self.rooms.get(room, self.default)


def next_room(room: str, chain: Chain, staffed: Collection[str], told: Collection[str] = ()) -> str | None:
    """The control room that an alarm of ``room`` goes to next; None: there is none that has not been told.

    The one that the chain names, unless it was told; else the nearest, counted in borders, where somebody is
    logged in; else, with nobody anywhere, the first neighbour.
    """
    if chain.room is not None and chain.room not in told and chain.room != room:
        return chain.room
    known, waiting = {room}, deque([room])
    order: list[str] = []
    while waiting:
        near = sorted(neighbours(waiting.popleft()) - known)
        known.update(near)
        waiting.extend(near)
        order += near
    left = [one for one in order if one not in told]
    return next((one for one in left if one in staffed), left[0] if left else None)
