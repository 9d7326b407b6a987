"""The one writer: a thread that owns the only write connection and commits what waits in one go.

Per batch: begin; each job in a savepoint of its own; the keys made durable; commit; only then memory takes
the new states, the feed rows are published, and the callers are answered, in this order. A batch that cannot
be committed leaves nothing behind, and its connection is never used again: after a failed fsync the same
handle would claim success for bytes that are lost (https://wiki.postgresql.org/wiki/Fsync_Errors).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Connection, RootTransaction, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from backend_stub.ledger.errors import DatabaseError, NotStored
from backend_stub.ledger.figures import Figures
from backend_stub.ledger.fold import feed_rows, load
from backend_stub.ledger.keys import KeyStore
from backend_stub.ledger.memory import Draft, FeedRow, Memory
from backend_stub.ledger.rows import insert_draft
from backend_stub.ledger.store import Identity, Lock, read_identity, sentence, trouble_of, writing_engine
from backend_stub.ledger.tables import LogRow
from backend_stub.ledger.transaction import Transaction
from console.domain.trouble import Trouble

MOST_JOBS = 100
LONGEST_S = 0.02
"""A batch takes what waits, at most so many jobs and so long. It never waits for more to come: while one
batch is being synced the next one gathers by itself, so that a single press is not held up."""

T = TypeVar("T")
Job = Callable[[Transaction], Any]
OnCommit = Callable[[Sequence[FeedRow]], None]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asked:
    job: Job
    future: Future[Any]
    at: float = field(default_factory=time.monotonic)


class Writer:
    """Takes jobs from any thread and answers each through its future, after the commit."""

    def __init__(
        self,
        path: Path,
        identity: Identity,
        keys: KeyStore,
        make_id: Callable[[datetime], UUID],
        on_commit: OnCommit,
        lock: Lock,
    ) -> None:
        """Load what the ledger holds and start the thread. ``lock``: the right to write, looked at before each batch.

        Raises:
            SQLAlchemyError: the database cannot be read.
        """
        self._path = path
        self._identity = identity
        self._keys = keys
        self._make_id = make_id
        self._lock = lock
        self.figures = Figures()
        self._waiting: SimpleQueue[_Asked | None] = SimpleQueue()
        self._accepting = threading.Lock()
        self._closed = False
        self._engine = writing_engine(path)
        self._connection: Connection | None = self._engine.connect()
        with self._connection.begin():
            self.memory: Memory = load(self._connection, identity, keys)
        self.on_commit = on_commit
        self.trouble: str | None = None
        self.trouble_code: Trouble | None = None
        self._begin()

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]:
        """Ask for a job. Its future fails with `NotStored` when nothing was kept."""
        future: Future[T] = Future()
        with self._accepting:
            if self._closed:
                future.set_exception(NotStored("the ledger is closed"))
            else:
                self._waiting.put(_Asked(job, future))
        return future

    @property
    def waiting(self) -> int:
        """How many jobs wait for the next batch."""
        return self._waiting.qsize()

    def close(self) -> None:
        """Do what waits, then end the thread and the connection."""
        with self._accepting:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        going = True
        while going:
            first = self._waiting.get()
            if first is None:
                break
            going = self._batch(first)
        self._drop_connection()

    def _batch(self, first: _Asked) -> bool:
        """Do one batch; False when the end of the queue was met."""
        asked: list[_Asked] = []
        answers: list[tuple[Future[Any], Any, Exception | None]] = []
        going = True
        transaction: RootTransaction | None = None
        began = time.monotonic()
        self.figures.waiting_since = first.at
        committing = False
        try:
            if not self._lock.held:
                raise DatabaseError(
                    f"{self._lock.path} was removed or replaced: another backend may write, so this one must not"
                )
            connection = self._connect()
            transaction = connection.begin()
            before = _raw(connection).total_changes
            draft = Draft.over(self.memory)
            until = time.monotonic() + LONGEST_S
            current: _Asked | None = first
            while current is not None:
                asked.append(current)
                self._do(connection, draft, current, answers)
                current, going = self._next(len(asked), until)
            insert_draft(connection, draft)
            self._keys.flush()
            wrote = _raw(connection).total_changes != before
            committing = True
            transaction.commit()
        except Exception as error:  # whatever happened: nothing was stored, and everybody is told
            self.figures.waiting_since = None
            self._fail([first, *asked[1:]], transaction, error, unsure=committing)
            return going
        self.memory.take(draft)
        self.figures.waiting_since = None
        if wrote:  # a batch that only read says nothing of the disk
            self.figures.committed(len(asked), time.monotonic() - began)
            self.trouble = self.trouble_code = None
        self._publish(draft.feed)
        for future, result, failure in answers:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)
        return going

    def _next(self, done: int, until: float) -> tuple[_Asked | None, bool]:
        """The next job of this batch or None, and whether the queue goes on."""
        if done >= MOST_JOBS or time.monotonic() >= until:
            return None, True
        try:
            following = self._waiting.get_nowait()
        except Empty:
            return None, True
        return following, following is not None

    def _do(
        self,
        connection: Connection,
        draft: Draft,
        asked: _Asked,
        answers: list[tuple[Future[Any], Any, Exception | None]],
    ) -> None:
        """Run one job in a draft of its own; what it raises undoes it alone.

        Raises:
            Exception: the whole batch is lost (disk full, I/O error, no key store), not only this job.
        """
        if not asked.future.set_running_or_notify_cancel():
            return
        own = draft.child()
        transaction = Transaction(connection, self.memory, own, self._keys, self._make_id)
        try:
            result = asked.job(transaction)
            transaction.keep()
        except Exception as error:
            transaction.undo()
            # SQLite ends the whole transaction by itself when a disk is full or fails; and without the key
            # store nothing can be sealed.
            if isinstance(error, DatabaseError) or not _raw(connection).in_transaction:
                raise
            answers.append((asked.future, None, error))
            return
        draft.absorb(own)
        answers.append((asked.future, result, None))

    def _publish(self, rows: Sequence[FeedRow]) -> None:
        if not rows:
            return
        try:
            self.on_commit(rows)
        except Exception:
            _log.exception("a listener of the ledger failed; the rows are stored and can be read again")

    def _fail(
        self, asked: list[_Asked], transaction: RootTransaction | None, error: Exception, *, unsure: bool
    ) -> None:
        why = sentence(self._path, error)
        code = trouble_of(error)
        if (
            code != self.trouble_code
        ):  # once, not a line a batch: a disk that is full has no room for a log either
            _log.error("not_stored: %s", why)
        self.trouble, self.trouble_code = why, code
        self.figures.failures += 1
        if transaction is not None:
            try:
                transaction.rollback()
            except SQLAlchemyError:
                _log.info("the transaction was gone already")
        self._drop_connection()
        for one in asked:
            if not one.future.done():
                one.future.set_exception(NotStored(why, unsure=unsure))

    def _drop_connection(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.invalidate()
                connection.close()
            except SQLAlchemyError:
                _log.info("the connection was broken already")
        self._engine.dispose()

    def _connect(self) -> Connection:
        """The write connection; after trouble a new one, with everything read again from the disk.

        A batch that was reported as not stored may lie in the WAL all the same, in pages that were never
        synced. The checkpoint writes and syncs them anew, so that what is read from now on is durable; what
        had not been published yet is published now.
        """
        if self._connection is None:
            connection = self._engine.connect()
            try:
                busy = _raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                if busy:
                    raise sqlite3.OperationalError("database is locked")
                with connection.begin():
                    self._same_ledger(connection)
                    memory = load(connection, self._identity, self._keys)
                    missed = feed_rows(connection, self._keys, after=self.memory.seq, folded=True)
            except Exception:
                connection.close()
                raise
            self.memory, self._connection = memory, connection
            self._publish(missed)
        return self._connection

    def _same_ledger(self, connection: Connection) -> None:
        """See that what lies there now goes on from what was acknowledged.

        Raises:
            DatabaseError: the file was exchanged under this backend: it must begin anew, with everybody told.
        """
        tip = select(col(LogRow.hash)).where(col(LogRow.seq) == self.memory.seq)
        if read_identity(connection) != self._identity or (
            self.memory.seq and connection.scalar(tip) != self.memory.tip
        ):
            raise DatabaseError(
                f"{self._path} is not the ledger that this backend has opened: somebody has exchanged it. Stop this "
                f"backend, put it back with `msa-stub restore`, and start again"
            )


def _raw(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection: SQLAlchemy's would begin a transaction, in which no checkpoint can run."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
