"""A simulated phone with its button: it follows a script of steps and reports its position as a real one would."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from uuid import uuid4

from backend_stub.simulator.client import FieldClient
from backend_stub.simulator.motion import Motion, trembling
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.until_first import until_first
from console.domain.commands import LineChange
from console.domain.location import Method, advanced, r95_m
from console.domain.values import Mode
from console.wire import field_frames as f
from console.wire.limits import DEVICE_FIX_EVERY_S

FIX_AT_MOST_EVERY_S: Final = 1.0
"""By the wall's clock: however fast the simulation runs, a phone reports its position no more often."""


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


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
    """How the phone finds its position from now on: radius in metres, confidence in percent.

    ``error_m``: within so many metres of the truth 95 in 100 positions lie; None: within what the radius says.
    """

    radius_m: float
    confidence_pct: float | None = 68.0
    method: Method = Method.GNSS
    error_m: float | None = None


@dataclass(frozen=True, slots=True)
class LosesFix:
    """It has no position any more, and says so."""


@dataclass(frozen=True, slots=True)
class Sticks:
    """It repeats its last position in every digit until it sees again."""


@dataclass(frozen=True, slots=True)
class Stands:
    """She stands at a place (lon, lat) from now on, however she came there."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class FalseFix:
    """One report of a position so far off."""

    metres: float
    bearing: float


@dataclass(frozen=True, slots=True)
class GoesTo:
    """She goes in a straight line to a place (lon, lat) at metres per second, and stands there."""

    speed_mps: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class GoesSilent:
    """The battery is empty: nothing comes any more, whatever steps were to follow."""


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


Step = (
    Press | Move | GoesTo | Stands | Sees | Sticks | FalseFix | LosesFix | GoesSilent | Line | Chat | Cancel
)


@dataclass(frozen=True, slots=True)
class PhoneScript:
    """What one phone does: where it begins (lon, lat), and steps at simulated seconds after its start.

    ``paced``: she moves at the pace of the simulation. It is for a phone whose positions are so coarse that the
    backend cannot take what she drives between two of them for an impossible jump.
    """

    button: str
    lon: float
    lat: float
    steps: tuple[tuple[float, Step], ...]
    paced: bool = False


_LINE: Final = "line"
"""Under this key it keeps how the line stands."""


class Phone:
    """A phone that lives its script. ``on_receipt`` gets each receipt; ``press_id`` is that of its first press.

    Not ``positioned``: it has no position until a step says how it sees. ``wall`` is its clock. One that ``stays``
    goes on without steps: it is told what to do (`do`) until it is ended. ``mode``: the world that it belongs to.

    The speed of the victim stays real whatever the pace of the simulation, unless the script is ``paced``: faster,
    and the backend would rightly take it for an impossible jump.
    """

    def __init__(
        self,
        servers: tuple[str, ...],
        token: str,
        script: PhoneScript,
        pace: Pace,
        random: Random,
        on_receipt: Callable[[f.Receipt], None] = lambda receipt: None,
        press_id: str | None = None,
        *,
        positioned: bool = True,
        wall: Callable[[], datetime] = utc_now,
        stays: bool = False,
        mode: Mode | None = None,
    ) -> None:
        self._wall, self._stays, self._silent = wall, stays, False
        self._stuck: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None
        self._steps = deque(script.steps)
        self._pace = pace
        self._random = random
        self._on_receipt = on_receipt
        self._press_id = press_id
        self.client = FieldClient(
            servers, f.DeviceHello(button=script.button, token=token, mode=mode), f.to_device, self._heard
        )
        self._clock = pace.now_s if script.paced else asyncio.get_running_loop().time
        self._motion = Motion(script.lon, script.lat, self._clock())
        self._sees: Sees | None = Sees(25.0) if positioned else None
        self._tracked_until_s = 0.0
        self._fix_every_s = max(DEVICE_FIX_EVERY_S, FIX_AT_MOST_EVERY_S * pace.speed)
        self._next_fix_s = 0.0
        self._without_receipt: set[str] = set()
        self._line_open = False
        self._answering: asyncio.Task[None] | None = None
        self._told = asyncio.Event()
        """The backend said something that changes what it does next."""

    async def run(self) -> None:
        """Live the script, then report the position until told to stop, or the tracking or the battery ends.

        Raises:
            NotOneOfOurs: the backend refuses it.
        """
        await until_first(self.client.run(), self._live())

    async def _live(self) -> None:
        began = self._pace.now_s()
        while True:
            self._told.clear()
            now = self._pace.now_s()
            if self._steps and began + self._steps[0][0] <= now:
                await self._do(self._steps.popleft()[1])
                if self._silent:
                    return
                continue
            if self._silent:
                return
            if self._tracked(now) and self._next_fix_s <= now:
                self._next_fix_s = now + self._fix_every_s
                await self.client.say(f.FixFrame(fix=self._fix()))
            due = [began + at for at, _ in list(self._steps)[:1]]
            if self._tracked(now):
                due.append(self._next_fix_s)
            if not due and not self._stays:
                return
            waits = [self._pace.sleep(min(due) - now)] if due else []
            await until_first(*waits, self._told.wait())

    async def do(self, step: Step) -> None:
        """Do this now, beside its script."""
        await self._do(step)
        self._told.set()

    async def goes_on(self) -> None:
        """It has pressed before this process began: it reports its position, and its line is open."""
        self._tracked_until_s = self._pace.now_s() + TRACKED_S
        self._line_open = True
        self._told.set()

    @property
    def is_at(self) -> tuple[float, float]:
        """Where she truly is, lon and lat, whatever the phone reports."""
        return self._motion.at(self._clock())

    def _tracked(self, now_s: float) -> bool:
        return now_s < self._tracked_until_s or bool(self._without_receipt)

    async def _do(self, step: Step) -> None:
        match step:
            case Press():
                await self._press()
            case Move():
                self._motion = self._motion.turned(self._clock(), step.speed_mps, step.bearing)
            case GoesTo():
                self._motion = self._motion.towards(self._clock(), step.lon, step.lat, step.speed_mps)
            case Stands():
                self._motion = Motion(step.lon, step.lat, self._clock())
            case Sees():
                self._sees, self._stuck = step, None
            case Sticks():
                self._stuck = self._last or self._motion.at(self._clock())
            case FalseFix():
                lon, lat = advanced(*self._motion.at(self._clock()), step.bearing, step.metres)
                if (fix := self._fix()) is not None and self._tracked(self._pace.now_s()):
                    off = {"lon": round(lon, 6), "lat": round(lat, 6), "speed_mps": None, "heading_deg": None}
                    await self.client.say(f.FixFrame(fix=fix.model_copy(update=off)))
            case GoesSilent():
                self._silent = True
            case LosesFix():
                self._sees = None
            case Line() | Chat() | Cancel() if not self._tracked(self._pace.now_s()):
                pass  # the app has closed with the intervention
            case Line():
                self._line_open = step.change in {LineChange.OPENED, LineChange.CAPTION}
                said = f.LineFrame(change=step.change, words=step.words)
                if step.change is LineChange.CAPTION:
                    await self.client.say(said)
                else:  # how the line stands is true after a cut as well; what was heard on it is past
                    await self.client.keep(_LINE, said)
            case Chat():
                await self.client.say(f.ChatFrame(words=step.words))
            case Cancel():
                await self.client.say(f.CancelFrame())

    async def _press(self) -> None:
        # Never from the seed: a second run of the same stories would be taken for the first one's repetition.
        press_id, self._press_id = self._press_id or uuid4().hex, None
        now = self._pace.now_s()
        self._tracked_until_s = now + TRACKED_S
        self._next_fix_s = now + self._fix_every_s
        self._without_receipt.add(press_id)
        frame = f.PressFrame(press_id=press_id, pressed_at=self._wall(), fix=self._fix())
        await self.client.insist(press_id, frame)

    def _fix(self) -> f.FixSent | None:
        if self._sees is None:
            return None
        now = self._clock()
        radius_m, confidence_pct = self._sees.radius_m, self._sees.confidence_pct
        error_m, speed_mps = self._sees.error_m, self._motion.speed_at(now)
        within_m = r95_m(radius_m, confidence_pct) if error_m is None else error_m
        lon, lat = self._stuck or trembling(*self._motion.at(now), within_m, self._random)
        self._last = (lon, lat)
        return f.FixSent(
            lon=round(lon, 6),
            lat=round(lat, 6),
            radius_m=radius_m,
            confidence_pct=confidence_pct,
            method=self._sees.method,
            speed_mps=speed_mps,
            heading_deg=self._motion.bearing if speed_mps else None,
            taken_at=self._wall(),
        )

    def _heard(self, frame: Any) -> None:
        match frame:
            case f.Receipt():
                self.client.forget(frame.press_id)
                self._without_receipt.discard(frame.press_id)
                self._on_receipt(frame)
            case f.Ring() | f.Call() | f.Push() | f.ChatFrame() if self._line_open:
                # What a channel gives away is to be heard by whoever stands beside her (W3).
                self._answering = asyncio.create_task(self.client.say(_to_be_heard(frame)))
            case f.Stop():
                self._tracked_until_s = 0.0
                self.client.forget(_LINE)
                self._told.set()


def _to_be_heard(frame: f.Ring | f.Call | f.Push | f.ChatFrame) -> f.LineFrame:
    """What the open line catches of a channel that is used."""
    match frame:
        case f.Ring():
            words = "her phone rings"
        case f.Call():
            words = "her phone rings, she takes the call"
        case f.Push() | f.ChatFrame():
            words = "her phone buzzes"
    return f.LineFrame(change=LineChange.CAPTION, words=words)
