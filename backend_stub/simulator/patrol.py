"""A simulated patrol: it roams near its post, accepts a task, drives there, follows the victim, and goes back."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Final
from uuid import UUID

from backend_stub.registry.records import PatrolUnit
from backend_stub.simulator.client import FieldClient
from backend_stub.simulator.motion import Motion
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.phone import utc_now
from backend_stub.simulator.until_first import until_first
from console.domain.casefile import AddressKind
from console.domain.commands import PatrolStep
from console.domain.events import Finding
from console.domain.location import Fix, advanced, r95_of
from console.domain.values import Mode
from console.wire import field_frames as f

POSITION_EVERY_S: Final = 6.0
POSITION_AT_MOST_EVERY_S: Final = 1.0
"""By the wall's clock: however fast the simulation runs, a radio reports no more often."""
ROAM_MPS: Final = 8.0
ROAM_M: Final = 1800.0
DRIVE_MPS: Final = 15.0
"""54 km/h in a straight line: some 70 km/h on the road, with priority."""
ARRIVED_M: Final = 40.0
LOOKS_AROUND_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Habits:
    """How often a patrol is busy with something else, and for how long (simulated seconds).

    ``roam_m``: how far it drives from its post while it is free. ``busy_at_first_s``: it begins busy for so long and
    is free from then on; None: that is left to chance, as often as ``busy_share`` says. ``drive_mps``: how fast it
    drives to her. ``sees_her_s``: how long after its arrival it says how the victim is; ``not_alone_share``: how
    often she is not alone at first.
    """

    busy_share: float = 0.12
    not_alone_share: float = 0.15
    sees_her_s: tuple[float, float] = (20.0, 60.0)
    busy_s: tuple[float, float] = (300.0, 1200.0)
    free_s: tuple[float, float] = (400.0, 2400.0)
    roam_m: float = ROAM_M
    busy_at_first_s: float | None = None
    drive_mps: float = DRIVE_MPS


@dataclass(frozen=True, slots=True)
class Look:
    """What a patrol says of her, so many simulated seconds after it has arrived or said the thing before."""

    after_s: float
    finding: Finding
    words: str = ""


Looks = Callable[[UUID], Sequence[Look] | None]
"""What is to be seen at an intervention; None: what the habits say."""


Meets = Callable[[UUID, float, float, float], bool]
"""Whether whoever is at a place (lon, lat) meets the victim of an intervention, within metres of what was reported."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to drive, and within how many metres of it the victim is."""

    lon: float
    lat: float
    radius_m: float = 0.0


class SimulatedPatrol:
    """One patrol with its connection."""

    def __init__(
        self,
        servers: tuple[str, ...],
        token: str,
        unit: PatrolUnit,
        pace: Pace,
        random: Random,
        habits: Habits = Habits(),
        *,
        looks: Looks = lambda _intervention: None,
        meets: Meets = lambda *_: True,
        wall: Callable[[], datetime] = utc_now,
        mode: Mode | None = None,
    ) -> None:
        """``looks``: what it sees where it arrives. ``meets``: whether she is there at all. ``wall``: its clock. ``mode``: the world that it belongs to."""
        self._looks, self._meets, self._wall = looks, meets, wall
        self._drive_mps = habits.drive_mps
        self._elsewhere: str | None = None
        self._unit = unit
        self._pace = pace
        self._random = random
        self._habits = habits
        self.client = FieldClient(
            servers, f.PatrolHello(patrol=unit.id, token=token, mode=mode), f.to_patrol, self._heard
        )
        self._motion = Motion(*self._near_post(), pace.now_s())
        self._busy_first = random.random() < habits.busy_share
        self._said_busy = False
        self._task: f.Task | None = None
        self._target: Target | None = None
        self._reported = False
        self._reading: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._turned = asyncio.Event()
        """It has another task than before, or none any more."""
        self._moved = asyncio.Event()
        """The victim is elsewhere than before."""

    async def run(self) -> None:
        """Drive for ever.

        Raises:
            NotOneOfOurs: the backend refuses it.
        """
        await until_first(self.client.run(), self._live(), self._report())

    async def sees(self, finding: Finding, words: str = "") -> None:
        """Say how she is."""
        await self.client.keep("victim", f.PatrolVictim(finding=finding, words=words))

    async def is_busy(self, words: str) -> None:
        """It has something else from now on, until it is free; a task that it has is refused."""
        self._elsewhere = words
        if self._task is not None:
            await self.client.say(f.PatrolStatus(step=PatrolStep.REFUSED))
        await self.client.keep("availability", f.PatrolAvailability(state="busy", busy_with=words))
        self._turned.set()

    async def is_free(self) -> None:
        """It is free again."""
        self._elsewhere = None
        await self._say_free()
        self._turned.set()

    def drives_at(self, speed_mps: float) -> None:
        """How fast it drives to her from now on, in metres per second."""
        self._drive_mps = speed_mps
        self._moved.set()

    @property
    def id(self) -> str:
        """Its id, ``zone/call sign``."""
        return self._unit.id

    @property
    def on_task(self) -> UUID | None:
        """The intervention that it was sent to."""
        return self._task.intervention if self._task else None

    async def _live(self) -> None:
        """Whatever it does ends at once when a task comes, and a task ends with its release."""
        while True:
            self._turned.clear()
            doing = self._own_business() if self._task is None else self._serve()
            await until_first(doing, self._turned.wait())

    async def _own_business(self) -> None:
        if self._elsewhere is not None:
            await self._pace.sleep(math.inf)
        planned_s = self._habits.busy_at_first_s
        if planned_s is not None:
            if (left_s := planned_s - self._pace.now_s()) > 0:
                await self._be_busy(left_s)
            elif self._said_busy:
                await self._say_free()
            await self._roam(math.inf)
        if self._busy_first:
            self._busy_first = False
            await self._be_busy()
        elif self._said_busy:
            await self._say_free()
        while True:
            await self._roam(self._random.uniform(*self._habits.free_s))
            await self._be_busy()

    async def _roam(self, seconds: float) -> None:
        """Free: from one place near the post to the next."""
        until = self._pace.now_s() + seconds
        while self._pace.now_s() < until:
            await self._drive(*self._near_post(), ROAM_MPS)
            await self._pace.sleep(self._random.uniform(20, 180))

    async def _be_busy(self, seconds: float | None = None) -> None:
        number = f"{self._random.randint(1, 999):03d}"
        self._said_busy = True
        await self.client.keep("availability", f.PatrolAvailability(state="busy", busy_with=f"call {number}"))
        await self._drive(*self._near_post(), ROAM_MPS)
        await self._pace.sleep(self._random.uniform(*self._habits.busy_s) if seconds is None else seconds)
        await self._say_free()

    async def _say_free(self) -> None:
        self._said_busy = False
        await self.client.keep("availability", f.PatrolAvailability(state="free"))

    async def _serve(self) -> None:
        """Accept, read the danger, drive, stay with the victim; until it is cancelled by the release."""
        await self._pace.sleep(self._random.uniform(2, 7))
        await self._step(PatrolStep.ACCEPTED)
        await self._pace.sleep(self._random.uniform(2, 6))
        await self.client.keep("read", f.PatrolReadFrame())
        await self._pace.sleep(self._random.uniform(2, 8))
        await self._step(PatrolStep.EN_ROUTE)
        arrived = False
        while True:
            self._moved.clear()
            if self._target is None:
                await self._moved.wait()
            elif self._is_far_from(self._target, arrived=arrived):
                there = self._target.lon, self._target.lat
                await until_first(self._drive(*there, self._drive_mps, ARRIVED_M / 2), self._moved.wait())
            elif not arrived and not self._is_beside(self._target):
                # She has gone on since she was heard of: it looks around until it hears where.
                await until_first(self._pace.sleep(LOOKS_AROUND_S), self._moved.wait())
            else:
                if not arrived:
                    arrived = True
                    await self._step(PatrolStep.ON_SCENE)
                    self._looking = asyncio.create_task(self._see_her())
                await self._moved.wait()

    async def _see_her(self) -> None:
        """Say how she is; who is beside her is sent away first."""
        planned = self._looks(self._task.intervention) if self._task else None
        if planned is not None:
            for look in planned:
                await self._pace.sleep(look.after_s)
                await self.sees(look.finding, look.words)
            return
        random = Random(f"{self._unit.id}:{self._task and self._task.intervention}")  # noqa: S311 - a story's own
        await self._pace.sleep(random.uniform(*self._habits.sees_her_s))
        if random.random() < self._habits.not_alone_share:
            await self.client.keep("victim", f.PatrolVictim(finding=Finding.NOT_ALONE, words="a neighbour"))
            await self._pace.sleep(random.uniform(*self._habits.sees_her_s))
        await self.client.keep("victim", f.PatrolVictim(finding=Finding.SEEN_ALONE))

    def _is_beside(self, target: Target) -> bool:
        on = self.on_task
        here = self._motion.at(self._pace.now_s())
        return on is None or self._meets(on, *here, target.radius_m)

    def _is_far_from(self, target: Target, *, arrived: bool) -> bool:
        """Whether it must drive. Who has arrived does not run after the error of a measurement."""
        near_m = max(ARRIVED_M, target.radius_m) if arrived else ARRIVED_M
        return self._motion.left_m(self._pace.now_s(), target.lon, target.lat) > near_m

    async def _step(self, step: PatrolStep) -> None:
        """Kept until the release: a step that was lost with the connection is reported again."""
        self._reported = True
        await self.client.keep("step", f.PatrolStatus(step=step))

    async def _drive(self, lon: float, lat: float, speed_mps: float, short_of_m: float = 0.0) -> None:
        now = self._pace.now_s()
        self._motion = self._motion.towards(now, lon, lat, speed_mps, short_of_m)
        await self._pace.sleep(self._motion.ends_at_s() - now)

    async def _report(self) -> None:
        await asyncio.sleep(self._random.uniform(0, POSITION_AT_MOST_EVERY_S))
        while True:
            await self.client.say(self._position())
            await asyncio.sleep(max(POSITION_EVERY_S / self._pace.speed, POSITION_AT_MOST_EVERY_S))

    def _position(self) -> f.PatrolPosition:
        now = self._pace.now_s()
        lon, lat = self._motion.at(now)
        speed_mps = self._motion.speed_at(now)
        return f.PatrolPosition(
            lon=round(lon, 6),
            lat=round(lat, 6),
            speed_mps=speed_mps,
            heading_deg=self._motion.bearing if speed_mps else None,
            taken_at=self._wall(),
        )

    def _near_post(self) -> tuple[float, float]:
        away = self._habits.roam_m * self._random.random() ** 0.5
        return advanced(self._unit.home_lon, self._unit.home_lat, self._random.uniform(0, 360), away)

    def _heard(self, frame: Any) -> None:
        task = self._task
        match frame:
            case f.Task() if task is not None and frame.intervention == task.intervention:
                # Sent again after a cut: she may have moved meanwhile.
                self._look_at(target_of(frame))
            case f.Task():
                self._take(frame)
            case f.Update() if task is not None and frame.intervention == task.intervention:
                self._look_at(_around(frame.fix) if frame.fix else None)
                if frame.kind in {f.UpdateKind.SECOND_PRESS, f.UpdateKind.DANGER}:
                    self._look_again()
                if frame.kind is f.UpdateKind.DANGER:
                    self._reading = asyncio.create_task(self._read_again())
            case f.ReleaseFrame() if task is not None and frame.intervention == task.intervention:
                self._take(None)
            case f.ErrorFrame(code="no_task") if task is not None and self._reported:
                self._take(None)  # released while it was cut off

    def _take(self, task: f.Task | None) -> None:
        for key in ("step", "read", "victim"):
            self.client.forget(key)
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._task = task
        self._target = target_of(task) if task else None
        self._reported = False
        self._turned.set()

    def _look_again(self) -> None:
        """What it said of her before says nothing of now; who has arrived goes and sees her again."""
        self.client.forget("victim")
        if self._looking is not None:
            self._looking.cancel()
            self._looking = asyncio.create_task(self._see_her())

    async def _read_again(self) -> None:
        """A new danger: it confirms once it has read that as well."""
        await self._pace.sleep(self._random.uniform(2, 6))
        if self._task is not None:
            await self.client.keep("read", f.PatrolReadFrame())

    def _look_at(self, target: Target | None) -> None:
        self._target = target or self._target
        self._moved.set()


def target_of(task: f.Task) -> Target | None:
    """Where to drive: her position, else her home; None: nobody knows."""
    if task.fix:
        return _around(task.fix)
    addresses = task.victim.addresses if task.victim else ()
    home = next((one for one in addresses if one.kind is AddressKind.HOME), None)
    return Target(home.lon, home.lat) if home else None


def _around(fix: Fix) -> Target:
    return Target(fix.lon, fix.lat, r95_of(fix))
