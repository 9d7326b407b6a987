"""A real backend under frames that are nearly right: no crash, no leak, no traceback, and the others go on.

Seconds in `make test`; in `make soak` two minutes, with the delay of the others printed: turn and turn about the
hostile ones send to this backend and to another beside it, so that what else the machine does, and they, weigh on both
alike.
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
from tests.backend import LEUVEN, PASSWORD, RunningBackend, copied
from tests.soak.hostile import WINDOW_S, sending

SOAK: Final = bool(os.environ.get("MSA_SOAK"))
FOR_S: Final = 120.0 if SOAK else 2 * WINDOW_S
SETTLES_S: Final = 0.5
"""At the begin of a window the one before still has its after-effects."""
MORE_MB: Final = 60.0
"""What the backend may grow by: the interventions that came of it stand in its memory, a leak would not end."""


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_frames_that_are_nearly_right_harm_nobody(
    backend: RunningBackend, filled_directory: Path, tmp_path: Path
) -> None:
    beside = copied(filled_directory, tmp_path / "beside")
    beside.start()
    try:
        await _harm_nobody(backend, beside)
    finally:
        assert beside.stop() == 0


async def _harm_nobody(backend: RunningBackend, beside: RunningBackend) -> None:
    async with backend.console("3711") as watcher, backend.device(backend.spare_button()) as phone:
        await phone.press(*LEUVEN)
        began = _state(backend)
        words = [
            "-m",
            "tests.soak.hostile",
            backend.url,
            beside.url,
            str(backend.url_file),
            PASSWORD,
            str(FOR_S),
        ]
        hostile = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
        delays = await _delays(phone, FOR_S)
        sent = int((await hostile.communicate())[0])
        assert sent > 100
        await _gone(backend, began)
        after = _state(backend)
        await phone.press(*LEUVEN)
        await watcher.frame(f.Heartbeat)
    assert after["sockets"] <= began["sockets"] + 2, "sockets are left"
    assert after["files"] <= began["files"] + 20, "files are left"  # each reader of the database has two
    assert after["threads"] <= began["threads"] + 5
    assert after["memory_mb"] <= began["memory_mb"] + MORE_MB
    assert (await asyncio.to_thread(backend.get, "/readyz"))[0] == 200
    assert '"error":' not in backend.log, "something was not foreseen"
    calm, stormy = ([took for storm, took in delays if storm is kind] for kind in (False, True))
    print(
        f"\n{sent} hostile frames in {FOR_S / 2:.0f} s; the others' receipts p50/p95/p99: while they are elsewhere "
        f"{_said(calm)}, while they send here {_said(stormy)}; memory {began['memory_mb']:.0f} -> {after['memory_mb']:.0f} MB"
    )


async def _delays(phone: Any, seconds: float) -> list[tuple[bool, float]]:
    """How long a phone that behaves waits for each receipt, and whether the hostile ones were sending."""
    delays = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = time.monotonic()
        began = time.perf_counter()
        await phone.press(*LEUVEN)
        took = time.perf_counter() - began
        if now % WINDOW_S > SETTLES_S:
            delays.append((sending(now), took))
        await asyncio.sleep(0.05)
    return delays


async def _gone(backend: RunningBackend, began: dict[str, float]) -> None:
    """Wait until the backend has noticed who has left."""
    for _ in range(60):
        if _state(backend)["sockets"] <= began["sockets"]:
            return
        await asyncio.sleep(0.25)


def _state(backend: RunningBackend) -> dict[str, float]:
    assert backend.process is not None
    assert backend.process.poll() is None, "the backend is gone"
    place = Path(f"/proc/{backend.process.pid}")
    if not place.is_dir():
        return dict.fromkeys(("files", "sockets", "threads", "memory_mb"), 0.0)  # a system that does not tell
    lines = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    files = [_opened(one) for one in (place / "fd").iterdir()]
    return {
        "files": len(files),
        "sockets": sum(name.startswith("socket:") for name in files),
        "threads": int(lines["Threads"]),
        "memory_mb": int(lines["VmRSS"].split()[0]) / 1024,
    }


def _opened(file: Path) -> str:
    try:
        return os.readlink(file)
    except OSError:
        return ""  # closed meanwhile


def _said(delays: list[float]) -> str:
    cuts = quantiles(delays, n=100, method="inclusive")
    return "/".join(f"{cuts[part] * 1000:.1f}" for part in (49, 94, 98)) + f" ms ({len(delays)})"
