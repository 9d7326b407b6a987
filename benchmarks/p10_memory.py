"""P10: the memory of a console with 10,000 interventions in its history.

    python -m benchmarks P10

A real backend whose log holds 10,000 closed interventions of its control room, and a console in a pty: the most memory
it had from its start until its history was opened and paged through. Beside it the same console on an empty log.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from backend_stub.ledger import Ledger, Transaction
from benchmarks.figure import Figure
from benchmarks.real_backend import PASSWORD, console_env, console_words, disk_directory, real_backend
from benchmarks.real_pty import RealPty
from console.domain import events as e
from console.domain.values import Actor, ActorKind

INTERVENTIONS: Final = 10_000
AT_ONCE: Final = 100
PAGES: Final = 20
LIMIT_MB: Final = 150.0
ROOM, OPERATOR = "VBR", Actor(kind=ActorKind.OPERATOR, id="4711", room="VBR")
DEVICE: Final = Actor(kind=ActorKind.DEVICE, id="VBR-B-0999")


def fill(directory: Path) -> None:
    """Write the history: each intervention pressed, acknowledged and closed."""
    ledger = Ledger.open(f"sqlite:///{directory / 'backend.db'}")
    try:
        jobs = []
        for first in range(0, INTERVENTIONS, AT_ONCE):

            def do(tx: Transaction, first: int = first) -> None:
                now = datetime.now(UTC)
                for number in range(first, first + AT_ONCE):
                    raised = e.AlarmRaised(
                        number=f"VBR-2020-{number:06}",
                        room=ROOM,
                        button=f"P10-{number}",
                        button_status=e.ButtonStatus.UNKNOWN,
                        press_id="p10",
                        pressed_at=now,
                    )
                    closed = e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="he had left")
                    made = tx.new_id(now)
                    tx.append(made, (raised,), DEVICE, now, rooms={ROOM})
                    tx.append(made, (e.Acknowledged(), closed), OPERATOR, now)

            jobs.append(ledger.submit(do))
        for job in jobs:
            job.result()
    finally:
        ledger.close()


def _memory_mb(directory: Path, *, history: bool) -> float:
    """The most that a console had until it stood, and its history was read."""
    with real_backend(directory) as backend:
        env = {**console_env(directory), "MSA_PASSWORD": PASSWORD}
        with RealPty(console_words(backend, "--operator", "4711"), env) as screen:
            screen.until("QUEUE")
            screen.idle(3.0)
            screen.type("y")
            screen.idle(2.0)
            for _ in range(PAGES if history else 1):
                screen.type("\x1b[6~")
                screen.idle(0.1)
            return screen.resident_mb


def measure() -> Iterable[Figure]:
    """P10 against its limit, and against a console without a history."""
    with disk_directory() as directory:
        empty = _memory_mb(directory, history=False)
        fill(directory)
        full = _memory_mb(directory, history=True)
    what = f"memory of a console, {INTERVENTIONS:,} interventions in its history"
    yield Figure("P10", what, full, "MB", "the promise", LIMIT_MB, 1.0)
    yield Figure("P10", "the same", full, "MB", "an empty history", empty)


if __name__ == "__main__":
    for figure in measure():
        print(figure.what, figure.value, figure.baseline, figure.ratio)
