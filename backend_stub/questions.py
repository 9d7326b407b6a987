"""What a console asks of the past: the full case file, a day's history, a whole timeline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from backend_stub.backend import Backend
from backend_stub.desk import BELGIUM
from backend_stub.exporting.four_eyes import MAY_EXPORT
from backend_stub.exporting.records import Export, write_export
from backend_stub.framing import answer_frames, encoded
from backend_stub.shown import known
from console.domain.commands import Refusal
from console.domain.intervention import Intervention
from console.domain.need_to_know import exists_for
from console.domain.response import response_of
from console.domain.values import EARLIEST, LATEST, Actor
from console.wire.console_frames import (
    Answer,
    AskCasefile,
    AskHealth,
    AskHistory,
    AskRecording,
    AskResponses,
    AskTests,
    AskTimeline,
    AskVictims,
    Query,
    Summary,
)

HISTORY_PAGE: Final = 200


async def answer(backend: Backend, actor: Actor, query: Query) -> Sequence[bytes]:
    """Answer frames for a query, within what the actor's control room may see (S5, S6).

    Raises:
        NotStored: the showing of a case file could not be logged.
    """
    match query.ask:
        case AskCasefile(intervention=intervention):
            return await _casefile(backend, actor, query.id, intervention)
        case AskVictims(intervention=intervention):
            return await _victims(backend, actor, query.id, intervention)
        case AskTests():
            return _one(
                Answer(id=query.id, tests=await backend.do(backend.desk.tests(actor, backend.clock())))
            )
        case AskHealth():
            wrong = backend.health.of_room(actor.room or "", actor.id, backend.clock())
            return _one(Answer(id=query.id, health=wrong))
        case AskRecording():
            return await _recording(backend, actor, query.id)
        case AskTimeline(intervention=intervention):
            return await _timeline(backend, actor, query.id, intervention)
        case AskResponses(hours=hours):
            return await _responses(backend, actor, query.id, hours)
        case AskHistory():
            return await _history(backend, actor, query.id, query.ask)


async def _casefile(backend: Backend, actor: Actor, query: UUID, intervention: str) -> Sequence[bytes]:
    opened = await backend.do(backend.desk.casefile(actor, intervention, backend.clock()))
    if isinstance(opened, Refusal):
        return _one(Answer(id=query, refusal=opened))
    return _one(Answer(id=query, case_file=opened))


async def _victims(backend: Backend, actor: Actor, query: UUID, intervention: str) -> Sequence[bytes]:
    shown = await backend.do(backend.desk.victims(actor, intervention, backend.clock()))
    if isinstance(shown, Refusal):
        return _one(Answer(id=query, refusal=shown))
    return _one(Answer(id=query, victims=shown))


async def _recording(backend: Backend, actor: Actor, query: UUID) -> Sequence[bytes]:
    """Written down before the console records anything; a refusal too."""
    refused = None if actor.role in MAY_EXPORT else "wrong_role"
    told = Export(at=backend.clock(), by=actor.id, room=actor.room or "", live=True, refused=refused)
    await backend.do(lambda tx: write_export(tx.connection, told))
    return _one(Answer(id=query, refusal=Refusal(code=refused) if refused else None))


async def _timeline(backend: Backend, actor: Actor, query: UUID, intervention: str) -> Sequence[bytes]:
    found = await backend.do(backend.desk.visible(actor, intervention))
    if isinstance(found, Refusal):
        return _one(Answer(id=query, refusal=found))

    def read() -> Sequence[bytes]:
        events = known(backend.ledger.read.timeline(found), actor.id)
        return tuple(answer_frames(query, b"events", map(encoded, events)))

    return await asyncio.to_thread(read)


async def _history(backend: Backend, actor: Actor, query: UUID, ask: AskHistory) -> Sequence[bytes]:
    if not EARLIEST.date() < ask.day < LATEST.date():
        return _one(Answer(id=query))
    since, until = _bounds(ask.day)

    def read() -> Sequence[bytes]:
        found = backend.ledger.read.history(actor.room or "", since, until, ask.text.strip())
        states = [state for state in found if exists_for(state, actor.id)]
        page = states[ask.skip : ask.skip + HISTORY_PAGE]
        rows = (summary(state).model_dump_json().encode() for state in page)
        return tuple(answer_frames(query, b"history", rows, more=len(states) > ask.skip + len(page)))

    return await asyncio.to_thread(read)


async def _responses(backend: Backend, actor: Actor, query: UUID, hours: int) -> Sequence[bytes]:
    """The times of what this room led; what an operator may not see is not counted either."""
    room, now = actor.room or "", backend.clock()

    def measured() -> Sequence[bytes]:
        read = backend.ledger.read
        led = [
            one
            for one in read.history(room, now - timedelta(hours=hours), now)
            if one.room == room and exists_for(one, actor.id)
        ]
        rows = (response_of(one.number, read.timeline(one.id)).model_dump_json().encode() for one in led)
        return tuple(answer_frames(query, b"responses", rows))

    return await asyncio.to_thread(measured)


def _bounds(day: date) -> tuple[datetime, datetime]:
    """First moment of a day in Belgium, and of the next: 23 to 25 hours."""
    midnight = time(tzinfo=BELGIUM)
    return datetime.combine(day, midnight), datetime.combine(day + timedelta(days=1), midnight)


def summary(state: Intervention) -> Summary:
    """One row of a history."""
    closing = state.closings[-1] if state.closings and state.state == "closed" else None
    return Summary(
        id=state.id,
        number=state.number,
        state=state.state,
        raised_at=state.raised_at,
        closed_at=closing.at if closing else None,
        zone=state.zone,
        victim=state.extract.victim.name if state.extract else None,
        handler=state.handler,
        outcome=closing.outcome if closing else None,
        presses=len(state.presses),
    )


def _one(frame: Answer) -> tuple[bytes]:
    return (frame.model_dump_json().encode(),)
