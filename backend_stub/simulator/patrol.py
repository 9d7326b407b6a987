"""A simulated patrol: it roams near its post, accepts a task, drives there, stays, and goes back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from backend_stub.registry.records import PatrolUnit
from backend_stub.simulator.client import FieldClient
from backend_stub.simulator.motion import Motion
from backend_stub.simulator.pace import Pace
from console.domain.casefile import AddressKind
from console.domain.commands import PatrolStep
from console.domain.location import advanced
from console.wire import field_frames as f

POSITION_EVERY_S: Final = 6.0
ROAM_MPS: Final = 8.0
ROAM_M: Final = 1800.0
DRIVE_MPS: Final = 15.0
"""54 km/h in a straight line: some 70 km/h on the road, with priority."""
ARRIVED_M: Final = 40.0


@dataclass(frozen=True, slots=True)
class Habits:
    """How often a patrol is busy with something else, and for how long (simulated seconds)."""

    busy_share: float = 0.12
    busy_s: tuple[float, float] = (300.0, 1200.0)
    free_s: tuple[float, float] = (400.0, 2400.0)


class SimulatedPatrol:
    """One patrol with its connection."""

    def __init__(
        self,
        url: str,
        token: str,
        unit: PatrolUnit,
        pace: Pace,
        random: Random,
        habits: Habits = Habits(),
    ) -> None:
        self._unit = unit
        self._pace = pace
        self._random = random
        self._habits = habits
        hello = f.PatrolHello(patrol=unit.id, token=token)
        self._client = FieldClient(f"{url}/patrol", hello, f.to_patrol, self._heard, random)
        lon, lat = self._near_post()
        self._motion = Motion(lon, lat, pace.now_s())
        self._target: tuple[float, float] | None = None
        self._task: f.Task | None = None
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Drive for ever."""
        connection = asyncio.create_task(self._client.run())
        life = asyncio.create_task(self._live())
        report = asyncio.create_task(self._report())
        tasks = {connection, life, report}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()

    async def _live(self) -> None:
        if self._random.random() < self._habits.busy_share:
            await self._be_busy()
        while True:
            if self._task is None:
                await self._roam(self._random.uniform(*self._habits.free_s))
                if self._task is None:
                    await self._be_busy()
            else:
                await self._serve(self._task)

    async def _roam(self, seconds: float) -> None:
        """Free: from one place near the post to the next, until the time is over or a task comes."""
        until = self._pace.now_s() + seconds
        while self._task is None and self._pace.now_s() < until:
            await self._drive_to(self._near_post(), ROAM_MPS)
            await self._wait(self._random.uniform(20, 180))

    async def _be_busy(self) -> None:
        number = f"{self._random.randint(1, 999):03d}"
        await self._client.say(
            f.PatrolAvailability(state="busy", busy_with=f"call {number}"), keep="availability"
        )
        await self._drive_to(self._near_post(), ROAM_MPS)
        await self._wait(self._random.uniform(*self._habits.busy_s))
        await self._client.say(f.PatrolAvailability(state="free"), keep="availability")

    async def _serve(self, task: f.Task) -> None:
        """From the task to its release: accept, read the danger, drive, stay on the scene."""
        steps: tuple[tuple[float, f.FromPatrol], ...] = (
            (self._random.uniform(2, 7), f.PatrolStatus(step=PatrolStep.ACCEPTED)),
            (self._random.uniform(2, 6), f.PatrolReadFrame()),
            (self._random.uniform(2, 8), f.PatrolStatus(step=PatrolStep.EN_ROUTE)),
        )
        for pause, frame in steps:
            await self._pace.sleep(pause)
            if self._task is not task:
                return
            await self._client.say(frame)
        while self._task is task and self._target is not None:
            target = self._target
            if await self._drive_to(target, DRIVE_MPS):
                await self._client.say(f.PatrolStatus(step=PatrolStep.ON_SCENE))
                break
        while self._task is task:
            await self._wait(60)

    async def _drive_to(self, target: tuple[float, float], speed_mps: float) -> bool:
        """Drive to a point; False if something else came up on the way."""
        self._motion = self._motion.towards(self._pace.now_s(), *target, speed_mps)
        left = self._motion.left_m(self._pace.now_s(), *target) - ARRIVED_M
        interrupted = await self._wait(left / speed_mps) if left > 0 else False
        self._motion = self._motion.turned(self._pace.now_s(), 0.0, self._motion.bearing)
        return not interrupted

    async def _wait(self, seconds: float) -> bool:
        """Wait; True if a task, a new place or a release came meanwhile."""
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds / self._pace.speed)
        except TimeoutError:
            return False
        return True

    async def _report(self) -> None:
        await asyncio.sleep(self._random.uniform(0, 1))
        while True:
            await self._say_position()
            await self._pace.sleep(POSITION_EVERY_S)

    async def _say_position(self) -> None:
        now = self._pace.now_s()
        lon, lat = self._motion.at(now)
        frame = f.PatrolPosition(
            lon=round(lon, 6),
            lat=round(lat, 6),
            speed_mps=self._motion.speed_mps,
            heading_deg=self._motion.bearing if self._motion.speed_mps else None,
            taken_at=datetime.now(UTC),
        )
        await self._client.say(frame)

    def _near_post(self) -> tuple[float, float]:
        away = ROAM_M * self._random.random() ** 0.5
        return advanced(self._unit.home_lon, self._unit.home_lat, self._random.uniform(0, 360), away)

    def _heard(self, frame: Any) -> None:
        match frame:
            case f.Task():
                if self._task is None or self._task.intervention != frame.intervention:
                    self._task = frame
                    self._target = _place_of(frame)
                    self._changed.set()
            case f.Update() if self._task and frame.intervention == self._task.intervention:
                self._target = (frame.fix.lon, frame.fix.lat)
                self._changed.set()
            case f.ReleaseFrame() if self._task and frame.intervention == self._task.intervention:
                self._task = self._target = None
                self._changed.set()


def _place_of(task: f.Task) -> tuple[float, float] | None:
    """Where to drive: her position, else her home; None: nobody knows."""
    if task.fix:
        return task.fix.lon, task.fix.lat
    addresses = task.victim.addresses if task.victim else ()
    home = next((one for one in addresses if one.kind is AddressKind.HOME), None)
    return (home.lon, home.lat) if home else None
