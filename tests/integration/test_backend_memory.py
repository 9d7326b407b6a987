"""Nothing in the backend grows with what has been: its memory after many presses, and its log without persons."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from backend_stub.ledger import KeyStore
from console.domain import commands as c
from console.domain import events as e
from console.wire import field_frames as ff
from tests.backend import LEUVEN, PASSWORD, ConsoleClient, Device, RunningBackend

SOAK = bool(os.environ.get("MSA_SOAK"))
ROUNDS = 400 if SOAK else 20
CANARIES = ("KANARIE-WOORD", "E. Exemple", "50.8787", "4.7008", "0-XXX-")


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_memory_and_log_do_not_grow_with_presses_that_are_over(backend: RunningBackend) -> None:
    """Each round: a press, positions, notes, a close. The second half must not need more than the first left behind."""
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        await rounds(console, phone, ROUNDS)
        half = resident_kib(backend)
        console.events.clear()
        await rounds(console, phone, ROUNDS)
        grown = resident_kib(backend) - half
        assert await asyncio.to_thread(backend.figure, "open_interventions") == 0
    print(f"{2 * ROUNDS} rounds: {half} KiB after the first half, {grown} KiB more after the second")
    assert grown < 30_000
    assert len(backend.log) < 20_000, "a line for each press would be too many"
    assert not any(canary in backend.log for canary in (*CANARIES, PASSWORD, "VBR-B-0101"))
    assert (backend.directory / "backend.db-wal").stat().st_size < 80_000_000


async def rounds(console: ConsoleClient, phone: Device, number: int) -> None:
    for _ in range(number):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        for _ in range(5):
            await phone.fix(*LEUVEN)
            await phone.send(ff.ChatFrame(words="KANARIE-WOORD"))
            assert (await console.do(state.id, c.Note(words="KANARIE-WOORD"))).refusal is None
        assert (await console.do(state.id, c.Acknowledge())).refusal is None
        seen = console.room.seen[state.id].state
        closed = await console.do(
            state.id,
            c.Close(outcome=e.Outcome.PERPETRATOR_GONE, words="KANARIE-WOORD"),
            seen.decision,
        )
        assert closed.refusal is None, closed.refusal
        await phone.receive(ff.Stop)


def resident_kib(backend: RunningBackend) -> int:
    assert backend.process is not None
    status = Path(f"/proc/{backend.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def test_keys_in_memory_are_bounded_and_erased_ones_stay_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend_stub.ledger.keys.KNOWN", 10)
    store = KeyStore(tmp_path / "x.keys", bytes(32), os.urandom)
    sealed = {f"case:{number}": store.seal(f"case:{number}", b"words") for number in range(50)}
    store.flush()
    store.erase("case:7")
    assert len(store._known) <= 11
    assert [store.open(key, blob) for key, blob in sealed.items()].count(b"words") == 49
    assert store.erased("case:7")
    assert len(store._known) <= 11
    store.close()
