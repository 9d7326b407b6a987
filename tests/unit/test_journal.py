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


def command(number: int) -> c.Command:
    return c.Command(id=UUID(int=number), do=c.Note(words="E. Exemple is at her neighbour's"))


def saved(journal: Journal, kept: Kept = KEPT) -> Journal:
    """Saved, and its console gone."""
    journal.save(kept)
    journal.close()
    return journal


def test_it_reads_back_what_it_wrote(tmp_path: Path) -> None:
    saved(Journal(tmp_path, "4711", KEY))
    assert Journal(tmp_path, "4711", KEY).load() == KEPT


def test_two_consoles_of_one_operator_never_write_over_each_other(tmp_path: Path) -> None:
    one, two = Journal(tmp_path, "4711", KEY), Journal(tmp_path, "4711", KEY)
    one.save(Kept(commands=(command(1),)))
    assert two.load() == Kept()
    two.save(Kept(commands=(command(2),)))
    assert [left.load().commands for left in (one, two)] == [(command(1),), (command(2),)]


def test_what_dead_consoles_left_goes_to_the_next_one_and_to_no_other(tmp_path: Path) -> None:
    journals = [Journal(tmp_path, "4711", KEY) for _ in range(3)]
    for number, journal in enumerate(journals, start=1):
        journal.save(Kept(commands=(command(number),)))
    journals[0].close()
    journals[2].close()
    heir, late = Journal(tmp_path, "4711", KEY), Journal(tmp_path, "4711", KEY)
    assert {one.id.int for one in heir.load().commands} == {1, 3}
    assert late.load() == Kept()
    heir.save(heir.load())  # a console that dies before it wrote leaves them as they were
    late.close()
    heir.close()
    assert {one.id.int for one in Journal(tmp_path, "4711", KEY).load().commands} == {1, 3}
    assert journals[1].load().commands == (command(2),)


def test_what_was_taken_over_is_still_there_if_the_heir_dies_before_it_wrote(tmp_path: Path) -> None:
    journals = [Journal(tmp_path, "4711", KEY) for _ in range(2)]
    for number, journal in enumerate(journals, start=1):
        journal.save(Kept(commands=(command(number),)))
    for journal in journals:
        journal.close()
    heir = Journal(tmp_path, "4711", KEY)
    heir.load()
    heir.close()
    assert {one.id.int for one in Journal(tmp_path, "4711", KEY).load().commands} == {1, 2}


def test_nothing_on_disk_can_be_read_without_the_key_of_the_backend(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new", "4711", KEY)
    journal.save(KEPT)
    assert b"Exemple" not in journal.path.read_bytes()
    assert journal.path.stat().st_mode & 0o777 == 0o600
    held = journal.path.with_suffix(".lock")
    assert {path.name for path in journal.path.parent.iterdir()} == {journal.path.name, held.name}
    assert held.read_bytes() == b""


def test_what_cannot_be_opened_is_put_aside_not_deleted(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "4711", KEY)
    journal.save(KEPT)
    path, stored = journal.path, journal.path.read_bytes()
    journal.close()
    other = Journal(tmp_path, "4711", OTHER_KEY)
    assert other.load() == Kept()
    other.close()
    path.write_bytes(b"torn")
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
