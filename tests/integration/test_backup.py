"""A backup while presses arrive, and what comes back from it: nothing less, and nothing that was erased."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backend_stub.ledger import DatabaseError, Ledger, verify
from backend_stub.ledger.backup import backup, restore
from backend_stub.registry.sealing import case_key
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend, press
from tests.ledger_story import CANARY, extract, note, raise_alarm, url
from tests.programs import msa_stub


def written(directory: Path) -> Ledger:
    """A ledger with two alarms, one of them of a case file."""
    ledger = Ledger.open(url(directory))
    ledger.submit(raise_alarm("B-1", extract("F-1"))).result()
    raised = ledger.submit(raise_alarm("B-2")).result()
    ledger.submit(note(raised, "kept")).result()
    return ledger


def moved_away(directory: Path) -> None:
    """What an administrator does before he restores."""
    (directory / "old").mkdir()
    for path in directory.glob("ledger.db*"):
        if path.name not in {"ledger.db.keys", "ledger.db.master"}:
            path.rename(directory / "old" / path.name)


async def pressing(backend: RunningBackend, button: str, until: asyncio.Event) -> dict[str, ff.Receipt]:
    """Press one button again and again; the receipts by press id."""
    receipts = {}
    async with backend.device(button) as phone:
        while not until.is_set():
            receipt = await phone.press(*LEUVEN)
            receipts[receipt.press_id] = receipt
    return receipts


async def test_a_backup_holds_every_press_that_was_acknowledged_before_it_and_comes_back(
    backend: RunningBackend, tmp_path: Path
) -> None:
    copy, keys = tmp_path / "copy.db", tmp_path / "apart" / "copy.keys"
    keys.parent.mkdir()
    over = asyncio.Event()
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        first = await phone.press(*LEUVEN, press_id="before")
        seen = await console.raised(first)
        cursor = console.cursor
        presses = [asyncio.create_task(pressing(backend, f"VBR-B-011{one}", over)) for one in range(3)]
        said = await asyncio.to_thread(
            msa_stub, "backup", str(copy), "--database", backend.database, "--keys", str(keys), "--json"
        )
        assert (said.code, said.err) == (0, "")
        during = asyncio.create_task(phone.press(*LEUVEN, press_id="after"))
        last = await during
        over.set()
        taken = [receipt for one in await asyncio.gather(*presses) for receipt in one.values()]
    assert len(taken) >= len(presses), "presses went on being taken"
    assert said.json["records"] == verify(f"sqlite:///{copy}").records
    with closing(sqlite3.connect(copy)) as file:
        held = {row[0] for row in file.execute("SELECT press_id FROM press")}
    assert "before" in held
    assert last.press_id not in held
    assert CANARY.encode() not in copy.read_bytes()
    assert not copy.with_name("copy.db-wal").exists()
    assert keys.stat().st_mode & 0o077 == copy.stat().st_mode & 0o077 == 0

    refused = await asyncio.to_thread(msa_stub, "restore", str(copy), "--database", backend.database)
    assert (refused.code, "in use by another backend" in refused.err) == (3, True)
    backend.kill()
    refused = await asyncio.to_thread(msa_stub, "restore", str(copy), "--database", backend.database)
    assert (refused.code, "not overwritten" in refused.err) == (3, True)
    for name in ("backend.db", "backend.db-wal", "backend.db-shm"):
        (backend.directory / name).rename(tmp_path / name)
    put_back = await asyncio.to_thread(
        msa_stub, "restore", str(copy), "--database", backend.database, "--json"
    )
    assert put_back.code == 0
    assert (put_back.json["records"], put_back.json["unknown_keys"]) == (said.json["records"], 0)
    await asyncio.to_thread(backend.start)

    async with (
        backend.console("4711", cursor=cursor, resume=False) as console,
        backend.device("VBR-B-0101") as phone,
    ):
        assert console.welcome.ledger == cursor.ledger
        assert console.welcome.epoch == put_back.json["epoch"] > cursor.epoch
        await console.send(f.Resume(cursor=cursor))
        await console.frame(f.Snapshot, lambda frame: frame.last)
        assert console.room.seen[seen.state.id].state.number == seen.state.number
        assert await phone.press(*LEUVEN, press_id="before") is not None
        again = press(*LEUVEN, press_id="after")
        await phone.send(again)
        assert (await phone.receive(ff.Receipt)).press_id == "after"
    assert backend.stop() == 0
    assert verify(backend.database).ok


def test_what_was_erased_since_the_backup_stays_erased(tmp_path: Path) -> None:
    ledger = written(tmp_path)
    backup(url(tmp_path), tmp_path / "copy.db")
    ledger.keys.erase(case_key("F-1"))
    ledger.close()
    moved_away(tmp_path)
    found = restore(tmp_path / "copy.db", url(tmp_path))
    assert (found.records, found.open_interventions, found.erased, found.unknown) == (3, 2, 1, 0)
    ledger = Ledger.open(url(tmp_path))
    sealed, open_one = ledger.open_interventions()
    assert (bool(sealed.sealed), bool(open_one.sealed)) == (True, False)
    ledger.close()


def test_each_restore_of_one_backup_has_an_epoch_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A position of the first restore means something else after the second."""
    written(tmp_path).close()
    backup(url(tmp_path), tmp_path / "copy.db")
    epochs = {1}
    for second in (1_700_000_000, 1_700_000_060):
        monkeypatch.setattr("backend_stub.ledger.backup.time.time", lambda second=second: float(second))
        (tmp_path / "ledger.db").unlink()
        epochs.add(restore(tmp_path / "copy.db", url(tmp_path)).identity.epoch)
    assert len(epochs) == 3


def test_a_lost_key_store_comes_back_from_its_own_backup_alone(tmp_path: Path) -> None:
    written(tmp_path).close()
    (tmp_path / "apart").mkdir()
    keys = tmp_path / "apart" / "copy.keys"
    with pytest.raises(DatabaseError, match="a place of its own"):
        backup(url(tmp_path), tmp_path / "apart" / "copy.db", keys)
    backup(url(tmp_path), tmp_path / "copy.db", keys)
    (tmp_path / "ledger.db").unlink()
    with pytest.raises(DatabaseError, match="leave --keys out"):
        restore(tmp_path / "copy.db", url(tmp_path), keys)
    (tmp_path / "ledger.db.keys").unlink()
    with pytest.raises(DatabaseError, match="name its backup with --keys"):
        restore(tmp_path / "copy.db", url(tmp_path))
    assert restore(tmp_path / "copy.db", url(tmp_path), keys).unknown == 0
    ledger = Ledger.open(url(tmp_path))
    assert not any(one.sealed for one in ledger.open_interventions())
    ledger.close()


def test_a_backup_never_overwrites_and_leaves_nothing_when_it_fails(tmp_path: Path) -> None:
    ledger = written(tmp_path)
    target = tmp_path / "backups" / "copy.db"
    target.parent.mkdir()
    target.write_text("an older backup")
    with pytest.raises(DatabaseError, match="not overwritten"):
        backup(url(tmp_path), target)
    assert target.read_text() == "an older backup"
    target.unlink()
    ledger.close()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as file:
        file.execute("DROP TRIGGER log_no_update")
        file.execute("UPDATE log SET header = replace(header, 'B-2', 'B-9') WHERE seq = 2")
        file.commit()
    with pytest.raises(DatabaseError, match="BROKEN: record 2"):
        backup(url(tmp_path), target)
    assert list(target.parent.iterdir()) == []
    with pytest.raises(DatabaseError, match="cannot be written"):
        backup(url(tmp_path), tmp_path / "nowhere" / "copy.db")


def test_a_backup_that_was_altered_is_not_restored(tmp_path: Path) -> None:
    written(tmp_path).close()
    backup(url(tmp_path), tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as file:
        file.execute("DROP TRIGGER log_no_update")
        file.execute("UPDATE log SET hash = zeroblob(32) WHERE seq = 3")
        file.commit()
    moved_away(tmp_path)
    with pytest.raises(DatabaseError, match="no sound backup: BROKEN: record 3"):
        restore(tmp_path / "copy.db", url(tmp_path))
    assert not (tmp_path / "ledger.db").exists()
    (tmp_path / "letter").write_text("not a ledger " * 500)
    with pytest.raises(DatabaseError, match="is no database"):
        restore(tmp_path / "letter", url(tmp_path))


def test_verify_names_the_head_and_finds_a_cut_tail_with_it(tmp_path: Path) -> None:
    ledger = written(tmp_path)
    address = url(tmp_path)
    said = msa_stub("ledger", "verify", "--database", address, "--json")  # while it is being written
    assert (said.code, said.json["ok"], said.json["records"]) == (0, True, 3)
    head = f"{said.json['head']['seq']}:{said.json['head']['hash']}"
    ledger.close()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "whole.db")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as file:
        for trigger in ("log_no_delete", "feed_no_delete"):
            file.execute(f"DROP TRIGGER {trigger}")
        file.executescript("DELETE FROM log WHERE seq = 3; DELETE FROM feed WHERE seq = 3;")
    assert msa_stub("ledger", "verify", "--database", address).code == 0
    cut = msa_stub("ledger", "verify", "--database", address, "--head", head, "--json")
    assert (cut.code, json.loads(cut.out)["broken_at"]) == (3, 3)
    assert msa_stub("ledger", "verify", "--database", address, "--head", "3").code == 2


def test_verify_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend_stub.ledger.proof.TOLD_EVERY", 2)
    written(tmp_path).close()
    told: list[tuple[int, int]] = []
    assert verify(url(tmp_path), on_progress=lambda done, of: told.append((done, of))).ok
    assert told == [(2, 3)]
