"""A phone with its button, connected at `/device`."""

from __future__ import annotations

import asyncio
from typing import Final

from websockets.asyncio.server import ServerConnection

from backend_stub.backend import Backend, FieldLine
from backend_stub.board import Field
from backend_stub.ledger import NotStored
from backend_stub.lines import Frames, close, first_frame, turned_away
from backend_stub.log import LOG
from console.domain import commands as c
from console.wire import field_frames as f
from console.wire.limits import CloseCode

UNDER_WAY: Final = 200
"""Frames of one phone that are being stored; the next is read when one of them is."""


async def serve_device(ws: ServerConnection, backend: Backend) -> None:
    """Talk to one device until it is gone. Who cannot prove to be one of ours is closed."""
    hello = await first_frame(ws, f.from_device)
    if hello is None:
        return
    if not isinstance(hello, f.DeviceHello) or not backend.registry.device_proved(hello.button, hello.token):
        backend.counts.refused_hellos += 1
        refusal = f.ErrorFrame(
            code="not_authenticated", sentence="This device is not known, or its token is not."
        )
        await ws.send(refusal.model_dump_json())
        await close(ws, CloseCode.NOT_LOGGED_IN, "not authenticated")
        return
    if await turned_away(ws, backend.ledger.mode, hello.mode):
        backend.counts.refused_hellos += 1
        return
    line = FieldLine.over(ws, backend.ledger.mode)
    sending = asyncio.create_task(line.sender.run())
    who = Field.DEVICE, hello.button
    backend.online(who, line)

    def bad(sentence: str) -> float:
        line.send(f.ErrorFrame(code="bad_frame", sentence=sentence))
        return backend.bad_frame(hello.button)

    work = _Work(backend, hello.button, line)
    try:
        async for frame in Frames(ws, f.from_device, bad):
            await work.take(frame)
        await work.done()
    finally:
        backend.offline(who, line)
        sending.cancel()


class _Work:
    """What one device has sent. Each frame is handed to the writer as it is read, so that the order stays and a
    flood costs a few commits: its own press does not wait behind a commit for each position before it (R9).
    """

    def __init__(self, backend: Backend, button: str, line: FieldLine) -> None:
        self._backend, self._button, self._line = backend, button, line
        self._room = asyncio.Semaphore(UNDER_WAY)
        self._under_way: set[asyncio.Task[None]] = set()

    async def take(self, frame: f.FromDevice) -> None:
        """Take a frame in; what is beyond the rate of a phone is counted and left, a press never."""
        if self._backend.held_back(self._line, self._button, frame.type):
            return
        await self._room.acquire()
        task = asyncio.create_task(self._do(frame))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def done(self) -> None:
        """Wait until everything that came was dealt with, though nobody waits for the answers any more."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _do(self, frame: f.FromDevice) -> None:
        try:
            await _take(self._backend, self._button, self._line, frame)
        except Exception:
            LOG.exception("frame of a device failed")
        finally:
            self._room.release()


async def _take(backend: Backend, button: str, line: FieldLine, frame: f.FromDevice) -> None:
    said: c.Report
    match frame:
        case f.PressFrame():
            receipt = await backend.press(button, frame)
            if receipt is not None:
                line.send(receipt)
            return
        case f.HealthFrame():
            backend.counts.health_reports += 1
            try:
                await backend.do(backend.health.take(button, frame, backend.clock()))
            except NotStored:
                line.send(
                    f.ErrorFrame(code="not_stored", sentence="This could not be stored: send it again.")
                )
            return
        case f.DeviceHello():
            line.send(f.ErrorFrame(code="bad_frame", sentence="This device has said hello already."))
            return
        case f.FixFrame():
            said = c.FixReport(fix=backend.desk.fix(frame.fix, backend.clock()))
        case f.CancelFrame():
            said = c.Cancel()
        case f.LineFrame():
            said = c.LineReport(change=frame.change, words=frame.words)
        case f.ChatFrame():
            said = c.ChatReport(words=frame.words)
    try:
        known = await backend.do(backend.desk.device_report(button, said, backend.clock()))
    except NotStored:
        line.send(f.ErrorFrame(code="not_stored", sentence="This could not be stored: send it again."))
        return
    if not known:
        # Nothing is open for it: what it goes on reporting is of no use to anyone.
        line.send(f.Stop())
