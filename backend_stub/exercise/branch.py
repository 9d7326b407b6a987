"""Begin an exercise in the middle of a recording: the world as it was known at that moment, and from there one's own.

What was recorded up to the moment is appended to the exercise's ledger as it stood, under the same interventions and
with new event ids. Her phone goes on along what was recorded, until a patrol that was sent since then has found her.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from backend_stub.exercise.content import Content, accounts_of
from backend_stub.ledger import Transaction
from backend_stub.registry.demo import DemoContent
from backend_stub.registry.records import Account, Button, PatrolUnit
from console.domain import events as e
from console.domain.casefile import AddressKind, CaseFile
from console.domain.commands import LineChange
from console.domain.events import AlarmRaised, ButtonStatus, Event, InterventionOpenedByHand
from console.domain.patrols import Patrol, PatrolState
from console.domain.rooms import ROOMS
from console.domain.values import ActorKind, Role
from console.wire import scenario as s
from console.wire.exits import Stop
from console.wire.recording import (
    Recorded,
    RecordedCaseFile,
    RecordedEvent,
    RecordedPatrols,
    RecordedSight,
    Recording,
)

MOST_PATROLS: Final = 60
BUSY_ON_S: Final = 600.0
"""A patrol that was busy with something else at the moment stays so for so long."""
AFTERWARDS_S: Final = 30 * 60.0
"""So long after the recording's own end the exercise may last."""

_NOT_TOLD: Final = (e.Withheld, e.UnknownBody)


@dataclass(frozen=True)
class Branch:
    """An exercise that goes on from a moment of a recording. ``events``: what happened up to then, in order."""

    scenario: s.Scenario
    content: Content
    events: tuple[Event, ...]
    starts_at: datetime
    operator: str
    at_s: float
    title: str

    def load(self, tx: Transaction) -> None:
        """Append what happened up to the moment.

        Raises:
            ValueError: the events do not fit each other.
        """
        room = self.scenario.rooms[0]
        for event in self.events:
            body: Any = event.body
            begins = isinstance(body, AlarmRaised | InterventionOpenedByHand)
            rooms = {room, body.room} & ROOMS.keys() if begins else None
            tx.append(event.intervention, (body,), event.actor, event.at, rooms=rooms)
            if begins:
                _count_up(tx, body.number)


def branch_of(recording: Recording, at_s: float, language: s.Language) -> Branch:
    """Make the exercise that begins ``at_s`` seconds after a recording's start.

    Raises:
        Stop: the moment is not in it, or nobody had pressed by then.
    """
    header = recording.header
    moment = header.starts_at + timedelta(seconds=at_s)
    if not 0 <= at_s <= header.length_s:
        raise Stop(
            f"--from: the recording is {header.length_s / 60:.0f} minutes long; give a moment inside it."
        )
    known = _events(item for item in recording.items if item.at <= moment)
    if not known:
        raise Stop("--from: nothing had happened by then; give a later moment, or begin the scenario itself.")
    later = [item for item in recording.items if item.at > moment]
    openings = [event for event in _events(recording.items) if _opens(event)]
    victims = {_button(event): _victim(event) for event in openings}
    patrols = _patrols(recording, moment)
    files = _files(recording)
    roster = [
        Account(id=one.id, name=one.name, role=Role(one.role), room=one.room or header.room)
        for one in header.roster
        if one.role in set(Role)
    ]
    accounts = {one.id: one for one in (*accounts_of((header.room,)), *roster)}
    handlers = [event.actor.id for event in known if event.type == "intervention.acknowledged"]
    seats = [one.id for one in accounts.values() if one.room == header.room and one.role is Role.OPERATOR]
    operator = next((one for one in reversed(handlers) if one in seats), seats[0])
    scenario = s.Scenario.model_construct(
        format=1,
        name=header.scenario.name if header.scenario else "recording",
        level=1,
        title=_same(header.title),
        place=header.place,
        content_warning=_same(header.content_warning or "–"),
        goals=s.Texts.model_construct(
            nl=header.teaches, fr=header.teaches, de=header.teaches, en=header.teaches
        ),
        briefing=_same("–"),
        solution=_same("–"),
        notes=_same("–"),
        seed=header.scenario.seed if header.scenario else 1,
        minutes=(max(0.0, header.length_s - at_s) + AFTERWARDS_S) / 60,
        rooms=(header.room,),
        places={},
        perpetrators={},
        victims=victims,
        patrols=tuple(_plan(one) for one in patrols),
        timeline=tuple(_steps(later, moment, victims.keys())),
        injects={},
        stories={},
        expected=(),
        crowd=None,
    )
    registry = DemoContent(
        accounts=tuple(accounts.values()),
        buttons=tuple(_registered(event, files) for event in openings),
        case_files=tuple(files.values()),
        patrols=tuple(_unit(one) for one in patrols),
        devices=tuple(victims),
    )
    content = Content(registry=registry, buttons={key: key for key in victims}, crowd=())
    return Branch(scenario, content, tuple(known), moment, operator, at_s, header.title)


def _events(items: Iterable[Recorded]) -> list[Event]:
    """The events in these, each once and in order."""
    seen: dict[UUID, int] = {}
    found = []
    for item in items:
        events: tuple[Event, ...] = ()
        if isinstance(item, RecordedEvent):
            events = (item.event,)
        elif isinstance(item, RecordedSight):
            events = item.events
        for event in events:
            if event.version == seen.get(event.intervention, 0) + 1 and not isinstance(event.body, _NOT_TOLD):
                seen[event.intervention] = event.version
                found.append(event)
    return found


def _opens(event: Event) -> bool:
    return isinstance(event.body, AlarmRaised | InterventionOpenedByHand)


def _button(event: Event) -> str:
    """What her phone is called: her button, or where she has none the intervention."""
    button: str | None = getattr(event.body, "button", None)
    return button or str(event.intervention)


def _victim(event: Event) -> s.VictimPlan:
    body: Any = event.body
    fix = getattr(body, "fix", None)
    her = getattr(body, "victim", None)
    home = next((one for one in her.addresses if one.kind is AddressKind.HOME), None) if her else None
    at = fix or home
    point = s.Point(lon=at.lon, lat=at.lat) if at else s.Point(lon=4.35, lat=50.85)
    return s.VictimPlan.model_construct(
        name=her.name if her else _button(event),
        button=_button(event),
        zone=body.case_file.file_zone if body.case_file else "",
        home=point,
        street="",
        perpetrator=body.perpetrator.id if body.perpetrator else "",
        at=None,
        found=None,
    )


def _files(recording: Recording) -> dict[str, CaseFile]:
    """The last revision of each case file."""
    return {one.case_file.id: one.case_file for one in recording.items if isinstance(one, RecordedCaseFile)}


def _registered(event: Event, files: dict[str, CaseFile]) -> Button:
    body: Any = event.body
    file = files.get(body.case_file.id) if body.case_file else None
    button = _button(event)
    if file is None:
        return Button(id=button, stock=body.room, status=ButtonStatus.IN_STOCK)
    return Button(
        id=button,
        stock=body.room,
        status=ButtonStatus.ALLOCATED,
        case_file=file.id,
        allocated_from=file.allocated_from,
        allocated_until=file.allocated_until,
        prosecutor=file.file_zone,
        last_test=file.last_test,
    )


def _patrols(recording: Recording, moment: datetime) -> list[Patrol]:
    """The patrols with their places then, or the first that is known: those that came into it, then the room's."""
    known: dict[str, Patrol] = {}
    for item in recording.items:
        if isinstance(item, RecordedPatrols):
            for one in item.patrols:
                if item.at <= moment or one.id not in known or known[one.id].lon is None:
                    known[one.id] = one
    involved = {getattr(event.body, "patrol", None) for event in recording.events()}
    placed = [one for one in known.values() if one.lon is not None and one.lat is not None]
    placed.sort(key=lambda one: (one.id not in involved, one.room != recording.header.room, one.id))
    return placed[:MOST_PATROLS]


def _unit(patrol: Patrol) -> PatrolUnit:
    assert patrol.lon is not None
    assert patrol.lat is not None
    return PatrolUnit(
        id=patrol.id,
        call_sign=patrol.call_sign,
        zone=patrol.zone,
        service=patrol.service,
        room=patrol.room,
        language=patrol.language,
        home_lon=patrol.lon,
        home_lat=patrol.lat,
    )


def _plan(patrol: Patrol) -> s.PatrolPlan:
    assert patrol.lon is not None
    assert patrol.lat is not None
    return s.PatrolPlan.model_construct(
        patrol=patrol.id,
        at=s.Point(lon=patrol.lon, lat=patrol.lat),
        busy=BUSY_ON_S if patrol.state is PatrolState.BUSY else 0.0,
        kmh=54.0,
        room=patrol.room,
        language=None,
    )


def _steps(later: Iterable[Recorded], moment: datetime, people: Iterable[str]) -> Iterator[s.Step]:
    """What her phone did afterwards, in the time after the moment."""
    known, button_of = set(people), dict[UUID, str]()
    for item in later:
        if not isinstance(item, RecordedEvent):
            continue
        event = item.event
        if _opens(event):
            button_of[event.intervention] = _button(event)
        if event.actor.kind is ActorKind.DEVICE and event.actor.id in known:
            at = (item.at - moment) / timedelta(seconds=1)
            yield from _said(event, event.actor.id, at)


def _said(event: Event, who: str, at: float) -> Iterator[s.Step]:
    body = event.body
    match body:
        case e.AlarmRaised() | e.AlarmRepeated():
            fix = getattr(body, "fix", None)
            if fix is not None:
                yield from _stands(fix, who, at)
            yield s.PressButton(do="press", at=at, who=who)
        case e.FixReported(fix=None):
            yield s.LoseFix(do="lose_fix", at=at, who=who)
        case e.FixReported():
            yield from _stands(body.fix, who, at)
        case e.LineOpened() | e.LineRestored():
            yield s.ChangeLine(do="line", at=at, who=who, change=LineChange.OPENED)
        case e.LineLost():
            yield s.ChangeLine(do="line", at=at, who=who, change=LineChange.LOST)
        case e.LineHeard() if body.words:
            yield s.Caption(do="caption", at=at, who=who, words=_same(body.words))
        case e.ChatReceived() if body.words:
            yield s.Write(do="chat", at=at, who=who, words=_same(body.words))
        case e.AlarmCancelledByDevice():
            yield s.AskCancel(do="cancel", at=at, who=who)


def _stands(fix: Any, who: str, at: float) -> Iterator[s.Step]:
    yield s.Jump(do="jump", at=at, who=who, to=s.Point(lon=fix.lon, lat=fix.lat))
    yield s.See(
        do="sees",
        at=at,
        who=who,
        radius=fix.radius_m,
        confidence=fix.confidence_pct,
        method=fix.method,
        error=0,
    )


def _same(words: str) -> s.Text:
    """Words as they were said: a recording has one language."""
    return s.Text.model_construct(nl=words, fr=words, de=words, en=words)


def _count_up(tx: Transaction, number: str) -> None:
    """The next number of the room comes after this one."""
    room, _, rest = number.partition("-")
    year, _, count = rest.partition("-")
    if room in ROOMS and year.isdigit() and count.isdigit():
        while int(tx.next_number(room, int(year)).rpartition("-")[2]) < int(count):
            pass
