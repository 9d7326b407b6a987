"""The clock of an exercise: it stands until it is told to go on, keeps what has gone by, and runs at its speed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from backend_stub.exercise.clock import WorldClock

BEGINS = datetime(2026, 11, 24, 3, 10, tzinfo=UTC)


async def test_no_time_goes_by_before_it_goes_on_nor_in_a_pause() -> None:
    wall = [100.0]
    clock = WorldClock(BEGINS, 4.0, lambda: wall[0])
    wall[0] += 50
    assert (clock.paused, clock.now_s(), clock.now()) == (True, 0.0, BEGINS)
    clock.go_on()
    wall[0] += 10
    assert clock.now_s() == 40
    clock.pause()
    clock.pause()
    wall[0] += 1000
    assert clock.now_s() == 40
    clock.go_on()
    clock.go_on()
    wall[0] += 1
    assert clock.now_s() == 44


async def test_another_speed_counts_from_its_moment() -> None:
    wall = [0.0]
    clock = WorldClock(BEGINS, 1.0, lambda: wall[0])
    clock.go_on()
    wall[0] = 30
    clock.run_at(10)
    wall[0] = 31
    assert clock.now_s() == 40
    with pytest.raises(ValueError, match="between"):
        clock.run_at(1000)


async def test_who_sleeps_through_a_pause_wakes_later() -> None:
    clock = WorldClock(BEGINS, 100.0)
    clock.go_on()
    sleeping = asyncio.create_task(clock.sleep(20))
    await asyncio.sleep(0.01)
    clock.pause()
    await asyncio.sleep(0.3)
    assert not sleeping.done()
    clock.go_on()
    await asyncio.wait_for(sleeping, 5)
    assert clock.now_s() >= 20
