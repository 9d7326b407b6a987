"""The ledger as the rest of the backend sees it: open, ask for jobs, read, close."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import MetaData, text
from sqlalchemy.exc import SQLAlchemyError

from backend_stub.ledger.chain import Head, Verdict
from backend_stub.ledger.errors import DatabaseError
from backend_stub.ledger.figures import Figures
from backend_stub.ledger.keys import KeyStore, keys_path, master_key
from backend_stub.ledger.memory import FeedRow, in_order
from backend_stub.ledger.proof import verify_tail
from backend_stub.ledger.reader import Reader
from backend_stub.ledger.store import (
    Identity,
    Lock,
    is_fresh,
    make_directory,
    path_of,
    prepare,
    sentence,
)
from backend_stub.ledger.transaction import Transaction
from backend_stub.ledger.writer import OnCommit, Writer
from console.domain.ids import uuid7
from console.domain.intervention import Intervention
from console.domain.trouble import Trouble
from console.domain.values import Mode

T = TypeVar("T")

_PROBE = text("INSERT INTO probe (id, count) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET count = count + 1")


@dataclass(frozen=True)
class Found:
    """What was found at the start. ``left_open``: the last backend did not end by itself; ``tail``: its last records."""

    left_open: bool
    tail: Verdict


def _now() -> datetime:
    return datetime.now(UTC)


def _nobody(_rows: Sequence[FeedRow]) -> None:
    """Nobody listens yet."""


class Ledger:
    """One open ledger: the only writer of its database. Every method may be called from any thread."""

    def __init__(
        self, identity: Identity, lock: Lock, keys: KeyStore, writer: Writer, read: Reader, found: Found
    ) -> None:
        self._identity = identity
        self._lock = lock
        self._writer = writer
        self.keys = keys
        self.read = read
        self.found = found

    @classmethod
    def open(
        cls,
        url: str,
        *,
        mode: Mode | None = None,
        clock: Callable[[], datetime] = _now,
        random_bits: Callable[[int], int] = secrets.randbits,
        on_commit: OnCommit = _nobody,
        also: Sequence[MetaData] = (),
        environ: Mapping[str, str] = os.environ,
        lock: Lock | None = None,
    ) -> Ledger:
        """Open the ledger at ``url`` (``sqlite:///path/to/file.db``), or create it.

        ``mode`` None: as the ledger is; a new one is live. ``on_commit`` is called in the writer thread once
        per batch, after the commit and before the jobs are answered; it must not block. ``also``: further
        tables to keep in the same database. ``lock``: the right to write, if it was taken already (a standby). Keys and nonces never come from ``random_bits``: only ids do.

        Raises:
            DatabaseError: with a sentence that says why it cannot be used and what to do.
        """
        path = path_of(url)
        make_directory(path)
        if lock is None:
            lock = Lock(path)
        keys: KeyStore | None = None
        try:
            left_open = _has_content(path.with_name(path.name + "-wal"))
            store = keys_path(path)
            if not is_fresh(path) and not store.exists():
                raise DatabaseError(f"the key store {store} is missing: put it back from its backup")
            keys = KeyStore(store, master_key(path, environ, secrets.token_bytes), secrets.token_bytes)
            identity = prepare(path, mode, lambda: uuid7(clock(), random_bits), also)
            found = Found(left_open, _tail(path))
            writer = _started(path, identity, keys, lambda now: uuid7(now, random_bits), on_commit, lock)
        except BaseException:
            if keys is not None:
                keys.close()
            lock.release()
            raise
        return cls(identity, lock, keys, writer, Reader(path, keys), found)

    @property
    def ledger_id(self) -> UUID:
        """Identity of the ledger; a restored backup keeps it."""
        return self._identity.ledger_id

    @property
    def epoch(self) -> int:
        """Counts restored backups (`start_epoch`): a cursor of another epoch is worth nothing."""
        return self._identity.epoch

    @property
    def mode(self) -> Mode:
        """What the ledger is for."""
        return self._identity.mode

    @property
    def trouble(self) -> str | None:
        """Why the last batch could not be stored; None once one can again."""
        return self._writer.trouble

    @property
    def trouble_code(self) -> Trouble | None:
        """The same as a code, for every console."""
        return self._writer.trouble_code

    @property
    def holds_lock(self) -> bool:
        """False: the lock file was removed or replaced; nothing is written any more, and this process must end."""
        return self._lock.held

    @property
    def figures(self) -> Figures:
        """What the writer did since the start."""
        return self._writer.figures

    @property
    def waiting(self) -> int:
        """How many jobs wait for the next batch."""
        return self._writer.waiting

    def probe(self) -> Future[None]:
        """Write something that means nothing: whether the disk stores is known before the next press."""
        return self.submit(_probe)

    @property
    def on_commit(self) -> OnCommit:
        """Who is handed the feed rows of each batch."""
        return self._writer.on_commit

    @on_commit.setter
    def on_commit(self, listener: OnCommit) -> None:
        self._writer.on_commit = listener

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]:
        """Run ``job`` in the writer thread; its future is done after the commit (R1).

        The future fails with `NotStored` when nothing was kept (asking again is safe), or with what the job
        raised, which then undid this job alone. In an event loop: ``await asyncio.wrap_future(...)``.
        """
        return self._writer.submit(job)

    def head(self, room: str) -> int:
        """The last committed position of a control room's feed, 0 before the first."""
        memory = self._writer.memory
        with memory.lock:
            return memory.heads.get(room, 0)

    def tip(self) -> Head:
        """The last committed record and its hash: kept elsewhere, it proves that no tail was cut off."""
        memory = self._writer.memory
        with memory.lock:
            return Head(memory.seq, memory.tip)

    def open_interventions(self) -> tuple[Intervention, ...]:
        """Every open intervention as committed, oldest first. From memory: it never waits for the disk."""
        memory = self._writer.memory
        with memory.lock:
            found = list(memory.standing.values())
        return in_order(found)

    def state(self, intervention: UUID) -> Intervention | None:
        """An intervention as committed, or None. A closed one may be read from the disk: it blocks."""
        memory = self._writer.memory
        with memory.lock:
            found = memory.standing.get(intervention) or memory.recent.get(intervention)
        return found.state if found else self.read.state(intervention)

    def close(self) -> None:
        """Store what waits, then end."""
        self.read.close()  # first, so that the writer is the last to leave and SQLite folds the WAL in
        self._writer.close()
        self.keys.close()
        self._lock.release()


def _started(
    path: Path,
    identity: Identity,
    keys: KeyStore,
    make_id: Callable[[datetime], UUID],
    on_commit: OnCommit,
    lock: Lock,
) -> Writer:
    try:
        return Writer(path, identity, keys, make_id, on_commit, lock)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise DatabaseError(sentence(path, error)) from None


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _tail(path: Path) -> Verdict:
    """Check the last records. A broken tail is told to everyone and keeps no press out."""
    try:
        return verify_tail(path)
    except (sqlite3.Error, ValueError) as error:
        return Verdict(0, None, None, sentence(path, error))


def _probe(tx: Transaction) -> None:
    tx.connection.execute(_PROBE)
