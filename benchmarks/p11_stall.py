"""P11: the terminal does not read for 4 s, and the link answers all the same.

    python -m benchmarks P11

A backend that sends a heartbeat and a ping every 50 ms, and the real console in a pty. While nobody reads the pty, keys
are typed that change every word on the screen until its writer stands still. Timed is each pong: it comes from the
link's thread, as resume, outbox and sound do. Beside it, the same while the terminal is read. In a console with its
socket in the screen's loop, no pong would come before the terminal reads again.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.figure import Figure
from benchmarks.real_backend import console_env
from benchmarks.real_pty import RealPty
from console.domain.values import Mode, Role
from console.locale import LANGUAGES
from console.wire import console_frames as f
from console.wire.limits import SUBPROTOCOL

STALL_S: Final = 4.0
EVERY_S: Final = 0.05
ROUNDS: Final = 3
GOAL_MS: Final = 100.0
PASSWORD: Final = "benchmark-wachtwoord-1234"


@dataclass
class Peer:
    """A backend that measures: the round trips of its pings, each with the moment at which it was sent."""

    url: str = ""
    trips: list[tuple[float, float]] = field(default_factory=list)

    async def talk(self, ws: ServerConnection) -> None:
        """Welcome whoever logs in, then beat and ping."""
        await ws.recv()
        await ws.send(_welcome().model_dump_json())
        await ws.recv()
        await ws.send(f.Snapshot(position=0, events=(), last=True).model_dump_json())
        reading = asyncio.create_task(_read(ws))
        pings: set[asyncio.Task[None]] = set()
        with suppress(ConnectionClosed):
            while True:
                await ws.send(f.Heartbeat(now=datetime.now(UTC), head=0).model_dump_json())
                ping = asyncio.create_task(self._ping(ws))
                pings.add(ping)
                ping.add_done_callback(pings.discard)
                await asyncio.sleep(EVERY_S)
        reading.cancel()

    async def _ping(self, ws: ServerConnection) -> None:
        sent = time.monotonic()
        with suppress(ConnectionClosed):
            await (await ws.ping())
            self.trips.append((sent, (time.monotonic() - sent) * 1000))

    def worst_ms(self, began: float, ended: float) -> float:
        """The longest round trip of those that were sent between two moments."""
        return max(trip for sent, trip in self.trips if began <= sent <= ended)


async def _read(ws: ServerConnection) -> None:
    with suppress(ConnectionClosed):
        async for _frame in ws:
            pass


def _welcome() -> f.Welcome:
    return f.Welcome(
        mode=Mode.DEMO,
        ledger=UUID(int=1),
        epoch=1,
        head=0,
        now=datetime.now(UTC),
        operator=f.Operator(id="4711", name="O. Voorbeeld", role=Role.OPERATOR, room="VBR"),
        token="t" * 32,
        journal_key="A" * 43 + "=",
    )


@contextmanager
def peer() -> Iterator[Peer]:
    """One that listens, in a thread of its own."""
    made, ready, over = Peer(), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def main() -> None:
        async with serve(made.talk, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as server:
            made.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


def measure() -> Iterable[Figure]:
    """P11: the longest answer in a stall, beside the longest while the terminal is read."""
    stalled, read = 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="msa-bench-") as name, peer() as backend:
        words = ["-m", "console", "run", "--url", backend.url, "--operator", "4711", "--language", "en"]
        env = {**console_env(Path(name)), "MSA_PASSWORD": PASSWORD}
        with RealPty(words, env) as screen:
            screen.until("live")
            screen.idle(3.0)
            for _ in range(ROUNDS):
                began = time.monotonic()
                screen.idle(STALL_S)
                read = max(read, backend.worst_ms(began, time.monotonic()))
                began = time.monotonic()
                while time.monotonic() - began < STALL_S:
                    for _language in LANGUAGES:
                        screen.type("l")
                    time.sleep(0.04)
                stood = backend.worst_ms(began, time.monotonic())
                stalled = max(stalled, stood)
                screen.idle(2.0)
    yield Figure(
        promise="P11",
        what=f"longest answer of the link while the terminal does not read for {STALL_S:g} s, {ROUNDS} times",
        value=stalled,
        unit="ms",
        against="the promise",
        baseline=GOAL_MS,
        goal=1.0,
    )
    yield Figure(
        promise="P11",
        what="the same, beside the longest while it is read",
        value=stalled,
        unit="ms",
        against="terminal read",
        baseline=read,
    )


if __name__ == "__main__":
    for figure in measure():
        print(figure.what, figure.value, figure.baseline, figure.ratio)
