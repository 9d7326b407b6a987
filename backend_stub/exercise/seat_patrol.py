"""A patrol of an exercise that a person can sit in (W20): then it does what the person says, and nothing by itself.

Nobody drives in a course: while somebody is en route it drives for them, to where she is. An empty seat lives as any
simulated patrol.
"""

from __future__ import annotations

import math
from typing import Any

from backend_stub.simulator.patrol import ARRIVED_M, SimulatedPatrol
from backend_stub.simulator.until_first import until_first
from console.domain.commands import PatrolStep
from console.domain.events import Finding
from console.wire import field_frames as f


class NoTaskError(Exception):
    """It was sent nowhere: there is nothing to report on."""


class SeatPatrol(SimulatedPatrol):
    """One patrol with its connection, and perhaps a person in it."""

    seated = False
    """Somebody sits in it."""
    _said: PatrolStep | None = None
    _read = False
    _finding: Finding | None = None
    _readout: str | None = None
    _news: tuple[str, ...] = ()

    def sit(self) -> None:
        """A person takes it over, as it stands."""
        self.seated = True
        self._turned.set()

    def rise(self) -> None:
        """Nobody sits in it any more: it goes on by itself."""
        self.seated = False
        self._turned.set()

    async def reports(self, step: PatrolStep) -> None:
        """Say how far it is.

        Raises:
            NoTaskError: it was sent nowhere.
        """
        self._has_task()
        self._said = step
        if step is PatrolStep.REFUSED:
            await self.client.say(f.PatrolStatus(step=step))
        else:
            await self._step(step)
        self._moved.set()

    async def confirms(self) -> None:
        """Say that the danger was read.

        Raises:
            NoTaskError: it was sent nowhere.
        """
        self._has_task()
        self._read = True
        await self.client.keep("read", f.PatrolReadFrame())

    async def found(self, finding: Finding) -> None:
        """Say how she is.

        Raises:
            NoTaskError: it was sent nowhere.
        """
        self._has_task()
        self._finding = finding
        await self.sees(finding)

    def view(self) -> dict[str, Any]:
        """What its screen shows: the extract as it was sent, and what was said of it."""
        task, target = self._task, self._target
        return {
            "number": task.number if task else None,
            "zone": task.zone if task else None,
            "readout": self._readout if task else None,
            "where": {"lon": target.lon, "lat": target.lat} if target else None,
            "left_m": round(self._motion.left_m(self._pace.now_s(), target.lon, target.lat))
            if target
            else None,
            "step": self._said,
            "read": self._read,
            "finding": self._finding,
            "news": self._news,
            "busy": self._elsewhere is not None,
        }

    async def _own_business(self) -> None:
        if self.seated:
            await self._pace.sleep(math.inf)
        await super()._own_business()

    async def _serve(self) -> None:
        if not self.seated:
            await super()._serve()
        while True:
            self._moved.clear()
            target = self._target
            if (
                self._said is PatrolStep.EN_ROUTE
                and target is not None
                and self._is_far_from(target, arrived=False)
            ):
                drives = self._drive(target.lon, target.lat, self._drive_mps, ARRIVED_M / 2)
                await until_first(drives, self._moved.wait())
            else:
                await self._moved.wait()

    def _heard(self, frame: Any) -> None:
        super()._heard(frame)
        if isinstance(frame, f.Update) and self._task is not None and frame.intervention == self.on_task:
            self._readout = frame.readout or self._readout
            if frame.kind is not f.UpdateKind.POSITION:
                self._news = (*self._news, frame.kind)[-10:]
            if frame.kind is f.UpdateKind.DANGER:
                self._read = False

    def _take(self, task: f.Task | None) -> None:
        super()._take(task)
        self._said, self._read, self._finding, self._news = None, False, None, ()
        self._readout = task.readout if task else None

    def _look_again(self) -> None:
        if self.seated:
            self._finding = None
            self.client.forget("victim")
        else:
            super()._look_again()

    async def _read_again(self) -> None:
        if not self.seated:
            await super()._read_again()

    def _has_task(self) -> None:
        if self._task is None:
            raise NoTaskError("This patrol was not sent anywhere: there is nothing to report on.")
