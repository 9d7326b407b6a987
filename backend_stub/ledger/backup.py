"""Copy a ledger while a backend writes it, and put a copy back under a new epoch.

A copy is one moment of the ledger: it is taken within one read transaction, which keeps no writer waiting. It is
checked as it lies there, and gets its name only when it is whole and on the disk, so that a file of that name is
always a good backup. The keys are copied to another directory, or not at all: who finds one must not find both.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend_stub.ledger.chain import Head, Verdict
from backend_stub.ledger.errors import DatabaseError
from backend_stub.ledger.keys import keys_path
from backend_stub.ledger.proof import keys_of, verify
from backend_stub.ledger.store import (
    Identity,
    Lock,
    check_kind,
    existing,
    explained,
    identity_in,
    make_directory,
    path_of,
    read_only,
    set_epoch,
)

PAGES_AT_ONCE: Final = 2_000
"""Eight megabytes between two words of progress."""

Progress = Callable[[str, int, int], None]
"""What is done ("copied", "checked"), how much of it, and of how much."""


def _silently(_what: str, _done: int, _of: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Copied:
    """What a backup holds. ``head`` is to be kept elsewhere: with it a cut tail is found (`verify`)."""

    path: Path
    identity: Identity
    head: Head | None
    records: int
    size: int
    keys: Path | None


@dataclass(frozen=True)
class Restored:
    """What was put back. ``last_at``: when the last event in it was written; what came after it is not in it.

    ``erased``, ``unknown``: keys that records name and that were destroyed, or that the key store does not have.
    """

    path: Path
    identity: Identity
    head: Head | None
    records: int
    open_interventions: int
    last_at: str | None
    erased: int
    unknown: int


def backup(url: str, to: Path, keys: Path | None = None, progress: Progress = _silently) -> Copied:
    """Copy the ledger at ``url`` to ``to``, and its key store to ``keys``; a backend may go on writing.

    Raises:
        DatabaseError: no ledger there, something stands at the target already, the disk refuses, or the copy does
            not verify; then nothing is left at the target.
    """
    path = existing(url)
    if keys is not None and keys.absolute().parent.resolve() == to.absolute().parent.resolve():
        raise DatabaseError(
            f"{keys} lies beside {to}: give --keys a place of its own, on another disk, so that who finds one "
            f"does not have both"
        )
    with _draft_of(to) as draft:
        _copy(path, draft, progress)
        verdict = _checked(draft, f"{path} is not as it was written", progress)
        with closing(sqlite3.connect(read_only(draft), uri=True)) as file:
            identity = identity_in(file)
    if keys is not None:
        # After the ledger: each key that a record needs is on the disk before the record is.
        with _draft_of(keys) as draft:
            _copy(keys_path(path), draft, _silently)
    return Copied(to, identity, verdict.head, verdict.records, to.stat().st_size, keys)


def restore(
    backed_up: Path,
    url: str,
    keys: Path | None = None,
    progress: Progress = _silently,
    environ: Mapping[str, str] = os.environ,
) -> Restored:
    """Put a backup back at ``url``, where nothing may stand, and begin a new epoch.

    ``keys``: a backup of the key store, only where the key store itself is lost.

    Raises:
        DatabaseError: it is no sound backup, a ledger stands there already, a backend runs, or keys are missing.
    """
    path = path_of(url)
    existing(f"sqlite:///{backed_up}")
    make_directory(path)
    lock = Lock(path)
    try:
        _nothing_at(path)
        _key_store_for(path, keys, environ)
        with _draft_of(path) as draft:
            _copy(backed_up, draft, progress)
            verdict = _checked(draft, f"{backed_up} is no sound backup", progress)
            # A second restore of the same backup must not repeat the epoch of the first: seconds of the clock do
            # not, and nothing is ever ordered by them.
            set_epoch(draft, at_least=int(time.time()))
            _in_one_file(draft)
            found = _found(draft, path, verdict)
    finally:
        lock.release()
    return found


def _nothing_at(path: Path) -> None:
    """See that nothing would be overwritten. What a reader left that holds nothing goes away."""
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm")]
    if path.exists() or (beside[0].exists() and beside[0].stat().st_size):
        raise DatabaseError(
            f"{path} is there already and is not overwritten: move it, {beside[0].name} and {beside[1].name} "
            f"elsewhere together and keep them, they are evidence"
        )
    for one in beside:
        one.unlink(missing_ok=True)


def _key_store_for(path: Path, keys: Path | None, environ: Mapping[str, str]) -> None:
    """See that a key store stands where the ledger will look for it, and that the master key opens it."""
    store = keys_path(path)
    if store.exists():
        if keys is not None:
            raise DatabaseError(
                f"the key store {store} is there: leave --keys out; an older one would bring back what was erased"
            )
    elif keys is None:
        raise DatabaseError(f"the key store {store} is missing: put it back, or name its backup with --keys")
    else:
        if not keys.is_file():
            raise DatabaseError(f"there is no backup of a key store at {keys}")
        with _draft_of(store) as draft:
            _copy(keys, draft, _silently)
    try:
        keys_of(path, environ).close()
    except DatabaseError:
        if keys is not None:
            store.unlink()  # as it was before: the next try may name it again
        raise


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """A file beside ``target`` that gets its name only when everything went well, and never over another.

    Raises:
        DatabaseError: something stands there, or the directory cannot be written.
    """
    if target.exists():
        raise DatabaseError(f"{target} is there already and is not overwritten: give another name")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        yield draft
        _synced(draft)
        os.link(draft, target)  # unlike a rename it never replaces what came there meanwhile
        _synced(target.parent)
    except FileExistsError:
        raise DatabaseError(f"{target} is there already and is not overwritten: give another name") from None
    except OSError as error:
        raise DatabaseError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        for one in (draft, *(draft.with_name(draft.name + end) for end in ("-wal", "-shm", "-journal"))):
            with suppress(OSError):
                one.unlink()


def _copy(source: Path, target: Path, progress: Progress) -> None:
    with (
        explained(source),
        closing(sqlite3.connect(read_only(source), uri=True, isolation_level=None)) as file,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        # One moment of the ledger: without it each write of the backend would make the copy begin anew.
        file.execute("BEGIN")
        file.execute("SELECT count(*) FROM sqlite_master").fetchone()
        file.backup(
            copy,
            pages=PAGES_AT_ONCE,
            progress=lambda _status, left, of: progress("copied", of - left, of),
            sleep=0.0,
        )
    _in_one_file(target)


def _in_one_file(path: Path) -> None:
    """Fold the WAL in and do without it: a backup is one file."""
    with explained(path), closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = FULL")
        file.execute("PRAGMA journal_mode = DELETE")


def _checked(copy: Path, otherwise: str, progress: Progress) -> Verdict:
    """The copy as SQLite and as the chain sees it.

    Raises:
        DatabaseError: something is not as it was written.
    """
    with explained(copy), closing(sqlite3.connect(read_only(copy), uri=True)) as file:
        if check_kind(file, copy):
            raise DatabaseError(f"{otherwise}: it is empty")
        said = file.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise DatabaseError(f"{otherwise}: {said}")
    verdict = verify(f"sqlite:///{copy}", on_progress=lambda done, of: progress("checked", done, of))
    if not verdict.ok:
        raise DatabaseError(f"{otherwise}: {verdict}")
    return verdict


def _found(draft: Path, path: Path, verdict: Verdict) -> Restored:
    with explained(draft), closing(sqlite3.connect(read_only(draft), uri=True)) as file:
        identity = identity_in(file)
        (are_open,) = file.execute("SELECT count(*) FROM intervention WHERE is_open").fetchone()
        last = file.execute("SELECT header ->> '$.at' FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        named = (
            "SELECT header ->> '$.keys.case' FROM log UNION SELECT header ->> '$.keys.perpetrator' FROM log"
        )
        wanted = {name for (name,) in file.execute(named) if name}
    with explained(keys_path(path)), closing(sqlite3.connect(read_only(keys_path(path)), uri=True)) as file:
        known = dict(file.execute("SELECT id, erased FROM keys").fetchall())
    return Restored(
        path,
        identity,
        verdict.head,
        verdict.records,
        are_open,
        last[0] if last else None,
        erased=sum(1 for name in wanted if known.get(name)),
        unknown=len(wanted - known.keys()),
    )


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
