"""Two control rooms that work, and a third that helps: the real desk over the ledger's own memory, on a clock of tests.

No socket, no thread and no file but the key store: `House.do` runs a job of `backend_stub.desk` as the ledger's writer
does, lets each control room fold its own feed, and remembers the step, so that `tests.two_rooms_rules` can look at it.
The map is drawn with a ruler: from west to east abroad, Antwerp, Flemish Brabant, abroad.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from backend_stub.desk import Desk
from backend_stub.ledger import FeedKind, FeedRow, KeyStore, Transaction
from backend_stub.ledger.memory import Draft, Memory
from backend_stub.ledger.tables import METADATA
from backend_stub.neighbours import Neighbours
from backend_stub.patrol_board import PatrolBoard
from backend_stub.registry.records import Button, HeldCaseFile, PatrolUnit
from backend_stub.registry.registry import Registry
from backend_stub.registry.tables import create_tables
from console.domain import commands as c
from console.domain.allocation import Allocation, Share
from console.domain.casefile import CaseFile
from console.domain.chain import Chains
from console.domain.events import ButtonStatus, CaseFileRef, Event
from console.domain.intervention import Intervention, State, evolve
from console.domain.patrols import Service
from console.domain.room import Room
from console.domain.values import SYSTEM, Actor, ActorKind, Role
from console.domain.watch import Staff, due
from console.wire.console_frames import Result
from console.wire.field_frames import PressFrame, Receipt
from tests.story import START, case_file

T = TypeVar("T")

ROOM_OF_ZONE: Final = {"5345": "ANT", "5388": "VBR"}
_STRIPS: Final = ((None, -180.0, 4.0), ("5345", 4.0, 4.6), ("5388", 4.6, 5.2), (None, 5.2, 180.0))
_DEGREE_M: Final = 70_000.0
_NEAR_M: Final = 1_500.0

HOME: Final = (4.7052, 50.8771)
"""Lon, lat of the home address in `tests.story.case_file`."""
SPOTS: Final = {
    "home": HOME,
    "elsewhere in Leuven": (4.95, 50.88),
    "at the border of the rooms": (4.6001, 50.9),
    "Antwerp": (4.3, 51.2),
    "a step outside": (3.995, 51.3),
    "abroad": (3.2, 51.2),
    "nowhere": (0.0, 0.0),
}


def _operator(number: str, room: str, role: Role = Role.OPERATOR) -> Actor:
    return Actor(kind=ActorKind.OPERATOR, id=number, role=role, room=room)


OPERATORS: Final = (
    _operator("4711", "VBR"),
    _operator("4712", "VBR"),
    _operator("4700", "VBR", Role.SUPERVISOR),
    _operator("3711", "ANT"),
    _operator("3700", "ANT", Role.SUPERVISOR),
    _operator("2711", "LIM"),
)
TRAINER: Final = _operator("4790", "VBR", Role.TRAINER)
ROOMS: Final = ("ANT", "LIM", "VBR")


def _unit(key: str, room: str, service: Service = Service.LOCAL) -> PatrolUnit:
    zone, _, sign = key.partition("/")
    return PatrolUnit(
        id=key,
        call_sign=sign,
        zone=zone if service is Service.LOCAL else None,
        service=service,
        room=room,
        language="nl",
        home_lon=4.7,
        home_lat=50.9,
    )


UNITS: Final = (
    _unit("5388/L-12", "VBR"),
    _unit("5388/L-03", "VBR"),
    _unit("5345/L-12", "ANT"),
    _unit("5370/L-01", "LIM"),
    _unit("WPR/A-31", "VBR", Service.HIGHWAY),
)

_FILES: Final = (
    (case_file("D. Voorbeeld", "E. Exemple"), True),
    (case_file("D. Voorbeeld", "F. Exemple", file_zone="5345"), True),
    (case_file("G. Model", "H. Exemple", firearm=False), False),
)
"""Two victims of one man, in two rooms; and a file that cannot be opened."""

CHAT_ALLOWED: Final = frozenset({"CF-E. Exemple", "CF-F. Exemple"})
"""These files allow the chat, and no other channel; of a sealed one nothing is allowed."""

_BUTTONS: Final = (
    ("VBR-B-0001", "VBR", ButtonStatus.ALLOCATED, "CF-E. Exemple"),
    ("VBR-B-0002", "VBR", ButtonStatus.WITHDRAWN, "CF-E. Exemple"),
    ("ANT-B-0001", "ANT", ButtonStatus.ALLOCATED, "CF-F. Exemple"),
    ("ANT-B-0002", "ANT", ButtonStatus.REPORTED_LOST, "CF-H. Exemple"),
    ("VBR-B-0003", "VBR", ButtonStatus.IN_STOCK, None),
    ("VBR-B-0004", "VBR", ButtonStatus.EXPIRED, None),
)
BUTTONS: Final = (*(one[0] for one in _BUTTONS), "XXX-B-9999")
"""The last one nobody knows."""


class RuledMap:
    """A country of straight borders from north to south."""

    def allocate(
        self, lon: float, lat: float, radius_m: float, confidence_pct: float | None = None
    ) -> Allocation:
        reach = max(radius_m, 1.0) / _DEGREE_M
        parts: dict[str | None, float] = {}
        for zone, west, east in _STRIPS:
            width = min(east, lon + reach) - max(west, lon - reach)
            if width > 0:
                parts[zone] = parts.get(zone, 0.0) + min(1.0, width / (2 * reach))
        outside_m = max(0.0, 4.0 - lon, lon - 5.2) * _DEGREE_M
        inside = {zone: share for zone, share in parts.items() if zone is not None}
        nearest = "5345" if lon < 4.6 else "5388"
        zone = max(inside, key=lambda one: inside[one]) if inside else None
        return Allocation(
            zone=zone or (nearest if outside_m <= _NEAR_M else None),
            shares=tuple(
                Share(zone=one, share=share)
                for one, share in sorted(parts.items(), key=lambda part: -part[1])
            ),
            outside_m=outside_m,
            border_m=min(abs(lon - border) for border in (4.0, 4.6, 5.2)) * _DEGREE_M,
            accuracy_m=0,
            approximate=True,
        )


@dataclass(frozen=True)
class Step:
    """One thing that was done: by whom, what came of it, and how everything stood before and after."""

    what: object
    actor: Actor | None
    at: datetime
    refusal: c.Refusal | None
    events: tuple[Event, ...]
    before: Mapping[UUID, Intervention]
    after: Mapping[UUID, Intervention]
    heads_moved: bool


@dataclass
class House:
    """The control rooms, the devices and the patrols, with everything that has happened."""

    keys: KeyStore
    connection: Connection
    now: datetime = START
    timelines: dict[UUID, list[Event]] = field(default_factory=dict)
    folded: dict[UUID, Intervention] = field(default_factory=dict)
    pictures: dict[str, Room] = field(default_factory=lambda: {room: Room(room) for room in ROOMS})
    receipts: dict[tuple[str, str], Receipt] = field(default_factory=dict)
    staffed: set[str] = field(default_factory=lambda: set(ROOMS))
    last: Step | None = None
    looks_at: Callable[[House, Step], None] = lambda _house, _step: None
    """What looks at each step when it is done."""

    def __post_init__(self) -> None:
        self._ids = (UUID(int=(7 << 76) | number) for number in count(1))
        registry = _registry()
        self.desk = Desk(registry, RuledMap(), ROOM_OF_ZONE, "VBR", self._new_id)
        self.board = PatrolBoard(registry.patrols.values())
        self._neighbours = Neighbours(RuledMap(), ROOM_OF_ZONE)
        self._chains = Chains()
        self._empty_since: dict[str, datetime] = {}
        self._memory = Memory.of(0, b"", {}, ())
        self._draft = Draft.over(self._memory)

    @property
    def states(self) -> Mapping[UUID, Intervention]:
        """Every intervention as the ledger has it, in the order in which they began."""
        return {key: self._draft.standing[key].state for key in self.timelines}

    def do(
        self,
        what: object,
        job: Callable[[Transaction], T],
        actor: Actor | None = None,
        refused: Callable[[T], c.Refusal | None] = lambda _: None,
    ) -> T:
        """Run a job in a transaction of its own, as the writer does."""
        before, heads = self.states, dict(self._draft.heads)
        own = self._draft.child()
        tx = Transaction(self.connection, self._memory, own, self.keys, self._new_id)
        answer = job(tx)
        tx.keep()
        self._draft.absorb(own)
        events = tuple({row.seq: row.event for row in own.feed if row.kind is not FeedKind.GLIMPSE}.values())
        for one in events:
            self._happened(one)
        for row in own.feed:
            self._shown(row)
        moved = heads != dict(self._draft.heads)
        self.last = Step(what, actor, self.now, refused(answer), events, before, self.states, moved)
        self.looks_at(self, self.last)
        return answer

    def command(self, actor: Actor, command: c.Command) -> Result:
        """An operator's command."""
        job = self.desk.command(actor, command, self.board.at_large(actor.room or ""), self.now)
        return self.do(command.do, job, actor, lambda result: result.refusal)

    def press(self, button: str, frame: PressFrame) -> Receipt:
        """A press of a button."""
        take = self.desk.press(button, frame, self.now).do

        def do(tx: Transaction) -> Receipt:
            receipt = take(tx)
            self.receipts.setdefault((button, frame.press_id), receipt)
            return receipt

        return self.do(frame, do)

    def device(self, button: str, said: c.Report) -> bool:
        """What a phone reports."""
        return self.do(said, self.desk.device_report(button, said, self.now))

    def patrol(self, said: c.PatrolReport | c.PatrolRead | c.PatrolSaw) -> bool:
        """What a patrol reports."""
        room = self.board.room_of(said.patrol)
        return self.do(said, self.desk.patrol_report(said.patrol, room, said, self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass, and then let the backend look once, as it does each second."""
        self.now += timedelta(seconds=seconds)
        self.do("the watch looks", self._look)

    def staff(self) -> Staff:
        """Who can answer now."""
        for room in ROOMS:
            if room in self.staffed:
                self._empty_since.pop(room, None)
            else:
                self._empty_since.setdefault(room, self.now)
        return Staff(frozenset(self.staffed), tuple(self._empty_since.items()))

    def due(self, state: Intervention) -> tuple[object, ...]:
        """What is due on an intervention and has not happened."""
        return due(state, self._chains.of(state.room), self.staff(), self.now)

    def _look(self, tx: Transaction) -> None:
        for state in tx.open_interventions():
            if self._neighbours.due(state, self.now):
                self._neighbours.follow(tx, state.id, self.now)
        for state in tx.open_interventions():
            bodies = due(state, self._chains.of(state.room), self.staff(), self.now)
            if bodies:
                tx.append(state.id, bodies, SYSTEM, self.now)

    def _happened(self, event: Event) -> None:
        before = self.folded.get(event.intervention)
        after = evolve(before, event)
        self.folded[event.intervention] = after
        self.timelines.setdefault(event.intervention, []).append(event)
        self.board.follow(before, after)

    def _shown(self, row: FeedRow) -> None:
        room, intervention = self.pictures.get(row.room), row.event.intervention
        if room is None:
            return
        if row.kind is FeedKind.WITHDRAWN:
            room = room.apply([(row.pos, row.event)])[0].without(intervention)
        elif row.kind is FeedKind.SNAPSHOT:
            until = [one for one in self.timelines[intervention] if one.version <= row.event.version]
            room = room.without(intervention).with_intervention(row.pos, until)
        else:
            room = room.apply([(row.pos, row.event)])[0]
        self.pictures[row.room] = room

    def _new_id(self, _now: datetime) -> UUID:
        return next(self._ids)


def open_states(states: Mapping[UUID, Intervention]) -> list[Intervention]:
    """Those that are not closed."""
    return [state for state in states.values() if state.state is not State.CLOSED]


def database() -> Connection:
    """An empty database in memory, for what stands beside the interventions; each house rolls back what it wrote."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None})

    # The driver begins no transaction before a savepoint, and could then roll nothing back.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    connection = engine.connect()
    METADATA.create_all(connection)
    create_tables(connection)
    connection.commit()
    return connection


def key_store(folder: Path) -> KeyStore:
    """A key store whose keys are never written."""
    return KeyStore(folder / "keys", bytes(32), bytes)


def _registry() -> Registry:
    today = START.astimezone(UTC).date()
    return Registry(
        buttons=[
            Button(
                id=key,
                stock=stock,
                status=ButtonStatus.ALLOCATED if status is ButtonStatus.EXPIRED else status,
                case_file=file,
                allocated_from=date(2025, 1, 1),
                allocated_until=today - timedelta(days=1)
                if status is ButtonStatus.EXPIRED
                else today + timedelta(days=90),
                prosecutor="Leuven",
            )
            for key, stock, status, file in _BUTTONS
        ],
        case_files=[_held(file, opens) for file, opens in _FILES],
        patrols=UNITS,
    )


def _held(file: CaseFile, opens: bool) -> HeldCaseFile:
    return HeldCaseFile(
        reference=CaseFileRef(
            id=file.id, revision=file.revision, number=file.number, file_zone=file.file_zone
        ),
        perpetrator_id=file.perpetrator.id,
        victim=file.victim if opens else None,
        perpetrator=file.perpetrator if opens else None,
        case_file=file if opens else None,
    )
