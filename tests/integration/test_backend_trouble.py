"""A disk that does not store: no false receipt, every press is shown all the same, and it heals by itself (R10)."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
from contextlib import closing

from backend_stub.ledger import verify
from console.domain import commands as c
from console.domain.trouble import Trouble
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import ANTWERP, LEUVEN, RunningBackend, press
from tests.programs import msa_stub


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


async def test_r10_a_console_that_comes_later_sees_the_press_that_is_not_stored(
    shared_backend: RunningBackend,
) -> None:
    """With nobody in its control room it rings in the next one: no event can call that."""
    backend = shared_backend
    lock = sqlite3.connect(backend.directory / "backend.db", isolation_level=None)
    frame, lonely = press(*LEUVEN, press_id="unseen"), press(*ANTWERP, press_id="nobody there")
    async with backend.device("VBR-B-0103") as phone, backend.device("VBR-B-0104") as other:
        lock.execute("BEGIN IMMEDIATE")
        async with backend.console("4712") as early:
            await phone.send(frame)
            assert (await early.frame(f.PressUnrecorded)).press_id == "unseen"
            await other.send(lonely)
            assert (await early.frame(f.PressUnrecorded)).press_id == "nobody there"
        async with backend.console("4711") as late:
            await late.frame(f.Heartbeat)
            told = [text for text in late.raw if "press.unrecorded" in text]
            assert ["unseen" in told[0], "nobody there" in told[1]] == [True, True]
            lock.execute("ROLLBACK")
            lock.close()
            await phone.send(frame)
            await phone.receive(ff.Receipt)
            assert (await late.frame(f.PressRecorded)).press_id == "unseen"
            await other.send(lonely)  # stored in Antwerp: no event says so in Leuven
            await other.receive(ff.Receipt)
            assert (await late.frame(f.PressRecorded)).press_id == "nobody there"
    async with backend.console("4711") as console:
        await console.frame(f.Heartbeat)
        await console.frame(f.Heartbeat)
        assert not any("press.unrecorded" in text for text in console.raw)


async def test_r10_trouble_is_known_before_any_press_and_goes_by_itself(
    shared_backend: RunningBackend,
) -> None:
    """Nothing is asked for: the backend itself finds within 5 s that its disk does not store, and that it does again."""
    async with shared_backend.console("4711") as console:
        await console.frame(f.Heartbeat, lambda beat: not beat.trouble)
        lock = sqlite3.connect(shared_backend.directory / "backend.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        beat = await console.frame(f.Heartbeat, lambda beat: bool(beat.trouble))
        assert set(beat.trouble) <= {Trouble.DATABASE_LOCKED, Trouble.STORING_SLOW}
        assert (await asyncio.to_thread(shared_backend.get, "/readyz"))[0] == 503
        lock.execute("ROLLBACK")
        lock.close()
        await console.frame(f.Heartbeat, lambda beat: not beat.trouble)
        assert (await asyncio.to_thread(shared_backend.get, "/readyz"))[0] == 200


async def test_r10_a_disk_that_refuses_to_write_gives_no_false_receipt_and_heals_without_a_restart(
    backend: RunningBackend,
) -> None:
    """No file may grow any more: what a full disk does, on a running process."""
    assert backend.process is not None
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        await console.raised(await phone.press(*LEUVEN))
        resource.prlimit(backend.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        frame = press(*LEUVEN, press_id="no room")
        await phone.send(frame)
        assert (await console.frame(f.PressUnrecorded)).press_id == "no room"
        await console.frame(f.Heartbeat, lambda beat: bool(beat.trouble))
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(backend.process.pid, resource.RLIMIT_FSIZE, unlimited)
        await console.frame(f.Heartbeat, lambda beat: not beat.trouble)
        await phone.send(frame)
        assert (await phone.receive(ff.Receipt)).press_id == "no room"
        await console.event("alarm.repeated", lambda event: getattr(event.body, "press_id", "") == "no room")
    assert backend.stop() == 0
    assert verify(backend.database).ok


async def test_a_broken_tail_is_told_to_everyone_and_keeps_no_press_out(backend: RunningBackend) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        whole = (await console.raised(await phone.press(*LEUVEN))).state
        async with backend.device("VBR-B-0102") as other:
            broken = (await console.raised(await other.press(*LEUVEN))).state
    backend.kill()
    with closing(sqlite3.connect(backend.directory / "backend.db")) as file:
        file.execute("DROP TRIGGER log_no_update")
        file.execute(
            "UPDATE log SET header = 'no longer JSON' WHERE intervention = ? AND version = 1",
            (str(broken.id),),
        )
        seq = file.execute("SELECT seq FROM log WHERE header = 'no longer JSON'").fetchone()[0]
        file.commit()
    await asyncio.to_thread(backend.start)
    async with backend.console("4711") as console, backend.device("VBR-B-0102") as phone:
        await console.frame(f.Heartbeat, lambda beat: Trouble.TAIL_BROKEN in beat.trouble)
        assert set(console.room.seen) == {whole.id}, "the one that can be read is there"
        anew = (await console.raised(await phone.press(*LEUVEN))).state
        assert anew.number not in {whole.number, broken.number}
        assert await asyncio.to_thread(backend.get, "/readyz") == (200, "ready\n")
        assert await asyncio.to_thread(backend.figure, "ledger_tail_broken") == 1
    logged = [json.loads(line) for line in backend.log.splitlines()]
    assert any(one["event"] == "tail_broken" and one["record"] == seq for one in logged)


async def test_a_database_that_is_damaged_while_it_runs_shows_every_press(backend: RunningBackend) -> None:
    """Nothing of it can be read or written: the press rings, and the start afterwards says what to do."""
    path = backend.directory / "backend.db"
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        await console.raised(await phone.press(*LEUVEN))
        # What was read before lies in the writer's memory: it meets the damage when it must read again.
        with closing(sqlite3.connect(path, isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            await console.frame(f.Heartbeat, lambda beat: Trouble.DATABASE_LOCKED in beat.trouble)
            for name in ("backend.db", "backend.db-wal"):
                size = (backend.directory / name).stat().st_size
                with (backend.directory / name).open("r+b") as file:
                    file.write(b"\xff" * size)
        async with backend.device("VBR-B-0102") as other:
            await other.send(press(*LEUVEN, press_id="on ruins"))
            assert (await console.frame(f.PressUnrecorded)).press_id == "on ruins"
            await console.frame(f.Heartbeat, lambda beat: Trouble.DATABASE_DAMAGED in beat.trouble)
            assert (await asyncio.to_thread(backend.get, "/readyz"))[0] == 503
    backend.kill()
    said = await asyncio.to_thread(msa_stub, "serve", "--port", "0", "--database", f"sqlite:///{path}")
    assert said.code == 3
    assert "msa-stub: " in said.err
