"""One exercise from its first second to its run folder.

    async with begun(scenario, folder, seed=1, language="nl") as exercise:
        await exercise.ended.wait()

The folder holds the ledger while it runs; at the end there lie ``run.msarec.jsonl`` (what the trainee's control room
was told, with the injects and marks) and ``run.json``.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from backend_stub.desk import BELGIUM
from backend_stub.exercise.branch import Branch, branch_of
from backend_stub.exercise.clock import WorldClock
from backend_stub.exercise.content import Content, content_of, operator_of
from backend_stub.exercise.recorder import Recorder
from backend_stub.exercise.server import Running, raw_map, running
from backend_stub.exercise.world import World
from backend_stub.ledger import NotStored
from backend_stub.log import LOG
from backend_stub.registry.passwords import made_up_password
from backend_stub.token_file import write_privately
from console.domain.values import Mode, Role, rfc3339
from console.wire.exits import Stop
from console.wire.recording import (
    Header,
    RecordedZone,
    Recording,
    RosterEntry,
    ScenarioRef,
    write_recording,
)
from console.wire.scenario import Language, Scenario
from console.wire.scenario_file import shipped_injects
from console.wire.zones_file import read_zone_map

RUN_FILE: Final = "run.msarec.jsonl"
ABOUT_FILE: Final = "run.json"


class About(BaseModel):
    """``run.json``: what was run, by whom, from when to when.

    ``ended``: ``over`` (nothing was left to happen, or its time was up), or ``stopped`` by the trainee before: then
    nothing of it counts.
    """

    format: int = 1
    scenario: str
    title: str
    seed: int
    speed: float
    language: Language
    room: str
    trainee: str
    starts_at: datetime
    ends_at: datetime
    began: datetime
    ended_at: datetime
    ended: str
    branched_from: str | None = None
    branched_at_s: float | None = None


class Exercise:
    """A running exercise: its world, its clock, and who may talk to it."""

    def __init__(
        self,
        scenario: Scenario,
        folder: Path,
        clock: WorldClock,
        live: Running,
        recorder: Recorder,
        world: World,
        *,
        language: Language,
        password: str,
        trainee: str,
        operator: str,
        branch: Branch | None = None,
    ) -> None:
        """``operator``: who the trainee logs in as. ``branch``: the recording that it goes on from."""
        self.scenario, self.folder, self.clock = scenario, folder, clock
        self.world, self.recorder = world, recorder
        self.live, self.language, self.password, self.trainee = live, language, password, trainee
        self.operator, self._branch = operator, branch
        self.began = datetime.now(BELGIUM)
        self.ended = asyncio.Event()
        """It was asked to end."""

    @property
    def url(self) -> str:
        """Where a console of it connects."""
        return self.live.url

    def end(self) -> None:
        """End it: now or before its time."""
        self.ended.set()

    def write(self) -> Path:
        """Write the run into its folder; returns the recording.

        Raises:
            OSError: it cannot be written.
        """
        self.recorder.take()
        now = self.clock.now()
        scenario = self.scenario
        zones = self.live.zones.zones
        seen = Recording(self._header(now), tuple(self.recorder.items)).events()
        named: set[str | None] = {getattr(event.body, "zone", None) for event in seen}
        named |= {victim.zone for victim in scenario.victims.values()}
        header = self._header(now).model_copy(
            update={
                "zones": tuple(
                    RecordedZone(id=zone.id, code=zone.code, name=zone.name, room=zone.control_room)
                    for zone in zones
                    if zone.id in named
                )
            }
        )
        path = self.folder / RUN_FILE
        write_recording(Recording(header, tuple(self.recorder.items)), path)
        about = About(
            scenario=scenario.name,
            title=scenario.title.spoken(self.language),
            seed=self.world.seed,
            speed=self.clock.speed,
            language=self.language,
            room=scenario.rooms[0],
            trainee=self.trainee,
            starts_at=self.clock.starts_at,
            ends_at=now,
            began=self.began,
            ended_at=datetime.now(BELGIUM),
            ended="over" if self.world.over.is_set() else "stopped",
            branched_from=self._branch.title if self._branch else None,
            branched_at_s=self._branch.at_s if self._branch else None,
        )
        write_privately(self.folder / ABOUT_FILE, about.model_dump_json(indent=1) + "\n")
        return path

    def _header(self, now: datetime) -> Header:
        scenario = self.scenario
        return Header(
            title=scenario.title.spoken(self.language)[:200],
            language=self.language,
            place=scenario.place[:200],
            mode=Mode.EXERCISE,
            room=scenario.rooms[0],
            starts_at=self.clock.starts_at,
            length_s=(now - self.clock.starts_at) / timedelta(seconds=1),
            teaches=scenario.goals.spoken(self.language),
            content_warning=scenario.content_warning.spoken(self.language),
            deidentified=True,
            original_place=True,
            roster=tuple(
                RosterEntry(id=one.id, name=one.name, role=str(one.role), room=one.room)
                for one in self.live.backend.registry.accounts.values()
            ),
            scenario=ScenarioRef(name=scenario.name, seed=self.world.seed),
        )


@asynccontextmanager
async def branched(
    recording: Recording,
    at_s: float,
    folder: Path,
    *,
    seed: int | None = None,
    speed: float = 1.0,
    language: Language = "nl",
    password: str | None = None,
    trainee: str | None = None,
    held: bool = False,
) -> AsyncIterator[Exercise]:
    """Begin an exercise ``at_s`` seconds into a recording, in the seat of who handled it then.

    Raises:
        Stop: the moment is not in it, nothing had happened by then, or its events do not fit each other.
    """
    branch = branch_of(recording, at_s, language)
    clock = WorldClock(branch.starts_at, speed)
    chosen = branch.scenario.seed if seed is None else seed
    async with _lived(
        branch.scenario,
        branch.content,
        folder,
        clock,
        seed=chosen,
        language=language,
        password=password,
        trainee=trainee,
        held=held,
        branch=branch,
    ) as exercise:
        yield exercise


@asynccontextmanager
async def begun(
    scenario: Scenario,
    folder: Path,
    *,
    seed: int | None = None,
    speed: float = 1.0,
    language: Language = "nl",
    password: str | None = None,
    trainee: str | None = None,
    today: date | None = None,
    wall: Callable[[], float] | None = None,
    held: bool = False,
) -> AsyncIterator[Exercise]:
    """Begin an exercise; when the block ends its run is written and its backend is gone.

    ``held``: it begins when it is told to go on, not when somebody sits at the desk. ``today``: the day on which it
    plays. ``trainee``: a pseudonym or seat. ``wall``: a monotonic clock, in seconds.

    Raises:
        Stop: the map lacks what the scenario needs, or the folder cannot be used.
    """
    day = today or datetime.now(BELGIUM).date()
    hour, minute = map(int, scenario.starts.split(":"))
    starts_at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BELGIUM)
    clock = WorldClock(starts_at, speed) if wall is None else WorldClock(starts_at, speed, wall)
    chosen = scenario.seed if seed is None else seed
    zones, places = await asyncio.to_thread(raw_map)
    content = await asyncio.to_thread(content_of, scenario, chosen, language, day, zones, places)
    async with _lived(
        scenario,
        content,
        folder,
        clock,
        seed=chosen,
        language=language,
        password=password,
        trainee=trainee,
        held=held,
    ) as exercise:
        yield exercise


@asynccontextmanager
async def _lived(
    scenario: Scenario,
    content: Content,
    folder: Path,
    clock: WorldClock,
    *,
    seed: int,
    language: Language,
    password: str | None,
    trainee: str | None,
    held: bool,
    branch: Branch | None = None,
) -> AsyncIterator[Exercise]:
    """Bring the backend and the world of an exercise up; when the block ends, write the run and take them down."""
    room = scenario.rooms[0]
    operator = branch.operator if branch else operator_of(room)
    zone_map = await asyncio.to_thread(read_zone_map)
    secret = password or made_up_password()
    _make(folder)
    async with running(folder, content, zone_map, clock, secret, room) as live:
        recorder = Recorder(live.backend, room, clock.now)
        world = World(
            scenario,
            shipped_injects(),
            content,
            live,
            clock,
            recorder,
            seed=seed,
            language=language,
            password=secret,
            goes_on=branch is not None,
        )
        if branch is not None:
            await _loaded(live, branch)
        exercise = Exercise(
            scenario,
            folder,
            clock,
            live,
            recorder,
            world,
            language=language,
            password=secret,
            trainee=trainee or operator,
            operator=operator,
            branch=branch,
        )
        living = asyncio.create_task(world.run(held=held), name="world")
        living.add_done_callback(_say_why)
        try:
            yield exercise
        finally:
            living.cancel()
            await asyncio.wait([living])
            exercise.write()
            recorder.leave()
    _clear(folder)


async def _loaded(live: Running, branch: Branch) -> None:
    """Put what was recorded up to the moment into the ledger.

    Raises:
        Stop: it does not fit together.
    """
    try:
        await live.backend.do(branch.load)
    except NotStored:
        raise Stop(
            "The recording does not hold together up to that moment: check it (msa replay --check)."
        ) from None


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _clear(folder: Path) -> None:
    """The ledger of an exercise goes with it; the recording stays."""
    for left in folder.glob("exercise.db*"):
        left.unlink(missing_ok=True)


def _say_why(living: asyncio.Task[None]) -> None:
    if not living.cancelled() and (why := living.exception()) is not None:
        LOG.error("world_ended", exc_info=why)


def announced(exercise: Exercise, control: str, token: str) -> dict[str, Any]:
    """What whoever started the exercise must know to reach it."""
    return {
        "url": exercise.url,
        "operator": exercise.operator,
        "operators": [
            one.id
            for one in exercise.live.backend.registry.accounts.values()
            if one.role is Role.OPERATOR and one.room == exercise.world.room
        ],
        "password": exercise.password,
        "control": control,
        "token": token,
        "folder": str(exercise.folder),
        "scenario": exercise.scenario.name,
        "injects": exercise.world.titles(),
        "starts_at": rfc3339(exercise.clock.starts_at),
        "process": os.getpid(),
    }


def announcement(exercise: Exercise, control: str, token: str) -> str:
    """The same as a line of JSON."""
    return json.dumps(announced(exercise, control, token), ensure_ascii=False)
