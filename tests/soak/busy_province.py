"""An hour of a busy province in a few minutes, with faults: what was pressed, received, shown, lost and duplicated.

    python -m tests.soak.busy_province --minutes 60 --speed 20

Real processes: the backend (killed once on the way), the simulator with every patrol of the province, three consoles;
consoles and the phones that are counted connect through a proxy that delays, cuts and swallows. Exit code 1 if a
press that had its receipt is lost, or one was logged or sent twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any, Final

from backend_stub.ledger import export
from backend_stub.simulator.client import FieldClient
from console.wire import field_frames as ff
from tests.backend import PASSWORD, RunningBackend, fix
from tests.fault_proxy import FaultProxy

CONSOLES: Final = ("4711", "4712", "4700")
"""Two operators and the supervisor of Flemish Brabant; the first one works."""

PHONES: Final = 40
FAULT_EVERY_S: Final = 8.0
SETTLES_WITHIN_S: Final = 20.0
AFTER_FAULT_S: Final = 5.0
"""What is pressed in a fault or so long after one counts with the stormy ones."""

Press = tuple[str, str]


@dataclass
class Report:
    """What came of it. Times in seconds, memory in megabytes."""

    simulated_minutes: float
    real_s: float = 0.0
    faults: int = 0
    kills: int = 0
    presses: int = 0
    receipts: int = 0
    shown: int = 0
    lost: int = 0
    duplicated: int = 0
    longest_gap_s: float = 0.0
    memory_start_mb: float = 0.0
    memory_end_mb: float = 0.0
    calm_p50_s: float = 0.0
    calm_p99_s: float = 0.0
    stormy_p50_s: float = 0.0
    stormy_p99_s: float = 0.0
    tracebacks: int = 0

    @property
    def fine(self) -> bool:
        """Nothing was lost, nothing was there twice."""
        return not (self.lost or self.duplicated or self.tracebacks)


@dataclass
class _Heard:
    """What the consoles said, by operator."""

    shown: dict[str, dict[Press, float]] = field(default_factory=dict)
    connection: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    twice: int = 0

    def line(self, operator: str, text: bytes) -> None:
        said: dict[str, Any] = json.loads(text)
        match said["kind"]:
            case "shown":
                button, press_id = said["press"]
                self.shown.setdefault(operator, {})[button, press_id] = said["at"]
            case "connection":
                self.connection.setdefault(operator, []).append((said["at"], said["connection"]))
            case "twice":
                self.twice += 1


class Province:
    """One run."""

    def __init__(
        self, backend: RunningBackend, minutes: float, speed: float, every_s: float, seed: int
    ) -> None:
        self._backend, self._speed = backend, speed
        self._for_s, self._every_s = minutes * 60 / speed, every_s / speed
        self._random = Random(seed)
        self.report = Report(simulated_minutes=minutes)
        self._heard = _Heard()
        self._pressed: dict[Press, float] = {}
        self._received: dict[Press, float] = {}
        self._stormy: list[tuple[float, float]] = []
        self._phones: dict[str, FieldClient] = {}

    async def live(self) -> Report:
        """Run it from the first press to the report."""
        began = time.monotonic()
        async with FaultProxy(self._backend.url) as proxy, asyncio.TaskGroup() as group:
            consoles = [await self._console(proxy.url, one) for one in CONSOLES]
            simulator = await self._simulator(proxy.url)
            reading = [
                group.create_task(self._read(one, console))
                for one, console in zip(CONSOLES, consoles, strict=True)
            ]
            phones = [group.create_task(one.run()) for one in self._connected(proxy.url)]
            await self._live()
            await asyncio.sleep(2)
            self.report.memory_start_mb = _memory_mb(self._backend)
            storming = group.create_task(self._storm(proxy))
            await self._press_for_a_while()
            storming.cancel()
            proxy.heal()
            await self._settle()
            self.report.memory_end_mb = _memory_mb(self._backend)
            for task in phones:
                task.cancel()
            for process in (*consoles, simulator):
                assert process.stdin is not None
                process.stdin.close()
            await asyncio.gather(*(process.wait() for process in (*consoles, simulator)), *reading)
        self.report.real_s = time.monotonic() - began
        await asyncio.to_thread(self._backend.stop)
        self._count()
        return self.report

    async def _console(self, url: str, operator: str) -> asyncio.subprocess.Process:
        words = ["-m", "tests.soak.console", url, operator, PASSWORD]
        if operator == CONSOLES[0]:
            words.append("--works")
        return await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )

    async def _simulator(self, url: str) -> asyncio.subprocess.Process:
        """Every patrol of the province, and a press now and then that is not counted."""
        words = ["-m", "backend_stub", "simulate", "--url", url, "--url-file", str(self._backend.url_file)]
        words += [
            "--rooms",
            "VBR",
            "--speed",
            f"{self._speed:g}",
            "--no-told",
            "--every",
            "10",
            "--until-pipe-closes",
        ]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )

    async def _read(self, operator: str, console: asyncio.subprocess.Process) -> None:
        assert console.stdout is not None
        async for line in console.stdout:
            self._heard.line(operator, line)

    def _connected(self, url: str) -> Iterator[FieldClient]:
        tokens = self._backend.tokens["devices"]
        for number in range(100, 100 + PHONES):
            button = f"VBR-B-{number:04d}"
            hello = ff.DeviceHello(button=button, token=tokens[button])
            phone = FieldClient((url,), hello, ff.to_device, partial(self._answer, button))
            self._phones[button] = phone
            yield phone

    def _answer(self, button: str, frame: Any) -> None:
        if isinstance(frame, ff.Receipt):
            self._received.setdefault((button, frame.press_id), time.monotonic())
            self._phones[button].forget(frame.press_id)

    async def _press_for_a_while(self) -> None:
        until = time.monotonic() + self._for_s
        while time.monotonic() < until:
            button = self._random.choice(list(self._phones))
            press_id = f"soak-{len(self._pressed)}"
            here = fix(self._random.uniform(4.66, 4.74), self._random.uniform(50.85, 50.90))
            frame = ff.PressFrame(press_id=press_id, pressed_at=here.taken_at, fix=here)
            self._pressed[button, press_id] = time.monotonic()
            await self._phones[button].insist(press_id, frame)
            await asyncio.sleep(self._random.expovariate(1 / self._every_s))

    async def _storm(self, proxy: FaultProxy) -> None:
        """A fault every few seconds; at a third of the time the backend is killed."""
        random, kill_at = self._random, time.monotonic() + self._for_s / 3
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.5) * FAULT_EVERY_S)
            began = time.monotonic()
            self.report.faults += 1
            if not self.report.kills and began > kill_at:
                self.report.kills += 1
                await asyncio.to_thread(self._backend.restart)
                proxy.target = self._backend.url
                self._stormy.append((began, time.monotonic()))
                await asyncio.sleep(5)
                self.report.memory_start_mb = _memory_mb(self._backend)
                continue
            match random.randrange(4):
                case 0:
                    proxy.cut()
                case 1:
                    proxy.black_hole()
                    await asyncio.sleep(random.uniform(0.5, 6))
                case 2:
                    proxy.up.delay_s = proxy.down.delay_s = random.uniform(0.02, 0.3)
                    await asyncio.sleep(random.uniform(1, 4))
                case _:
                    proxy.down.cut_at = random.randrange(2000)
                    await asyncio.sleep(0.5)
            proxy.heal()
            self._stormy.append((began, time.monotonic()))

    async def _live(self) -> None:
        """Until every console is live."""
        await self._until(
            lambda: all(self._heard.connection.get(one, [(0.0, "")])[-1][1] == "live" for one in CONSOLES)
        )

    async def _settle(self) -> None:
        """Until every press has its receipt and is on every console, or patience ends."""
        await self._until(
            lambda: (
                self._pressed.keys() <= self._received.keys()
                and all(self._pressed.keys() <= self._heard.shown.get(one, {}).keys() for one in CONSOLES)
            )
        )

    @staticmethod
    async def _until(so: Callable[[], bool]) -> None:
        for _ in range(int(SETTLES_WITHIN_S / 0.25)):
            if so():
                return
            await asyncio.sleep(0.25)

    def _count(self) -> None:
        report, shown = self.report, self._heard.shown
        logged = Counter(_presses_of(self._backend.database))
        everywhere = set.intersection(*(set(shown.get(one, {})) for one in CONSOLES))
        report.presses, report.receipts = len(self._pressed), len(self._received)
        report.shown = len(everywhere & self._pressed.keys())
        report.lost = sum(press not in logged or press not in everywhere for press in self._received)
        report.duplicated = sum(count > 1 for count in logged.values()) + self._heard.twice
        report.longest_gap_s = max(map(_longest_gap, self._heard.connection.values()), default=0.0)
        calm: list[float] = []
        stormy: list[float] = []
        for press, at in self._pressed.items():
            times = [shown[one][press] for one in CONSOLES if press in shown.get(one, {})]
            in_storm = any(begin - 1 <= at <= end + AFTER_FAULT_S for begin, end in self._stormy)
            if times:
                (stormy if in_storm else calm).append(max(times) - at)
        report.calm_p50_s, report.calm_p99_s = _middle_and_worst(calm)
        report.stormy_p50_s, report.stormy_p99_s = _middle_and_worst(stormy)
        report.tracebacks = sum('"error"' in line for line in self._backend.log.splitlines())


def _presses_of(database: str) -> Iterator[Press]:
    for line in export(database):
        body = (json.loads(line) if isinstance(line, str) else line)["event"]["body"]
        if body["type"] in {"alarm.raised", "alarm.repeated"}:
            yield body["button"], body["press_id"]


def _longest_gap(changes: list[tuple[float, str]]) -> float:
    """The longest time that a console was not live, once it had been."""
    longest = 0.0
    since: float | None = None
    was_live = False
    for at, connection in changes:
        if connection == "live":
            longest = max(longest, at - since if since is not None else 0.0)
            since, was_live = None, True
        elif was_live and since is None:
            since = at
    return longest


def _middle_and_worst(seconds: list[float]) -> tuple[float, float]:
    if len(seconds) < 2:
        return (seconds[0], seconds[0]) if seconds else (0.0, 0.0)
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


def _memory_mb(backend: RunningBackend) -> float:
    assert backend.process is not None
    try:
        status = Path(f"/proc/{backend.process.pid}/status").read_text()
    except OSError:
        return 0.0  # a system that does not tell
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


@contextmanager
def _running() -> Iterator[RunningBackend]:
    with tempfile.TemporaryDirectory(prefix="msa-soak-") as name:
        backend = RunningBackend(Path(name), ("--demo",))
        backend.start()
        try:
            yield backend
        finally:
            if backend.process is not None and backend.process.poll() is None:
                backend.kill()


def main(arguments: list[str]) -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.busy_province", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="simulated minutes")
    parser.add_argument("--speed", type=float, default=20.0, help="how many times as fast as the wall clock")
    parser.add_argument("--every", type=float, default=20.0, help="simulated seconds between two presses")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    wanted = parser.parse_args(arguments)
    with _running() as backend:
        province = Province(backend, wanted.minutes, wanted.speed, wanted.every, wanted.seed)
        report = asyncio.run(province.live())
    if wanted.json:
        print(json.dumps(asdict(report)))
    else:
        for name, value in asdict(report).items():
            print(
                f"{name.replace('_', ' '):<18} {value:,.3f}"
                if isinstance(value, float)
                else f"{name:<18} {value:,}"
            )
    return 0 if report.fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
