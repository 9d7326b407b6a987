"""The desk and the boards over a real ledger, without a socket: frames in, frames out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request

from backend_stub.backend import Backend, Settings
from backend_stub.desk import Desk, Job, T
from backend_stub.hub import ConsoleSession
from backend_stub.ledger import Ledger
from backend_stub.patrol_board import PatrolBoard
from backend_stub.registry.passwords import Cost, Passwords
from backend_stub.registry.records import Button, HeldCaseFile, PatrolUnit
from backend_stub.registry.registry import Registry
from backend_stub.server import Doorkeeper
from console.domain import commands as c
from console.domain.allocation import Allocation, Share
from console.domain.casefile import CaseFile
from console.domain.events import ButtonStatus, CaseFileRef
from console.domain.intervention import Intervention
from console.domain.patrols import PatrolState
from console.domain.sirens import Sirens
from console.domain.values import Actor, ActorKind, Role
from console.wire import console_frames as f
from tests.backend import LEUVEN, press
from tests.story import case_file

NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
OPERATOR = Actor(kind=ActorKind.OPERATOR, id="4711", role=Role.OPERATOR, room="VBR")
ROOMS = {"5388": "VBR", "5345": "ANT"}
UNIT = PatrolUnit(
    id="5388/L-12", call_sign="L-12", zone="5388", room="VBR", language="nl", home_lon=4.7, home_lat=50.88
)


class OneZone:
    """A map on which everything is Leuven."""

    def allocate(
        self, lon: float, lat: float, radius_m: float, confidence_pct: float | None = None
    ) -> Allocation:
        return Allocation(
            zone="5388",
            shares=(Share(zone="5388", share=1.0),),
            outside_m=0,
            border_m=500,
            accuracy_m=0,
            approximate=False,
        )


class NoMap:
    """A map that fails."""

    def allocate(
        self, lon: float, lat: float, radius_m: float, confidence_pct: float | None = None
    ) -> Allocation:
        raise RuntimeError("the map is gone")


def held(file: CaseFile, *, opens: bool = True) -> HeldCaseFile:
    reference = CaseFileRef(id=file.id, revision=file.revision, number=file.number, file_zone=file.file_zone)
    return HeldCaseFile(
        reference=reference,
        perpetrator_id=file.perpetrator.id,
        victim=file.victim if opens else None,
        perpetrator=file.perpetrator if opens else None,
        case_file=file if opens else None,
    )


def registry(*files: HeldCaseFile) -> Registry:
    buttons = [
        Button(
            id=f"VBR-B-000{number}",
            stock="VBR",
            status=ButtonStatus.ALLOCATED,
            case_file=one.reference.id,
            allocated_from=date(2026, 1, 1),
            allocated_until=date(2026, 6, 30),
            prosecutor="Leuven",
        )
        for number, one in enumerate(files, start=1)
    ]
    return Registry(buttons=buttons, case_files=files, patrols=[UNIT])


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'desk.db'}")
    yield opened
    opened.close()


def desk(known: Registry) -> Desk:
    return Desk(known, OneZone(), ROOMS, "VBR", lambda _now: uuid4())


def done(ledger: Ledger, job: Job[T]) -> T:
    return ledger.submit(job).result()


def pressed(ledger: Ledger, known: Registry, button: str) -> Intervention:
    done(ledger, desk(known).press(button, press(*LEUVEN), NOW).do)
    found = done(ledger, lambda tx: tx.open_of(button))
    assert found is not None
    return found


def command(intervention: UUID, do: c.AnyCommand) -> c.Command:
    return c.Command(id=uuid4(), intervention=str(intervention), do=do)


def test_w17_a_case_file_that_cannot_be_opened_reads_file_sealed_and_still_rings(ledger: Ledger) -> None:
    known = registry(held(case_file(), opens=False))
    state = pressed(ledger, known, "VBR-B-0001")
    assert state.sealed
    assert (state.zone, state.fix is not None) == ("5388", True)
    done(ledger, desk(known).command(OPERATOR, command(state.id, c.Acknowledge()), {}, NOW))
    opened = done(ledger, desk(known).casefile(OPERATOR, str(state.id), NOW))
    assert opened is None, "logged as opened, and nothing to show"


def test_w10_the_usual_siren_distance_of_where_she_is_stands_in_the_extract_also_when_opened_by_hand(
    ledger: Ledger,
) -> None:
    other = case_file(victim="F. Fictief", file_zone="5345")
    own = other.model_copy(
        update={
            "id": "CF-own",
            "victim": other.victim.model_copy(update={"name": "O. Eigen", "siren_off_m": 900}),
        }
    )
    known = registry(held(case_file()), held(other), held(own))
    sirens = Sirens(rooms={"VBR": 700}, zones={"5388": 300})
    taker = Desk(known, OneZone(), ROOMS, "VBR", lambda _now: uuid4(), sirens)
    done(ledger, taker.press("VBR-B-0001", press(*LEUVEN), NOW).do)
    state = done(ledger, lambda tx: tx.open_of("VBR-B-0001"))
    assert state is not None
    assert state.extract is not None
    assert state.extract.victim.siren_off_m == 300
    for victim, metres in (("F. Fictief", 700), ("O. Eigen", 900)):
        by_hand = c.Command(
            id=uuid4(), do=c.OpenByHand(victim=victim, reason="she called"), intervention=None
        )
        opened = done(ledger, taker.command(OPERATOR, by_hand, {}, NOW)).intervention
        assert opened is not None
        state = ledger.state(opened)
        assert state is not None
        assert state.extract is not None
        assert state.extract.victim.siren_off_m == metres


def test_two_buttons_of_one_victim_are_one_intervention(ledger: Ledger) -> None:
    file = held(case_file())
    known = registry(file, file)
    first = pressed(ledger, known, "VBR-B-0001")
    assert pressed(ledger, known, "VBR-B-0002").id == first.id


def test_of_two_dispatches_in_one_batch_only_one_gets_the_patrol(ledger: Ledger) -> None:
    known = registry(held(case_file()), held(case_file(victim="F. Fictief")))
    taker = desk(known)
    patrols = PatrolBoard([UNIT]).at_large("VBR")
    alarms = [pressed(ledger, known, button).id for button in ("VBR-B-0001", "VBR-B-0002")]
    for alarm in alarms:
        done(ledger, taker.command(OPERATOR, command(alarm, c.Acknowledge()), patrols, NOW))
    dispatch = c.Dispatch(patrols=("L-12",))
    asked = [
        ledger.submit(taker.command(OPERATOR, command(alarm, dispatch), patrols, NOW)) for alarm in alarms
    ]
    first, second = (one.result() for one in asked)
    assert first.refusal is None
    assert second.refusal is not None
    assert second.refusal.code == "patrol_busy"
    assert first.number in second.refusal.facts.values()


def test_a_patrol_shows_what_it_does_and_is_free_again_after_the_recall(ledger: Ledger) -> None:
    known = registry(held(case_file()))
    taker, board = desk(known), PatrolBoard([UNIT])
    state = pressed(ledger, known, "VBR-B-0001")
    steps: list[tuple[c.AnyCommand | c.PatrolStep, PatrolState]] = [
        (c.Acknowledge(), PatrolState.FREE),
        (c.Dispatch(patrols=("L-12",)), PatrolState.DISPATCHED),
        (c.PatrolStep.ACCEPTED, PatrolState.ACCEPTED),
        (c.PatrolStep.EN_ROUTE, PatrolState.EN_ROUTE),
        (c.PatrolStep.ON_SCENE, PatrolState.ON_SCENE),
        (c.Recall(patrol="L-12", reason="Elders nodig."), PatrolState.FREE),
    ]
    for step, expected in steps:
        if isinstance(step, c.PatrolStep):
            said = c.PatrolReport(patrol=UNIT.id, step=step)
            assert done(ledger, taker.patrol_report(UNIT.id, "VBR", said, NOW))
        else:
            asked = taker.command(OPERATOR, command(state.id, step), board.at_large("VBR"), NOW)
            assert done(ledger, asked).refusal is None
        after = ledger.state(state.id)
        assert after is not None
        board.follow(state, after)
        state = after
        assert board.picture(UNIT.id, "VBR", OPERATOR.id).state is expected
    assert not done(ledger, taker.patrol_report(UNIT.id, "VBR", c.PatrolRead(patrol=UNIT.id), NOW))


async def test_r10_a_press_that_fails_before_it_is_stored_rings_all_the_same(
    ledger: Ledger, tmp_path: Path
) -> None:
    backend = Backend(
        ledger,
        f"sqlite:///{tmp_path / 'desk.db'}",
        registry(held(case_file())),
        NoMap(),
        ROOMS,
        Settings(fallback_room="VBR"),
        Passwords(Cost(passes=1, memory_kib=64, lanes=1)),
    )
    session = ConsoleSession("VBR", "4711")
    backend.hub.admit(session)
    assert await backend.press("VBR-B-0001", press(*LEUVEN, press_id="p-1")) is None
    frame = session.outbox.take()
    assert frame is not None
    shown = f.to_console.validate_json(frame)
    assert isinstance(shown, f.PressUnrecorded)
    assert shown.press_id == "p-1"
    assert await backend.press("VBR-B-0001", press(press_id="p-2")) is not None, "without a position it can"
    await asyncio.sleep(0)
    assert len(backend.board) == 1
    backend.access.close()


@pytest.mark.parametrize(
    ("address", "named", "status"),
    [
        ("127.0.0.1", (), 200),
        ("::1", (), 200),
        ("192.0.2.9", (), 404),
        ("192.0.2.9", ("192.0.2.8",), 404),
        ("192.0.2.9", ("192.0.2.9",), 200),
    ],
)
async def test_metrics_are_for_this_machine_and_for_who_is_named_as_monitor(
    ledger: Ledger, tmp_path: Path, address: str, named: tuple[str, ...], status: int
) -> None:
    """Which control room is empty is nobody else's business: to them there is no such page."""
    backend = Backend(
        ledger,
        f"sqlite:///{tmp_path / 'desk.db'}",
        registry(),
        OneZone(),
        ROOMS,
        Settings(monitors=frozenset(named)),
        Passwords(Cost(passes=1, memory_kib=64, lanes=1)),
    )
    peer = cast(ServerConnection, SimpleNamespace(remote_address=(address, 40_000)))
    door = Doorkeeper(backend)
    answers = {
        path: door.answer(peer, Request(path, Headers())) for path in ("/metrics", "/healthz", "/secret")
    }
    metrics, alive, nothing = answers.values()
    assert metrics is not None
    assert alive is not None
    assert nothing is not None
    assert (metrics.status_code, alive.status_code) == (status, 200)
    assert (b"msa_room_consoles" in metrics.body) is (status == 200)
    if status == 404:
        assert metrics.body == nothing.body, "not even that it exists"
    backend.access.close()


def test_a_command_on_what_its_room_does_not_see_yet_stays_refused_when_it_is_sent_again(
    ledger: Ledger,
) -> None:
    """The same id has the same answer, also when the control room is asked to help in the meantime."""
    known = registry(held(case_file()))
    state = pressed(ledger, known, "VBR-B-0001")
    helper = OPERATOR.model_copy(update={"id": "3711", "room": "LIE"})
    note = command(state.id, c.AcceptSupport())
    first = done(ledger, desk(known).command(helper, note, {}, NOW))
    for do in (c.Acknowledge(), c.Support(room="LIE")):
        assert done(ledger, desk(known).command(OPERATOR, command(state.id, do), {}, NOW)).refusal is None
    assert first.refusal is not None
    assert first.refusal.code == "unknown_intervention"
    assert done(ledger, desk(known).command(helper, note, {}, NOW)) == first
