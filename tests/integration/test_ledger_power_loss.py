"""R1: a press gets its receipt only after a durable commit, whenever the power goes."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest

from backend_stub.ledger import Ledger, verify
from tests.ledger_story import url
from tests.power_loss import Crash, crashes, record

pytestmark = [
    pytest.mark.strace,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

PRESSES = 220


def in_memory() -> TemporaryDirectory[str]:
    """A directory in memory: the states are many, none needs to last, and strace sees a sync all the same."""
    shared = Path("/dev/shm")
    return TemporaryDirectory(dir=shared if shared.is_dir() else None)


@pytest.fixture(scope="module")
def traces() -> Iterator[dict[str, tuple[Path, Path]]]:
    """For each level of `synchronous`: the recorded calls of a run, and the directory they name."""
    found = {}
    with in_memory() as base:
        for synchronous in "FULL", "NORMAL":
            directory, trace = Path(base) / synchronous, Path(base) / f"{synchronous}.trace"
            directory.mkdir()
            writer = [sys.executable, "-m", "tests.power_loss_writer"]
            record([*writer, str(directory), str(PRESSES), synchronous], trace)
            found[synchronous] = (trace, directory)
        yield found


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as name:
        yield Path(name)


def missing(crash: Crash, directory: Path) -> set[str]:
    """Which acknowledged interventions are not there after the power cut, or cannot be read any more."""
    crash.rebuild(directory)
    if not crash.acknowledged:
        return set()
    there = set()
    with (
        closing(sqlite3.connect(directory / "ledger.db")) as ledger,
        closing(sqlite3.connect(directory / "ledger.db.keys")) as keys,
    ):
        for file in ledger, keys:
            file.execute("PRAGMA synchronous = OFF")
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        held = {name for (name,) in keys.execute("SELECT id FROM keys WHERE wrapped IS NOT NULL")}
        query = "SELECT intervention, header ->> '$.keys.case', header ->> '$.keys.perpetrator' FROM log"
        for intervention, *names in ledger.execute(query):
            if {name for name in names if name} <= held:
                there.add(intervention)
    return set(crash.acknowledged) - there


def lost(found: Iterable[Crash], base: Path) -> tuple[int, int]:
    """How many crash states there are, and in how many of them something acknowledged is lost."""
    states = bad = 0
    for crash in found:
        directory = base / "crashed"
        try:
            bad += bool(missing(crash, directory))
        except sqlite3.DatabaseError:
            bad += 1
        states += 1
        shutil.rmtree(directory)
    return states, bad


def test_no_acknowledged_press_is_lost_at_a_power_cut(
    traces: dict[str, tuple[Path, Path]], memory: Path
) -> None:
    assert lost(crashes(*traces["FULL"], "acks"), memory) == (PRESSES, 0)


@pytest.mark.parametrize("before_syncs", [0, 5])
def test_nor_when_some_unsynced_sectors_reached_the_disk(
    before_syncs: int, traces: dict[str, tuple[Path, Path]], memory: Path
) -> None:
    found = crashes(*traces["FULL"], "acks", Random(4), before_syncs=before_syncs)
    states, bad = lost(found, memory)
    assert states >= (100 if before_syncs else PRESSES)
    assert bad == 0


def test_the_ledger_opens_by_itself_after_a_power_cut(
    traces: dict[str, tuple[Path, Path]], memory: Path
) -> None:
    found = list(crashes(*traces["FULL"], "acks", Random(5)))
    for number, crash in enumerate(found[::60]):
        directory = memory / str(number)
        crash.rebuild(directory)
        ledger = Ledger.open(url(directory))
        there = {one.id for one in ledger.open_interventions()}
        assert {UUID(one) for one in crash.acknowledged} <= there
        assert not any(one.sealed for one in ledger.open_interventions())
        ledger.close()
        assert verify(url(directory)).ok


def test_the_same_test_sees_the_loss_when_commits_are_not_synced(
    traces: dict[str, tuple[Path, Path]], memory: Path
) -> None:
    """Negative control: with `synchronous=NORMAL` nearly every state has lost something."""
    states, bad = lost(crashes(*traces["NORMAL"], "acks"), memory)
    assert states == PRESSES
    assert bad > PRESSES // 2
