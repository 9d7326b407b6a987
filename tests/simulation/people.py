"""Who is in the room and out there: phones that press, patrols that drive, operators who do what they like.

Phones and patrols speak through the product's own field client, operators through its own link; what they do comes
from the seed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from backend_stub.simulator.client import FieldClient
from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import State
from console.domain.patrols import PatrolState
from console.domain.room import Seen
from console.link.backoff import Backoff
from console.link.interface import Connection, Picture, Waiting
from console.link.live import LiveLink
from console.link.session import Session
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import PASSWORD
from tests.simulation.loop import Process, SimulatedLoop

if TYPE_CHECKING:
    from tests.simulation.world import World

BACKEND: Final = "ws://127.0.0.1:1"
AREA: Final = (4.40, 50.86, 4.72, 51.08)
"""West, south, east, north: the north of Flemish Brabant and the south of Antwerp."""


@dataclass
class Pressed:
    """A press as its phone knows it."""

    at_s: float
    receipt_s: float | None = None


@dataclass
class Typed:
    """A command as its operator knows it. ``closed_s``: when the console that had it was killed."""

    command: UUID
    operator: str
    do: c.AnyCommand
    at_s: float
    killed_s: float | None = None
    discarded: bool = False
    result: f.Result | None = None


class Phone:
    """A phone with its button."""

    def __init__(self, world: World, button: str, random: Random) -> None:
        self._world, self.button, self._random = world, button, random
        self.pressed: dict[str, Pressed] = {}
        hello = ff.DeviceHello(button=button, token=world.content.tokens.devices[button])
        self._client = FieldClient((BACKEND,), hello, ff.to_device, self._heard)
        self._other = FieldClient((BACKEND,), hello, ff.to_device, self._heard)
        self._at = random.uniform(AREA[0], AREA[2]), random.uniform(AREA[1], AREA[3])

    async def live(self) -> None:
        """Press at least once, then do what comes to mind."""
        random, world = self._random, self._world
        clients = [asyncio.create_task(self._client.run())]
        if random.random() < 0.3:
            clients.append(asyncio.create_task(self._other.run()))
        await asyncio.sleep(random.uniform(0.2, 16))
        while True:
            if world.busy:
                await self._act()
            await asyncio.sleep(random.expovariate(1 / 4))

    async def _act(self) -> None:
        random = self._random
        if not self.pressed or random.random() < 0.12:
            await self.press()
            return
        what = random.random()
        if what < 0.45:
            await self._client.say(ff.FixFrame(fix=self._fix()))
        elif what < 0.7:
            change = random.choice(list(c.LineChange))
            await self._client.say(ff.LineFrame(change=change, words="a door" if change == "caption" else ""))
        elif what < 0.8:
            await self._client.say(ff.ChatFrame(words="he is here"))
        elif what < 0.85:
            await self._client.say(ff.CancelFrame())
        elif what < 0.95:
            await self._client.say(ff.HealthFrame(battery_pct=random.randrange(101)))
        else:  # an old press once more, and perhaps not as it was
            again = ff.PressFrame(
                press_id=random.choice(list(self.pressed)), pressed_at=self._world.clock(), fix=self._fix()
            )
            await self._other.say(again)
            await self._client.say(again)

    async def press(self) -> None:
        """Hold the button."""
        press_id = f"p-{len(self.pressed)}-{self._random.getrandbits(24):06x}"
        self.pressed[press_id] = Pressed(self._world.loop.time())
        frame = ff.PressFrame(press_id=press_id, pressed_at=self._world.clock(), fix=self._fix())
        await self._client.insist(press_id, frame)
        await self._other.insist(press_id, frame)

    def _fix(self) -> ff.FixSent | None:
        random = self._random
        if random.random() < 0.1:
            return None
        moving = random.random() < 0.4
        lon, lat = self._at
        if moving:
            self._at = lon + random.uniform(-0.01, 0.01), lat + random.uniform(-0.01, 0.01)
        return ff.FixSent(
            lon=round(self._at[0], 6),
            lat=round(self._at[1], 6),
            radius_m=random.choice((10, 40, 300, 1500)),
            confidence_pct=random.choice((None, 68, 95)),
            speed_mps=random.choice((1.5, 14.0)) if moving else 0.0,
            heading_deg=random.uniform(0, 360) if moving else None,
            taken_at=self._world.clock(),
        )

    def _heard(self, frame: Any) -> None:
        if isinstance(frame, ff.Receipt):
            self._world.watcher.receipt(self.button, frame)
            pressed = self.pressed[frame.press_id]
            if pressed.receipt_s is None:
                pressed.receipt_s = self._world.loop.time()
            self._client.forget(frame.press_id)
            self._other.forget(frame.press_id)


class Patrol:
    """A patrol that mostly does what it is told."""

    def __init__(self, world: World, patrol: str, random: Random) -> None:
        self._world, self._patrol, self._random = world, patrol, random
        hello = ff.PatrolHello(patrol=patrol, token=world.content.tokens.patrols[patrol])
        self._client = FieldClient((BACKEND,), hello, ff.to_patrol, self._heard)
        self._steps: list[Any] = []

    async def live(self) -> None:
        """Say where it is, and go through its task step by step."""
        random = self._random
        running = asyncio.create_task(self._client.run())
        while not running.done():
            await asyncio.sleep(random.uniform(1, 6))
            if not self._world.busy:
                continue
            if self._steps:
                await self._client.say(self._steps.pop(0))
            elif random.random() < 0.3:
                lon, lat = random.uniform(AREA[0], AREA[2]), random.uniform(AREA[1], AREA[3])
                await self._client.say(
                    ff.PatrolPosition(lon=lon, lat=lat, speed_mps=9, taken_at=self._world.clock())
                )
            elif random.random() < 0.1:
                await self._client.say(ff.PatrolAvailability(state=random.choice(("free", "busy", "free"))))

    def _heard(self, frame: Any) -> None:
        if isinstance(frame, ff.Task):
            step = ff.PatrolStatus
            self._steps = (
                [step(step=c.PatrolStep.REFUSED)]
                if self._random.random() < 0.1
                else [
                    step(step=c.PatrolStep.ACCEPTED),
                    ff.PatrolReadFrame(),
                    step(step=c.PatrolStep.EN_ROUTE),
                    step(step=c.PatrolStep.ON_SCENE),
                ]
            )
        elif isinstance(frame, ff.ReleaseFrame):
            self._steps = []


class SimulatedLink(LiveLink):
    """The product's link, in the simulation's loop in the place of a thread, with ids and delays from the seed."""

    def __init__(
        self,
        loop: SimulatedLoop,
        random: Random,
        new_id: Callable[[], UUID],
        directory: Path,
        on_events: Callable[[tuple[f.Positioned, ...]], None],
    ) -> None:
        super().__init__((BACKEND,), journal_directory=directory, clock=loop.time)
        self._loop.close()
        self._loop = loop
        self._session = Session((BACKEND,), new_id, Backoff(random.random), on_events=on_events)

    def begin(self, process: Process, listener: Callable[[Picture], None]) -> None:
        """`start`, as a task of a process."""
        self._listener = listener
        process.spawn(self._main())

    def killed(self) -> None:
        """The system takes the locks of a process away when it ends."""
        if self._journal is not None:
            self._journal.close()


class Console:
    """One console with its operator; it may be killed and started again."""

    def __init__(self, world: World, operator: str, random: Random, directory: Path) -> None:
        self._world, self.operator, self._random = world, operator, random
        self._directory = directory
        self.host = f"console-{operator}"
        self.room = world.content.registry.accounts[operator].room
        self.typed: dict[UUID, Typed] = {}
        self.events: list[tuple[int, UUID]] = []
        self.process: Process
        self.link: SimulatedLink
        self._notes = 0

    def start(self) -> None:
        """Start the program and log in."""
        world = self._world
        self.process = world.new_process(self.host)
        self.events = []
        self.link = SimulatedLink(world.loop, self._random, world.new_id, self._directory, self._on_events)
        self.process.run(lambda: self.link.begin(self.process, self._shown))
        self.process.run(lambda: self.link.login(self.operator, PASSWORD))
        self.process.spawn(self._work())

    def kill(self) -> None:
        """End the program as SIGKILL does."""
        world = self._world
        world.trace.note(self.host, "killed")
        self.process.kill()
        self.link.killed()
        for typed in self.typed.values():
            if typed.killed_s is None:
                typed.killed_s = world.loop.time()

    def settle(self) -> None:
        """The operator answers every question that the console asks."""
        for key, one in self.link.picture.pending.items():
            if one.waiting is Waiting.ASKS:
                self.link.confirm(key)

    def _on_events(self, items: tuple[f.Positioned, ...]) -> None:
        self.events += [(item.position, item.event.id) for item in items]

    def _shown(self, picture: Picture) -> None:
        for result in picture.results:
            typed = self.typed.get(result.id)
            if typed is not None and typed.result is None:
                typed.result = result
        self._world.watcher.picture(self, picture)

    async def _work(self) -> None:
        random = self._random
        while True:
            await asyncio.sleep(random.expovariate(1 / 1.2))
            if self.link.picture.connection is Connection.LOGIN_NEEDED:
                self.link.login(self.operator, PASSWORD)
            if self._world.busy:
                self._act()

    def _act(self) -> None:
        random, picture = self._random, self.link.picture
        for key, pending in picture.pending.items():
            if pending.waiting is Waiting.ASKS and random.random() < 0.5:
                if random.random() < 0.7:
                    self.link.confirm(key)
                else:
                    self.link.discard(key)
                    if key in self.typed:
                        self.typed[key].discarded = True
        seen = list(picture.room.queue())
        if not seen:
            return
        raised = [one for one in seen if one.state.state is State.RAISED and not one.state.glimpsed]
        if raised and random.random() < 0.7:
            self._send(c.Acknowledge(), random.choice(raised))
            return
        one = random.choice(seen)
        if random.random() < 0.08:
            self._ask(one)
            return
        self._send(self._idea(one, picture), one)

    def _idea(self, one: Seen, picture: Picture) -> c.AnyCommand:
        random, state = self._random, one.state
        other = "ANT" if self.room == "VBR" else "VBR"
        free = [key for key, patrol in picture.room.patrols.items() if patrol.state is PatrolState.FREE]
        on_it = [sent.patrol for sent in state.sent]
        self._notes += 1
        note = c.Note(words=f"note {self._notes} of {self.operator}")
        ideas: list[tuple[float, c.AnyCommand]] = [
            (5, note),
            (2, c.TakeOver(reason="she asked for me")),
            (1, c.Release()),
            (1, c.Listen()),
            (0.5, c.Mute()),
            (0.5, c.Unmute(override="she speaks")),
            (0.5, c.HeardOnLine(code=random.choice(list(e.Heard)))),
            (0.5, c.Ring(override="no answer")),
            (1, c.Support(room=other)),
            (1, c.AcceptSupport()),
            (1, c.OfferLead(room=other)),
            (1, c.AcceptLead()),
            (0.7, c.Decline(reason="not ours")),
            (0.5, c.Request(service="ambulance")),
            (1.2, c.Close(outcome=e.Outcome.PERPETRATOR_GONE, words="he has left")),
            (0.5, c.Afterwards(happened_at=self._world.clock(), what=e.DoneByVoice.OTHER, words="by radio")),
        ]
        if free:
            ideas.append((4, c.Dispatch(patrols=(random.choice(free),))))
            ideas.append((1, c.Reserve(patrols=(random.choice(free),))))
        if on_it:
            ideas.append((1, c.Recall(patrol=random.choice(on_it), reason="not needed")))
            ideas.append((1, c.DangerPassed(patrol=random.choice(on_it))))
        if state.state is State.CLOSED:
            ideas = [(3, c.Reopen(reason="he is back")), (3, note)]
        return random.choices([do for _, do in ideas], [weight for weight, _ in ideas])[0]

    def _send(self, do: c.AnyCommand, one: Seen) -> None:
        decision = one.state.decision if self._random.random() < 0.9 else None
        command = self.link.send(do, one.state.id, decision)
        self.typed[command] = Typed(command, self.operator, do, self._world.loop.time())

    def _ask(self, one: Seen) -> None:
        asks = (
            f.AskTimeline(intervention=str(one.state.id)),
            f.AskCasefile(intervention=str(one.state.id)),
            f.AskHistory(day=self._world.clock().date()),
            f.AskVictims(intervention=str(one.state.id)),
        )
        future: Future[f.Answer] = self.link.ask(self._random.choice(asks))
        future.add_done_callback(lambda done: done.exception())
