"""A simulated phone with its button: it follows a script of steps and reports its position as a real one would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from backend_stub.simulator.client import FieldClient
from backend_stub.simulator.motion import Motion, trembling
from backend_stub.simulator.pace import Pace
from console.domain.commands import LineChange
from console.domain.location import Method
from console.wire import field_frames as f
from console.wire.limits import DEVICE_FIX_EVERY_S

TRACKED_S: Final = 3600.0
"""A phone reports its position for an hour after the last press (`domain.md`: 1 to 2 h, a setting)."""


@dataclass(frozen=True, slots=True)
class Press:
    """The button is held."""


@dataclass(frozen=True, slots=True)
class Move:
    """She goes on at this speed (metres per second) and bearing; 0 stands still."""

    speed_mps: float
    bearing: float = 0.0


@dataclass(frozen=True, slots=True)
class Sees:
    """How the phone finds its position from now on: radius in metres, confidence in percent."""

    radius_m: float
    confidence_pct: float | None = 68.0
    method: Method = Method.GNSS


@dataclass(frozen=True, slots=True)
class LosesFix:
    """It has no position any more, and says so."""


@dataclass(frozen=True, slots=True)
class GoesSilent:
    """It reports nothing any more, as if the battery were empty."""


@dataclass(frozen=True, slots=True)
class Line:
    """The open line changes, or something is to be heard on it."""

    change: LineChange
    words: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """She writes in the app."""

    words: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The device asks to cancel."""


Step = Press | Move | Sees | LosesFix | GoesSilent | Line | Chat | Cancel


@dataclass(frozen=True, slots=True)
class PhoneScript:
    """What one phone does: where it begins (lon, lat), and steps at simulated seconds after its start."""

    button: str
    lon: float
    lat: float
    steps: tuple[tuple[float, Step], ...]


class Phone:
    """A phone that lives its script. ``on_receipt`` gets each receipt; ``press_id`` is that of its first press.

    Not ``positioned``: it has no position until a step says how it sees.

    The speed of the victim stays real whatever the pace of the simulation: faster, and the backend would rightly
    take it for an impossible jump.
    """

    def __init__(
        self,
        url: str,
        token: str,
        script: PhoneScript,
        pace: Pace,
        random: Random,
        on_receipt: Callable[[f.Receipt], None] = lambda receipt: None,
        press_id: str | None = None,
        *,
        positioned: bool = True,
    ) -> None:
        self._script = script
        self._pace = pace
        self._random = random
        self._on_receipt = on_receipt
        self._press_id = press_id
        hello = f.DeviceHello(button=script.button, token=token)
        self._client = FieldClient(f"{url}/device", hello, f.to_device, self._heard, random)
        self._clock = asyncio.get_running_loop().time
        self._motion = Motion(script.lon, script.lat, self._clock())
        self._sees: Sees | None = Sees(25.0) if positioned else None
        self._silent = False
        self._tracked_until_s = 0.0

    async def run(self) -> None:
        """Live the script, then report the position until told to stop or the tracking ends."""
        connection = asyncio.create_task(self._client.run())
        life = asyncio.create_task(self._live())
        try:
            done, _ = await asyncio.wait({connection, life}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            connection.cancel()
            life.cancel()

    async def _live(self) -> None:
        began = self._pace.now_s()
        steps = list(self._script.steps)
        next_fix = began + DEVICE_FIX_EVERY_S
        while True:
            now = self._pace.now_s()
            while steps and began + steps[0][0] <= now:
                await self._do(steps.pop(0)[1])
            tracked = now < self._tracked_until_s
            if not steps and not tracked:
                return
            if now >= next_fix:
                next_fix = now + DEVICE_FIX_EVERY_S
                if tracked and not self._silent:
                    await self._client.say(f.FixFrame(fix=self._fix()))
            upcoming = min([next_fix, *(began + at for at, _ in steps[:1])])
            await self._pace.sleep(min(upcoming - now, DEVICE_FIX_EVERY_S))

    async def _do(self, step: Step) -> None:
        match step:
            case Press():
                await self._press()
            case Move():
                self._motion = self._motion.turned(self._clock(), step.speed_mps, step.bearing)
            case Sees():
                self._sees, self._silent = step, False
            case LosesFix():
                self._sees = None
            case GoesSilent():
                self._silent = True
            case Line():
                await self._client.say(f.LineFrame(change=step.change, words=step.words))
            case Chat():
                await self._client.say(f.ChatFrame(words=step.words))
            case Cancel():
                await self._client.say(f.CancelFrame())

    async def _press(self) -> None:
        press_id = self._press_id or f"{self._random.getrandbits(64):016x}"
        self._press_id = None
        self._tracked_until_s = self._pace.now_s() + TRACKED_S
        frame = f.PressFrame(press_id=press_id, pressed_at=datetime.now(UTC), fix=self._fix())
        await self._client.say(frame, keep=press_id)

    def _fix(self) -> f.FixSent | None:
        if self._sees is None:
            return None
        now = self._clock()
        lon, lat = trembling(*self._motion.at(now), self._sees.radius_m, self._random)
        moves = self._motion.speed_mps > 0
        return f.FixSent(
            lon=round(lon, 6),
            lat=round(lat, 6),
            radius_m=self._sees.radius_m,
            confidence_pct=self._sees.confidence_pct,
            method=self._sees.method,
            speed_mps=self._motion.speed_mps,
            heading_deg=self._motion.bearing if moves else None,
            taken_at=datetime.now(UTC),
        )

    def _heard(self, frame: Any) -> None:
        match frame:
            case f.Receipt():
                self._client.done(frame.press_id)
                self._on_receipt(frame)
            case f.Stop():
                self._tracked_until_s = 0.0
