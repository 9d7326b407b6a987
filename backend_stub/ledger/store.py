"""Open or create the database file of a ledger, and say clearly why it cannot be.

One writer at a time: an advisory lock on ``<database>.lock`` is held as long as the ledger is open; readers
need none. SQLite in WAL mode with ``synchronous=FULL``: a commit is on the disk before anybody is answered.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool
from sqlmodel import col, insert, select

from backend_stub.ledger.errors import DatabaseError, InUse
from backend_stub.ledger.tables import APPLICATION_ID, METADATA, SCHEMA_VERSION, TRIGGERS, LedgerRow
from console.domain.trouble import Trouble
from console.domain.values import Mode

SYNCHRONOUS = "FULL"
"""The WAL is synced at every commit. NORMAL would lose answered presses at a power loss (test of R1)."""

LOCK_WAIT_S = 2.0
"""How long a statement waits for another program's lock before the batch counts as not stored."""


WAL_BYTES = 64 * 1024 * 1024
"""What a long reader, such as a backup, made the WAL grow to is given back to the disk down to this."""


@dataclass(frozen=True)
class Identity:
    """Which ledger this is: with a position, the cursor of a feed."""

    ledger_id: UUID
    epoch: int
    mode: Mode


def path_of(url: str) -> Path:
    """The file that a database URL names.

    Raises:
        DatabaseError: not of the form ``sqlite:///path/to/file.db``.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise DatabaseError(f"'{url}' is no database of a ledger: write sqlite:///path/to/file.db")
    return Path(str(parsed.database))


def existing(url: str) -> Path:
    """The file of a ledger that must stand already.

    Raises:
        DatabaseError: there is none, or it is none of ours.
    """
    path = path_of(url)
    if not os.path.isfile(path):  # unlike Path.is_file it never raises, whatever is forbidden
        raise DatabaseError(f"there is no ledger at {path}, or it may not be read")
    with explained(path), closing(sqlite3.connect(read_only(path), uri=True)) as file:
        check_kind(file, path)
    return path


def writing_engine(path: Path) -> Engine:
    """Engine of the writer: one connection, durable commits, transactions that take the write lock at once."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=NullPool,
        connect_args={"timeout": LOCK_WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading_engine(path: Path) -> Engine:
    """Engine of the readers: connections that cannot write, each transaction one moment of the ledger."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            read_only(path), uri=True, timeout=LOCK_WAIT_S, check_same_thread=False, isolation_level=None
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


class Lock:
    """The right to write: held by one process, freed by the system even when it is killed."""

    def __init__(self, path: Path) -> None:
        """Take it.

        Raises:
            DatabaseError: another process has it, or the directory cannot be written.
        """
        self.path = name = path.with_name(path.name + ".lock")
        try:
            self._file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise DatabaseError(f"{name} cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise InUse(
                f"{path} is in use by another backend: stop that one first, or give another --database"
            ) from None
        if not self.held:  # somebody removed the file between the two: what is locked stands for nothing
            os.close(self._file)
            raise InUse(f"{name} was just removed: try again")

    @property
    def held(self) -> bool:
        """The lock is ours, and the file is the one that every other backend would lock."""
        try:
            there, ours = os.stat(self.path), os.fstat(self._file)
        except OSError:
            return False
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def release(self) -> None:
        """Give it back; once more does nothing."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


def is_fresh(path: Path) -> bool:
    """Say whether a ledger must still be made here.

    Raises:
        DatabaseError: what lies here is no database, another program's, newer, or not writable.
    """
    if not path.exists():
        return True
    if not path.is_file():
        raise DatabaseError(f"{path} is no file: give another --database")
    if not os.access(path, os.R_OK | os.W_OK):
        raise DatabaseError(
            f"{path} cannot be written: give this program the right to, or another --database"
        )
    with explained(path), closing(sqlite3.connect(read_only(path), uri=True)) as file:
        return check_kind(file, path)


def make_directory(path: Path) -> None:
    """Make the directory of a database.

    Raises:
        DatabaseError: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"{path.parent} cannot be made: {error.strerror}") from None


def prepare(
    path: Path, mode: Mode | None, new_id: Callable[[], UUID], also: Sequence[MetaData] = ()
) -> Identity:
    """Make the database where there is none, check it where there is one, and say which ledger it is.

    Raises:
        DatabaseError: no database, another program's, of a newer version, of another mode, not writable.
    """
    _create_file(path)
    with explained(path):
        engine = writing_engine(path)
        try:
            with closing(sqlite3.connect(read_only(path), uri=True)) as file:
                fresh = check_kind(file, path)
            with engine.begin() as connection:
                if fresh:
                    _create_schema(connection, mode or Mode.LIVE, new_id())
                for metadata in (METADATA, *also):  # an earlier version may have made fewer tables
                    metadata.create_all(connection)
                identity = read_identity(connection)
        finally:
            engine.dispose()
    if mode is not None and identity.mode is not mode:
        raise DatabaseError(
            f"{path} is a ledger of mode '{identity.mode}', not '{mode}': a ledger never changes its mode"
        )
    return identity


def start_epoch(url: str) -> int:
    """Begin a new epoch: to be done once after a backup was put back by hand, so that no old cursor is trusted.

    Raises:
        DatabaseError: no ledger there, or a backend is using it.
    """
    path = existing(url)
    lock = Lock(path)
    try:
        return set_epoch(path)
    finally:
        lock.release()


def set_epoch(path: Path, at_least: int = 0) -> int:
    """Write the next epoch into a ledger that nobody has open, ``at_least`` this number; return it.

    Raises:
        DatabaseError: it cannot be written.
    """
    with explained(path):
        engine = writing_engine(path)
        try:
            with engine.begin() as connection:
                epoch = max(read_identity(connection).epoch + 1, at_least)
                connection.execute(update(LedgerRow).values(epoch=epoch))
        finally:
            engine.dispose()
    return epoch


def identity_in(file: sqlite3.Connection) -> Identity:
    """Which ledger a file is, over a bare connection."""
    ledger_id, epoch, mode = file.execute("SELECT id, epoch, mode FROM ledger").fetchone()
    return Identity(UUID(ledger_id), epoch, Mode(mode))


def read_identity(connection: Connection) -> Identity:
    """Which ledger stands behind this connection."""
    row = connection.execute(select(col(LedgerRow.id), col(LedgerRow.epoch), col(LedgerRow.mode))).one()
    return Identity(UUID(row[0]), row[1], Mode(row[2]))


def _create_file(path: Path) -> None:
    """An empty file that only its owner can read; SQLite gives its companions the same rights."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseError(f"{path} cannot be made: {error.strerror}") from None


def _create_schema(connection: Connection, mode: Mode, ledger_id: UUID) -> None:
    METADATA.create_all(connection)
    for trigger in TRIGGERS:
        connection.exec_driver_sql(trigger)
    connection.execute(insert(LedgerRow).values(id=str(ledger_id), mode=mode, epoch=1))
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def check_kind(file: sqlite3.Connection, path: Path) -> bool:
    """Say whether the database is empty; refuse one that is not ours.

    Raises:
        DatabaseError: another program's, or of a newer version.
    """
    application = file.execute("PRAGMA application_id").fetchone()[0]
    version = file.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        if file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise DatabaseError(f"{path} is a database of another program: give another --database")
        return True
    if version > SCHEMA_VERSION:
        raise DatabaseError(
            f"{path} was written by a newer version of this program (schema {version}, this one knows "
            f"{SCHEMA_VERSION}): update this program"
        )
    return False


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a file into a sentence."""
    try:
        yield
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise DatabaseError(sentence(path, error)) from None


def sentence(path: Path, error: BaseException) -> str:
    """Say in a sentence what SQLite reported about a file."""
    if isinstance(error, DatabaseError):
        return str(error)
    cause = getattr(error, "orig", None) or error
    said = str(cause)
    if "not a database" in said:
        return f"{path} is no database: give another --database"
    if "malformed" in said:
        return f"{path} is damaged: keep it, and put back the last backup (msa-stub restore)"
    if "locked" in said:
        return f"{path} is locked by another program"
    if "readonly" in said or "read-only" in said:
        return f"{path} cannot be written: give this program the right to, or another --database"
    if "full" in said:
        return f"{path} cannot grow: the disk is full"
    return f"{path} cannot be used: {said}"


def trouble_of(error: BaseException) -> Trouble:
    """The code under which every console shows what SQLite reported (`docs/operations.md` says what to do)."""
    said = str(getattr(error, "orig", None) or error)
    for words, code in _TROUBLES:
        if words in said:
            return code
    return Trouble.STORAGE_FAILS


_TROUBLES: Final = (
    ("key store", Trouble.KEYS_UNUSABLE),
    ("was removed or replaced", Trouble.LOCK_LOST),
    ("exchanged it", Trouble.LEDGER_EXCHANGED),
    ("full", Trouble.DISK_FULL),
    ("locked", Trouble.DATABASE_LOCKED),
    ("malformed", Trouble.DATABASE_DAMAGED),
    ("not a database", Trouble.DATABASE_DAMAGED),
    ("readonly", Trouble.NOT_WRITABLE),
    ("read-only", Trouble.NOT_WRITABLE),
)


def read_only(path: Path) -> str:
    """The address under which SQLite opens a file without the right to write."""
    return f"file:{quote(str(path))}?mode=ro"
