"""The console's own store: durable, sealed, and never lost when it cannot be opened."""

from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest

from console.domain import commands as c
from console.journal import Journal, Kept
from console.wire.console_frames import Cursor

KEY, OTHER_KEY = b64encode(b"k" * 32).decode(), b64encode(b"o" * 32).decode()
KEPT = Kept(
    cursor=Cursor(ledger=UUID(int=9), epoch=1, position=41),
    commands=(c.Command(id=UUID(int=5), do=c.Note(words="E. Exemple is at her neighbour's")),),
)


def test_it_reads_back_what_it_wrote(tmp_path: Path) -> None:
    Journal(tmp_path, "4711", KEY).save(KEPT)
    assert Journal(tmp_path, "4711", KEY).load() == KEPT


def test_nothing_on_disk_can_be_read_without_the_key_of_the_backend(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new", "4711", KEY)
    journal.save(KEPT)
    assert b"Exemple" not in journal.path.read_bytes()
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in journal.path.parent.iterdir()] == [journal.path.name]


def test_what_cannot_be_opened_is_put_aside_not_deleted(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "4711", KEY)
    journal.save(KEPT)
    stored = journal.path.read_bytes()
    assert Journal(tmp_path, "4711", OTHER_KEY).load() == Kept()
    journal.path.write_bytes(b"torn")
    assert Journal(tmp_path, "4711", OTHER_KEY).load() == Kept()
    assert [path.read_bytes() for path in sorted(tmp_path.glob("*.unreadable-*"))] == [stored, b"torn"]


@pytest.mark.parametrize("key", ["", "no base64!", b64encode(b"short").decode()])
def test_a_key_that_is_none_is_refused_before_anything_is_put_aside(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match=r"journal key|base64|padding"):
        Journal(tmp_path, "4711", key)


def test_a_torn_or_empty_file_is_no_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "4711", KEY)
    journal.save(KEPT)
    whole = journal.path.read_bytes()
    for torn in (b"", whole[:5], whole[:-1]):
        journal.path.write_bytes(torn)
        assert journal.load() == Kept()
    assert Journal(tmp_path, "4712", KEY).load() == Kept()
