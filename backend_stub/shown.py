"""What each console is shown of the rows of its room's feed: frames, as far as its operator may know (S6, W19).

Positions have no gaps for anybody: a row of something that does not exist for an operator is its position alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from backend_stub.framing import encoded, events_frames, intervention_frames, passed_over, positioned
from backend_stub.ledger import FeedKind, FeedRow
from console.domain.events import AlarmRaised, CasefileChanged, Event, InterventionOpenedByHand
from console.domain.need_to_know import as_known_to, concerned, lost_sight
from console.domain.wall import on_wall
from console.wire.console_frames import InterventionWithdrawn

Timelines = Mapping[tuple[UUID, int], Sequence[Event]]
"""(intervention, version) -> its events up to that version: what a `FeedKind.SNAPSHOT` row needs."""

Encoded = dict[tuple[int, FeedKind], bytes]
"""(record, kind) -> the event as it goes to everyone who may see all of it: encoded once."""


def frames_for(
    operator: str | None, rows: Sequence[FeedRow], timelines: Timelines, events: Encoded
) -> Iterator[bytes]:
    """Frames of one room's rows in order. ``operator`` None: for whoever may see all of them."""
    items: list[bytes] = []
    for row in rows:
        event = row.event if operator is None else as_known_to(row.event, operator)
        if event is not None and row.kind in {FeedKind.EVENT, FeedKind.GLIMPSE}:
            items.append(positioned(row.pos, _encoded(row, event, events)))
        elif event is None and not _leaves(row, operator):
            items.append(passed_over(row.pos))
        else:
            yield from events_frames(items)
            items = []
            yield from _of_sight(row, operator, timelines)
    yield from events_frames(items)


def wall_frames(rows: Iterable[FeedRow]) -> Iterator[bytes]:
    """Frames of one room's rows for a wall view: how each intervention stands, as far as a wall may show it (W18)."""
    items: list[bytes] = []
    for row in rows:
        state, intervention = row.after, row.event.intervention
        hidden = state is None or state.excluded
        if (row.kind is FeedKind.WITHDRAWN and not hidden) or _now_excludes(row.event):
            yield from events_frames(items)
            items = []
            gone = InterventionWithdrawn(position=row.pos, intervention=intervention)
            yield gone.model_dump_json().encode()
            continue
        event = None if state is None else on_wall(row.event, state, row.room)
        items.append(passed_over(row.pos) if event is None else positioned(row.pos, encoded(event)))
    yield from events_frames(items)


def _now_excludes(event: Event) -> bool:
    """Somebody is excluded who was not, and before nobody was."""
    body = event.body
    return isinstance(body, CasefileChanged) and set(event.hidden_from) == set(body.hidden_from) != set()


def concerned_by(rows: Iterable[FeedRow], timelines: Timelines) -> frozenset[str]:
    """Operators who may not see all of these rows."""
    staff: set[str] = set()
    for row in rows:
        timeline = timelines.get((row.event.intervention, row.event.version), ())
        for event in (row.event, *(timeline if row.kind is FeedKind.SNAPSHOT else ())):
            staff |= concerned(event)
    return frozenset(staff)


def known(timeline: Iterable[Event], operator: str) -> Iterator[Event]:
    """A timeline as an operator may know it."""
    for event in timeline:
        shown = as_known_to(event, operator)
        if shown is not None:
            yield shown


def extracts_in(rows: Iterable[FeedRow], operator: str) -> tuple[tuple[int, UUID], ...]:
    """Positions at which these rows bring an extract, with the intervention: shown once acknowledged (W7)."""
    return tuple(
        (row.pos, row.event.intervention)
        for row in rows
        if operator not in row.event.hidden_from
        and (
            row.kind is FeedKind.SNAPSHOT
            or (
                row.kind is FeedKind.EVENT
                and isinstance(row.event.body, AlarmRaised | InterventionOpenedByHand)
            )
        )
    )


def _encoded(row: FeedRow, event: Event, events: Encoded) -> bytes:
    if event is not row.event:
        return encoded(event)
    key = row.seq, row.kind
    if key not in events:
        events[key] = encoded(event)
    return events[key]


def _leaves(row: FeedRow, operator: str | None) -> bool:
    """It existed for this operator until now."""
    return operator is not None and lost_sight(row.event, operator)


def _of_sight(row: FeedRow, operator: str | None, timelines: Timelines) -> Iterator[bytes]:
    """A frame of its own: an intervention that came into sight, or went out of it."""
    intervention = row.event.intervention
    if row.kind is FeedKind.SNAPSHOT and not _leaves(row, operator):
        timeline: Iterable[Event] = timelines[intervention, row.event.version]
        if operator is not None:
            timeline = known(timeline, operator)
        yield from intervention_frames(row.pos, intervention, map(encoded, timeline))
    else:
        yield InterventionWithdrawn(position=row.pos, intervention=intervention).model_dump_json().encode()
