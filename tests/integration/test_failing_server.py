"""R10 on the whole server: a disk fails under a running backend, and what a phone and a console then see.

strace lets calls on the files of the ledger fail, attached to the backend while phones press: for a while every one,
then the N-th alone, N = 1, 2, … until a round in which none was left to fail. The backend is never restarted.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend_stub.ledger import verify
from console.domain.trouble import Trouble
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, WITHIN_S, Device, RunningBackend, press

pytestmark = [
    pytest.mark.strace,
    pytest.mark.timeout(900),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

BANNER_WITHIN_S = 5.0
MARGIN = 3
FILES = [f"backend.db{end}" for end in ("", "-wal", "-shm", ".keys", ".keys-journal")]
FAULTS = {
    "failed fsync": ("fdatasync,fsync", "EIO"),
    "disk full": ("pwrite64", "ENOSPC"),
    "failed write": ("pwrite64", "EIO"),
    "failed read": ("pread64", "EIO"),
}
PRESSES = 3
ENOUGH = 60
"""So many rounds have hit every call of a few presses, several times."""


@dataclass
class Failing:
    """Calls that fail; ``hit`` once one has."""

    trace: Path

    @property
    def hit(self) -> bool:
        return "(INJECTED)" in self.trace.read_text()


@asynccontextmanager
async def failing(backend: RunningBackend, calls: str, error: str, when: str) -> AsyncIterator[Failing]:
    """While this lasts, the calls number ``when`` on the backend's files fail (``1+``: every one)."""
    assert backend.process is not None
    trace = backend.directory / "failing.trace"
    paths = [word for name in FILES for word in ("-P", str(backend.directory / name))]
    strace = await asyncio.create_subprocess_exec(
        *("strace", "-f", "-p", str(backend.process.pid), "-o", str(trace), *paths),
        *("-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={when}"),
        stderr=asyncio.subprocess.PIPE,
    )
    assert strace.stderr is not None
    said = (await strace.stderr.readline()).decode()
    if "attached" not in said:
        pytest.skip(f"strace may not attach here: {said}")
    try:
        yield Failing(trace)
    finally:
        strace.send_signal(signal.SIGINT)
        await strace.communicate()


async def test_r10_while_every_fsync_fails_presses_are_shown_and_it_heals_without_a_restart(
    backend: RunningBackend,
) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        await console.raised(await phone.press(*LEUVEN))
        async with failing(backend, *FAULTS["failed fsync"], "1+") as disk:
            began = time.monotonic()
            beat = await console.frame(f.Heartbeat, lambda beat: bool(beat.trouble))
            assert time.monotonic() - began < BANNER_WITHIN_S * MARGIN, "no press was needed to find it"
            assert Trouble.STORAGE_FAILS in beat.trouble
            assert disk.hit
            frame = press(*LEUVEN, press_id="on a failing disk")
            await phone.send(frame)
            await console.frame(f.PressUnrecorded, lambda told: told.press_id == frame.press_id)
            assert (await asyncio.to_thread(backend.get, "/readyz"))[0] == 503
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(phone.ws.recv(), 1.0)  # no receipt: nothing is promised
        await console.frame(f.Heartbeat, lambda beat: not beat.trouble)
        await phone.send(frame)
        assert (await phone.receive(ff.Receipt)).press_id == frame.press_id
        await console.frame(f.PressRecorded, lambda told: told.press_id == frame.press_id)
        assert await asyncio.to_thread(backend.get, "/readyz") == (200, "ready\n")
    assert backend.stop() == 0
    assert verify(backend.database).ok


@pytest.mark.soak_only
@pytest.mark.parametrize("fault", FAULTS)
async def test_r10_whichever_call_of_the_server_fails_no_promise_is_false_and_no_press_unseen(
    backend: RunningBackend, fault: str
) -> None:
    calls, error = FAULTS[fault]
    promised: dict[str, ff.Receipt] = {}
    failed, number, untouched = 0, 0, 0
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        while untouched < 2 and number < ENOUGH:
            number += 1
            async with failing(backend, calls, error, str(number)) as disk:
                for place in range(PRESSES):
                    press_id = f"{fault} {number} {place}"
                    promised[press_id] = await _insist(phone, press_id)
            untouched = 0 if disk.hit else untouched + 1
            failed += disk.hit
            await console.frame(f.Heartbeat, lambda beat: not beat.trouble)
            assert (await asyncio.to_thread(backend.get, "/readyz"))[0] == 200, f"after {fault} {number}"
        assert failed > 0, "nothing failed: the test tests nothing"
        pressed = [getattr(one.event.body, "press_id", None) for one in console.events]
        for press_id in promised:  # recorded once each, and seen
            assert pressed.count(press_id) == 1, press_id
    assert backend.stop() == 0
    assert verify(backend.database).ok
    backend.start()
    async with backend.device("VBR-B-0101") as phone:
        for press_id, receipt in promised.items():
            assert (await _insist(phone, press_id)).id == receipt.id, "the promise stands after a restart"
    print(f"\n{fault}: {failed} of {number} rounds had a call to fail; {len(promised)} presses, 0 lost")


async def _insist(phone: Device, press_id: str) -> ff.Receipt:
    """Press as a phone does: again every half second until the receipt."""
    frame = press(*LEUVEN, press_id=press_id)
    async with asyncio.timeout(WITHIN_S):
        while True:
            await phone.send(frame)
            try:
                async with asyncio.timeout(0.5):
                    while (receipt := await phone.receive(ff.Receipt)).press_id != press_id:
                        pass
                    return receipt
            except TimeoutError:
                continue
