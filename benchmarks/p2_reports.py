"""P2: durable reports per second, from phones to ten consoles, against raw inserts of the same rows.

    python -m benchmarks P2

Ten phones send their positions as fast as they are taken; the backend (a process of its own, its database on a disk)
validates and allocates each, logs it sealed and chained, and fans it out to ten consoles that read and confirm. From
the first frame until one of the consoles has the last. The baseline: the rows that this wrote, put into a new database
by sqlite3 alone, a hundred reports in a transaction, synchronous=FULL.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.figure import Figure
from benchmarks.real_backend import (
    PASSWORD,
    RealBackend,
    disk_directory,
    file_system,
    first_line,
    process,
    real_backend,
)
from console.wire.console_frames import Ack, Login, Resume
from console.wire.field_frames import DeviceHello, FixFrame, FixSent, PressFrame
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL

PHONES: Final = 10
REPORTS: Final = 300
"""Of each phone: below the burst that one may send at once."""

WARM_UP: Final = 50
CONSOLES: Final = 10
BATCH: Final = 100
CENTRE: Final = (4.70, 50.88)
"""Lon, lat of Leuven."""


class Counting:
    """A console that counts the positions it is told of."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.positions = 0
        self.came = asyncio.Event()

    async def read(self) -> None:
        """Read and confirm until the connection ends."""
        async for message in self._socket:
            frame = from_json(message)
            if frame["type"] == "events":
                await self._socket.send(Ack(position=frame["items"][-1]["position"]).model_dump_json())
                events = [item["event"] for item in frame["items"] if "event" in item]
                self.positions += sum(event["body"]["type"] == "fix.reported" for event in events)
                self.came.set()

    async def until(self, positions: int) -> None:
        """Wait for so many in all."""
        async with asyncio.timeout(60):
            while self.positions < positions:
                self.came.clear()
                await self.came.wait()


async def _reports_s(backend: RealBackend, operator: str) -> float:
    """Seconds that the reports take, after some that do not count."""
    console = connect(
        f"{backend.url}/console",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        max_size=MAX_FRAME_BYTES,
        compression=None,
        proxy=None,
    )
    async with console as socket, asyncio.TaskGroup() as tasks:
        await socket.send(Login(operator=operator, password=PASSWORD).model_dump_json())
        await socket.recv()
        await socket.send(Resume().model_dump_json())
        counting = Counting(socket)
        reading = tasks.create_task(counting.read())
        phones = [await _phone(backend, button) for button in backend.victims[:PHONES]]
        await _send(phones, WARM_UP)
        await counting.until(PHONES * WARM_UP)
        begin = time.perf_counter()
        await _send(phones, REPORTS)
        await counting.until(PHONES * (WARM_UP + REPORTS))
        took = time.perf_counter() - begin
        for phone in phones:
            await phone.close()
        reading.cancel()
    return took


async def _phone(backend: RealBackend, button: str) -> ClientConnection:
    """A phone whose alarm is open."""
    socket = await connect(f"{backend.url}/device", compression=None, proxy=None)
    await socket.send(DeviceHello(button=button, token=backend.tokens[button]).model_dump_json())
    press = PressFrame(press_id="bench", pressed_at=datetime.now(UTC), fix=_fix())
    await socket.send(press.model_dump_json())
    await socket.recv()
    return socket


async def _send(phones: list[ClientConnection], number: int) -> None:
    async def of_one(phone: ClientConnection) -> None:
        for _ in range(number):
            await phone.send(FixFrame(fix=_fix()).model_dump_json())

    await asyncio.gather(*map(of_one, phones))


def _fix() -> FixSent:
    lon, lat = (degrees + random.uniform(-0.0005, 0.0005) for degrees in CENTRE)
    return FixSent(lon=lon, lat=lat, radius_m=20, confidence_pct=95, taken_at=datetime.now(UTC))


def _raw_s(written: Path, fresh: Path) -> float:
    """Seconds for the rows of as many reports: log and feed, by sqlite3 alone."""
    last = PHONES * REPORTS
    with closing(sqlite3.connect(f"file:{written}?mode=ro", uri=True)) as source:
        made = source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN ('log', 'feed') AND type IN ('table', 'index')"
            " AND sql IS NOT NULL ORDER BY type DESC"
        ).fetchall()
        log = source.execute("SELECT * FROM log ORDER BY seq DESC LIMIT ?", (last,)).fetchall()[::-1]
        names = [column[1] for column in source.execute("PRAGMA table_info(log)")]
        first = log[0][names.index("seq")]
        feed = source.execute("SELECT * FROM feed WHERE seq >= ? ORDER BY seq", (first,)).fetchall()
    share = len(feed) / len(log)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = WAL")
        target.execute("PRAGMA synchronous = FULL")
        for (statement,) in made:
            target.execute(statement)
        begin = time.perf_counter()
        for start in range(0, len(log), BATCH):
            target.execute("BEGIN IMMEDIATE")
            _insert(target, "log", log[start : start + BATCH])
            _insert(target, "feed", feed[round(start * share) : round((start + BATCH) * share)])
            target.execute("COMMIT")
        return time.perf_counter() - begin


def _insert(target: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def measure() -> Iterable[Figure]:
    """P2, with its goal."""
    with disk_directory() as directory, real_backend(directory) as backend:
        disk = file_system(directory)
        one, *others = backend.operators(CONSOLES)
        words = ["-m", "benchmarks.headless", backend.url, PASSWORD, *others]
        with process(words) as consoles:
            first_line(consoles)
            ours = asyncio.run(_reports_s(backend, one))
        raw = min(_raw_s(directory / "backend.db", directory / f"raw{run}.db") for run in range(3))
    reports = PHONES * REPORTS
    yield Figure(
        promise="P2",
        what=f"durable reports, {reports:,} of {PHONES} phones, {CONSOLES} consoles, {disk}",
        value=reports / ours,
        unit="/s",
        against=f"raw inserts of the same rows, {BATCH} in a transaction",
        baseline=reports / raw,
        goal=0.5,
        lower_is_better=False,
    )


if __name__ == "__main__":
    for figure in measure():
        print(figure.what, figure.value, figure.baseline, figure.ratio)
