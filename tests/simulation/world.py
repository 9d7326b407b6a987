"""The whole room from one seed (R13): backend, three consoles in two control rooms, phones, patrols, and faults.

Everything that decides comes from the seed: who does what, how the network and the disk are, which clock jumps.
The code that is tried is the product's; what is simulated is time, the sockets, the threads and the power.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

from backend_stub.backend import Backend, Settings
from backend_stub.leaving import Leaving
from backend_stub.ledger import Ledger
from backend_stub.server import Doorkeeper
from backend_stub.watch import Watch
from console.domain.chain import Chains
from console.domain.ids import uuid7
from tests.simulation.content import BUTTONS, OPERATORS, Content, content, memory_directory
from tests.simulation.faults import Faults
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.network import NETWORK, Connect, Line, Network
from tests.simulation.people import Console, Patrol, Phone
from tests.simulation.store import Disk, open_ledger
from tests.simulation.trace import Trace
from tests.simulation.watcher import Watcher

BEGINNINGS: Final = (
    datetime(2026, 3, 10, 14, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, 40, tzinfo=UTC),  # summer time begins at 01:00 UTC
    datetime(2026, 10, 25, 0, 59, 40, tzinfo=UTC),  # and ends: an hour of people's time comes twice
    datetime(2026, 12, 31, 22, 59, 40, tzinfo=UTC),  # the year of the numbers changes
)

STORMY_S: Final = (12.0, 8.0)
"""Two storms, each followed by a calm."""

CAUGHT_UP_S: Final = 5.0
"""So long after the faults every console shows what its room may see (R3)."""

ON_ITS_WAY_S: Final = 1.0
"""What was stored so shortly ago may still be on its way to the consoles."""

PATIENCE_S: Final = 75.0
"""A phone notices a half-open connection by its keepalive: twice 20 s; then it says its press again."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to. ``broken``: promises that did not hold."""

    seed: int
    digest: str
    broken: tuple[str, ...]
    last: tuple[str, ...]
    steps: int
    simulated_s: float
    presses: int
    receipts: int
    commands: int
    restarts: int


class World:
    """One run."""

    def __init__(self, seed: int, directory: Path, *, whole: bool = False) -> None:
        """``directory``: an empty one for the database and the journals; ``whole``: keep every step."""
        self.seed = seed
        self.loop = SimulatedLoop(self.stream("loop"))
        self.trace = Trace(self.loop.time, str(directory), whole=whole)
        self.content: Content = content()
        self.network = Network(self.loop, self.stream("network"), self.trace)
        self.disk = Disk(self.content.copied_to(directory), self.stream("disk"))
        self.began = self.stream("clock").choice(BEGINNINGS)
        self.jumped_s = 0.0
        self.busy = True
        self._ids = self.stream("ids")
        self._bytes = self.stream("bytes")
        self.field = self.new_process("field")
        self.phones = [Phone(self, button, self.stream(button)) for button in BUTTONS[::2]]
        self.patrols = [Patrol(self, one, self.stream(one)) for one in self.content.registry.patrols]
        self.consoles = [
            Console(self, one, self.stream(one), directory / "journals" / one) for one in OPERATORS
        ]
        for host in ("field", *(console.host for console in self.consoles)):
            self.network.lines[host] = Line()
        self.watcher = Watcher(self)
        self.faults = Faults(self, self.stream("faults"))
        self.restarts = -1
        self.process: Process | None = None
        self.backend: Backend
        self.ledger: Ledger

    def new_process(self, host: str) -> Process:
        """A process on a machine; the system resets its connections when it ends."""
        process = Process(self.loop, host)
        process.at_death.append(lambda: self.network.dead(process))
        return process

    def stream(self, name: str) -> Random:
        """Random numbers for one purpose: what one part draws does not shift what another gets."""
        return Random(f"{self.seed} {name}")

    def clock(self) -> datetime:
        """The wall clock of everyone, which may jump."""
        return self.began + timedelta(seconds=self.loop.time() + self.jumped_s)

    def new_id(self) -> UUID:
        """An id of a console's command."""
        return uuid7(self.clock(), self._ids.getrandbits)

    @property
    def url(self) -> str:
        """Of the database."""
        return f"sqlite:///{self.disk.path}"

    def run(self, story: Callable[[], Coroutine[Any, Any, None]] | None = None) -> Outcome:
        """Live through it, and say what came of it. ``story``: another one than storms and calms."""
        logged = _Errors()
        with ExitStack() as stack:
            stack.enter_context(patch("websockets.asyncio.client.connect", Connect))
            stack.enter_context(patch("backend_stub.simulator.client.connect", Connect))
            stack.enter_context(patch("console.link.live.new_command_id", self.new_id))
            stack.enter_context(_logged_to(logged))
            context = copy_context()
            context.run(NETWORK.set, self.network)
            try:
                context.run(self.loop.run_until_complete, (story or self._story)())
            finally:
                context.run(self._end)
        broken = [*self.watcher.broken, *(f"R11: {one}" for one in self.loop.faults_left() + logged.records)]
        pressed = [one for phone in self.phones for one in phone.pressed.values()]
        return Outcome(
            seed=self.seed,
            digest=self.trace.digest,
            broken=tuple(broken),
            last=tuple(self.trace.last) if self.trace.whole else self.trace.kept or tuple(self.trace.last),
            steps=self.trace.steps,
            simulated_s=self.loop.time(),
            presses=len(pressed),
            receipts=sum(one.receipt_s is not None for one in pressed),
            commands=sum(len(console.typed) for console in self.consoles),
            restarts=self.restarts,
        )

    def start_backend(self) -> None:
        """Start the backend on what the disk has."""
        self.restarts += 1
        self.trace.note("backend", "starts")
        process = self.process = self.new_process("backend")
        process.run(lambda: self._start(process))

    def crash(self, why: str) -> None:
        """End the backend as a power cut does."""
        if self.process is not None and self.process.alive:
            self.trace.note("backend", f"crashes: {why}")
            self.process.kill()

    def _start(self, process: Process) -> None:
        self.ledger = open_ledger(self.loop, self.disk, self.url, self.clock, self._ids, self._bytes)
        content = self.content
        self.backend = Backend(
            self.ledger,
            self.url,
            content.registry,
            content.zones,
            content.rooms,
            Settings(),
            content.passwords,
            clock=self.clock,
            random_bits=self._ids.getrandbits,
        )
        process.at_death.append(self.backend.access.close)
        process.spawn(self._serve(process, self.backend))

    async def _serve(self, process: Process, backend: Backend) -> None:
        leaving = Leaving(backend)
        await leaving.look()
        self.network.listen(process, Doorkeeper(backend).serve)
        process.spawn(backend.tick_for_ever())
        process.spawn(leaving.for_ever())
        process.spawn(Watch(backend, Chains()).for_ever())

    def start(self) -> None:
        """Start every program."""
        self.start_backend()
        for console in self.consoles:
            console.start()
        for phone in self.phones:
            self.field.spawn(phone.live())
        for patrol in self.patrols:
            self.field.spawn(patrol.live())

    async def _story(self) -> None:
        self.start()
        for storm_s in STORMY_S:
            self.busy = True
            await self.faults.rage(storm_s)
            await self._calm()
        await self._until_answered()

    async def _calm(self) -> None:
        """The faults end; the rooms show what there is within five seconds."""
        self.busy = False
        await self.faults.end()
        healed_s = self.loop.time()
        await self._look(CAUGHT_UP_S - ON_ITS_WAY_S)
        heads = {console.room: self.ledger.head(console.room) for console in self.consoles}
        await self._look(ON_ITS_WAY_S)
        self.watcher.caught_up(heads, healed_s)
        await self._still()
        self.watcher.rooms(self.ledger)
        self.watcher.presses(self.ledger)

    async def _still(self) -> None:
        """Until nothing was stored for a moment: what is due by the clock is written in a calm too."""
        until, still_s, seq = self.loop.time() + 10, self.loop.time(), self.ledger.tip().seq
        while self.loop.time() < min(until, still_s + ON_ITS_WAY_S):
            await self._look(0.25)
            if self.ledger.tip().seq != seq:
                still_s, seq = self.loop.time(), self.ledger.tip().seq

    async def _until_answered(self) -> None:
        """Phones get their receipts, operators answer what is asked; then everything is looked at once more."""
        until = self.loop.time() + PATIENCE_S
        while self.loop.time() < until and any(
            one.receipt_s is None for phone in self.phones for one in phone.pressed.values()
        ):
            await self._look(1.0)
        for console in self.consoles:
            console.settle()
        await self._look(2.0)
        await self._still()
        self.watcher.answered()
        self.watcher.presses(self.ledger)
        self.watcher.commands(self.ledger)

    async def _look(self, seconds: float) -> None:
        until = self.loop.time() + seconds
        while self.loop.time() < until:
            await asyncio.sleep(0.25)
            self.watcher.step()

    def _end(self) -> None:
        for console in self.consoles:
            console.process.kill()
        self.field.kill()
        if self.process is not None:
            self.process.kill()
        self.loop.run_until_complete(asyncio.sleep(0.5))
        self.watcher.chain(self.url)
        self.watcher.close()
        for process in (self.field, self.process, *(console.process for console in self.consoles)):
            if process is not None and process.tasks:
                self.loop.faults.append(f"{process.host}: {len(process.tasks)} tasks do not end")
        self.loop.close()


def run_seed(seed: int, *, whole: bool = False) -> Outcome:
    """Run one seed in a directory of its own."""
    content()
    gc.freeze()  # what is loaded stays: a look for what was dropped need not go through it again
    with TemporaryDirectory(prefix="msa-seed-", dir=memory_directory()) as directory:
        return World(seed, Path(directory), whole=whole).run()


class _Errors(logging.Handler):
    """Collects what the product logs as gone wrong that nothing in the simulation explains."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record if it has a traceback."""
        if record.exc_info and record.exc_info[1] is not None:
            self.records.append(f"{record.getMessage()}: {record.exc_info[1]!r}")


@contextmanager
def _logged_to(handler: logging.Handler) -> Iterator[None]:
    root = logging.getLogger()
    kept: Any = root.handlers
    root.handlers = [handler]
    try:
        yield
    finally:
        root.handlers = kept
