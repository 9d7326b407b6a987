"""A storm hides no press (R9), and who says nothing harms nobody (S3)."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from functools import partial
from statistics import quantiles

import pytest

from console.domain.events import Event
from console.wire import field_frames as ff
from console.wire.limits import CloseCode
from tests.backend import LEUVEN, Device, RunningBackend, close_code

SOAK = bool(os.environ.get("MSA_SOAK"))
SECONDS = 60.0 if SOAK else 3.0
A_MINUTE = 10_000

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]


async def test_r9_ten_thousand_health_reports_a_minute_hide_no_press(shared_backend: RunningBackend) -> None:
    backend = shared_backend
    before = await asyncio.to_thread(backend.figure, "health_reports_total")
    async with AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(backend.device(f"VBR-B-01{n:02}")) for n in range(20, 60)]
        pressing = await stack.enter_async_context(backend.device("VBR-B-0101"))
        console = await stack.enter_async_context(backend.console("4711"))
        over = asyncio.Event()
        storm = asyncio.create_task(_storm(phones, over))
        shown: list[float] = []
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            began = time.monotonic()
            receipt = await pressing.press(*LEUVEN)
            kind = "alarm.repeated" if shown else "alarm.raised"
            await console.event(kind, partial(is_of, receipt.press_id))
            shown.append(time.monotonic() - began)
            await asyncio.sleep(0.05)
        over.set()
        sent = await storm
        reports = await asyncio.to_thread(backend.figure, "health_reports_total") - before
        held = await asyncio.to_thread(backend.figure, "frames_held_back_total")
    assert sent > SECONDS * A_MINUTE / 60 / 2, "a storm"
    assert reports + held >= sent
    print(f"{sent} reports, {len(shown)} presses, p99 {quantiles(shown, n=100)[98] * 1000:.0f} ms shown")


def is_of(press_id: str, event: Event) -> bool:
    return getattr(event.body, "press_id", None) == press_id


async def _storm(phones: list[Device], over: asyncio.Event) -> int:
    sent = 0
    while not over.is_set():
        for phone in phones:
            await phone.send(ff.HealthFrame(battery_pct=80))
            sent += 1
        await asyncio.sleep(len(phones) * 60 / A_MINUTE)
    return sent


async def test_r9_a_phone_that_floods_is_held_back_and_its_press_is_taken(
    idle_backend: RunningBackend,
) -> None:
    idle_backend.start("--burst-frames", "20")
    async with idle_backend.console("4711") as console, idle_backend.device("VBR-B-0101") as phone:
        for _ in range(2_000):
            await phone.send(ff.HealthFrame(battery_pct=5))
        receipt = await phone.press(*LEUVEN)
        await console.raised(receipt)
        assert await asyncio.to_thread(idle_backend.figure, "frames_held_back_total") > 1_500
        for _ in range(50):
            await phone.press(*LEUVEN)
        assert await asyncio.to_thread(idle_backend.figure, "presses_total") == 51


async def test_s3_five_hundred_silent_sockets_harm_nobody_and_are_out_after_five_seconds(
    shared_backend: RunningBackend,
) -> None:
    async with AsyncExitStack() as stack:
        idle = await asyncio.gather(
            *(
                stack.enter_async_context(shared_backend.socket(("/device", "/console")[one % 2]))
                for one in range(500)
            )
        )
        async with shared_backend.device("VBR-B-0102") as phone:
            await phone.press(*LEUVEN)
        codes = await asyncio.gather(*(close_code(one) for one in idle))
    assert set(codes) == {CloseCode.TOO_SLOW}


async def test_the_newest_line_of_a_phone_is_the_one_that_stays(shared_backend: RunningBackend) -> None:
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(shared_backend.device("VBR-B-0105")) for _ in range(10)]
        assert await close_code(lines[0].ws) == CloseCode.TOO_MANY
        await lines[-1].press(*LEUVEN)
