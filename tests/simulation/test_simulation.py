"""R13: the whole room from one seed. Many seeds hold every promise; a seed repeats; a broken product is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from backend_stub.hub import ConsoleSession, Hub
from backend_stub.ledger import FeedRow
from backend_stub.shown import Timelines
from console.domain import commands as c
from console.link.interface import Connection
from console.link.session import Session
from console.wire.console_frames import Result
from tests.simulation.seeds import failing_seeds, said
from tests.simulation.store import Mood, SteppedWriter
from tests.simulation.world import World, run_seed

SEEDS = 15
"""In `make test`; `make soak` runs 2,000. A seed costs most of a second."""

AT_ONCE = 5


@pytest.mark.parametrize("first", range(1, SEEDS + 1, AT_ONCE))
def test_r13_every_promise_holds_whatever_breaks(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        outcome = run_seed(seed)
        assert not outcome.broken, said(outcome)
        assert outcome.receipts == outcome.presses


@pytest.mark.parametrize("seed", failing_seeds())
def test_r13_a_seed_that_once_failed_holds(seed: int) -> None:
    outcome = run_seed(seed)
    assert not outcome.broken, said(outcome)


def test_r13_the_same_seed_is_the_same_run() -> None:
    first, again, other = run_seed(4), run_seed(4), run_seed(5)
    assert first == again
    assert first.digest != other.digest


def _deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A console that never minds silence."""
    monkeypatch.setattr("console.link.session.STALE_AFTER_S", 600.0)


def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that answers although the commit failed."""

    def fail(self: SteppedWriter, asked: list[object], *_rest: object, **_more: object) -> None:
        for one in asked:
            one.future.set_result(one.future.kept)  # type: ignore[attr-defined]

    real = SteppedWriter._do

    def do(self, connection, draft, asked, answers):  # type: ignore[no-untyped-def]
        real(self, connection, draft, asked, answers)
        asked.future.kept = answers[-1][1]

    monkeypatch.setattr(SteppedWriter, "_do", do)
    monkeypatch.setattr(SteppedWriter, "_fail", fail)


def _leaky(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that forgets who is catching up."""
    real = Hub.catch_up

    def catch_up(self: Hub, session: ConsoleSession, rows: Sequence[FeedRow], timelines: Timelines) -> None:
        real(self, session, rows[:-1], timelines)
        if rows:
            session.position = rows[-1].pos

    monkeypatch.setattr(Hub, "catch_up", catch_up)


def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A console that drops what had no result when the link was lost."""
    real = Session.disconnected

    def disconnected(self: Session, now_s: float, code: int | None = None, why: str = "") -> None:
        real(self, now_s, code, why)
        for command in self.outbox.pending:
            self.discard(command)

    monkeypatch.setattr(Session, "disconnected", disconnected)


@pytest.mark.parametrize(
    ("fault", "promise", "first"),
    [(_deaf, "R6", 10), (_hasty, "R1", 4), (_leaky, "R3", 1), (_forgetful, "R12", 1)],
)
def test_r13_a_product_that_breaks_a_promise_is_found_out(
    fault: Callable[[pytest.MonkeyPatch], None], promise: str, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    for seed in range(first, first + 40):
        if any(sentence.startswith(promise) for sentence in run_seed(seed).broken):
            return
    pytest.fail("no seed noticed")


def test_a_command_whose_commit_failed_and_landed_is_answered_as_done(tmp_path: Path) -> None:
    world = World(1, tmp_path)
    answers: list[Result] = []

    async def story() -> None:
        world.start()
        world.busy = False
        console = world.consoles[0]
        await world.phones[0].press()
        await asyncio.sleep(3.0)
        [seen] = console.link.picture.room.queue()
        assert console.link.picture.connection is Connection.LIVE
        world.disk.mood = Mood.LANDS
        command = console.link.send(c.Note(words="landed"), seen.state.id, None)
        await asyncio.sleep(1.0)
        answers.extend(one for one in console.link.picture.results if one.id == command)
        timeline = world.ledger.read.timeline(seen.state.id)
        assert [getattr(event.body, "words", "") for event in timeline].count("landed") == 1

    outcome = world.run(story)
    assert not outcome.broken, said(outcome)
    assert [one.refusal for one in answers] == [None]
