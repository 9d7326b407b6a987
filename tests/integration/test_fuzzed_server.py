"""A real backend under frames that are nearly right: no crash, no leak, no traceback, and the others go on.

Seconds in `make test`; in `make soak` two minutes, with the delay of the others before and meanwhile printed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import pytest

from console.wire import console_frames as f
from tests.backend import LEUVEN, PASSWORD, RunningBackend

SOAK: Final = bool(os.environ.get("MSA_SOAK"))
FOR_S: Final = 120.0 if SOAK else 4.0
CALM_S: Final = 30.0 if SOAK else 1.0
MORE_MB: Final = 60.0
"""What the backend may grow by: the interventions that came of it stand in its memory, a leak would not end."""


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_frames_that_are_nearly_right_harm_nobody(shared_backend: RunningBackend) -> None:
    backend = shared_backend
    async with backend.console("3711") as watcher, backend.device(backend.spare_button()) as phone:
        await phone.press(*LEUVEN)
        calm = await _delays(phone, CALM_S)
        began = _state(backend)
        words = ["-m", "tests.soak.hostile", backend.url, str(backend.url_file), PASSWORD, str(FOR_S)]
        hostile = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
        stormy = await _delays(phone, FOR_S)
        sent = int((await hostile.communicate())[0])
        assert sent > 100
        await _gone(backend, began)
        after = _state(backend)
        await phone.press(*LEUVEN)
        await watcher.frame(f.Heartbeat)
    assert after["files"] <= began["files"] + 5, "sockets or files are left"
    assert after["threads"] <= began["threads"] + 5
    assert after["memory_mb"] <= began["memory_mb"] + MORE_MB
    assert (await asyncio.to_thread(backend.get, "/readyz"))[0] == 200
    assert '"error":' not in backend.log, "something was not foreseen"
    print(
        f"\n{sent} hostile frames in {FOR_S:.0f} s; the others' receipts p50/p99: calm {_said(calm)}, "
        f"meanwhile {_said(stormy)}; memory {began['memory_mb']:.0f} -> {after['memory_mb']:.0f} MB"
    )


async def _delays(phone: Any, seconds: float) -> list[float]:
    """How long a phone that behaves waits for each receipt."""
    delays = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        await phone.press(*LEUVEN)
        delays.append(time.perf_counter() - began)
        await asyncio.sleep(0.05)
    return delays


async def _gone(backend: RunningBackend, began: dict[str, float]) -> None:
    """Wait until the backend has noticed who has left."""
    for _ in range(60):
        if _state(backend)["files"] <= began["files"] + 2:
            return
        await asyncio.sleep(0.25)


def _state(backend: RunningBackend) -> dict[str, float]:
    assert backend.process is not None
    assert backend.process.poll() is None, "the backend is gone"
    place = Path(f"/proc/{backend.process.pid}")
    if not place.is_dir():
        return {"files": 0, "threads": 0, "memory_mb": 0}  # a system that does not tell
    lines = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    return {
        "files": len(list((place / "fd").iterdir())),
        "threads": int(lines["Threads"]),
        "memory_mb": int(lines["VmRSS"].split()[0]) / 1024,
    }


def _said(delays: list[float]) -> str:
    cuts = quantiles(delays, n=100, method="inclusive")
    return f"{cuts[49] * 1000:.1f}/{cuts[98] * 1000:.1f} ms"
