"""Never unanswered (W6): what is due on an intervention at a moment, and what must be watched (class watch).

No clock is read here. `due` gives the events that are due and have not happened yet, so that each happens exactly
once however often it is asked, also after a restart. `watched` is derived on the screen: it needs no event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from console.domain import events as e
from console.domain.chain import Chain, ChainStep, EscalationCode, next_room
from console.domain.intervention import Escalation, Intervention, Sent, State
from console.domain.planned_test import unconfirmed
from console.domain.rooms import ROOMS
from console.domain.targets import DEFAULTS, ClockKind, Level, Limits, Targets, running
from console.domain.voice_line import LineState

LATE: Final = frozenset({Level.RED, Level.BREACH})
"""From red on a time is something to watch; amber is only due."""


class AlarmClass(StrEnum):
    """The three classes of what calls for attention (docs/domain.md, "Alarm load")."""

    PRESS = "press"
    WATCH = "watch"
    HEALTH = "health"


@dataclass(frozen=True)
class Staff:
    """Who can answer at a moment. ``staffed``: control rooms where somebody is logged in who may act.

    ``empty_since``: rooms where nobody is, with the moment from which that has been so. ``shut_out``: rooms where
    operators are logged in, and the case file excludes all of them (W19).
    """

    staffed: frozenset[str] = frozenset()
    empty_since: tuple[tuple[str, datetime], ...] = ()
    shut_out: frozenset[str] = frozenset()

    def empty_s(self, room: str, now: datetime) -> float | None:
        """Seconds for which nobody has been logged in; None: somebody is."""
        since = dict(self.empty_since).get(room)
        return None if since is None or room in self.staffed else (now - since).total_seconds()


def due(state: Intervention, chain: Chain, staff: Staff, now: datetime) -> tuple[e.KnownBody, ...]:
    """The escalations, overdue patrols and notes that are due now and are not in the ledger yet."""
    if state.state is State.CLOSED:
        return ()
    test = unconfirmed(state.planned_test, now)
    if state.state is State.RAISED:
        return (*test, *_unacknowledged(state, chain, staff, now), *_overdue(state, chain, now))
    return (
        *test,
        *_unsent(state, chain, now),
        *_overdue(state, chain, now),
        *_nobody_there(state, chain, staff, now),
    )


def _unacknowledged(
    state: Intervention, chain: Chain, staff: Staff, now: datetime
) -> Iterator[e.EscalationRaised]:
    """Step by step along the chain; from an empty room at once to its supervisors and the next room.

    A room whose operators are all excluded by the case file is as good as empty: a supervisor who is there, and may
    know of it, is told at once; else the next room is as well (W19). Whoever is told reads that it is so: the excluded must hear
    nothing of it, not by a call from the next room either.
    What rings again because who handled it may no longer act begins the chain anew (W17).
    """
    waited_s = (now - (state.waiting_since or state.raised_at)).total_seconds()
    empty_s = staff.empty_s(state.room, now)
    empty = empty_s is not None and empty_s >= chain.empty
    shut_out = state.room in staff.shut_out
    why = EscalationCode.NOBODY_MAY_KNOW if shut_out else EscalationCode.NOBODY_LOGGED_IN
    told = {one.to for one in _since(state)}
    rooms = frozenset(to for to in told if to is not None and to in ROOMS)
    for step, delay in chain.steps():
        at_once = (empty and step in {ChainStep.SUPERVISOR, ChainStep.NEIGHBOUR}) or (
            shut_out and step is ChainStep.SUPERVISOR
        )
        if waited_s < delay and not at_once:
            continue
        code = why if at_once else EscalationCode.UNACKNOWLEDGED
        if step is not ChainStep.NEIGHBOUR:
            if step not in told:
                yield e.EscalationRaised(code=code, to=step)
        elif room := _further(state, chain, staff.staffed, rooms, empty=empty):
            yield e.EscalationRaised(code=code, to=room)


def _since(state: Intervention) -> tuple[Escalation, ...]:
    """The escalations of this waiting, not of one that somebody has answered."""
    since = state.waiting_since
    return tuple(one for one in state.escalations if since is None or one.at >= since)


def _further(
    state: Intervention, chain: Chain, staffed: Collection[str], rooms: frozenset[str], *, empty: bool
) -> str | None:
    """The next control room; a further one only if it is needed: the first was as empty as this one."""
    if not rooms:
        return next_room(state.room, chain, staffed)
    if not empty or rooms & set(staffed):
        return None
    room = next_room(state.room, chain, staffed, rooms)
    return room if room in staffed else None


def _unsent(state: Intervention, chain: Chain, now: datetime) -> Iterator[e.EscalationRaised]:
    """In hand, and nothing sent for too long: the supervisor is told, once for each time it is so."""
    since = state.unsent_since
    if since is None or (now - since).total_seconds() < chain.unsent:
        return
    if not any(one.code == EscalationCode.NOTHING_SENT and one.at >= since for one in state.escalations):
        yield e.EscalationRaised(code=EscalationCode.NOTHING_SENT, to=ChainStep.SUPERVISOR)


def _overdue(state: Intervention, chain: Chain, now: datetime) -> Iterator[e.PatrolOverdue]:
    """A patrol that should have accepted, or arrived: each once."""
    for one in state.sent:
        waited_s = (now - one.dispatched_at).total_seconds()
        if _silent(one) and waited_s >= chain.accept and e.Awaited.ACCEPT not in one.overdue:
            yield e.PatrolOverdue(patrol=one.patrol, awaited=e.Awaited.ACCEPT)
        if (
            one.state is not State.ON_SCENE
            and waited_s >= chain.arrive
            and e.Awaited.ARRIVE not in one.overdue
        ):
            yield e.PatrolOverdue(patrol=one.patrol, awaited=e.Awaited.ARRIVE)


def _nobody_there(state: Intervention, chain: Chain, staff: Staff, now: datetime) -> Iterator[e.NoteAdded]:
    """A control room that is asked for help or offered the lead while nobody is logged in there: whoever waits for its
    answer is told, once each time it is asked. The lead stays where it is, and the question stands (W8).
    """
    offered = () if state.lead_offered_to is None else (state.lead_offered_to,)
    for room in dict.fromkeys((*offered, *state.asked)):
        empty_s = staff.empty_s(room, now)
        if empty_s is not None and empty_s >= chain.empty and room not in state.nobody_at:
            yield e.NoteAdded(code=e.NoteCode.NOBODY_THERE, words=room)


def _silent(one: Sent) -> bool:
    return one.accepted_at is None and one.state is State.DISPATCHED


class WatchKind(StrEnum):
    """What must be watched though nobody pressed."""

    POSITION_SILENT = "position_silent"
    LINE_LOST = "line_lost"
    NOT_ACCEPTED = "not_accepted"
    NOT_ARRIVED = "not_arrived"
    PATROL_SILENT = "patrol_silent"


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing of class watch, since when, and of which patrol."""

    kind: WatchKind
    since: datetime
    patrol: str | None = None


class LastHeard(Protocol):
    """A patrol as last known (`console.domain.patrols.Patrol`)."""

    @property
    def position_at(self) -> datetime | None:
        """When it last said where it is."""
        ...


_NOBODY: Final[Mapping[str, LastHeard]] = {}

_LATE_PATROL: Final = {ClockKind.ACCEPT: WatchKind.NOT_ACCEPTED, ClockKind.ARRIVE: WatchKind.NOT_ARRIVED}


def watched(
    state: Intervention,
    now: datetime,
    targets: Targets = DEFAULTS,
    patrols: Mapping[str, LastHeard] = _NOBODY,
) -> tuple[Watched, ...]:
    """What must be watched of an open intervention, from its clocks: a silent phone, a lost line, a late patrol.

    A phone that never said where it is counts as silent from the press; a patrol under way, of those in
    ``patrols``, from the moment in which it was sent (R7).
    """
    if state.state is State.CLOSED or state.glimpsed:
        return ()
    found = []
    heard = heard_at(state)
    if targets.position_age.level((now - heard).total_seconds()) in LATE:
        found.append(Watched(WatchKind.POSITION_SILENT, heard))
    if state.line.state is LineState.LOST and state.line.since is not None:
        found.append(Watched(WatchKind.LINE_LOST, state.line.since))
    for kind, since, patrol in running(state):
        limits: Limits | None = getattr(targets, kind) if kind in _LATE_PATROL else None
        if limits is not None and limits.level((now - since).total_seconds()) in LATE:
            found.append(Watched(_LATE_PATROL[kind], since, patrol))
    for sent in state.sent:
        known = patrols.get(sent.patrol)
        if known is None or sent.state is State.ON_SCENE:
            continue
        since = max(sent.dispatched_at, known.position_at or sent.dispatched_at)
        if targets.position_age.level((now - since).total_seconds()) in LATE:
            found.append(Watched(WatchKind.PATROL_SILENT, since, sent.patrol))
    return tuple(found)


def heard_at(state: Intervention) -> datetime:
    """When the phone last said where it is, believed or not; before that, the press."""
    fixes = (state.fix, state.disputed, *state.trail[-1:])
    return max([fix.received_at for fix in fixes if fix is not None], default=state.raised_at)


def calling(state: Intervention, room: str) -> bool:
    """An unacknowledged press that calls this control room: its own, one that was escalated to it (W6), or of a
    victim who pressed again in its area (W8).
    """
    return state.state is State.RAISED and (
        state.room == room or room in state.called or escalated_to(state, room)
    )


def escalated_to(state: Intervention, room: str | None) -> bool:
    """This control room was told because nobody answered; as long as nobody does, it may (W6)."""
    return state.state is State.RAISED and any(one.to == room for one in state.escalations if one.to in ROOMS)


def standing(state: Intervention) -> tuple[Escalation, ...]:
    """The escalations that nobody has answered yet: of a press until it is acknowledged, of "nothing sent" until
    a patrol is sent. A cancel or any other code is to be checked, and stands in the timeline and the row.
    """
    if state.state is State.RAISED:
        chain = {
            EscalationCode.UNACKNOWLEDGED,
            EscalationCode.NOBODY_LOGGED_IN,
            EscalationCode.NOBODY_MAY_KNOW,
        }
        return tuple(one for one in _since(state) if one.code in chain)
    since = state.unsent_since
    if state.state is State.CLOSED or since is None:
        return ()
    return tuple(
        one for one in state.escalations if one.code == EscalationCode.NOTHING_SENT and one.at >= since
    )


PAGED: Final = frozenset({ChainStep.SUPERVISOR, ChainStep.OFFICER_ON_CALL})
"""Steps of the chain that may be far from any console."""


def to_page(state: Intervention) -> tuple[Escalation, ...]:
    """The steps that still call somebody who is not at a console, and have not been paged (W6)."""
    return tuple(one for one in standing(state) if one.to in PAGED and one.paged is None)
