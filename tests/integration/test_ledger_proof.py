"""The ledger on the disk: whoever changes a row is refused, and whoever gets past that is found (S9)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from backend_stub.ledger import DatabaseError, Head, Ledger, verify
from backend_stub.registry.sealing import case_key
from tests.ledger_story import extract, note, raise_alarm, url

ROWS = 200
COLUMNS = (
    "intervention",
    "version",
    "type",
    "header",
    "sealed_case",
    "sealed_perpetrator",
    "hash",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Head]:
    """A closed ledger of 200 records, and its head as it was exported."""
    directory = tmp_path_factory.mktemp("written")
    ledger = Ledger.open(url(directory))
    for number in range(ROWS // 4):
        raised = ledger.submit(raise_alarm(f"B-{number}", extract(f"F-{number}"))).result()
        for words in "one", "two", "three":
            ledger.submit(note(raised, words)).result()
    head = ledger.tip()
    ledger.keys.erase(case_key("F-3"))
    ledger.close()
    return directory / "ledger.db", head


def forged(written: Path, directory: Path, forge: Callable[[sqlite3.Connection], object]) -> str:
    """Copy the ledger, let somebody with full access forge it, and return where the copy is."""
    copy = directory / "ledger.db"
    shutil.copy(written, copy)
    with closing(sqlite3.connect(copy)) as file:
        triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            file.execute(f"DROP TRIGGER {name}")
        forge(file)
        for _, sql in triggers:
            file.execute(sql)
        file.commit()
    return f"sqlite:///{copy}"


def test_an_untouched_ledger_verifies_without_its_keys(written: tuple[Path, Head], tmp_path: Path) -> None:
    """One of its case files is erased: the chain holds all the same."""
    path, head = written
    shutil.copy(path, tmp_path / "ledger.db")
    verdict = verify(url(tmp_path), head)
    assert (verdict.ok, verdict.records, verdict.head) == (True, ROWS, head)


def test_every_altered_record_is_found(written: tuple[Path, Head], tmp_path: Path) -> None:
    """Each of 200 rows, one random byte of one of its columns: all are found, each by its number."""
    path, _ = written
    random = Random(9)
    for seq in range(1, ROWS + 1):

        def forge(file: sqlite3.Connection, seq: int = seq) -> None:
            row = file.execute(f"SELECT {', '.join(COLUMNS)} FROM log WHERE seq = ?", (seq,)).fetchone()
            column, old = random.choice(
                [(name, value) for name, value in zip(COLUMNS, row, strict=True) if value is not None]
            )
            file.execute("DROP INDEX log_of_intervention")
            file.execute(f"UPDATE log SET {column} = ? WHERE seq = ?", (_altered(old, random), seq))

        verdict = verify(forged(path, tmp_path, forge))
        assert (verdict.ok, verdict.broken_at) == (False, seq), verdict


def _altered(old: Any, random: Random) -> Any:
    if isinstance(old, int):
        return old + random.choice((-1, 1000))
    changed = bytearray(old.encode() if isinstance(old, str) else old)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("seq", [1, 2, 57, 199, 200])
def test_a_removed_record_is_found(written: tuple[Path, Head], tmp_path: Path, seq: int) -> None:
    path, head = written
    verdict = verify(
        forged(path, tmp_path, lambda file: file.execute("DELETE FROM log WHERE seq = ?", (seq,))), head
    )
    assert (verdict.ok, verdict.broken_at) == (False, seq)


def test_swapped_and_inserted_records_are_found(written: tuple[Path, Head], tmp_path: Path) -> None:
    path, head = written

    def swap(file: sqlite3.Connection) -> None:
        file.executescript(
            "UPDATE log SET seq = -1 WHERE seq = 57; UPDATE log SET seq = 57 WHERE seq = 58;"
            "UPDATE log SET seq = 58 WHERE seq = -1;"
        )

    def insert(file: sqlite3.Connection) -> None:
        file.executescript(
            "UPDATE log SET seq = -seq - 1 WHERE seq > 57; UPDATE log SET seq = -seq WHERE seq < 0;"
            "INSERT INTO log SELECT 58, intervention, 1000, type, header, sealed_case, sealed_perpetrator,"
            " hash FROM log WHERE seq = 57"
        )

    assert verify(forged(path, tmp_path, swap), head).broken_at == 57
    assert verify(forged(path, tmp_path, insert), head).broken_at == 58


@pytest.mark.parametrize("cut", [1, 50, 199])
def test_a_cut_tail_is_found_with_an_exported_head(
    written: tuple[Path, Head], tmp_path: Path, cut: int
) -> None:
    path, head = written

    def forge(file: sqlite3.Connection) -> None:
        file.execute("DELETE FROM log WHERE seq > ?", (ROWS - cut,))
        file.execute("DELETE FROM feed WHERE seq > ?", (ROWS - cut,))

    copy = forged(path, tmp_path, forge)
    assert verify(copy).ok
    assert verify(copy, head).broken_at == ROWS - cut + 1


def test_a_changed_feed_or_mode_is_found(written: tuple[Path, Head], tmp_path: Path) -> None:
    path, _ = written
    for statement, broken_at in (
        ("DELETE FROM feed WHERE room = 'VBR' AND pos = 57", 57),
        ("UPDATE feed SET room = 'LIE' WHERE room = 'ANT' AND pos = 200", 200),
        ("INSERT INTO feed VALUES ('LIE', 1, 9999, 'event')", None),
        ("UPDATE ledger SET mode = 'exercise'", 1),
        ("UPDATE ledger SET id = '00000000-0000-0000-0000-000000000000'", 1),
        ("DELETE FROM ledger", None),
        ("UPDATE log SET hash = 5 WHERE seq = 9", 9),
        ("UPDATE log SET header = X'00' WHERE seq = 9", 9),
        ("UPDATE log SET sealed_perpetrator = 1.5 WHERE seq = 9", 9),
        ("UPDATE feed SET kind = X'FF' WHERE room = 'VBR' AND pos = 9", 9),
    ):

        def forge(file: sqlite3.Connection, statement: str = statement) -> None:
            file.execute(statement)

        verdict = verify(forged(path, tmp_path, forge))
        assert (verdict.ok, verdict.broken_at) == (False, broken_at), statement


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET type = 'note.added' WHERE seq = 5",
        "DELETE FROM log WHERE seq = 200",
        "REPLACE INTO log SELECT * FROM log WHERE seq = 5",
        "REPLACE INTO log SELECT 201, intervention, version, type, header, NULL, NULL, hash FROM log WHERE seq = 5",
        "INSERT INTO log SELECT 500, 'x', 1, type, header, NULL, NULL, hash FROM log WHERE seq = 5",
        "UPDATE feed SET pos = 900 WHERE pos = 5",
        "DELETE FROM feed WHERE pos = 5",
        "REPLACE INTO feed VALUES ('VBR', 5, 9, 'event')",
        "INSERT INTO feed VALUES ('VBR', 900, 9, 'event')",
        "UPDATE ledger SET mode = 'live'",
        "UPDATE ledger SET id = 'x'",
        "DELETE FROM ledger",
        "INSERT INTO ledger VALUES ('x', 'live', 1)",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_written(
    written: tuple[Path, Head], tmp_path: Path, statement: str
) -> None:
    shutil.copy(written[0], tmp_path / "ledger.db")
    with (
        closing(sqlite3.connect(tmp_path / "ledger.db")) as file,
        pytest.raises(sqlite3.IntegrityError, match="what is written stays"),
    ):
        file.execute(statement)


def test_a_damaged_file_is_said_to_be_damaged(written: tuple[Path, Head], tmp_path: Path) -> None:
    content = bytearray(written[0].read_bytes())
    content[4096 : 4096 * 12] = b"\xff" * 4096 * 11
    (tmp_path / "ledger.db").write_bytes(content)
    assert "damaged" in _said(url(tmp_path))


def _said(address: str) -> str:
    try:
        return str(verify(address))
    except DatabaseError as error:
        return str(error)
