"""A recording from a running backend's ledger: what the room saw, with stand-ins, written down, and only for who may."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from backend_stub.exporting.export import Asked, export_recording
from backend_stub.exporting.four_eyes import ExportRefusedError, Login
from backend_stub.exporting.reading import NothingThereError, Wanted, read_ledger
from backend_stub.ledger.proof import keys_of
from backend_stub.ledger.store import existing, reading_engine
from backend_stub.registry.passwords import Cost, Passwords
from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.need_to_know import as_known_to
from console.domain.room import Room
from console.domain.values import Mode
from console.wire import console_frames as f
from console.wire import recording as r
from console.wire.deidentified import deidentified
from console.wire.recorded import Header
from console.wire.zones_file import read_zone_map
from tests import warm
from tests.backend import LEUVEN, PASSWORD, RunningBackend
from tests.programs import Answered, msa, run
from tests.story import START

CANARY = "buurvrouw met hond aan de achterdeur"
CHEAP = Passwords(Cost(1, 8, 1))


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    """What the module's one intervention became: filled by the first test that needs it."""
    return {}


async def story(backend: RunningBackend, told: dict[str, object]) -> tuple[str, UUID, list[Intervention]]:
    """Press, positions, acknowledge, send, note, close: number, id, and how it stood after each event live."""
    if not told:
        async with backend.console("4711") as console, backend.device("VBR-B-0041") as phone:
            state = (await console.raised(await phone.press(*LEUVEN))).state
            await phone.fix(LEUVEN[0] + 0.0004, LEUVEN[1])
            await console.event("fix.reported", lambda event: event.intervention == state.id)
            await console.do(state.id, c.Acknowledge(), 0)
            patrol = await console.free_patrol("5388")
            await console.do(state.id, c.Dispatch(patrols=(patrol,)), 1)
            await console.do(state.id, c.Note(words=CANARY))
            close = c.Close(
                outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.CONTACT_OFFICER, words=CANARY
            )
            done = await console.do(state.id, close, 2)
            assert done.refusal is None, done
            await console.event("intervention.closed", lambda event: event.intervention == state.id)
            room, live = Room("VBR"), []
            for item in console.events:
                if item.event.intervention == state.id:
                    room, _ = room.apply([(item.position, item.event)])
                    live.append(room.seen[state.id].state)
            told["story"] = state.number, state.id, live
    found = told["story"]
    assert isinstance(found, tuple)
    return found


@pytest.fixture
async def known(
    shared_backend: RunningBackend, told: dict[str, object]
) -> tuple[str, UUID, list[Intervention]]:
    return await story(shared_backend, told)


def original(backend: RunningBackend, wanted: Wanted) -> r.Recording:
    path = existing(backend.database)
    engine = reading_engine(path)
    header = Header(title="x", room="", starts_at=START)
    try:
        with closing(keys_of(path, os.environ)) as keys, engine.begin() as connection:
            return read_ledger(connection, keys, wanted, header, Mode.DEMO)
    finally:
        engine.dispose()


def stood(recording: r.Recording) -> list[Intervention]:
    """How the one intervention stands after each of its events."""
    room, made = Room("VBR"), []
    for item in recording.items:
        room = r.folded(room, item)
        if isinstance(item, r.RecordedEvent):
            made.append(room.seen[item.event.intervention].state)
    return made


def export(backend: RunningBackend, file: Path, *words: str, second: str = PASSWORD, **more: str) -> Answered:
    return run(
        "backend_stub",
        *("ledger", "export", "--database", backend.database, "--recording", str(file), *words),
        MSA_SECOND_PASSWORD=second,
        **more,
    )


def records(backend: RunningBackend) -> list[dict[str, object]]:
    answered = run("backend_stub", "ledger", "exports", "--database", backend.database, "--json")
    assert answered.code == 0, answered.err
    return answered.lines


async def test_the_original_reaches_the_state_that_the_live_room_had_event_by_event(
    shared_backend: RunningBackend, known: tuple[str, UUID, list[Intervention]]
) -> None:
    number, identity, live = known
    recording = original(shared_backend, Wanted("VBR", ("4790",), number))
    assert stood(recording) == live
    assert {event.intervention for event in recording.events()} == {identity}
    files = [item.case_file for item in recording.items if isinstance(item, r.RecordedCaseFile)]
    assert len(files) == 1
    tasks = [item.patrols for item in recording.items if isinstance(item, r.RecordedPatrols)]
    assert any(patrol.intervention == identity for patrols in tasks for patrol in patrols)


async def test_the_export_has_the_same_decisions_and_no_canary_and_is_written_down(
    shared_backend: RunningBackend, known: tuple[str, UUID, list[Intervention]], tmp_path: Path
) -> None:
    number, identity, live = known
    file = tmp_path / f"night{r.SUFFIX}"
    before = len(records(shared_backend))
    answered = export(shared_backend, file, "--intervention", number, "--operator", "4790", "--title", number)
    assert answered.code == 0, answered.err
    made = r.read_recording(file)
    assert made.header.deidentified
    assert not made.header.original_place
    assert [(one.state, one.version, one.decision, len(one.sent)) for one in stood(made)] == [
        (one.state, one.version, one.decision, len(one.sent)) for one in live
    ]
    text = file.read_text()
    raised = live[0]
    assert raised.extract is not None
    names = [raised.extract.victim.name, raised.extract.perpetrator.name, raised.extract.number]
    names += [one.text for one in (*raised.extract.victim.addresses, *raised.extract.perpetrator.addresses)]
    for canary in (CANARY, number, str(identity), "VBR-B-0041", '"4711"', "O. Voorbeeld", *names):
        assert canary.casefold() not in text.casefold(), canary
    last = records(shared_backend)[before:]
    assert [(one["by"], one["agreed"], one["refused"]) for one in last] == [("4790", None, None)]
    checked = run("console", "replay", str(file), "--check", "--json")
    assert (checked.code, checked.json["not_whole"]) == (0, [])


REFUSED = [
    ("4711", None, Asked(), "wrong_role"),
    ("9999", None, Asked(), "not_logged_in"),
    ("4790", None, Asked(original_place=True), "second_needed"),
    ("4790", None, Asked(keep_text=True), "second_needed"),
    ("4790", Login("4790", PASSWORD), Asked(original_place=True), "same_person"),
    ("4790", Login("3700", PASSWORD), Asked(original_place=True), "other_room"),
    ("4790", Login("4711", PASSWORD), Asked(keep_text=True), "wrong_role"),
    ("4790", Login("4700", "not hers at all"), Asked(keep_text=True), "not_logged_in"),
    ("3700", None, Asked(), "nothing_there"),
]


async def test_who_may_not_is_refused_with_a_reason_and_that_is_written_down(
    shared_backend: RunningBackend, known: tuple[str, UUID, list[Intervention]], tmp_path: Path
) -> None:
    for operator, second, asked, why in REFUSED:
        with pytest.raises(ExportRefusedError) as refused:
            exported(shared_backend, tmp_path / "x", replace(asked, intervention=known[0]), operator, second)
        assert refused.value.code == why
    assert not os.listdir(tmp_path)
    written = records(shared_backend)[-len(REFUSED) :]
    assert [(one["by"], one["refused"]) for one in written] == [(one[0], one[3]) for one in REFUSED]


async def test_a_refusal_is_a_sentence_and_an_exit_code(
    shared_backend: RunningBackend, known: tuple[str, UUID, list[Intervention]], tmp_path: Path
) -> None:
    words = ("--intervention", known[0], "--operator", "4790", "--original-place")
    answered = export(shared_backend, tmp_path / "x", *words)
    assert (answered.code, "second_needed: " in answered.err, "--with" in answered.err) == (1, True, True)
    answered = export(shared_backend, tmp_path / "x", "--intervention", known[0], "--operator", "9999")
    assert (answered.code, "not_logged_in: " in answered.err) == (5, True)


async def test_two_people_may_keep_place_and_text_and_known_names_are_stand_ins_all_the_same(
    shared_backend: RunningBackend, known: tuple[str, UUID, list[Intervention]], tmp_path: Path
) -> None:
    number, _, live = known
    file = tmp_path / f"x{r.SUFFIX}"
    answered = export(
        shared_backend,
        file,
        *("--intervention", number, "--operator", "4790", "--with", "4700"),
        *("--original-place", "--keep-text"),
    )
    assert answered.code == 0, answered.err
    made = r.read_recording(file)
    assert made.header.original_place
    assert made.header.approved_by == ("trainer", "supervisor")
    assert CANARY in file.read_text()
    assert live[0].extract is not None
    assert live[0].extract.victim.name not in file.read_text()
    assert stood(made)[-1].state is State.CLOSED
    fixes = [event.body.fix for event in made.events() if isinstance(event.body, e.AlarmRaised)]
    assert fixes[0] is not None
    assert (fixes[0].lon, fixes[0].lat) == LEUVEN


async def test_a_span_of_time_begins_with_what_stood_and_ends_with_it(
    shared_backend: RunningBackend, known: tuple[str, UUID, list[Intervention]]
) -> None:
    whole = original(shared_backend, Wanted("VBR", ("4790",), known[0]))
    events = [item for item in whole.items if isinstance(item, r.RecordedEvent)]
    since, until = events[3].at, events[-1].at
    span = original(shared_backend, Wanted("VBR", ("4790",), None, since, until))
    room = Room("VBR")
    for item in span.items:
        room = r.folded(room, item)
        assert not room.missing
    versions = [event.version for event in span.events() if event.intervention == known[1]]
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) < len(known[2])
    assert any(isinstance(item, r.RecordedSight) for item in span.items)
    assert span.header.starts_at == since


async def test_a_room_that_helped_gets_what_it_saw_from_then_on_without_the_full_file(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as lead,
        shared_backend.console("3711") as helping,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        state = (await lead.raised(await phone.press(*LEUVEN))).state
        await lead.do(state.id, c.Acknowledge(), 0)
        assert (await lead.do(state.id, c.Support(room="ANT"), 1)).refusal is None
        await helping.frame(f.InterventionSnapshot, lambda frame: frame.last)
        assert (await helping.do(state.id, c.AcceptSupport())).refusal is None
        await lead.do(state.id, c.Note(words=CANARY))
        await helping.event("note.added", lambda event: event.intervention == state.id)
        live = helping.room.seen[state.id]
    recording = original(shared_backend, Wanted("ANT", ("3700",), state.number))
    room = Room("ANT")
    for item in recording.items:
        room = r.folded(room, item)
    assert (room.seen[state.id].state, room.seen[state.id].timeline) == (live.state, live.timeline)
    left, moved = Room("ANT"), deidentified(recording, read_zone_map, Random(1))
    for item in moved.items:
        left = r.folded(left, item)
        assert not left.missing
    assert [(one.state.state, one.state.decision, one.state.room) for one in left.seen.values()] == [
        (one.state.state, one.state.decision, one.state.room) for one in room.seen.values()
    ]
    kinds = [item.type for item in recording.items]
    assert "sight" in kinds
    assert "casefile" not in kinds
    with pytest.raises(NothingThereError):
        original(shared_backend, Wanted("BRU", (), state.number))


async def test_to_whom_a_file_does_not_exist_it_cannot_be_exported(
    shared_backend: RunningBackend,
    known: tuple[str, UUID, list[Intervention]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from backend_stub.exporting import reading

    hides = as_known_to
    monkeypatch.setattr(
        reading,
        "as_known_to",
        lambda event, who: hides(event.model_copy(update={"hidden_from": ("4790",)}), who),
    )
    with pytest.raises(NothingThereError):
        original(shared_backend, Wanted("VBR", ("4790",), known[0]))
    assert original(shared_backend, Wanted("VBR", ("4700",), known[0])).items


async def test_what_cannot_be_written_down_does_not_leave_and_what_is_written_down_stays(
    shared_backend: RunningBackend,
    known: tuple[str, UUID, list[Intervention]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from backend_stub.exporting import export as module

    def full(*_: object) -> None:
        raise OSError("disk full")

    file = tmp_path / f"x{r.SUFFIX}"
    with monkeypatch.context() as broken:
        broken.setattr(module, "write_export", full)
        with pytest.raises(OSError, match="disk full"):
            exported(shared_backend, file, Asked(known[0]))
    assert not file.exists()
    with pytest.raises(ExportRefusedError):
        exported(shared_backend, file, Asked(known[0]), password="wrong")
    with closing(sqlite3.connect(existing(shared_backend.database))) as database:
        for change in ("UPDATE registry_export SET told = ''", "DELETE FROM registry_export"):
            with pytest.raises(sqlite3.IntegrityError, match="stays as it is"):
                database.execute(change)


def exported(
    backend: RunningBackend,
    file: Path,
    asked: Asked,
    operator: str = "4790",
    second: Login | None = None,
    password: str = PASSWORD,
) -> None:
    export_recording(
        backend.database,
        file,
        Header(title="x", room="", starts_at=START),
        asked,
        Login(operator, password),
        second,
        read_zone_map,
        START,
        chance=Random(1),
        passwords=CHEAP,
    )


async def test_a_console_records_what_it_sees_until_it_is_closed_and_that_is_written_down(
    shared_backend: RunningBackend, tmp_path: Path
) -> None:
    file = tmp_path / f"live{r.SUFFIX}"
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        words = ("record", str(file), "--url", shared_backend.url, "--operator", "4790")
        recording = warm.start(
            "console", *words, "--intervention", state.number, environment={"MSA_PASSWORD": PASSWORD}
        )
        assert recording.stdout is not None
        assert b"recording to" in await asyncio.to_thread(recording.stdout.readline)
        await console.do(state.id, c.Acknowledge(), 0)
        await console.do(state.id, c.Note(words=CANARY))
        close = c.Close(outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.CONTACT_OFFICER, words=CANARY)
        assert (await console.do(state.id, close, 1)).refusal is None
        await asyncio.to_thread(recording.communicate, timeout=60)
    assert recording.returncode == 0
    made = r.read_recording(file)
    assert {one.state for one in stood(made)[-1:]} == {State.CLOSED}
    assert CANARY not in file.read_text()
    assert state.number not in file.read_text()
    assert [(one["by"], one["live"]) for one in records(shared_backend)[-1:]] == [("4790", True)]


async def test_ctrl_c_ends_a_live_recording_with_all_that_came(
    shared_backend: RunningBackend, tmp_path: Path
) -> None:
    file = tmp_path / f"live{r.SUFFIX}"
    words = ("record", str(file), "--url", shared_backend.url, "--operator", "4700", "--title", "Four eyes")
    recording = warm.start("console", *words, environment={"MSA_PASSWORD": PASSWORD})
    assert recording.stdout is not None
    assert b"recording to" in await asyncio.to_thread(recording.stdout.readline)
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        await console.raised(await phone.press(*LEUVEN))
        await asyncio.sleep(1)
        recording.send_signal(signal.SIGINT)
        await asyncio.to_thread(recording.communicate, timeout=60)
    assert recording.returncode == 0
    made = r.read_recording(file)
    assert made.header.title == "Four eyes"
    assert "alarm.raised" in {event.type for event in made.events()}
    again = run("console", *words)
    assert (again.code, "new file" in again.err) == (2, True)


async def test_an_operator_who_may_not_records_nothing(
    shared_backend: RunningBackend, tmp_path: Path
) -> None:
    answered = msa(shared_backend, "record", str(tmp_path / "x"), "--minutes", "0.1")
    assert answered.code == 1, answered.err
    assert "wrong_role" in answered.err
    assert not os.listdir(tmp_path)
    assert records(shared_backend)[-1]["refused"] == "wrong_role"
