"""What is asked of the past: feeds, timelines, the picture of a room, the history of a day.

Connections of its own that cannot write; each answer is one moment of the ledger. Every method blocks: an
event loop calls it in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend_stub.ledger.fold import feed_rows, fold_standing, records, stand
from backend_stub.ledger.keys import KeyStore
from backend_stub.ledger.memory import FeedRow
from backend_stub.ledger.store import reading_engine
from backend_stub.ledger.tables import FeedEntry, InterventionRow, SightRow
from console.domain.events import Event
from console.domain.intervention import Intervention
from console.domain.sight import Sight, glimpse, sight_of
from console.domain.values import rfc3339

MOST_MISSED = 5000
"""So many missed events are sent one by one; more, and the console gets a picture (`docs/wire.md`)."""


@dataclass(frozen=True)
class Seen:
    """An intervention with its timeline."""

    state: Intervention
    timeline: tuple[Event, ...]


@dataclass(frozen=True)
class Picture:
    """What a control room sees at a position of its feed: every open intervention, oldest first."""

    pos: int
    interventions: tuple[Seen, ...]


class Reader:
    """Answers questions about what is committed."""

    def __init__(self, path: Path, keys: KeyStore) -> None:
        self._engine = reading_engine(path)
        self._keys = keys

    def feed(
        self, room: str, after: int, limit: int = MOST_MISSED, *, folded: bool = False
    ) -> tuple[FeedRow, ...]:
        """The rows of a control room's feed with ``pos > after``, in order, at most ``limit``.

        ``folded``: each with the intervention after it.
        """
        with self._engine.begin() as connection:
            return feed_rows(connection, self._keys, room, after, limit, folded)

    def state(self, intervention: UUID) -> Intervention | None:
        """An intervention as the log has it, or None."""
        with self._engine.begin() as connection:
            standing = fold_standing(connection, intervention, self._keys)
        return standing.state if standing else None

    def timeline(self, intervention: UUID, until_version: int | None = None) -> tuple[Event, ...]:
        """Every event of an intervention in order, up to and with ``until_version``."""
        with self._engine.begin() as connection:
            found = records(connection, intervention, self._keys, until_version)
            return tuple(record.event for record in found)

    def picture(self, room: str) -> Picture:
        """What a control room sees now: its position and its open interventions, of one moment.

        Of one that it has a glimpse of, the timeline is that glimpse.
        """
        with self._engine.begin() as connection:
            last = select(func.max(col(FeedEntry.pos))).where(col(FeedEntry.room) == room)
            pos = connection.execute(last).scalar() or 0
            query = _seen_by(room).where(col(InterventionRow.is_open).is_(True))
            ids = connection.scalars(query.order_by(col(InterventionRow.began))).all()
            seen = [self._seen(connection, UUID(one)) for one in ids]
            return Picture(pos, tuple(_as_seen_by(room, one) for one in seen if one is not None))

    def history(
        self, room: str, since: datetime, until: datetime, words: str = ""
    ) -> tuple[Intervention, ...]:
        """Interventions a control room sees, more than a glimpse, that were raised in ``[since, until)``, latest first.

        ``words``: each of them must be found somewhere in the number, zone, handler, state, names, patrols
        or closing, in upper or lower case.
        """
        query = _seen_by(room).where(
            col(InterventionRow.raised_at) >= rfc3339(since), col(InterventionRow.raised_at) < rfc3339(until)
        )
        query = query.order_by(col(InterventionRow.began).desc())
        wanted = words.casefold().split()
        with self._engine.begin() as connection:
            ids = connection.scalars(query).all()
            found = [self._seen(connection, UUID(one)) for one in ids]
            states = [seen.state for seen in found if seen is not None]
        whole = (state for state in states if sight_of(state, room) is not Sight.GLIMPSE)
        return tuple(state for state in whole if all(word in _text(state) for word in wanted))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _seen(self, connection: Connection, intervention: UUID) -> Seen | None:
        """One intervention; None if its records were damaged: the others are shown all the same."""
        found = tuple(records(connection, intervention, self._keys))
        try:
            standing = stand(found)
        except ValueError:
            standing = None
        if standing is None:
            return None
        return Seen(standing.state, tuple(record.event for record in found))


def _as_seen_by(room: str, seen: Seen) -> Seen:
    if sight_of(seen.state, room) is not Sight.GLIMPSE:
        return seen
    return Seen(seen.state, (glimpse(seen.timeline[-1], seen.state),))


def _seen_by(room: str) -> SelectOfScalar[str]:
    return (
        select(col(InterventionRow.id))
        .join(SightRow, col(SightRow.intervention) == col(InterventionRow.id))
        .where(col(SightRow.room) == room)
    )


def _text(state: Intervention) -> str:
    """Where a search of the history looks."""
    extract = state.extract
    parts = [state.number, state.zone, state.handler, state.state, state.button]
    parts += [sent.patrol for sent in state.sent]
    if extract:
        parts += [extract.number, extract.victim.name, extract.perpetrator.name]
    for closing in state.closings:
        parts += [closing.outcome, closing.words, closing.by]
    return "\n".join(part for part in parts if part).casefold()
