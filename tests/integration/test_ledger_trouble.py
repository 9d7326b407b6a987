"""When the ledger cannot be opened or written: a clear sentence, no false receipt, and on again by itself."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, Engine, event

from backend_stub.ledger import (
    DatabaseError,
    FeedRow,
    Ledger,
    Mode,
    NotStored,
    Transaction,
    export,
    start_epoch,
    verify,
)
from backend_stub.ledger.backup import backup
from console.domain.trouble import Trouble
from tests.ledger_story import note, raise_alarm, url


def refused(address: str, mode: Mode | None = None) -> str:
    with pytest.raises(DatabaseError) as error:
        Ledger.open(address, mode=mode)
    return str(error.value)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("a letter, not a ledger\n" * 100)
    before = path.read_bytes()
    assert refused(url(tmp_path)) == f"{path} is no database: give another --database"
    assert path.read_bytes() == before
    assert not (tmp_path / "ledger.db.keys").exists()
    with pytest.raises(DatabaseError, match="is no database"):
        verify(url(tmp_path))


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as file:
        file.execute("CREATE TABLE recipe (name TEXT)")
    assert "another program" in refused(url(tmp_path))


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    Ledger.open(url(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as file:
        file.execute("PRAGMA user_version = 99")
    assert "newer version of this program (schema 99" in refused(url(tmp_path))
    with pytest.raises(DatabaseError, match="newer version"):
        list(export(url(tmp_path)))


def test_another_mode_is_refused(tmp_path: Path) -> None:
    Ledger.open(url(tmp_path), mode=Mode.EXERCISE).close()
    assert "never changes its mode" in refused(url(tmp_path), Mode.LIVE)


def test_a_second_backend_on_the_same_ledger_is_refused(tmp_path: Path) -> None:
    first = Ledger.open(url(tmp_path))
    assert "in use by another backend" in refused(url(tmp_path))
    with pytest.raises(DatabaseError, match="in use"):
        start_epoch(url(tmp_path))
    first.close()
    assert start_epoch(url(tmp_path)) == 2
    again = Ledger.open(url(tmp_path))
    assert (again.epoch, again.ledger_id) == (2, first.ledger_id)
    again.close()


@pytest.mark.parametrize(
    "address", ["postgresql://localhost/x", "sqlite://", "sqlite:///:memory:", "nonsense"]
)
def test_an_address_that_names_no_file_is_refused(address: str) -> None:
    assert "write sqlite:///path/to/file.db" in refused(address)


def test_a_directory_and_an_unreachable_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    assert "is no file" in refused(url(tmp_path))
    (tmp_path / "file").touch()
    assert "cannot be made" in refused(f"sqlite:///{tmp_path}/file/below/ledger.db")


def test_lost_keys_are_said_to_be_lost(tmp_path: Path) -> None:
    Ledger.open(url(tmp_path)).close()
    (tmp_path / "ledger.db.master").rename(tmp_path / "master")
    assert "the master key" in refused(url(tmp_path))
    (tmp_path / "master").rename(tmp_path / "ledger.db.master")
    (tmp_path / "ledger.db.keys").unlink()
    assert "put it back from its backup" in refused(url(tmp_path))
    with pytest.raises(DatabaseError, match="key store"):
        list(export(url(tmp_path)))


def test_a_ledger_that_is_not_there_cannot_be_verified_or_exported(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no ledger at"):
        verify(url(tmp_path))
    with pytest.raises(DatabaseError, match="there is no ledger at"):
        list(export(url(tmp_path)))
    Ledger.open(url(tmp_path)).close()
    with pytest.raises(DatabaseError, match="there is no intervention VBR-2026-9999"):
        list(export(url(tmp_path), "VBR-2026-9999"))
    assert verify(url(tmp_path)).ok


@pytest.mark.parametrize(
    ("rights", "words"), [(0o555, "cannot be written"), (0o000, "cannot be")], ids=["read", "none"]
)
def test_a_ledger_that_may_not_be_written_is_refused(rights: int, words: str) -> None:
    with TemporaryDirectory() as name:
        directory = Path(name)
        Ledger.open(url(directory)).close()
        for path in directory.iterdir():
            path.chmod(0o444)
        directory.chmod(rights)
        said = _said_without_rights(lambda: Ledger.open(url(directory)))
        asked = _said_without_rights(lambda: verify(url(directory)))
        directory.chmod(0o755)
    assert said.startswith("DatabaseError: ")
    assert words in said
    assert rights or asked.startswith("DatabaseError: there is no ledger at")


def _said_without_rights(attempt: Callable[[], object]) -> str:
    """What an attempt says in a process without the rights of root, to whom nothing is forbidden."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "done"
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            attempt()
        except BaseException as error:  # whatever it is, the parent must hear of it
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def fill_the_disk(tx: Transaction) -> None:
    """From here on SQLite says that the disk is full, until the connection is made anew."""
    pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar()
    tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_gives_no_receipt_and_is_over_when_there_is_room(tmp_path: Path) -> None:
    """R10, as far as the ledger goes."""
    published: list[FeedRow] = []
    ledger = Ledger.open(url(tmp_path), on_commit=published.extend)
    raised = ledger.submit(raise_alarm("B-1")).result()
    before = ledger.state(raised)
    ledger.submit(fill_the_disk).result()
    rows = len(published)
    large = [ledger.submit(note(raised, "x" * 2000)) for _ in range(300)]
    failed = [future for future in large if future.exception() is not None]
    stored = len(large) - len(failed)
    assert failed
    assert isinstance(failed[0].exception(), NotStored)
    assert "disk is full" in str(failed[0].exception())
    ledger.submit(note(raised, "room again")).result()
    assert ledger.trouble is None
    assert before is not None
    state = ledger.state(raised)
    assert state is not None
    assert state.version == before.version + stored + 1
    mine = [row.pos for row in published if row.room == "VBR"]
    assert mine == list(range(1, len(mine) + 1))
    assert len(published) == rows + 2 * (stored + 1)
    ledger.close()
    assert verify(url(tmp_path)).ok


def test_a_locked_database_gives_no_receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend_stub.ledger.store.LOCK_WAIT_S", 0.05)
    ledger = Ledger.open(url(tmp_path))
    raised = ledger.submit(raise_alarm("B-1")).result()
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotStored, match="locked by another program") as error:
            ledger.submit(note(raised, "lost")).result()
        assert not error.value.unsure, "it never came to the commit"
        assert ledger.trouble is not None
        other.execute("COMMIT")
    ledger.submit(lambda tx: tx.state(raised)).result()
    assert ledger.trouble is not None
    ledger.submit(note(raised, "kept")).result()
    assert ledger.trouble is None
    assert len(ledger.read.timeline(raised)) == 2
    ledger.close()


def test_a_commit_that_landed_but_was_reported_as_failed_is_published_later(tmp_path: Path) -> None:
    """After a failed fsync nobody knows: the device asks again, and the console gets no gap."""
    published: list[FeedRow] = []
    ledger = Ledger.open(url(tmp_path), on_commit=published.extend)
    raised = ledger.submit(raise_alarm("B-1")).result()

    @event.listens_for(Engine, "commit")
    def _lie(connection: Connection) -> None:
        handle = connection.connection.dbapi_connection
        assert handle is not None
        handle.commit()
        raise sqlite3.OperationalError("disk I/O error")

    doubtful = ledger.submit(note(raised, "landed"))
    with pytest.raises(NotStored, match="disk I/O error") as error:
        doubtful.result()
    assert error.value.unsure
    event.remove(Engine, "commit", _lie)
    assert [row.pos for row in published if row.room == "VBR"] == [1]
    ledger.submit(note(raised, "after")).result()
    assert [row.pos for row in published if row.room == "VBR"] == [1, 2, 3]
    assert [one.version for one in ledger.read.timeline(raised)] == [1, 2, 3]
    ledger.close()
    assert verify(url(tmp_path)).ok


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_key_that_cannot_be_stored_gives_no_receipt(
    lock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record whose key a power loss could take would be lost: the key is durable first, or nothing is."""
    monkeypatch.setattr("backend_stub.ledger.keys.LOCK_WAIT_S", 0.05)
    ledger = Ledger.open(url(tmp_path))
    ledger.submit(raise_alarm("B-1")).result()
    with closing(sqlite3.connect(tmp_path / "ledger.db.keys", isolation_level=None)) as other:
        other.execute(lock)
        with pytest.raises(NotStored, match="locked"):
            ledger.submit(raise_alarm("B-2")).result()
        other.execute("COMMIT")
    ledger.submit(raise_alarm("B-2")).result()
    assert [one.number for one in ledger.open_interventions()] == ["VBR-2026-0001", "VBR-2026-0002"]
    ledger.close()


def test_a_file_that_was_exchanged_under_it_is_refused_until_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older copy in its place has lost what was acknowledged: it must not go on as if nothing were."""
    monkeypatch.setattr("backend_stub.ledger.store.LOCK_WAIT_S", 0.05)
    ledger = Ledger.open(url(tmp_path))
    raised = ledger.submit(raise_alarm("B-1")).result()
    backup(url(tmp_path), tmp_path / "older.db")
    ledger.submit(note(raised, "acknowledged")).result()
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotStored, match="locked"):
            ledger.submit(note(raised, "not stored")).result()
        other.execute("ROLLBACK")
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"ledger.db{end}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "older.db", tmp_path / "ledger.db")
    for _ in range(2):
        with pytest.raises(NotStored, match="somebody has exchanged it"):
            ledger.submit(note(raised, "into another past")).result()
    assert ledger.trouble_code is Trouble.LEDGER_EXCHANGED
    ledger.close()
    assert verify(url(tmp_path)).records == 1
