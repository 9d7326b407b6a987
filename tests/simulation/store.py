"""The real ledger on a real SQLite file, its writer stepped by the simulated clock, and a disk that fails.

The batch of jobs, the transaction, the savepoints, the sealing, what follows a failed commit: all of it is the
product's. Only the thread is not there: a batch runs at one moment, which the seed and the disk's mood decide.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from queue import Empty
from random import Random
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import Connection, event

from backend_stub.ledger import FeedRow, Ledger
from backend_stub.ledger.figures import Figures
from backend_stub.ledger.writer import Writer
from tests.simulation.loop import Process, SimulatedLoop, current

T = TypeVar("T")


class Mood(StrEnum):
    """How the disk is."""

    FINE = "fine"
    SLOW = "slow"  # a commit takes up to three seconds
    FULL = "full"  # SQLite may take no further page
    LOCKED = "locked"  # another program has the database
    FAILS = "fails"  # the commit fails, and nothing of it is there
    LANDS = "lands"  # the commit fails, and all of it is there


@dataclass
class Disk:
    """The disk under one database; it outlives the processes. ``crash_in``: so many commits on, power is lost.

    ``crash_after``: at that commit, what was committed stays and nobody was told; else all of it is lost.
    """

    path: Path
    random: Random
    mood: Mood = Mood.FINE
    crash_in: int | None = None
    crash_after: bool = False


class SteppedWriter(Writer):
    """The product's writer without its thread."""

    def __init__(self, loop: SimulatedLoop, disk: Disk, *arguments: Any) -> None:
        """``arguments`` as of the product's."""
        self._loop, self._disk = loop, disk
        self._process: Process = current()
        self._due = False
        self._changes = 0
        super().__init__(*arguments)
        self.figures = Figures(monotonic=loop.time)
        event.listen(self._engine, "begin", self._on_begin)
        event.listen(self._engine, "commit", self._on_commit)

    def submit(self, job: Callable[..., T]) -> Future[T]:
        """As the product's; the batch runs when the disk gets to it."""
        future = super().submit(job)
        self._soon()
        return future

    def close(self) -> None:
        """Do what waits, then end."""
        self._closed = True
        while self._step_once():
            pass
        self._drop_connection()

    def drop(self) -> None:
        """The process is gone, and its handles with it."""
        self._drop_connection()

    def _begin(self) -> None:
        """No thread: `_soon` has it stepped."""

    def _soon(self) -> None:
        if not self._due:
            self._due = True
            self.figures.waiting_since = self._loop.time()
            random = self._disk.random
            slow = self._disk.mood is Mood.SLOW
            self._loop.call_later(
                random.uniform(0.5, 3) if slow else random.uniform(0.0005, 0.01), self._step
            )

    def _step(self) -> None:
        self._due = False
        if self._process.alive and self._step_once() and self._process.alive:
            self._soon()

    def _step_once(self) -> bool:
        try:
            first = self._waiting.get_nowait()
        except Empty:
            return False
        if first is not None:
            self._batch(first)
        return not self._waiting.empty()

    def _next(self, done: int, until: float) -> tuple[Any, bool]:
        """What waits belongs to the batch, as far as the seed has it: no clock of the machine decides."""
        if self._disk.random.random() < 0.1:
            return None, True
        return super()._next(done, float("inf"))

    def _fail(self, asked: list[Any], transaction: Any, error: Exception, *, unsure: bool) -> None:
        if self._process.alive:
            super()._fail(asked, transaction, error, unsure=unsure)

    def _publish(self, rows: Sequence[FeedRow]) -> None:
        if self._disk.crash_in == 0 and self._disk.crash_after:
            self._disk.crash_in = None
            self._process.kill()
            return
        super()._publish(rows)

    def _on_begin(self, connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        self._changes = raw.total_changes
        pages = 1 if self._disk.mood is Mood.FULL else 1_000_000  # SQLite keeps the pages that there are
        raw.execute(f"PRAGMA max_page_count = {pages}")
        if self._disk.mood is Mood.LOCKED:
            raise sqlite3.OperationalError("database is locked")

    def _on_commit(self, connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        if raw.total_changes == self._changes:
            return  # what was only read needs no disk
        if self._disk.crash_in is not None:
            self._disk.crash_in -= 1
            if self._disk.crash_in == 0 and not self._disk.crash_after:
                self._disk.crash_in = None
                self._process.kill()
                raise sqlite3.OperationalError("the power is gone")
        if self._disk.mood is Mood.FAILS:
            raise sqlite3.OperationalError("disk I/O error")
        if self._disk.mood is Mood.LANDS:
            raw.execute("COMMIT")
            raise sqlite3.OperationalError("disk I/O error")


def open_ledger(
    loop: SimulatedLoop, disk: Disk, url: str, clock: Callable[[], datetime], ids: Random, secret: Random
) -> Ledger:
    """Open the ledger in the current process, with a writer that is stepped. ``secret`` makes keys and nonces."""
    writers: list[SteppedWriter] = []

    def writer(*arguments: Any) -> SteppedWriter:
        writers.append(SteppedWriter(loop, disk, *arguments))
        return writers[-1]

    with (
        patch("backend_stub.ledger.ledger.Writer", writer),
        patch("backend_stub.ledger.ledger.secrets.token_bytes", secret.randbytes),
    ):
        ledger = Ledger.open(url, clock=clock, random_bits=ids.getrandbits, environ={})

    def gone() -> None:
        ledger.read.close()
        writers[0].drop()
        ledger.keys.close()
        ledger._lock.release()

    def soon() -> None:
        # Whoever pulls the plug may be inside a batch.
        loop.call_soon(gone, context=Context())

    current().at_death.append(soon)
    return ledger
