"""P8: a console that was away while 100,000 events happened, on a log of two lengths before its cursor.

    python -m benchmarks P8

A real backend on a real database, a real link without a screen. Timed is from the welcome until the picture is live
and nothing is missing in it; the login before it (argon2) is P5's. The log is written into the database while the
backend is down: interventions of 25 events, closed but for the latest few.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from backend_stub.ledger import Ledger, Transaction
from benchmarks.figure import Figure
from benchmarks.real_backend import PASSWORD, RealBackend, disk_directory, file_system, real_backend
from console.domain import events as e
from console.domain.location import Fix
from console.domain.values import Actor, ActorKind
from console.link.interface import Connection, Picture
from console.link.live import LiveLink
from console.wire.limits import REPLAYABLE_EVENTS

MISSED: Final = 100_000
SHORT, LONG = 5_000, 105_000
"""Events in the log before the cursor."""

EACH: Final = 25
OPEN: Final = 8
"""Interventions that are still open, the same in both: what a snapshot holds."""

RUNS: Final = 7
GOAL_S: Final = 2.0
CAUGHT_UP_S: Final = 5.0
"""So long after a fault the picture is whole (R3)."""
SAME: Final = 1.25
"""As independent of the log's length as one run can tell."""

ROOM, OPERATOR = "VBR", Actor(kind=ActorKind.OPERATOR, id="4711", room="VBR")
DEVICE: Final = Actor(kind=ActorKind.DEVICE, id="VBR-B-0999")


def happened(number: int, *, closed: bool) -> tuple[e.KnownBody, ...]:
    """What happens to one intervention: 25 events."""
    at = datetime.now(UTC)

    def fix(step: int) -> Fix:
        moment = at + timedelta(seconds=step)
        return Fix(
            id=f"{number}-{step}",
            lon=4.7 + step / 1000,
            lat=50.88,
            radius_m=20,
            confidence_pct=95,
            taken_at=moment,
            received_at=moment,
        )

    raised = e.AlarmRaised(
        number=f"VBR-2020-{number:06}",
        room=ROOM,
        button=f"P8-{number}",
        button_status=e.ButtonStatus.UNKNOWN,
        press_id="p8",
        pressed_at=at,
        fix=fix(0),
    )
    reports = tuple(e.FixReported(fix=fix(step)) for step in range(1, EACH - 2))
    last = e.InterventionClosed(
        outcome=e.Outcome.PERPETRATOR_GONE, words="he had left before the patrol came"
    )
    return raised, e.Acknowledged(), *reports, last if closed else e.NoteAdded(words="she waits inside")


def fill(directory: Path, first: int, events: int, stay_open: int = OPEN) -> int:
    """Write so many events, the last interventions open; the number of the next one."""
    ledger = Ledger.open(f"sqlite:///{directory / 'backend.db'}")
    try:
        last = first + events // EACH
        jobs = []
        for number in range(first, last):
            bodies = happened(number, closed=number < last - stay_open)

            def do(tx: Transaction, bodies: tuple[e.KnownBody, ...] = bodies) -> None:
                now = datetime.now(UTC)
                made = tx.new_id(now)
                tx.append(made, bodies[:1], DEVICE, now, rooms={ROOM})
                tx.append(made, bodies[1:], OPERATOR, now)

            jobs.append(ledger.submit(do))
        for job in jobs:
            job.result()
        return last
    finally:
        ledger.close()


def resumed_s(backend: RealBackend, missed: int) -> float:
    """Seconds from the welcome of a console that missed so many events to its whole picture."""
    head = _head(backend)
    moments: dict[str, float] = {}
    done = threading.Event()

    def heard(picture: Picture) -> None:
        now = time.monotonic()
        if picture.connection is Connection.LIVE:
            moments.setdefault("welcome", now)
            if picture.room.position >= head and not picture.gap and picture.room.seen:
                moments.setdefault("whole", now)
                done.set()

    link = LiveLink((backend.url,), after=head - missed)
    link.start(heard)
    try:
        link.login(OPERATOR.id, PASSWORD)
        if not done.wait(60):
            raise RuntimeError(f"no picture came: {link.picture.connection}, {link.picture.why}")
    finally:
        link.close()
    return moments["whole"] - moments["welcome"]


def _head(backend: RealBackend) -> int:
    with backend.colleague("4712") as colleague:
        return colleague.head


def measure() -> Iterable[Figure]:
    """P8: medians, and the same with the longer log before the cursor."""
    with disk_directory() as directory:
        disk = file_system(directory)
        with real_backend(directory):
            pass  # the demo's registry is made
        next_number = fill(directory, 0, SHORT + MISSED)
        with real_backend(directory) as backend:
            resumed_s(backend, MISSED)
            short = [resumed_s(backend, MISSED) for _ in range(RUNS)]
        fill(directory, next_number, LONG - SHORT, stay_open=0)
        with real_backend(directory) as backend:
            resumed_s(backend, MISSED)
            long = [resumed_s(backend, MISSED) for _ in range(RUNS)]
            one_by_one = [resumed_s(backend, REPLAYABLE_EVENTS) for _ in range(RUNS)]
    yield Figure(
        promise="P8",
        what=f"resume after {MISSED:,} missed events, {LONG:,} before the cursor, {disk}",
        value=statistics.median(long),
        unit="s",
        against="the promise",
        baseline=GOAL_S,
        goal=1.0,
    )
    yield Figure(
        promise="P8",
        what=f"the same, against {SHORT:,} before the cursor",
        value=statistics.median(long),
        unit="s",
        against=f"{SHORT:,} before the cursor",
        baseline=statistics.median(short),
        goal=SAME,
    )
    yield Figure(
        promise="P8",
        what=f"resume after {REPLAYABLE_EVENTS:,} missed events, sent one by one",
        value=statistics.median(one_by_one),
        unit="s",
        against="R3's limit",
        baseline=CAUGHT_UP_S,
        goal=1.0,
    )


if __name__ == "__main__":
    for figure in measure():
        print(figure.what, figure.value, figure.baseline, figure.ratio)
