"""P12: replay of a ten-hour recording of 100,000 events: loading, seeking, 60×.

    python -m benchmarks P12

Loading is held against reading the same lines as JSON and nothing more; seeking against its time in the promise, and
against folding from the beginning; 60× against the time that there is for it. Processor time of the one thread.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final
from uuid import UUID

from benchmarks.figure import Figure
from console.domain import events as e
from console.domain.location import Fix
from console.domain.stamp import stamp
from console.domain.values import Actor, ActorKind
from console.training.player import Moment, Player
from console.wire.recorded import Header, RecordedEvent, Recording, folded
from console.wire.recording import read_recording, write_recording

EVENTS: Final = 100_000
HOURS: Final = 10
EACH: Final = 50
AT_ONCE: Final = 8
SEEK_MS: Final = 100.0
SEEKS: Final = 400
TICK_S: Final = 0.1
SPEED: Final = 60
OPERATOR: Final = Actor(kind=ActorKind.OPERATOR, id="4711", room="VBR")
BEGINS: Final = datetime.fromisoformat("2026-03-01T06:00:00+00:00")


def recording(events: int = EVENTS) -> Recording:
    """So many events in ten hours, eight interventions open at any moment; positions, most of them."""
    many = events // EACH
    step_s = HOURS * 3600 / (many + AT_ONCE)
    lines: list[tuple[datetime, e.Event]] = []
    ids = count(1)
    for number in range(many):
        state, intervention = None, UUID(int=(1 << 64) + number)
        for place in range(EACH):
            at = BEGINS + timedelta(seconds=number * step_s + place * step_s * AT_ONCE / EACH)
            (event,), state = stamp(
                state, intervention, [_body(number, place, at)], OPERATOR, at, lambda: UUID(int=next(ids))
            )
            lines.append((event.at, event))
    lines.sort(key=lambda line: line[0])
    header = Header(title="Ten hours", room="VBR", starts_at=BEGINS, length_s=HOURS * 3600)
    return Recording(
        header,
        tuple(
            RecordedEvent(at=at, position=position, event=event)
            for position, (at, event) in enumerate(lines, 1)
        ),
    )


def _body(number: int, place: int, at: datetime) -> e.KnownBody:
    fix = Fix(
        id=f"{number}-{place}", lon=4.7 + place / 9_000, lat=50.88, radius_m=20, taken_at=at, received_at=at
    )
    if place == 0:
        return e.AlarmRaised(
            number=f"VBR-2026-{number:04}",
            room="VBR",
            button=f"P12-{number}",
            button_status=e.ButtonStatus.UNKNOWN,
            press_id="p12",
            pressed_at=at,
            fix=fix,
        )
    if place == 1:
        return e.Acknowledged()
    if place == EACH - 1:
        return e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="he had left")
    return e.FixReported(fix=fix)


def measure() -> Iterable[Figure]:
    """P12: load once; seek to random moments; play some minutes at 60×."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ten-hours.msarec.jsonl"
        write_recording(recording(), file)
        gc.collect()
        begin = time.thread_time()
        for line in file.read_bytes().splitlines():
            json.loads(line)
        bare_s = time.thread_time() - begin
        begin = time.thread_time()
        loaded = read_recording(file)
        gc.collect()
        gc.freeze()  # as `msa replay` does
        player = Player(loaded)
        load_s = time.thread_time() - begin
    yield Figure(
        promise="P12",
        what=f"load of a recording of {EVENTS:,} events, checked, with its marks",
        value=load_s,
        unit="s",
        against="its lines as bare JSON",
        baseline=bare_s,
    )
    yield from _seeking(player)
    yield _playing(player)


def _seeking(player: Player) -> Iterable[Figure]:
    chance = random.Random(12)
    took = []
    for _ in range(SEEKS):
        at = player.starts_at + timedelta(seconds=chance.uniform(0, player.length_s))
        begin = time.thread_time()
        player.room(player.seek(at))
        took.append((time.thread_time() - begin) * 1000)
    took.sort()
    yield Figure(
        promise="P12",
        what=f"seeking anywhere in ten hours, p99 of {SEEKS} (p50 {statistics.median(took):.1f} ms)",
        value=took[int(SEEKS * 0.99)],
        unit="ms",
        against="the promise",
        baseline=SEEK_MS,
        goal=1.0,
    )
    lines = player.items[: len(player.items) // 10]
    begin = time.thread_time()
    room = player.room(Moment(player.starts_at, 0))
    for line in lines:
        room = folded(room, line)
    yield Figure(
        promise="P12",
        what="the same, median",
        value=statistics.median(took),
        unit="ms",
        against="folding from the beginning to half of it",
        baseline=(time.thread_time() - begin) * 1000 * 5,
    )


def _playing(player: Player) -> Figure:
    took, at = [], player.starts_at + timedelta(hours=5)
    for _ in range(600):
        at += timedelta(seconds=TICK_S * SPEED)
        begin = time.thread_time()
        player.room(player.seek(at))
        took.append((time.thread_time() - begin) * 1000)
    took.sort()
    return Figure(
        promise="P12",
        what=f"60×: what happens between two pictures, p99 of {len(took)}",
        value=took[int(len(took) * 0.99)],
        unit="ms",
        against="from one picture to the next",
        baseline=TICK_S * 1000,
        goal=1.0,
    )


if __name__ == "__main__":
    for figure in measure():
        print(figure.what, figure.value, figure.baseline, figure.ratio)
