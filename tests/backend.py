"""A real backend for tests: its own process, a real SQLite file, demo content, and clients over real sockets.

    async def test_a_press_rings(backend: RunningBackend) -> None:
        async with backend.console("4711") as console, backend.device("VBR-B-0041") as phone:
            receipt = await phone.press(4.7008, 50.8787)
            raised = await console.event("alarm.raised")

`backend` is a fixture (see `tests/conftest.py`). `RunningBackend.kill` and `.restart` play what happens to servers.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from backend_stub.registry.passwords import Cost, Passwords
from console.domain import commands as c
from console.domain.events import Event
from console.domain.patrols import PatrolState
from console.domain.room import Room, Seen
from console.wire import console_frames as f
from console.wire import field_frames as ff
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL
from tests import warm

PASSWORD: Final = "test-wachtwoord-voor-iedereen"
LEUVEN: Final = (4.7008, 50.8787)
"""Lon, lat of the market square of Leuven, zone 5388."""
ANTWERP: Final = (4.4025, 51.2194)
"""Lon, lat in the city of Antwerp, control room ANT."""

WITHIN_S: Final = 20.0
"""So long a test waits for what must come; far above what it takes, because machines are noisy."""

F = TypeVar("F", bound=BaseModel)


@dataclass
class RunningBackend:
    """A backend process on a port of its own, with its database in ``directory``."""

    directory: Path
    options: tuple[str, ...] = ()
    url: str = ""
    process: warm.Process | None = None
    environment: dict[str, str] = field(default_factory=dict)
    _spare: Iterator[int] = field(default_factory=lambda: iter(range(100, 191)))

    @property
    def database(self) -> str:
        """URL of the database."""
        return f"sqlite:///{self.directory / 'backend.db'}"

    @property
    def url_file(self) -> Path:
        """Where the backend writes its URL; the tokens lie beside it."""
        return self.directory / "backend.url"

    @property
    def log(self) -> str:
        """What the backend has logged."""
        path = self.directory / "backend.log"
        return path.read_text() if path.exists() else ""

    @property
    def tokens(self) -> dict[str, dict[str, str]]:
        """Tokens of devices and patrols: ``{"devices": {id: token}, "patrols": {id: token}}``."""
        found: dict[str, dict[str, str]] = json.loads(
            self.url_file.with_name("backend.url.tokens").read_text()
        )
        return found

    def spare_button(self) -> str:
        """A button of Flemish Brabant that no test of this backend has used yet."""
        return f"VBR-B-{next(self._spare):04d}"

    def start(self, *options: str) -> None:
        """Start the process and wait until it listens."""
        self.url_file.unlink(missing_ok=True)
        command = ["serve", "--port", "0", "--until-pipe-closes"]
        command += ["--database", self.database, "--url-file", str(self.url_file)]
        command += ["--log-file", str(self.directory / "backend.log"), *self.options, *options]
        if "--chain" not in command:
            command += ["--chain", str(self._patient())]
        self.process = warm.start(
            "backend_stub", *command, environment={"MSA_DEMO_PASSWORD": PASSWORD, **self.environment}
        )
        until = time.monotonic() + 40
        while not self.url_file.exists():
            if self.process.poll() is not None:
                assert self.process.stderr is not None
                raise AssertionError(f"the backend ended: {self.process.stderr.read().decode()}")
            assert time.monotonic() < until, "the backend does not listen"
            time.sleep(0.02)
        self.url = self.url_file.read_text().strip()

    def kill(self) -> None:
        """End it as a power cut does: no chance to store anything."""
        assert self.process is not None
        self.process.kill()
        self._ended()

    def stop(self) -> int:
        """End it as an administrator does; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def restart(self) -> None:
        """Kill it and start it again on the same database, at another port."""
        self.kill()
        self.start()

    def login(self, operator: str) -> f.Login:
        """The login frame of an operator."""
        return f.Login(operator=operator, password=PASSWORD)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of an HTTP page."""
        address = self.url.replace("ws://", "http://") + path
        try:
            with urlopen(address, timeout=WITHIN_S) as page:
                return page.status, page.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def figure(self, name: str) -> int:
        """A figure of `/metrics`, without its prefix."""
        lines = self.get("/metrics")[1].splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(f"msa_{name} ")))

    def _patient(self) -> Path:
        """A chain that never gets anywhere: a test of anything else may take its time, and be in one room alone."""
        keys = (
            "consoles",
            "supervisor",
            "officer_on_call",
            "neighbour",
            "empty",
            "unsent",
            "accept",
            "arrive",
        )
        path = self.directory / "patient.toml"
        path.write_text("[default]\n" + "".join(f"{key} = 3600\n" for key in keys))
        return path

    def _ended(self) -> int:
        assert self.process is not None
        _, complaint = self.process.communicate(timeout=30)
        assert b"Traceback" not in complaint, complaint.decode()
        assert self.process.returncode is not None
        return self.process.returncode

    @asynccontextmanager
    async def device(self, button: str, token: str | None = None) -> AsyncIterator[Device]:
        """A phone that has said hello."""
        async with connect(f"{self.url}/device", proxy=None) as ws:
            device = Device(ws, button)
            await device.send(ff.DeviceHello(button=button, token=token or self.tokens["devices"][button]))
            yield device

    @asynccontextmanager
    async def patrol(self, patrol: str, token: str | None = None) -> AsyncIterator[PatrolClient]:
        """A patrol that has said hello."""
        async with connect(f"{self.url}/patrol", proxy=None) as ws:
            client = PatrolClient(ws, patrol)
            await client.send(ff.PatrolHello(patrol=patrol, token=token or self.tokens["patrols"][patrol]))
            yield client

    @asynccontextmanager
    async def console(
        self, operator: str = "4711", *, cursor: f.Cursor | None = None, resume: bool = True
    ) -> AsyncIterator[ConsoleClient]:
        """A console that is logged in and, unless told otherwise, has resumed (from ``cursor``)."""
        async with self.socket("/console") as ws:
            client = ConsoleClient(ws)
            await client.send(self.login(operator))
            client.welcome = await client.frame(f.Welcome)
            if resume:
                await client.resume(cursor)
            yield client

    @asynccontextmanager
    async def socket(self, path: str, **options: Any) -> AsyncIterator[ClientConnection]:
        """A bare websocket; `/console` with the sub-protocol."""
        if path == "/console":
            options.setdefault("subprotocols", [Subprotocol(SUBPROTOCOL)])
        async with connect(f"{self.url}{path}", max_size=MAX_FRAME_BYTES, proxy=None, **options) as ws:
            yield ws


@dataclass
class _Client:
    ws: ClientConnection

    async def send(self, frame: BaseModel) -> None:
        """Send a frame."""
        await self.ws.send(frame.model_dump_json())

    async def _text(self) -> str:
        async with asyncio.timeout(WITHIN_S):
            message = await self.ws.recv()
        assert isinstance(message, str)
        return message


@dataclass
class Device(_Client):
    """A phone with a button."""

    button: str

    async def press(
        self,
        lon: float | None = None,
        lat: float | None = None,
        *,
        press_id: str | None = None,
        radius_m: float = 20.0,
    ) -> ff.Receipt:
        """Press and wait for the receipt; without lon and lat there is no position."""
        frame = press(lon, lat, press_id=press_id, radius_m=radius_m)
        await self.send(frame)
        receipt = await self.receive(ff.Receipt)
        assert receipt.press_id == frame.press_id
        return receipt

    async def fix(self, lon: float, lat: float, radius_m: float = 20.0) -> None:
        """Report a position."""
        await self.send(ff.FixFrame(fix=fix(lon, lat, radius_m)))

    async def receive(self, kind: type[F]) -> F:
        """The next frame of this kind; others before it are passed over."""
        while True:
            frame = ff.to_device.validate_json(await self._text())
            if isinstance(frame, kind):
                return frame


@dataclass
class PatrolClient(_Client):
    """A patrol."""

    patrol: str

    async def receive(self, kind: type[F]) -> F:
        """The next frame of this kind; others before it are passed over."""
        while True:
            frame = ff.to_patrol.validate_json(await self._text())
            if isinstance(frame, kind):
                return frame

    async def be_at(self, lon: float, lat: float) -> None:
        """Report a position."""
        await self.send(ff.PatrolPosition(lon=lon, lat=lat, speed_mps=0, taken_at=datetime.now(UTC)))

    async def step(self, step: c.PatrolStep) -> None:
        """Report a step of the task."""
        await self.send(ff.PatrolStatus(step=step))


@dataclass
class ConsoleClient(_Client):
    """An operator's console, without a screen."""

    welcome: f.Welcome = field(init=False)
    room: Room = field(default_factory=Room)
    events: list[f.Positioned] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    _later: list[f.ToConsole] = field(default_factory=list)
    _snapshot: list[Event] = field(default_factory=list)
    _sight: list[Event] = field(default_factory=list)

    @property
    def cursor(self) -> f.Cursor:
        """Where this console stands."""
        return f.Cursor(ledger=self.welcome.ledger, epoch=self.welcome.epoch, position=self.room.position)

    async def resume(self, cursor: f.Cursor | None = None) -> None:
        """Ask for the feed, from a cursor or with a snapshot, and wait until it is live; the rest of the patrols follows."""
        if cursor is not None:
            self.room = Room(self.welcome.operator.room, position=cursor.position)
        await self.send(f.Resume(cursor=cursor))
        await self.frame(f.Patrols, lambda frame: frame.complete)

    async def frame(self, kind: type[F], wanted: Callable[[F], bool] = lambda _frame: True) -> F:
        """The next frame of this kind; events met on the way are folded into ``room`` and kept."""
        while True:
            frame = await self._next()
            if isinstance(frame, kind) and wanted(frame):
                return frame

    async def event(self, kind: str, wanted: Callable[[Event], bool] = lambda _event: True) -> Event:
        """The first event of this type, seen already or still to come."""
        seen = 0
        while True:
            for item in self.events[seen:]:
                if item.event.type == kind and wanted(item.event):
                    return item.event
            seen = len(self.events)
            await self._next()

    async def raised(self, receipt: ff.Receipt) -> Seen:
        """The intervention that a press opened, with its zone allocated."""
        raised = await self.event("alarm.raised", lambda event: _press_id(event) == receipt.press_id)
        await self.event("zone.allocated", lambda event: event.intervention == raised.intervention)
        return self.room.seen[raised.intervention]

    async def free_patrol(self, zone: str) -> str:
        """Id of a patrol of a zone that is free (the list of patrols comes in parts)."""
        while True:
            for one in self.room.patrols.values():
                if one.zone == zone and one.state is PatrolState.FREE:
                    return one.id
            await self._next()

    async def until(self, position: int) -> None:
        """Read until the feed has come to a position."""
        while self.room.position < position:
            await self._next()

    async def do(
        self, intervention: UUID | str | None, do: c.AnyCommand, seen_decision: int | None = None
    ) -> f.Result:
        """Give a command and wait for its result."""
        command = c.Command(id=uuid4(), intervention=str(intervention), seen_decision=seen_decision, do=do)
        return await self.command(command)

    async def command(self, command: c.Command) -> f.Result:
        """Send a command as it is and wait for its result."""
        await self.send(f.CommandFrame(command=command))
        return await self.frame(f.Result, lambda result: result.id == command.id)

    async def ask(self, ask: f.AskCasefile | f.AskHistory | f.AskTimeline | f.AskVictims) -> list[f.Answer]:
        """Ask a question; returns all parts of the answer."""
        query = f.Query(id=uuid4(), ask=ask)
        await self.send(query)
        parts: list[f.Answer] = []
        while not parts or not parts[-1].last:
            parts.append(await self.frame(f.Answer, lambda answer: answer.id == query.id))
        return parts

    async def _next(self) -> f.ToConsole:
        text = await self._text()
        self.raw.append(text)
        frame = f.to_console.validate_json(text)
        match frame:
            case f.Events():
                for item in frame.items:
                    assert item.position == self.room.position + 1, "a gap in the feed"
                    if isinstance(item, f.Positioned):
                        self.events.append(item)
                    self.room, _ = self.room.apply([f.entry(item)])
            case f.Snapshot():
                self._snapshot += frame.events
                if frame.last:
                    self.room = self.room.with_snapshot(frame.position, self._snapshot)
                    self._snapshot.clear()
            case f.InterventionSnapshot():
                self._sight += frame.events
                if frame.last:
                    assert frame.position == self.room.position + 1, "a gap in the feed"
                    self.room = self.room.with_intervention(frame.position, self._sight)
                    self._sight.clear()
            case f.InterventionWithdrawn():
                assert frame.position == self.room.position + 1, "a gap in the feed"
                self.room = replace(self.room.without(frame.intervention), position=frame.position)
            case f.Patrols():
                self.room = self.room.with_patrols(frame.patrols, complete=frame.complete)
            case f.Welcome():
                self.room = Room(frame.operator.room)
        return frame


async def close_code(ws: ClientConnection) -> int | None:
    """Read what is still to come, then tell the code with which the other end closed."""
    async with asyncio.timeout(WITHIN_S):
        try:
            while True:
                await ws.recv()
        except ConnectionClosed:
            return ws.close_code


def _press_id(event: Event) -> str | None:
    return getattr(event.body, "press_id", None)


def fix(lon: float, lat: float, radius_m: float = 20.0) -> ff.FixSent:
    """A position measured now, at 95 %."""
    return ff.FixSent(lon=lon, lat=lat, radius_m=radius_m, confidence_pct=95, taken_at=datetime.now(UTC))


def press(
    lon: float | None = None,
    lat: float | None = None,
    *,
    press_id: str | None = None,
    radius_m: float = 20.0,
) -> ff.PressFrame:
    """A press of now; without lon and lat it has no position."""
    here = None if lon is None or lat is None else fix(lon, lat, radius_m)
    return ff.PressFrame(press_id=press_id or uuid4().hex, pressed_at=datetime.now(UTC), fix=here)


@pytest.fixture(scope="session")
def filled_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo's content, its keys and tokens; to be copied, never used. Made once for all workers."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _filled(tmp_path_factory.mktemp("filled"))
    run = tmp_path_factory.getbasetemp().parent
    place, done = run / "filled", run / "filled.done"
    with (run / "filled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(place, ignore_errors=True)  # of a worker that did not get to its end
            place.mkdir()
            _filled(place)
            done.touch()
    return place


def _filled(directory: Path) -> Path:
    made = RunningBackend(directory, ("--demo",))
    made.start()
    assert made.stop() == 0
    # A tenth of a second of processor time at each login is on purpose, and not what these tests are about.
    cheap = Passwords(Cost(passes=1, memory_kib=64, lanes=1)).hash(PASSWORD)
    with closing(sqlite3.connect(directory / "backend.db", isolation_level=None)) as database:
        database.execute("UPDATE registry_account SET password_hash = ?", (cheap,))
    return directory


def copied(filled: Path, directory: Path) -> RunningBackend:
    """A backend of its own, filled and not started yet."""
    shutil.copytree(filled, directory)
    (directory / "backend.log").unlink()
    return RunningBackend(directory)


def _end(made: RunningBackend) -> None:
    if made.process is not None and made.process.poll() is None:
        assert made.stop() == 0


@pytest.fixture
def idle_backend(filled_directory: Path, tmp_path: Path) -> Iterator[RunningBackend]:
    """A backend that is filled and not started yet: for options of its own."""
    made = copied(filled_directory, tmp_path / "backend")
    yield made
    _end(made)


@pytest.fixture
def backend(idle_backend: RunningBackend) -> RunningBackend:
    """A backend of this test's own; operators 4711, 4712, 4700 (supervisor), 4790 (trainer), 4780 (wall) and 3711 (ANT)."""
    idle_backend.start()
    return idle_backend


@pytest.fixture(scope="module")
def shared_backend(
    filled_directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningBackend]:
    """One backend for a module (starting costs a second or two): each test presses buttons of its own."""
    made = copied(filled_directory, tmp_path_factory.mktemp("shared") / "backend")
    made.start()
    yield made
    _end(made)
