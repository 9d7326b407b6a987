"""An exercise for tests: its world in this process, and a trainee who talks to it over the real protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from pydantic import BaseModel
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from backend_stub.exercise.content import operator_of
from backend_stub.exercise.run import Exercise
from console.domain import commands as c
from console.domain.events import Finding, Outcome, VerifiedBy
from console.domain.intervention import Intervention, State
from console.domain.location import distance_m
from console.domain.patrols import PatrolState
from console.domain.values import Mode
from console.domain.voice_line import LineState
from console.wire import console_frames as f
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL
from tests.backend import ConsoleClient


@asynccontextmanager
async def console(exercise: Exercise, operator: str | None = None) -> AsyncIterator[ConsoleClient]:
    """A console of the exercise that has logged in and resumed."""
    async with connect(
        f"{exercise.url}/console",
        max_size=MAX_FRAME_BYTES,
        proxy=None,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
    ) as ws:
        client = ConsoleClient(ws)
        login = f.Login(
            operator=operator or exercise.operator, password=exercise.password, mode=Mode.EXERCISE
        )
        await client.send(login)
        client.welcome = await client.frame(f.Welcome)
        await client.resume()
        yield client


LINE_WITHIN = timedelta(seconds=40)
"""A line that opens does so within so long after the press, in the time of the exercise."""


@dataclass
class Trainee:
    """Does what the procedure asks, in the order of what happens: take, listen, send, pass on, close."""

    exercise: Exercise
    client: ConsoleClient
    sends: int = 1
    outcome: Outcome = Outcome.VICTIM_SAFE_NO_PERPETRATOR
    refused: list[str] = field(default_factory=list)
    _done: set[tuple[UUID, str]] = field(default_factory=set)

    async def work(self) -> None:
        """Work until cancelled."""
        while True:
            for seen in tuple(self.client.room.seen.values()):
                await self._look_after(seen.state)
            await self.client.frame(BaseModel)

    async def _look_after(self, state: Intervention) -> None:
        if state.state is State.CLOSED or state.glimpsed or state.room != self.client.welcome.operator.room:
            return
        if state.state is State.RAISED:
            await self._once(state, "take", c.Acknowledge())
            return
        if state.handler != self.client.welcome.operator.id:
            return
        if state.line.state is LineState.OPEN:
            await self._once(state, "listen", c.Listen())
        elif self.exercise.clock.now() - state.raised_at < LINE_WITHIN:
            return  # first the line, then the patrols: in the same order each time
        if not state.sent:
            near = self._nearest(state)
            if near:
                key = f"send {len(state.trail)} {len(near)}"
                await self._once(state, key, c.Dispatch(patrols=tuple(near)))
        if state.proposed_zone is not None:
            await self._once(state, f"zone {state.proposed_zone}", c.ChangeZone(zone=state.proposed_zone))
            for other in self.exercise.scenario.rooms[1:]:
                await self._once(state, f"lead {other}", c.OfferLead(room=other))
        for sent in state.sent:
            if sent.state in {State.EN_ROUTE, State.ON_SCENE}:  # it has read it itself by then
                await self._once(state, f"danger {sent.patrol}", c.DangerPassed(patrol=sent.patrol))
        if state.found is not None and state.found.finding is Finding.SEEN_ALONE:
            close = c.Close(outcome=self.outcome, verified_by=VerifiedBy.PATROL, words="a scripted trainee")
            await self._once(state, f"close {state.decision}", close)

    def _nearest(self, state: Intervention) -> list[str]:
        posted = [self.client.room.patrols.get(one.patrol) for one in self.exercise.scenario.patrols]
        if any(one is not None and one.lon is None for one in posted):
            return []  # who chooses before all have said where they are chooses by chance
        free = [
            one
            for one in self.client.room.patrols.values()
            if one.state is PatrolState.FREE and one.lon is not None and one.lat is not None
        ]
        if state.fix is None:
            return [one.id for one in sorted(free, key=lambda one: one.id)][: self.sends]
        fix = state.fix
        free.sort(key=lambda one: (distance_m(fix.lon, fix.lat, one.lon or 0, one.lat or 0), one.id))
        return [one.id for one in free[: self.sends]]

    async def _once(self, state: Intervention, key: str, do: c.AnyCommand) -> None:
        if (state.id, key) in self._done:
            return
        self._done.add((state.id, key))
        result = await self.client.command(
            c.Command(id=uuid4(), intervention=str(state.id), seen_decision=None, do=do)
        )
        if result.refusal is not None:
            self.refused.append(f"{key}: {result.refusal.code}")


async def until(holds: Callable[[], bool], within_s: float = 20.0) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not.
    """
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.02)


@asynccontextmanager
async def trained(exercise: Exercise, **ways: object) -> AsyncIterator[Trainee]:
    """A trainee who works while the block runs."""
    async with console(exercise) as client:
        trainee = Trainee(exercise, client, **ways)  # type: ignore[arg-type]  # handed on as they are
        working = asyncio.create_task(trainee.work())
        try:
            yield trainee
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await working


def colleague_of(exercise: Exercise) -> str:
    """The second operator of the trainee's room."""
    return operator_of(exercise.scenario.rooms[0], 12)
