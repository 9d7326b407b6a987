"""How many alarms came in ten minutes, and when that is a flood (docs/domain.md, "Alarm load"). Pure.

An alarm is a press, the first or a later one, or the beginning of something to watch: a silent phone, a lost line,
a late patrol. Health is a list and never an alarm. The figures are those of EEMUA 191 and ISA-18.2: more than ten
in ten minutes are a flood; it is over when fewer than five came in ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from console.domain import events as e
from console.domain.intervention import State
from console.domain.room import Room, Seen
from console.domain.targets import DEFAULTS, Targets
from console.domain.watch import LastHeard, Watched, WatchKind, watched

WITHIN: Final = timedelta(minutes=10)

FLOOD_ABOVE: Final = 10
"""More alarms than this within ten minutes are a flood."""

OVER_BELOW: Final = 5
"""A flood is over when fewer than this came within ten minutes: it does not come and go around one figure."""


def alarms(room: Room, now: datetime, targets: Targets = DEFAULTS) -> int:
    """Alarms of the last ten minutes of everything that this room sees more of than a glimpse."""
    since = now - WITHIN
    return sum(
        since < at <= now
        for seen in room.seen.values()
        for at in _moments(seen, since, now, targets, room.patrols)
    )


def is_flood(count: int, before: bool) -> bool:
    """Whether so many alarms are a flood; ``before``: it was one a moment ago."""
    return count > FLOOD_ABOVE or (before and count >= OVER_BELOW)


def may_fold(state: State) -> bool:
    """Whether a row may be folded away while there is a flood. A press that waits never is."""
    return state is not State.RAISED


def _moments(
    seen: Seen, since: datetime, now: datetime, targets: Targets, patrols: Mapping[str, LastHeard]
) -> Iterator[datetime]:
    if seen.state.glimpsed:
        return
    if len(seen.state.presses) > 1 or seen.state.raised_at > since:
        yield from _presses(reversed(seen.timeline), since)
    for one in watched(seen.state, now, targets, patrols):
        yield one.since + timedelta(seconds=_due_s(one, targets))


def _presses(latest_first: Iterable[e.Event], since: datetime) -> Iterator[datetime]:
    for event in latest_first:
        if event.at <= since:
            return
        if isinstance(event.body, e.AlarmRaised | e.AlarmRepeated):
            yield event.at


def _due_s(one: Watched, targets: Targets) -> float:
    """How long after its beginning it is one to be watched: what is silent is so only after a while."""
    match one.kind:
        case WatchKind.POSITION_SILENT | WatchKind.PATROL_SILENT:
            return targets.position_age.red
        case WatchKind.NOT_ACCEPTED:
            return targets.accept.red
        case WatchKind.NOT_ARRIVED:
            return targets.arrive.red
        case _:
            return 0.0
