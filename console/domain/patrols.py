"""Patrols, and which of them to send: a recommendation with its reasons, and why better ones are missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain, takewhile
from typing import Final, TypeAlias
from uuid import UUID

from console.domain.casefile import Extract, has_firearm
from console.domain.intervention import Intervention
from console.domain.location import (
    DERIVE_MAX_S,
    JUMP_MPS,
    STILL_BELOW_MPS,
    advanced,
    bearing_deg,
    heading_of,
    is_nowhere,
    position_age_s,
    speed_of,
)
from console.domain.nearest import Near, Seen, best, by_distance, see
from console.domain.targets import DEFAULTS, Targets
from console.domain.values import Frozen, Lat, Lon, Utc


class Service(StrEnum):
    """Whose patrol it is. Federal highway and railway patrols belong to no zone (W8)."""

    LOCAL = "local"
    HIGHWAY = "highway"
    RAILWAY = "railway"


class PatrolState(StrEnum):
    """What a patrol is doing, as far as the backend knows."""

    FREE = "free"
    RESERVED = "reserved"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    BUSY = "busy"
    OFF_DUTY = "off_duty"


class Patrol(Frozen):
    """A patrol as last known. ``id`` is ``zone/call sign`` (``5388/L-12``; federal: ``WPR/A-31``)."""

    id: str
    call_sign: str
    zone: str | None
    service: Service = Service.LOCAL
    room: str
    language: str = "nl"
    state: PatrolState = PatrolState.FREE
    intervention: UUID | None = None
    busy_with: str | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    position_at: Utc | None = None


AHEAD_WITHIN_DEG: Final = 60.0
"""So far off a victim's heading a patrol is still ahead of her; mirrored, behind her."""


class ReasonCode(StrEnum):
    """Why a patrol stands where it stands, or why it cannot be sent. Facts are named beside each."""

    NEAREST = "nearest"
    NEAREST_FOR_ITS_AGE = "nearest_for_its_age"  # an older position is nearer, but may be far off by now
    SECOND_NEEDED = "second_needed"  # needed
    IN_ALLOCATED_ZONE = "in_allocated_zone"  # zone
    OTHER_ZONE = "other_zone"  # zone
    HIGHWAY = "highway"
    RAILWAY = "railway"
    OTHER_ROOM = "other_room"  # room
    AHEAD = "ahead"
    BEHIND = "behind"
    RESERVED_HERE = "reserved_here"
    PROPOSED_ELSEWHERE = "proposed_elsewhere"  # number
    POSITION_OLD = "position_old"  # age_s, may_be_off_m
    POSITION_TOO_OLD = "position_too_old"  # age_s, may_be_off_m
    NO_POSITION = "no_position"
    BUSY = "busy"  # number ("" if not known), state
    RESERVED_ELSEWHERE = "reserved_elsewhere"  # number
    OFF_DUTY = "off_duty"
    ON_IT = "on_it"


Facts = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its facts, for a screen to put into words."""

    code: ReasonCode
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patrol in the ranking.

    ``distance_m`` is metres in a straight line, ``age_s`` the seconds since its position; both are None where
    nothing usable is known. ``eligible`` False: it cannot be sent now, and its reasons say why.
    """

    patrol: Patrol
    distance_m: float | None
    age_s: float | None
    reasons: tuple[Reason, ...]
    eligible: bool = True

    @property
    def placed(self) -> bool:
        """Say whether its distance is known, from a position that is not too old."""
        return self.distance_m is not None and not self.has(ReasonCode.POSITION_TOO_OLD)

    def has(self, code: ReasonCode) -> bool:
        """Say whether a reason of this code is given."""
        return any(reason.code is code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A patrol that is nearer, or may be, than those proposed, and why it is not among them."""

    patrol: Patrol
    distance_m: float | None
    age_s: float | None
    why: Reason


_Seen: TypeAlias = Seen[Patrol]


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is asked for: where she is thought to be now, in which zone, and what is known beside it."""

    lon: float | None
    lat: float | None
    heading_deg: float | None
    zone: str | None
    now: datetime
    intervention: UUID | None
    room: str | None
    on_it: frozenset[str]
    proposed_elsewhere: Mapping[str, str]
    targets: Targets

    def tie(self, patrol: Patrol) -> tuple[bool, str]:
        """Of patrols that are equally near, those of the allocated zone go first."""
        return patrol.zone is None or patrol.zone != self.zone, patrol.id

    def by_distance(self, seen: _Seen) -> tuple[float, bool, str]:
        return seen.distance_m, *self.tie(seen.what)

    def by_worth(self, seen: _Seen) -> tuple[bool, float, bool, str]:
        return not _placed(seen, self), seen.score_m, *self.tie(seen.what)


@dataclass(frozen=True)
class Recommendation:
    """Which patrols to send, and why.

    ``needed`` patrols are still to be sent; `proposed` names them. ``best`` are the first eight that can be
    sent; ``shortfalls`` say why nearer ones are missing, nearest first. ``lon``/``lat`` is the point that
    distances count from: for a moving victim where she could be by now, ``advanced_m`` metres along her
    heading from her last fix (W9). Distances are straight lines: they are no travel times.
    """

    needed: int
    best: tuple[Candidate, ...]
    shortfalls: tuple[Shortfall, ...]
    lon: float | None
    lat: float | None
    advanced_m: float
    _scene: _Scene = field(repr=False, compare=False)
    _near: Sequence[Near[Patrol]] = field(repr=False, compare=False)

    straight_line: Final = True

    @property
    def proposed(self) -> tuple[Candidate, ...]:
        """The patrols to send now: the best ones of which is known that they are near, as many as are still needed.

        One without a position, or whose position is too old, is never proposed as if it were near.
        """
        return tuple(one for one in self.best if one.placed)[: self.needed]

    def course_of(self, patrol: Patrol) -> ReasonCode | None:
        """Whether any patrol, one under way included, is ahead of or behind the moving victim (W9)."""
        return _course(see((0.0, patrol), self._scene.now), self._scene)

    @cached_property
    def ranked(self) -> tuple[Candidate, ...]:
        """Every patrol, none left out: those that can be sent, best first, without a position that counts
        last; then the others, nearest first. Beyond ``best`` distances are prefilter ones, at most 0.6 % off.
        """
        scene, first = self._scene, {one.patrol.id for one in self.best}
        seen = [see(one, scene.now) for one in self._near if one[1].id not in first]
        behind = [one for one in seen if _can_be_sent(one.what, scene)]
        others = [one for one in seen if not _can_be_sent(one.what, scene)]
        return (
            *self.best,
            *(_candidate(one, scene) for one in sorted(behind, key=scene.by_worth)),
            *(_candidate(one, scene, eligible=False) for one in sorted(others, key=scene.by_distance)),
        )


def patrols_needed(extract: Extract | None) -> int:
    """How many patrols to send: two where a firearm is known, else one. A sealed file asks for one."""
    return 2 if extract is not None and has_firearm(extract.perpetrator.dangers) else 1


def recommend_for(
    intervention: Intervention,
    patrols: Iterable[Patrol],
    now: datetime,
    *,
    room: str | None = None,
    proposed_elsewhere: Mapping[str, str] | None = None,
    targets: Targets = DEFAULTS,
) -> Recommendation:
    """Recommend patrols for an intervention: from its fix and heading, its zone, and the danger known.

    ``room``: the control room that sends, which has its own local patrols and federal ones (W8); None: the lead.
    """
    fix, trail = intervention.fix, intervention.trail
    return recommend(
        patrols,
        fix.lon if fix else None,
        fix.lat if fix else None,
        intervention.zone,
        now,
        needed=patrols_needed(intervention.extract),
        intervention=intervention,
        room=room,
        heading_deg=heading_of(fix, trail) if fix else None,
        speed_mps=speed_of(fix, trail) if fix else None,
        fix_age_s=position_age_s(fix, now) if fix else 0.0,
        proposed_elsewhere=proposed_elsewhere,
        targets=targets,
    )


def recommend(
    patrols: Iterable[Patrol],
    lon: float | None,
    lat: float | None,
    zone: str | None,
    now: datetime,
    *,
    needed: int = 1,
    intervention: Intervention | None = None,
    room: str | None = None,
    heading_deg: float | None = None,
    speed_mps: float | None = None,
    fix_age_s: float = 0.0,
    proposed_elsewhere: Mapping[str, str] | None = None,
    targets: Targets = DEFAULTS,
) -> Recommendation:
    """Rank patrols for a victim at ``lon``/``lat`` (degrees; None: no position) in ``zone``.

    The score of a patrol is its straight-line distance in metres plus what it may have moved since its
    position: age × 14 m/s, or × its own speed where that is higher. So a fresh position beats a slightly
    nearer old one. Between equal scores the allocated zone goes first, then the id. A cheap distance in a
    plane sorts all; only the best eight are measured on the ellipsoid, and any further one that the error of
    the plane could still make one of the ``needed`` winners: these are the same as if all were measured.

    A position without a time, or at 0,0, counts as none; one that is too old ranks after all that are known to
    be near, and is not proposed. ``needed`` is how many the intervention needs;
    those already on it are taken off. ``speed_mps`` and ``heading_deg`` are the victim's, ``fix_age_s`` the
    age of her fix: distances then count from where she could be now (W9), up to two minutes ahead.
    ``proposed_elsewhere`` maps patrol ids to the number of another intervention they are proposed to (W11).
    The first call imports geopy (0.1 to 0.3 s): make it in the thread of the link, never before the first frame.
    """
    moving = speed_mps is not None and speed_mps >= STILL_BELOW_MPS
    heading_deg = heading_deg if moving else None
    lon, lat, advanced_m = _could_be_now(lon, lat, heading_deg, speed_mps or 0.0, fix_age_s)
    sent = intervention.sent if intervention else ()
    scene = _Scene(
        lon=lon,
        lat=lat,
        heading_deg=heading_deg,
        zone=zone,
        now=now,
        intervention=intervention.id if intervention else None,
        room=room or (intervention.room if intervention else None),
        on_it=frozenset(one.patrol for one in sent),
        proposed_elsewhere=proposed_elsewhere or {},
        targets=targets,
    )
    still = max(0, needed - len(sent))
    wanted = max(1, still)
    near = by_distance(patrols, lon, lat)
    found = best((one for one in near if _can_be_sent(one[1], scene)), lon, lat, now, wanted, scene.tie)
    chosen = sorted(found, key=lambda one: not _placed(one, scene))
    return Recommendation(
        needed=still,
        best=_explained(chosen, near, scene, still),
        shortfalls=_shortfalls([one for one in chosen if _placed(one, scene)][:wanted], near, scene, wanted),
        lon=lon,
        lat=lat,
        advanced_m=advanced_m,
        _scene=scene,
        _near=near,
    )


def _could_be_now(
    lon: float | None, lat: float | None, heading_deg: float | None, speed_mps: float, age_s: float
) -> tuple[float | None, float | None, float]:
    """Where she could be now: lon, lat, and the metres from her fix to there."""
    if lon is None or lat is None or is_nowhere(lon, lat):
        return None, None, 0.0
    if heading_deg is None:
        return lon, lat, 0.0
    # An older heading says nothing of how she moves now.
    metres = min(speed_mps, JUMP_MPS) * min(max(age_s, 0.0), DERIVE_MAX_S)
    return *advanced(lon, lat, heading_deg, metres), metres


def _of_other_room(patrol: Patrol, scene: _Scene) -> bool:
    """A neighbour's local patrol: that room sends it, once it supports (W8)."""
    return patrol.service is Service.LOCAL and scene.room is not None and patrol.room != scene.room


def _can_be_sent(patrol: Patrol, scene: _Scene) -> bool:
    if _of_other_room(patrol, scene):
        return False
    state = patrol.state
    if state is PatrolState.RESERVED:
        reserved_here = patrol.intervention is not None and patrol.intervention == scene.intervention
        return reserved_here and patrol.id not in scene.on_it
    return state is PatrolState.FREE and patrol.id not in scene.on_it


def _explained(
    chosen: Sequence[_Seen], near: Sequence[Near[Patrol]], scene: _Scene, still: int
) -> tuple[Candidate, ...]:
    """The best patrols with their reasons, the one that decides first."""
    explained = []
    for place, seen in enumerate(chosen):
        first: list[Reason] = []
        if place == 0 and seen.known_m is not None:
            nearest = _is_nearest(chosen, near, scene)
            first.append(Reason(ReasonCode.NEAREST if nearest else ReasonCode.NEAREST_FOR_ITS_AGE))
        elif 0 < place < still:
            first.append(Reason(ReasonCode.SECOND_NEEDED, {"needed": still}))
        explained.append(_candidate(seen, scene, first))
    return tuple(explained)


def _is_nearest(chosen: Sequence[_Seen], near: Sequence[Near[Patrol]], scene: _Scene) -> bool:
    """Say whether the first choice is also the nearest of all that can be sent, whatever their age."""
    first, measured = chosen[0], {seen.what.id for seen in chosen}
    if any(seen.distance_m < first.distance_m for seen in chosen):
        return False
    for metres, patrol in near:
        if metres >= first.distance_m:
            break
        if patrol.id not in measured and _can_be_sent(patrol, scene):
            return False
    return True


def _candidate(
    seen: _Seen, scene: _Scene, first: Sequence[Reason] = (), *, eligible: bool = True
) -> Candidate:
    patrol = seen.what
    reasons = [*first] if eligible else [_why_not(patrol, scene)]
    if patrol.service is not Service.LOCAL:
        reasons.append(Reason(ReasonCode(patrol.service)))
    elif patrol.zone is not None and scene.zone is not None:
        code = ReasonCode.IN_ALLOCATED_ZONE if patrol.zone == scene.zone else ReasonCode.OTHER_ZONE
        reasons.append(Reason(code, {"zone": patrol.zone}))
    other_room = scene.room is not None and patrol.room != scene.room
    if other_room and all(reason.code is not ReasonCode.OTHER_ROOM for reason in reasons):
        reasons.append(Reason(ReasonCode.OTHER_ROOM, {"room": patrol.room}))
    if eligible and patrol.state is PatrolState.RESERVED:
        reasons.append(Reason(ReasonCode.RESERVED_HERE))
    if patrol.id in scene.proposed_elsewhere:
        number = scene.proposed_elsewhere[patrol.id]
        reasons.append(Reason(ReasonCode.PROPOSED_ELSEWHERE, {"number": number}))
    course = _course(seen, scene)
    if course is not None:
        reasons.append(Reason(course))
    old = _position(seen, scene)
    if old is not None:
        reasons.append(old)
    return Candidate(patrol, seen.known_m, seen.age_s, tuple(reasons), eligible)


def _why_not(patrol: Patrol, scene: _Scene) -> Reason:
    if patrol.id in scene.on_it:
        return Reason(ReasonCode.ON_IT)
    if _of_other_room(patrol, scene):
        return Reason(ReasonCode.OTHER_ROOM, {"room": patrol.room})
    if patrol.state is PatrolState.OFF_DUTY:
        return Reason(ReasonCode.OFF_DUTY)
    number = patrol.busy_with or ""
    if patrol.state is PatrolState.RESERVED:
        return Reason(ReasonCode.RESERVED_ELSEWHERE, {"number": number})
    return Reason(ReasonCode.BUSY, {"number": number, "state": patrol.state})


def _course(seen: _Seen, scene: _Scene) -> ReasonCode | None:
    """Ahead of or behind a moving victim (W9); abeam has no word."""
    lon, lat = seen.what.lon, seen.what.lat
    if seen.known_m is None or scene.heading_deg is None or scene.lon is None or scene.lat is None:
        return None
    assert lon is not None
    assert lat is not None
    off = abs((bearing_deg(scene.lon, scene.lat, lon, lat) - scene.heading_deg + 180) % 360 - 180)
    if off <= AHEAD_WITHIN_DEG:
        return ReasonCode.AHEAD
    return ReasonCode.BEHIND if off >= 180 - AHEAD_WITHIN_DEG else None


def _placed(seen: _Seen, scene: _Scene) -> bool:
    """As `Candidate.placed`."""
    old = _position(seen, scene)
    return seen.known_m is not None and (old is None or old.code is ReasonCode.POSITION_OLD)


def _position(seen: _Seen, scene: _Scene) -> Reason | None:
    """What is to be said against the patrol's position, or None."""
    limits = scene.targets.position_age
    if seen.age_s is None:
        return Reason(ReasonCode.NO_POSITION)
    if seen.age_s < limits.amber:
        return None
    code = ReasonCode.POSITION_TOO_OLD if seen.age_s >= limits.red else ReasonCode.POSITION_OLD
    return Reason(code, {"age_s": seen.age_s, "may_be_off_m": seen.penalty_m})


def _shortfalls(
    proposed: Sequence[_Seen], near: Sequence[Near[Patrol]], scene: _Scene, wanted: int
) -> tuple[Shortfall, ...]:
    """Patrols nearer than the last one proposed that are not proposed; without a distance, those of the zone.

    A patrol that can be sent is one only if its position is too old, or unknown: else it is just less near.
    """
    last_m = proposed[-1].distance_m if len(proposed) == wanted else math.inf
    ours = {seen.what.id for seen in proposed} | scene.on_it
    found = []
    nearer = takewhile(lambda one: one[0] < last_m, near)
    unknown = takewhile(lambda one: one[0] == math.inf, reversed(near))
    for one in chain(nearer, (one for one in unknown if one[1].zone == scene.zone)):
        seen = see(one, scene.now)
        why = None if seen.what.id in ours else _why_missing(seen, scene)
        if why is not None:
            found.append((seen, why))
    found.sort(key=lambda pair: scene.by_distance(pair[0]))
    return tuple(Shortfall(seen.what, seen.known_m, seen.age_s, why) for seen, why in found)


def _why_missing(seen: _Seen, scene: _Scene) -> Reason | None:
    """Why a near patrol is not proposed; None where it just ranks lower."""
    if not _can_be_sent(seen.what, scene):
        return _why_not(seen.what, scene)
    why = _position(seen, scene)
    return None if why is None or why.code is ReasonCode.POSITION_OLD else why
