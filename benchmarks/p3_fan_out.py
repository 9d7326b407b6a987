"""P3: deliveries per second of the hub to a hundred consoles, against bare `websockets.broadcast` in the same run.

    python -m benchmarks P3

Both send the same events to the same hundred connections, which another process reads, in rounds that take turns. Ours:
the hub takes rows as they come from the ledger, one event after the other, encodes each, and every console has its own
outbox and sender. The baseline encodes each event once as well, and hands the frame to all of them. A round ends when the readers
say that everything has come.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from backend_stub.framing import encoded, events_frames, positioned
from backend_stub.hub import ConsoleSession, Hub
from backend_stub.ledger import FeedKind, FeedRow
from backend_stub.lines import Sender
from backend_stub.patrol_board import PatrolBoard
from benchmarks.figure import Figure
from benchmarks.real_backend import process
from console.domain import events as e
from console.domain.allocation import Allocation, Share
from console.domain.location import Fix
from console.domain.values import Actor, ActorKind

CONSOLES: Final = 100
EVENTS: Final = 200
"""In a round; each goes to every console."""

ROUNDS: Final = 7
ROOM: Final = "VBR"


def row(position: int) -> FeedRow:
    """A position of a phone, as the ledger hands it over."""
    now = datetime.now(UTC)
    fix = Fix(
        id=str(position),
        lon=4.7,
        lat=50.88,
        radius_m=20,
        confidence_pct=95,
        taken_at=now,
        received_at=now,
    )
    zones = Allocation(
        zone="5388",
        shares=(Share(zone="5388", share=0.97), Share(zone="5393", share=0.03)),
        outside_m=0,
        border_m=800,
        accuracy_m=1200,
        approximate=True,
    )
    event = e.Event(
        id=UUID(int=position),
        intervention=UUID(int=1),
        version=position,
        decision=1,
        at=now,
        actor=Actor(kind=ActorKind.DEVICE, id="VBR-B-0999"),
        body=e.FixReported(fix=fix, allocation=zones),
    )
    return FeedRow(ROOM, position, position, FeedKind.EVENT, event)


async def read(url: str) -> None:
    """A hundred connections; the first says whenever all of them have had a round."""
    sockets = [await connect(url, compression=None, proxy=None) for _ in range(CONSOLES)]
    while True:

        async def a_round(place: int) -> None:
            for _ in range(EVENTS):
                await sockets[place].recv()

        await asyncio.gather(*map(a_round, range(CONSOLES)))
        await sockets[0].send("all")


class Room:
    """The server's side: a hundred connections, each with a console's outbox and sender."""

    def __init__(self) -> None:
        self.hub = Hub(lambda _room: 0, PatrolBoard(()))
        self.sockets: list[ServerConnection] = []
        self.all_here, self.all_read = asyncio.Event(), asyncio.Event()
        self._position = 0

    async def talk(self, socket: ServerConnection) -> None:
        """Admit a console, and hear when a round was read."""
        session = ConsoleSession(ROOM, f"9{len(self.sockets):03}", live=True)
        sender = Sender(socket, session.outbox)
        sending = asyncio.create_task(sender.run())
        self.hub.admit(session)
        self.sockets.append(socket)
        if len(self.sockets) == CONSOLES:
            self.all_here.set()
        with suppress(ConnectionClosed):  # so the readers leave
            async for _ in socket:
                self.all_read.set()
        sending.cancel()

    def rows(self) -> list[FeedRow]:
        """The rows of the next round."""
        self._position += EVENTS
        return [row(place) for place in range(self._position - EVENTS + 1, self._position + 1)]

    async def ours(self, rows: list[FeedRow]) -> None:
        """Each as a commit of its own."""
        for one in rows:
            self.hub.publish([one], {})
            await asyncio.sleep(0)

    async def bare(self, rows: list[FeedRow]) -> None:
        """The same frames."""
        for frame in self._frames(rows):
            broadcast(self.sockets, frame, text=True)
            await asyncio.sleep(0)

    @staticmethod
    def _frames(rows: list[FeedRow]) -> list[bytes]:
        return [frame for one in rows for frame in events_frames([positioned(one.pos, encoded(one.event))])]

    async def timed(self, send: Callable[[list[FeedRow]], Awaitable[None]]) -> float:
        """Deliveries per second of one round."""
        rows = self.rows()
        self.all_read.clear()
        begin = time.perf_counter()
        await send(rows)
        await self.all_read.wait()
        return CONSOLES * EVENTS / (time.perf_counter() - begin)


async def _rounds() -> tuple[list[float], list[float]]:
    room = Room()
    ours: list[float] = []
    bare: list[float] = []
    async with serve(room.talk, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with process(["-m", "benchmarks.p3_fan_out", f"ws://127.0.0.1:{port}"]) as readers:
            async with asyncio.timeout(120):
                await room.all_here.wait()
                await room.timed(room.ours)
                await room.timed(room.bare)
                for _ in range(ROUNDS):
                    ours.append(await room.timed(room.ours))
                    bare.append(await room.timed(room.bare))
            readers.terminate()
    return ours, bare


def measure() -> Iterable[Figure]:
    """P3, with its goal; medians."""
    ours, bare = asyncio.run(_rounds())
    yield Figure(
        promise="P3",
        what=f"fan-out to {CONSOLES} consoles, {EVENTS} events {ROUNDS} times, deliveries",
        value=statistics.median(ours),
        unit="/s",
        against="bare websockets.broadcast",
        baseline=statistics.median(bare),
        goal=0.5,
        lower_is_better=False,
    )


if __name__ == "__main__":
    asyncio.run(read(sys.argv[1]))
