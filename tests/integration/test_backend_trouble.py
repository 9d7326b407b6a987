"""A disk that does not store: no false receipt, every press is shown all the same, and it heals by itself (R10)."""

from __future__ import annotations

import asyncio
import sqlite3

from console.domain import commands as c
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend, press


async def test_r10_a_press_that_cannot_be_stored_rings_and_is_stored_at_a_retry(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("4711") as console, shared_backend.device("VBR-B-0101") as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        lock = sqlite3.connect(shared_backend.directory / "backend.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        async with shared_backend.device("VBR-B-0102") as other, shared_backend.console("3711") as elsewhere:
            frame = press(*LEUVEN, press_id="during")
            await other.send(frame)
            shown = await console.frame(f.PressUnrecorded)
            assert (shown.button, shown.press_id, shown.zone) == ("VBR-B-0102", "during", "5388")
            refused = await console.do(state.id, c.Note(words="Zolang het niet kan."))
            assert refused.refusal is not None
            assert refused.refusal.code == "not_recorded"
            await console.frame(f.Heartbeat, lambda beat: bool(beat.trouble))
            assert (await asyncio.to_thread(shared_backend.get, "/readyz"))[0] == 503
            lock.execute("ROLLBACK")
            lock.close()
            await other.send(frame)
            receipt = await other.receive(ff.Receipt)
            assert receipt.press_id == "during"
            await console.raised(receipt)
            await console.frame(f.Heartbeat, lambda beat: not beat.trouble)
            await elsewhere.frame(f.Heartbeat)
            assert not any("press.unrecorded" in text for text in elsewhere.raw), "it rings in its room only"
        assert await asyncio.to_thread(shared_backend.get, "/readyz") == (200, "ready\n")


async def test_a_login_goes_on_while_nothing_can_be_stored(shared_backend: RunningBackend) -> None:
    lock = sqlite3.connect(shared_backend.directory / "backend.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    async with shared_backend.console("4711") as console:
        token = console.welcome.token
        await console.frame(f.Heartbeat)
        lock.execute("ROLLBACK")
        lock.close()
        await console.frame(f.Heartbeat)
        await console.frame(f.Heartbeat)
    async with shared_backend.socket("/console") as ws:
        await ws.send(f.Login(operator="4711", token=token).model_dump_json())
        assert isinstance(f.to_console.validate_json(await ws.recv()), f.Welcome)
