"""Other alarms that belong to the picture of one: the same man's, and one that is near (W11). Pure.

Nothing here concludes that an alarm is false. What one man cannot have done by car he may have done with a helper;
the position may be wrong; or another man stands at the door. Both stay alarms, whatever a hint says.

Distances are metres in a straight line, speeds metres per second, times seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Generic, TypeVar
from uuid import UUID

from console.domain import events as e
from console.domain.intervention import TRAIL_LENGTH, Intervention, State
from console.domain.location import JUMP_MPS, Fix, distance_m, r95_of
from console.domain.room import Room, Seen

T = TypeVar("T")

SAME_MAN_WITHIN: Final = timedelta(hours=12)
"""An alarm of the same man this long before or after still counts, also when it is closed by now."""

NEAR_M: Final = 2_000.0
NEAR_WITHIN: Final = timedelta(minutes=30)
"""Two presses this near and this close in time may be one event seen by two, whoever threatens."""

DRIVEN_M: Final = 60_000.0
"""Two who pressed near each other are no farther apart half an hour later: both drove 60 km/h, each its own way."""

METRES_A_DEGREE: Final = 110_500.0
"""A degree of latitude is nowhere shorter on the earth."""

EASY_MPS: Final = 14.0
"""50 km/h as the crow flies: what a car does on roads through towns without hurry."""


class HintKind(StrEnum):
    """Why another alarm is pointed out."""

    SAME_MAN = "same_man"
    NEARBY = "nearby"


class ByCar(StrEnum):
    """Whether one man can have been at both by car. It never says that one of the alarms is false."""

    EASILY = "easily"
    IN_A_HURRY = "in_a_hurry"
    HARDLY = "hardly"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hint:
    """Another intervention, seen from the one that is looked at.

    ``gap_s`` lies between the two alarms of both that are closest in time; ``distance_m`` between the places of
    these two (None: one has no position). ``needed_mps`` is the speed that one man needed from disc to disc, at
    95 %; infinite if he had no time at all. ``patrols``: who was sent to the other one, by id.
    """

    kind: HintKind
    other: UUID
    number: str
    zone: str | None
    open: bool
    gap_s: float
    distance_m: float | None
    needed_mps: float | None
    by_car: ByCar
    patrols: tuple[str, ...] = ()


def hints(seen: Seen, room: Room) -> tuple[Hint, ...]:
    """Every other alarm that belongs to the picture of this one: the same man's first, then the nearest in time."""
    found = [hint for other in room.seen.values() if (hint := _hint(seen, other)) is not None]
    return tuple(sorted(found, key=lambda one: (one.kind is not HintKind.SAME_MAN, one.gap_s, one.number)))


def same_man_in_queue(room: Room) -> frozenset[UUID]:
    """The open interventions whose man has more than one open: one look at each, for a mark in a queue."""
    by_man: dict[str, list[UUID]] = {}
    for one in room.seen.values():
        he = _man(one.state)
        if he is not None and one.state.state is not State.CLOSED:
            by_man.setdefault(he, []).append(one.state.id)
    return frozenset(key for keys in by_man.values() if len(keys) > 1 for key in keys)


class Looked(Generic[T]):
    """The last answer, kept while the interventions are the same ones: a patrol that moves asks for no second look."""

    def __init__(self, look: Callable[[Seen | None, Room], T]) -> None:
        self._look = look
        self._last: tuple[Seen | None, Mapping[UUID, Seen], T] | None = None

    def __call__(self, seen: Seen | None, room: Room) -> T:
        """What is to be said of ``seen`` in this room."""
        last = self._last
        if last is None or last[0] is not seen or last[1] is not room.seen:
            last = self._last = (seen, room.seen, self._look(seen, room))
        return last[2]


def unpressed(state: Intervention, room: Room) -> tuple[e.OtherVictim, ...]:
    """The same man's other victims for whom nothing is open here: each may need a check (W11)."""
    busy = {
        one.state.case_file.id
        for one in room.seen.values()
        if one.state.case_file is not None and one.state.state is not State.CLOSED
    }
    return tuple(one for one in state.others if one.case_file not in busy)


def proposed_to_others(
    state: Intervention, proposals: Mapping[UUID, Iterable[str]], room: Room
) -> dict[str, str]:
    """Patrols that are proposed to another open intervention, each with its number: marked in this one (W11).

    ``proposals``: what was last computed for each intervention. What an operator asked for comes first.
    """
    marked = asked_for_elsewhere(state, room)
    for other, patrols in proposals.items():
        seen = room.seen.get(other)
        if seen is None or other == state.id or not _in_need(seen.state):
            continue
        for patrol in patrols:
            marked.setdefault(patrol, seen.state.number)
    return marked


def asked_for_elsewhere(state: Intervention, room: Room) -> dict[str, str]:
    """Patrols that another open intervention asks for (`patrol.proposed`), each with its number (W11)."""
    others = (seen.state for seen in room.seen.values() if seen.state.id != state.id)
    return {patrol: one.number for one in others for patrol in one.proposed}


def still_open(state: Intervention, is_open: Callable[[str], bool]) -> tuple[str, ...]:
    """Number and zone of the same man's other alarms that this one was told of, and that are open (W11).

    ``is_open``: by number, as far as who asks can know.
    """
    return tuple(one for one in state.same_man if is_open(one.partition(", ")[0]))


def same_man_note(other: Intervention) -> e.NoteAdded:
    """What an intervention is told when the same man's other victim has an alarm: its number and zone, no name."""
    words = ", ".join(part for part in (other.number, other.zone) if part)
    return e.NoteAdded(code=e.NoteCode.SAME_MAN, words=words, hidden_from=other.excluded)


def by_car(distance: float | None, slack_m: float, gap_s: float) -> tuple[float | None, ByCar]:
    """The speed that one man needed between two places, and how likely that is in a car.

    ``slack_m``: by how much the places may be nearer than they seem, both radii together.
    """
    if distance is None:
        return None, ByCar.UNKNOWN
    way = max(0.0, distance - slack_m)
    needed = way / gap_s if gap_s > 0 else math.inf if way > 0 else 0.0
    if needed <= EASY_MPS:
        return needed, ByCar.EASILY
    return needed, ByCar.IN_A_HURRY if needed <= JUMP_MPS else ByCar.HARDLY


def _hint(seen: Seen, other: Seen) -> Hint | None:
    one, two = seen.state, other.state
    if one.id == two.id or (one.case_file and two.case_file and one.case_file.id == two.case_file.id):
        return None
    he = _man(one)
    same = he is not None and he == _man(two)
    if not same and not _may_be_near(one, two):
        return None
    gap_s, here, there = _closest(seen, other)
    distance = distance_m(here.lon, here.lat, there.lon, there.lat) if here and there else None
    same = same and timedelta(seconds=gap_s) <= SAME_MAN_WITHIN
    near = (
        two.state is not State.CLOSED
        and distance is not None
        and distance <= NEAR_M
        and timedelta(seconds=gap_s) <= NEAR_WITHIN
    )
    if not same and not near:
        return None
    slack = r95_of(here) + r95_of(there) if here and there else 0.0
    needed, car = by_car(distance, slack, gap_s) if same else (None, ByCar.UNKNOWN)
    return Hint(
        kind=HintKind.SAME_MAN if same else HintKind.NEARBY,
        other=two.id,
        number=two.number,
        zone=two.zone,
        open=two.state is not State.CLOSED,
        gap_s=gap_s,
        distance_m=distance,
        needed_mps=needed,
        by_car=car,
        patrols=tuple(sent.patrol for sent in two.sent),
    )


def _may_be_near(one: Intervention, two: Intervention) -> bool:
    """A cheap look before the timelines are read: it leaves out what was long before, and what is far away now."""
    if two.state is State.CLOSED or one.fix is None or two.fix is None:
        return False
    here, there = one.fix, two.fix
    most_m = NEAR_M + DRIVEN_M
    if max(len(one.presses), len(two.presses)) < 2 and max(len(one.trail), len(two.trail)) < TRAIL_LENGTH:
        # One alarm each, and its position is still known: nothing else can bring them nearer.
        if abs(one.raised_at - two.raised_at) > NEAR_WITHIN:
            return False
        here, there, most_m = one.trail[0], two.trail[0], NEAR_M
    if abs(here.lat - there.lat) > most_m / METRES_A_DEGREE:
        return False
    return distance_m(here.lon, here.lat, there.lon, there.lat) <= most_m


def _man(state: Intervention) -> str | None:
    return state.extract.perpetrator.id if state.extract else None


def _in_need(state: Intervention) -> bool:
    return state.state in {State.RAISED, State.ACKNOWLEDGED}


def _closest(one: Seen, two: Seen) -> tuple[float, Fix | None, Fix | None]:
    """Of the alarms of both, the two that are closest in time: seconds between them, and where each was."""
    pairs = (
        (abs((first - second).total_seconds()), here, there)
        for first, here in _alarms(one)
        for second, there in _alarms(two)
    )
    return min(pairs, key=lambda pair: pair[0])


def _alarms(seen: Seen) -> list[tuple[datetime, Fix | None]]:
    """When each of its alarms came, and where she was then.

    That is the position of the alarm, else the first one after it, else the last that is known.
    """
    found: list[tuple[datetime, Fix | None]] = []
    for event in seen.timeline:
        match event.body:
            case e.AlarmRaised(fix=fix) | e.InterventionOpenedByHand(fix=fix) | e.AlarmRepeated(fix=fix):
                found.append((event.at, fix))
            case e.FixReported(fix=Fix() as fix, verdict="shown"):
                found = [(at, known or fix) for at, known in found]
            case _:
                pass
    known = [(at, fix or seen.state.fix) for at, fix in found]
    return known or [(seen.state.raised_at, seen.state.fix)]
