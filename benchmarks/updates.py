"""A room of a thousand open interventions that is told a thousand updates a second.

    python -m benchmarks.updates

Says where it listens. Whoever logs in as a console gets the room as a snapshot, and then updates for ever: the console
and the table that it is held against get the same bytes. Ends when stdin ends.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final
from uuid import UUID

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from console.domain import casefile as cf
from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.location import Fix
from console.domain.patrols import Patrol, PatrolState
from console.domain.stamp import stamp
from console.domain.values import Actor, ActorKind, Mode, Role
from console.wire import console_frames as f
from console.wire.limits import SUBPROTOCOL

ROWS: Final = 1_000
EACH_S: Final = 1_000
"""Updates a second."""

IN_ONE_FRAME: Final = 10
IN_ONE_SNAPSHOT: Final = 20
"""Interventions in one part of the snapshot: a frame has at most 64 KiB."""

ZONES: Final = ("5388", "5393", "5395", "5400", "5401")
DEVICE: Final = Actor(kind=ActorKind.DEVICE, id="VBR-B-0999")
OPERATOR: Final = Actor(kind=ActorKind.OPERATOR, id="4711", role=Role.OPERATOR, room="VBR")


class ThousandRows:
    """The room: its interventions, one pressed each minute up to now, and what happens to them next."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._states: dict[UUID, Intervention] = {}
        self.snapshot: list[e.Event] = []
        for number in range(ROWS):
            self._begin(number)

    def _begin(self, number: int) -> None:
        # One a minute: more than ten in ten minutes would be a flood, which folds the queue to a few rows.
        now = datetime.now(UTC) - timedelta(minutes=ROWS - number)
        found = cf.Provenance(source="LE.43.L1.001234", on=date(2025, 9, 2), checked_by="5388/V")
        kinds = (cf.DangerKind.FIREARM, cf.DangerKind.BLADE, cf.DangerKind.VIOLENCE)
        he = cf.PerpetratorExtract(
            id=f"P-{number}",
            name="D. Voorbeeld",
            age=41,
            looks="1.85 m",
            relation="former husband",
            status=cf.LegalStatus.SUSPECTED,
            danger_check=cf.DangerCheck.CHECKED,
            dangers=(cf.Danger(kind=kinds[number % 3], words="seen in 2024", provenance=found),),
            orders=(),
            vehicles=(),
            addresses=(),
        )
        she = cf.VictimExtract(
            name="E. Exemple",
            languages=("nl",),
            channels=(),
            children=(),
            pregnant=False,
            medical=None,
            addresses=(),
        )
        zone = ZONES[number % len(ZONES)]
        raised = e.AlarmRaised(
            number=f"VBR-2020-{number:06}",
            room="VBR",
            button=f"P4-{number}",
            button_status=e.ButtonStatus.ALLOCATED,
            press_id="p4",
            pressed_at=now,
            fix=_fix(number, 0, datetime.now(UTC)),
            case_file=e.CaseFileRef(id=f"CF-{number}", revision=1, number="LE.43/2025", file_zone=zone),
            victim=she,
            perpetrator=he,
        )
        allocated = e.ZoneAllocated(zone=zone, allocation=None, by="file_zone")
        intervention = UUID(int=0x0195_0000_0000_7000_8000_0000_0000_0000 + number)
        self._happens(intervention, (raised, allocated), DEVICE, now)
        self._happens(intervention, (e.Acknowledged(),), OPERATOR, now)

    def _happens(
        self, intervention: UUID, bodies: tuple[e.KnownBody, ...], actor: Actor, now: datetime
    ) -> tuple[e.Event, ...]:
        before = self._states.get(intervention)
        events, state = stamp(before, intervention, bodies, actor, now, lambda: UUID(int=next(self._ids)))
        assert state is not None
        self._states[intervention] = state
        if before is None or before.version < 3:
            self.snapshot += events
        return events

    def updates(self) -> Iterator[str]:
        """Frames of updates, for ever: positions, row after row."""
        place = count(len(self.snapshot) + 1)
        interventions = list(self._states)
        for step in count(1):
            for first in range(0, ROWS, IN_ONE_FRAME):
                now = datetime.now(UTC)
                items = []
                for number in range(first, first + IN_ONE_FRAME):
                    reported = e.FixReported(fix=_fix(number, step, now))
                    for event in self._happens(interventions[number], (reported,), DEVICE, now):
                        items.append(f.Positioned(position=next(place), event=event))
                yield f.Events(items=tuple(items)).model_dump_json()


def _fix(number: int, step: int, at: datetime) -> Fix:
    """Its radius is another one each time, and so is what the row says."""
    return Fix(
        id=f"{number}-{step}",
        lon=4.3 + number % 40 / 50 + step / 100_000,
        lat=50.8 + number // 40 / 100,
        radius_m=20 + (step * 7 + number) % 60,
        confidence_pct=95,
        taken_at=at,
        received_at=at,
    )


async def talk(ws: ServerConnection) -> None:
    """Welcome whoever logs in, and go on until they leave."""
    room = ThousandRows()
    await ws.recv()
    await ws.send(_welcome(len(room.snapshot)).model_dump_json())
    await ws.recv()
    for part in _parts(room.snapshot):
        await ws.send(part.model_dump_json())
    await ws.send(f.Patrols(patrols=_patrols(), complete=True).model_dump_json())
    reading = asyncio.create_task(_read(ws))
    with suppress(ConnectionClosed):
        began, sent, beat = time.monotonic(), 0, 0.0
        for frame in room.updates():
            now = time.monotonic()
            if now - beat >= 1.0:
                beat = now
                await ws.send(f.Heartbeat(now=datetime.now(UTC), head=0).model_dump_json())
            await ws.send(frame)
            sent += IN_ONE_FRAME
            await asyncio.sleep(max(0.0, began + sent / EACH_S - time.monotonic()))
    reading.cancel()


async def _read(ws: ServerConnection) -> None:
    with suppress(ConnectionClosed):
        async for _frame in ws:
            pass


def _parts(events: list[e.Event]) -> Iterator[f.Snapshot]:
    size = IN_ONE_SNAPSHOT * 3
    for first in range(0, len(events), size):
        part = tuple(events[first : first + size])
        yield f.Snapshot(position=len(events), events=part, last=first + size >= len(events))


def _patrols() -> tuple[Patrol, ...]:
    now = datetime.now(UTC) - timedelta(seconds=5)
    return tuple(
        Patrol(
            id=f"5388/L-{number:02}",
            call_sign=f"L-{number:02}",
            zone="5388",
            room="VBR",
            state=PatrolState.FREE,
            lon=4.7 + number / 100,
            lat=50.88,
            position_at=now,
        )
        for number in range(1, 20)
    )


def _welcome(head: int) -> f.Welcome:
    return f.Welcome(
        mode=Mode.DEMO,
        ledger=UUID(int=1),
        epoch=1,
        head=head,
        now=datetime.now(UTC),
        operator=f.Operator(id=OPERATOR.id, name="O. Voorbeeld", role=Role.OPERATOR, room="VBR"),
        token="t" * 32,
        journal_key="A" * 43 + "=",
    )


async def main() -> None:
    """Listen until stdin ends."""
    async with serve(
        talk, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None
    ) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.close(close_connections=True)


if __name__ == "__main__":
    asyncio.run(main())
