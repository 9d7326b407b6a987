"""A patrol's radio or terminal, connected at `/patrol`."""

from __future__ import annotations

import asyncio

from websockets.asyncio.server import ServerConnection

from backend_stub.backend import Backend, FieldLine
from backend_stub.board import Field, task_for
from backend_stub.ledger import NotStored
from backend_stub.lines import Frames, close, first_frame, turned_away
from console.domain import commands as c
from console.wire import field_frames as f
from console.wire.limits import CloseCode


async def serve_patrol(ws: ServerConnection, backend: Backend) -> None:
    """Talk to one patrol until it is gone. If it was sent somewhere, it gets its task again."""
    hello = await first_frame(ws, f.from_patrol)
    if hello is None:
        return
    if (
        not isinstance(hello, f.PatrolHello)
        or hello.patrol not in backend.patrols
        or not backend.registry.patrol_proved(hello.patrol, hello.token)
    ):
        backend.counts.refused_hellos += 1
        refusal = f.ErrorFrame(
            code="not_authenticated", sentence="This patrol is not known, or its token is not."
        )
        await ws.send(refusal.model_dump_json())
        await close(ws, CloseCode.NOT_LOGGED_IN, "not authenticated")
        return
    if await turned_away(ws, backend.ledger.mode, hello.mode):
        backend.counts.refused_hellos += 1
        return
    line = FieldLine.over(ws, backend.ledger.mode)
    sending = asyncio.create_task(line.sender.run())
    who = Field.PATROL, hello.patrol
    backend.online(who, line)
    task = backend.patrols.task_of(hello.patrol)
    if task is not None:
        state = backend.board.get(task.id) or task
        line.send(task_for(state, backend.brief(state, hello.patrol, backend.clock())))

    def bad(sentence: str) -> float:
        line.send(f.ErrorFrame(code="bad_frame", sentence=sentence))
        return backend.bad_frame(hello.patrol)

    try:
        async for frame in Frames(ws, f.from_patrol, bad):
            if not backend.held_back(line, hello.patrol, frame.type):
                await _take(backend, hello.patrol, line, frame)
    finally:
        backend.offline(who, line)
        sending.cancel()


async def _take(backend: Backend, patrol: str, line: FieldLine, frame: f.FromPatrol) -> None:
    said: c.PatrolReport | c.PatrolRead | c.PatrolSaw
    match frame:
        case f.PatrolPosition():
            backend.patrols.moved(patrol, frame, backend.clock())
            return
        case f.PatrolAvailability():
            backend.patrols.available(patrol, frame)
            return
        case f.PatrolHello():
            line.send(f.ErrorFrame(code="bad_frame", sentence="This patrol has said hello already."))
            return
        case f.PatrolStatus():
            said = c.PatrolReport(patrol=patrol, step=frame.step)
        case f.PatrolVictim():
            said = c.PatrolSaw(patrol=patrol, finding=frame.finding, words=frame.words)
        case f.PatrolReadFrame():
            said = c.PatrolRead(patrol=patrol)
    room = backend.patrols.room_of(patrol)
    try:
        known = await backend.do(backend.desk.patrol_report(patrol, room, said, backend.clock()))
    except NotStored:
        line.send(f.ErrorFrame(code="not_stored", sentence="This could not be stored: send it again."))
        return
    if not known:
        line.send(f.ErrorFrame(code="no_task", sentence="This patrol is on no intervention."))
