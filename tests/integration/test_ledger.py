"""One ledger, one writer: what is answered is stored, what is stored is found again, each room in order."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, event, insert, select

from backend_stub.ledger import (
    DoneCommand,
    FeedKind,
    FeedRow,
    Ledger,
    Mode,
    NotStored,
    SeenPress,
    Transaction,
    export,
    sealed_of,
    verify,
)
from backend_stub.registry.sealing import case_key, perpetrator_key
from console.domain import events as e
from console.domain.intervention import State
from console.domain.values import Seal
from tests.ledger_story import CANARY, DEVICE, NOW, OPERATOR, extract, note, raise_alarm, url

BESIDE = MetaData()
COUNTED = Table("counted", BESIDE, Column("n", Integer, primary_key=True))


@pytest.fixture
def published() -> list[FeedRow]:
    return []


@pytest.fixture
def ledger(tmp_path: Path, published: list[FeedRow]) -> Iterator[Ledger]:
    opened = Ledger.open(url(tmp_path), mode=Mode.DEMO, on_commit=published.extend, also=[BESIDE])
    yield opened
    opened.close()


def held(ledger: Ledger, jobs: list[Callable[[Transaction], Any]]) -> list[Future[Any]]:
    """Submit jobs while the writer is held, so that they make one batch."""
    go = Signal()
    first = ledger.submit(lambda _: go.wait(10))
    futures = [ledger.submit(job) for job in jobs]
    go.set()
    first.result(10)
    return futures


def test_a_press_is_found_again_after_a_restart(tmp_path: Path, ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1", extract("F-1"))).result()
    ledger.submit(note(raised, "gate code asked")).result()
    before = ledger.state(raised)
    ledger.close()
    again = Ledger.open(url(tmp_path))
    assert before is not None
    assert again.open_interventions() == (before,)
    assert again.mode is Mode.DEMO
    assert again.submit(lambda tx: tx.open_of("B-1")).result() == before
    assert again.submit(lambda tx: tx.open_of_victim("F-1")).result() == before
    assert again.submit(lambda tx: tx.find(before.number.lower())).result() == before
    again.close()


def test_many_waiting_jobs_share_one_commit(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend_stub.ledger.writer.LONGEST_S", 60.0)  # a slow machine is no reason
    raised = ledger.submit(raise_alarm("B-1")).result()
    commits: list[int] = []

    @event.listens_for(Engine, "commit")
    def _count(_: object) -> None:
        commits.append(1)

    try:
        for future in held(ledger, [note(raised, str(n)) for n in range(50)]):
            future.result()
    finally:
        event.remove(Engine, "commit", _count)
    assert len(commits) == 1
    state = ledger.state(raised)
    assert state is not None
    assert state.version == 51


def test_a_job_that_fails_takes_back_only_its_own(ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()

    def spoil(tx: Transaction) -> None:
        tx.connection.execute(insert(COUNTED).values(n=1))
        note(raised, "never happened")(tx)
        tx.next_number("VBR", 2026)
        raise KeyError("a fault in the job")

    def count(tx: Transaction) -> int:
        tx.connection.execute(insert(COUNTED).values(n=2))
        return len(note(raised, "kept")(tx))

    good, bad, later = held(ledger, [count, spoil, raise_alarm("B-2")])
    assert good.result() == 1
    with pytest.raises(KeyError):
        bad.result()
    assert ledger.submit(lambda tx: tx.connection.scalars(select(COUNTED.c.n)).all()).result() == [2]
    timeline = ledger.read.timeline(raised)
    assert [one.version for one in timeline] == [1, 2]
    second = ledger.state(later.result())
    assert second is not None
    assert second.number == "VBR-2026-0002"


def test_a_callers_future_is_done_after_the_rows_are_published(tmp_path: Path) -> None:
    order: list[str] = []
    ledger = Ledger.open(url(tmp_path), on_commit=lambda rows: order.append(f"published {len(rows)}"))
    future = ledger.submit(raise_alarm("B-1"))
    future.add_done_callback(lambda _: order.append("answered"))
    future.result()
    ledger.close()
    assert order == ["published 2", "answered"]


def test_positions_have_no_gap_under_many_callers(ledger: Ledger, published: list[FeedRow]) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()

    def many(caller: int) -> None:
        futures = [ledger.submit(note(raised, f"{caller}-{n}")) for n in range(40)]
        failing = ledger.submit(lambda tx: (note(raised, "lost")(tx), 1 / 0))
        for future in futures:
            future.result()
        assert failing.exception() is not None

    with ThreadPoolExecutor(8) as callers:
        list(callers.map(many, range(8)))
    mine = [row for row in published if row.room == "VBR"]
    assert [row.pos for row in mine] == list(range(1, 322))
    assert [row.event.version for row in mine] == list(range(1, 322))
    assert ledger.head("VBR") == 321
    assert list(ledger.read.feed("VBR", 0)) == mine


def test_a_room_that_gains_or_loses_sight_is_told_so(ledger: Ledger, published: list[FeedRow]) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()
    ledger.submit(note(raised, "with a neighbour", {"VBR", "LIE"})).result()
    ledger.submit(note(raised, "without", {"VBR"})).result()
    seen = [(row.room, row.pos, row.kind) for row in published]
    assert seen == [
        ("ANT", 1, FeedKind.EVENT),
        ("VBR", 1, FeedKind.EVENT),
        ("ANT", 2, FeedKind.WITHDRAWN),
        ("LIE", 1, FeedKind.SNAPSHOT),
        ("VBR", 2, FeedKind.EVENT),
        ("LIE", 2, FeedKind.WITHDRAWN),
        ("VBR", 3, FeedKind.EVENT),
    ]
    assert [len(ledger.read.picture(room).interventions) for room in ("VBR", "ANT", "LIE")] == [1, 0, 0]


def test_who_sees_an_intervention_is_known_after_a_restart(tmp_path: Path, ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()
    ledger.submit(note(raised, "a neighbour helps", {"VBR", "LIE"})).result()
    ledger.close()
    published: list[FeedRow] = []
    again = Ledger.open(url(tmp_path), on_commit=published.extend)
    assert again.submit(lambda tx: tx.rooms(raised)).result() == {"VBR", "LIE"}
    again.submit(note(raised, "on it goes")).result()
    again.close()
    assert [(row.room, row.pos, row.kind) for row in published] == [
        ("LIE", 2, FeedKind.EVENT),
        ("VBR", 3, FeedKind.EVENT),
    ]


def test_the_same_press_is_answered_with_the_first_receipt(ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()
    keep = ledger.submit(lambda tx: tx.remember_press("B-1", "p1", b"at Leuven", '{"n":1}', raised))
    keep.result()

    def seen(press_id: str, content: bytes) -> SeenPress | None:
        return ledger.submit(lambda tx: tx.press_seen("B-1", press_id, content)).result()

    same, other = seen("p1", b"at Leuven"), seen("p1", b"at Namur")
    assert same is not None
    assert other is not None
    assert (same.receipt, same.intervention, same.same) == ('{"n":1}', raised, True)
    assert (other.receipt, other.same) == ('{"n":1}', False)
    assert seen("p2", b"at Leuven") is None
    again = ledger.submit(lambda tx: tx.remember_press("B-1", "p1", b"x", "{}", raised))
    with pytest.raises(ValueError, match="answered before"):
        again.result()


def test_a_thousand_presses_sent_three_times_are_a_thousand_alarms(ledger: Ledger) -> None:
    """R2, as far as the ledger goes."""

    def press(button: str) -> Callable[[Transaction], UUID]:
        def job(tx: Transaction) -> UUID:
            seen = tx.press_seen(button, "p", b"same")
            if seen:
                return seen.intervention
            raised = raise_alarm(button)(tx)
            tx.remember_press(button, "p", b"same", "{}", raised)
            return raised

        return job

    asked = [f"B-{n * 7919 % 1000}" for n in range(3000)]
    answers = [future.result() for future in [ledger.submit(press(button)) for button in asked]]
    assert len(set(answers)) == 1000
    assert len(ledger.open_interventions()) == 1000


def test_a_command_repeated_has_the_same_result(ledger: Ledger) -> None:
    command = UUID(int=5)
    ledger.submit(lambda tx: tx.remember_command(command, '{"ok":true}', 3)).result()
    done = ledger.submit(lambda tx: tx.command_done(command)).result()
    assert done is not None
    assert (done.result, done.decision) == ('{"ok":true}', 3)
    assert ledger.submit(lambda tx: tx.command_done(UUID(int=6))).result() is None


def test_a_later_job_of_a_batch_sees_what_an_earlier_one_did(ledger: Ledger) -> None:
    def send(tx: Transaction) -> None:
        found = tx.open_of("B-1")
        assert found is not None
        bodies = (e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"))
        tx.append(found.id, bodies, OPERATOR, NOW)

    def busy(tx: Transaction) -> tuple[str | None, int]:
        found = tx.open_with_patrol("5388/L-12")
        return (found.number if found else None), len(tx.open_interventions())

    def close(tx: Transaction) -> None:
        found = tx.open_of("B-1")
        assert found is not None
        bodies = (
            e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested"),
            e.PatrolReleased(patrol="5388/L-12", code="closed"),
        )
        tx.append(found.id, bodies, OPERATOR, NOW)

    raised, _, sent, _, free = held(ledger, [raise_alarm("B-1"), send, busy, close, busy])
    assert sent.result() == ("VBR-2026-0001", 1)
    assert free.result() == (None, 0)
    state = ledger.state(raised.result())
    assert state is not None
    assert state.state is State.CLOSED
    assert ledger.open_interventions() == ()


def test_a_reopened_intervention_is_open_again(tmp_path: Path, ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()
    steps = (
        e.Acknowledged(),
        e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="gone"),
    )
    ledger.submit(lambda tx: tx.append(raised, steps, OPERATOR, NOW)).result()
    assert ledger.open_interventions() == ()
    ledger.close()
    again = Ledger.open(url(tmp_path))
    assert again.open_interventions() == ()
    back = (e.InterventionReopened(reason="he is back"),)
    again.submit(lambda tx: tx.append(raised, back, OPERATOR, NOW)).result()
    found = again.submit(lambda tx: tx.open_of("B-1")).result()
    assert found is not None
    assert [one.id for one in again.open_interventions()] == [raised]
    assert found.closings[0].words == "gone"
    again.close()


def test_an_event_of_a_later_version_survives(ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()
    later = e.UnknownBody.model_validate({"type": "drone.launched", "pilot": CANARY, "height_m": 30})
    sent = ledger.submit(lambda tx: tx.append(raised, [cast(e.KnownBody, later)], OPERATOR, NOW)).result()
    assert ledger.read.timeline(raised)[1:] == sent
    assert sent[0].body == later


def test_what_is_personal_is_nowhere_in_the_files(tmp_path: Path, ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1", extract("F-1"))).result()
    later = e.UnknownBody.model_validate({"type": "drone.launched", "pilot": CANARY})
    ledger.submit(lambda tx: tx.append(raised, [cast(e.KnownBody, later)], OPERATOR, NOW)).result()
    ledger.submit(note(raised, CANARY)).result()
    remember = ledger.submit(lambda tx: tx.remember_press("B-1", "p", CANARY.encode(), "{}", raised))
    remember.result()
    assert (tmp_path / "ledger.db-wal").stat().st_size > 0
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []
    ledger.close()
    assert [path.name for path in files if path.exists() and CANARY.encode() in path.read_bytes()] == []
    assert {path.name for path in files if path.exists() and path.stat().st_mode & 0o077} == set()
    assert any(CANARY in line for line in export(url(tmp_path)))


def test_an_erased_case_file_reads_as_sealed_and_its_next_press_is_kept(
    tmp_path: Path, ledger: Ledger
) -> None:
    raised = ledger.submit(raise_alarm("B-1", extract("F-1"))).result()
    ledger.submit(note(raised, CANARY)).result()
    ledger.keys.erase(case_key("F-1"))
    first, second = ledger.read.timeline(raised)
    assert isinstance(first.body, e.AlarmRaised)
    assert (first.body.victim, sealed_of(first)) == (None, (Seal.CASE,))
    assert first.body.perpetrator is not None
    assert isinstance(second.body, e.NoteAdded)
    assert (second.body.words, sealed_of(second)) == ("", (Seal.CASE,))
    ledger.keys.erase(perpetrator_key("man of F-1"))
    assert sealed_of(ledger.read.timeline(raised)[0]) == (Seal.CASE, Seal.PERPETRATOR)

    ledger.submit(note(raised, "after the erasure")).result()
    pressed = ledger.submit(raise_alarm("B-1", extract("F-1"))).result()
    ledger.close()
    again = Ledger.open(url(tmp_path))
    last = again.read.timeline(raised)[-1].body
    assert isinstance(last, e.NoteAdded)
    assert last.words == "after the erasure"
    found = again.state(pressed)
    assert found is not None
    assert found.extract is not None
    again.close()
    assert sum(CANARY in line for line in export(url(tmp_path))) == 1


def test_history_is_found_by_day_and_words(ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1", extract("F-1"))).result()
    ledger.submit(raise_alarm("B-2")).result()
    day = (NOW.replace(hour=0), NOW.replace(hour=23))
    assert len(ledger.read.history("VBR", *day)) == 2
    assert [one.id for one in ledger.read.history("VBR", *day, "exemple VBR-2026")] == [raised]
    assert ledger.read.history("BRU", *day) == ()
    assert ledger.read.history("VBR", day[1], day[1].replace(minute=59)) == ()


def test_an_export_holds_every_event_and_where_it_was_seen(tmp_path: Path, ledger: Ledger) -> None:
    raised = ledger.submit(raise_alarm("B-1")).result()
    ledger.submit(raise_alarm("B-2")).result()
    ledger.submit(note(raised, "a word")).result()
    lines = [json.loads(line) for line in export(url(tmp_path), "VBR-2026-0001")]
    assert [line["event"]["body"]["type"] for line in lines] == ["alarm.raised", "note.added"]
    assert [line["rooms"] for line in lines] == [{"ANT": 1, "VBR": 1}, {"ANT": 3, "VBR": 3}]
    assert {line["mode"] for line in lines} == {"demo"}
    assert tuple(e.Event.model_validate(line["event"]) for line in lines) == ledger.read.timeline(raised)


def test_a_closed_ledger_takes_nothing_more(ledger: Ledger) -> None:
    waiting = ledger.submit(raise_alarm("B-1"))
    ledger.close()
    assert waiting.result()
    with pytest.raises(NotStored):
        ledger.submit(raise_alarm("B-2")).result()
    ledger.close()


def test_a_listener_that_fails_stops_nothing(tmp_path: Path) -> None:
    def listener(_: object) -> None:
        raise RuntimeError("a fault in the hub")

    ledger = Ledger.open(url(tmp_path), on_commit=listener)
    ledger.submit(raise_alarm("B-1")).result()
    assert ledger.submit(raise_alarm("B-2")).result()
    ledger.close()


def test_an_intervention_that_nobody_would_see_is_refused(ledger: Ledger) -> None:
    refused = ledger.submit(lambda tx: tx.append(UUID(int=9), [e.Acknowledged()], DEVICE, NOW, rooms=()))
    with pytest.raises(ValueError, match="at least one control room"):
        refused.result()


def test_a_ledger_file_of_an_earlier_version_is_read_and_written_on(tmp_path: Path) -> None:
    """`tests/golden/v1/ledger`: written by the first version, with the invented people of `tests.ledger_story`."""
    for path in (Path(__file__).parents[1] / "golden" / "v1" / "ledger").iterdir():
        shutil.copy(path, tmp_path / path.name)
    assert verify(url(tmp_path)).records == 5
    ledger = Ledger.open(url(tmp_path))
    assert ledger.found.tail.ok
    first, second = ledger.open_interventions()
    assert (first.number, first.state, first.handler) == ("VBR-2026-0001", State.ACKNOWLEDGED, "4711")
    assert first.extract is not None
    assert CANARY in first.extract.victim.name
    assert next(one.type for one in ledger.read.timeline(first.id)) == "alarm.raised"
    command = UUID("01958f2e-6b4b-7000-8000-000000000009")
    kept = ledger.submit(lambda tx: tx.press_seen("B-2", "p1", b"content")).result()
    assert kept is not None
    assert (kept.receipt, kept.same, kept.intervention) == ('{"receipt":1}', True, second.id)
    assert ledger.submit(lambda tx: tx.command_done(command)).result() == DoneCommand('{"done":true}', 2)
    ledger.submit(note(second.id, "of today")).result()
    assert ledger.submit(raise_alarm("B-3")).result()
    ledger.probe().result()
    ledger.close()
    assert verify(url(tmp_path)).records == 7
