"""What the ledger keeps in memory: the open interventions, who sees them, and where each count stands.

`Standing` is one intervention with what the writer must know beside its state; `Memory` is what is committed;
`Draft` is what a batch, or one job of it, adds on top. A draft that is dropped leaves no trace.
"""

from __future__ import annotations

import threading
from collections import ChainMap, OrderedDict
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from backend_stub.ledger.sealing import SealKeys
from console.domain.events import Event
from console.domain.intervention import Intervention, State
from console.domain.sight import Sight, sight_of

K = TypeVar("K")
V = TypeVar("V")

RECENT = 256
"""Closed interventions kept folded: a device goes on reporting positions for a while."""

Place = tuple[str, str]
"""What leads to an open intervention: ("button", id), ("victim", case file id), ("patrol", id)."""


class FeedKind(StrEnum):
    """What a position of a feed means to its control room."""

    EVENT = "event"
    GLIMPSE = "glimpse"
    SNAPSHOT = "snapshot"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class FeedRow:
    """One position of a control room's feed. Positions have no gaps; ``seq`` is the record in the log.

    ``glimpse``: the room sees age, zone and owner only, and ``event`` is what it may see in the place of the
    record (`console.domain.sight`). ``after``: the intervention after it, where that is at hand. ``snapshot``: the room sees the intervention from here on; send state and timeline up to
    ``event.version``. ``withdrawn``: it no longer does; send only the id.
    """

    room: str
    pos: int
    seq: int
    kind: FeedKind
    event: Event
    after: Intervention | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Standing:
    """An intervention as it stands, who sees it (whole or a glimpse), and the keys of its next events.

    ``began``: the record that began it. Interventions are ordered by it, never by a clock (R4).
    """

    state: Intervention
    began: int
    rooms: frozenset[str]
    keys: SealKeys

    @property
    def is_open(self) -> bool:
        """True until it is closed."""
        return self.state.state is not State.CLOSED

    def whole(self, room: str) -> bool:
        """The control room sees it, and more than a glimpse of it."""
        return room in self.rooms and sight_of(self.state, room) is not Sight.GLIMPSE

    @property
    def places(self) -> frozenset[Place]:
        """Places that lead to it while it is open."""
        if not self.is_open:
            return frozenset()
        found = {("button", button) for button, _ in self.state.presses}
        found |= {("patrol", sent.patrol) for sent in self.state.sent}
        if self.state.button:
            found.add(("button", self.state.button))
        if self.state.case_file:
            found.add(("victim", self.state.case_file.id))
        return frozenset(found)


def in_order(standing: Iterable[Standing]) -> tuple[Intervention, ...]:
    """Their interventions in the order in which they began."""
    return tuple(one.state for one in sorted(standing, key=lambda one: one.began))


def sight_after(feed: Iterable[tuple[str, int, str]]) -> frozenset[str]:
    """Who sees an intervention after a record with these feed rows."""
    return frozenset(room for room, _, kind in feed if kind != FeedKind.WITHDRAWN)


@dataclass
class Memory:
    """What is committed. Only the writer thread changes it, under ``lock``; others read under ``lock``."""

    seq: int
    tip: bytes
    heads: dict[str, int]
    standing: dict[UUID, Standing]
    places: dict[Place, tuple[UUID, ...]]
    recent: OrderedDict[UUID, Standing] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, seq: int, tip: bytes, heads: dict[str, int], standing: Iterable[Standing]) -> Memory:
        """Memory of a ledger with these open interventions."""
        memory = cls(seq, tip, heads, {one.state.id: one for one in standing}, {})
        for one in memory.standing.values():
            for place in one.places:
                memory.places[place] = (*memory.places.get(place, ()), one.state.id)
        return memory

    def take(self, draft: Draft) -> None:
        """Make what a committed batch decided the truth, all of it at once."""
        with self.lock:
            self.seq, self.tip = draft.seq, draft.tip
            self.heads |= draft.heads.maps[0]
            for key, one in draft.standing.maps[0].items():
                if one.is_open:
                    self.standing[key] = one
                    self.recent.pop(key, None)
                else:
                    self.standing.pop(key, None)
                    self.keep_recent(one)
            for place, ids in draft.places.maps[0].items():
                if ids:
                    self.places[place] = ids
                else:
                    self.places.pop(place, None)

    def keep_recent(self, one: Standing) -> None:
        """Remember a closed intervention; the one not used for longest goes."""
        self.recent[one.state.id] = one
        self.recent.move_to_end(one.state.id)
        if len(self.recent) > RECENT:
            self.recent.popitem(last=False)


@dataclass
class Draft:
    """What is decided and not committed yet, over a memory or over another draft."""

    seq: int
    tip: bytes
    heads: ChainMap[str, int]
    standing: ChainMap[UUID, Standing]
    places: ChainMap[Place, tuple[UUID, ...]]
    numbers: ChainMap[tuple[str, int], int]
    presses: ChainMap[tuple[str, str], dict[str, Any]]
    commands: ChainMap[str, dict[str, Any]]
    log: list[dict[str, Any]] = field(default_factory=list)
    feed: list[FeedRow] = field(default_factory=list)
    moved: dict[UUID, Standing | None] = field(default_factory=dict)
    """Interventions that changed, with how they stood when this draft began."""

    @classmethod
    def over(cls, memory: Memory) -> Draft:
        """A draft of a batch."""
        return cls(
            memory.seq,
            memory.tip,
            _layer(memory.heads),
            _layer(memory.standing),
            _layer(memory.places),
            _layer({}),
            _layer({}),
            _layer({}),
        )

    def child(self) -> Draft:
        """A draft of one job of this batch."""
        return Draft(
            self.seq,
            self.tip,
            self.heads.new_child(),
            self.standing.new_child(),
            self.places.new_child(),
            self.numbers.new_child(),
            self.presses.new_child(),
            self.commands.new_child(),
        )

    def absorb(self, job: Draft) -> None:
        """Add what a job decided."""
        self.seq, self.tip = job.seq, job.tip
        self.heads.update(job.heads.maps[0])
        self.standing.update(job.standing.maps[0])
        self.places.update(job.places.maps[0])
        self.numbers.update(job.numbers.maps[0])
        self.presses.update(job.presses.maps[0])
        self.commands.update(job.commands.maps[0])
        self.log += job.log
        self.feed += job.feed
        for key, before in job.moved.items():
            self.moved.setdefault(key, before)

    def put(self, before: Standing | None, after: Standing) -> None:
        """Let an intervention stand so from now on, with its places."""
        key = after.state.id
        self.moved.setdefault(key, before)
        self.standing[key] = after
        old = before.places if before else frozenset[Place]()
        new = after.places
        for place in old - new:
            self.places[place] = tuple(one for one in self.places.get(place, ()) if one != key)
        for place in new - old:
            self.places[place] = (*self.places.get(place, ()), key)


def _layer(below: MutableMapping[K, V]) -> ChainMap[K, V]:
    return ChainMap({}, below)
