"""An exercise: its world reacts to the trainee, every inject reaches the trainee's picture, and a seed repeats itself."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from backend_stub.exercise.branch import branch_of
from backend_stub.exercise.control import controlled
from backend_stub.exercise.run import ABOUT_FILE, RUN_FILE, Exercise, begun, branched
from backend_stub.exercise.world import CannotHappen, Target
from console.domain import commands as c
from console.domain.events import Event
from console.domain.intervention import State
from console.domain.location import Verdict, stuck
from console.domain.patrols import PatrolState
from console.domain.room import Room, Seen
from console.domain.values import Mode
from console.wire import console_frames as f
from console.wire.exits import Stop
from console.wire.recording import RecordedEvent, RecordedNote, folded, read_recording
from console.wire.scenario import Crowd, Scenario
from console.wire.scenario_file import scenario_from, shipped_names
from tests.backend import ConsoleClient
from tests.exercise import colleague_of, console, trained, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SPEED = 30.0
WHO = "her"


def bigger() -> Scenario:
    """The first scenario with a second victim of the same man, one who is tested, and a crowd."""
    plain = scenario_from("clean-press-leuven")
    her = plain.victims[WHO]
    more = {
        "second": her.model_copy(update={"name": "F. Exemple", "button": "VBR-B-0042"}),
        "tested": her.model_copy(update={"name": "G. Exemple", "button": "VBR-B-0043"}),
    }
    return plain.model_copy(
        update={"victims": plain.victims | more, "crowd": Crowd(room="VBR", count=15), "minutes": 120}
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def exercise(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exercise]:
    async with begun(bigger(), tmp_path_factory.mktemp("run"), speed=SPEED, language="nl") as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(exercise: Exercise) -> AsyncIterator[ConsoleClient]:
    """The trainee's console, with her alarm on it."""
    async with console(exercise) as client:
        await client.event("alarm.raised")
        yield client


def of(client: ConsoleClient, exercise: Exercise, who: str = WHO) -> Seen:
    """Her intervention as the trainee sees it."""
    button = exercise.scenario.victims[who].button
    return next(seen for seen in client.room.seen.values() if seen.state.button == button)


async def after(client: ConsoleClient, seen: Seen, kind: str, since: int) -> Event:
    """The first event of a kind of an intervention after a version."""
    return await client.event(
        kind, lambda event: event.intervention == seen.state.id and event.version > since
    )


async def test_a_second_press_joins_hers(exercise: Exercise, desk: ConsoleClient) -> None:
    seen = of(desk, exercise)
    await exercise.world.inject("second-press", Target(WHO))
    await after(desk, seen, "alarm.repeated", seen.state.version)
    heard = await desk.event("line.heard", lambda event: "een deur slaat" in event.model_dump_json())
    assert heard.intervention == seen.state.id


async def test_a_jump_is_shown_beside_the_marker(exercise: Exercise, desk: ConsoleClient) -> None:
    seen = of(desk, exercise)
    await exercise.world.inject("position-jump", Target(WHO))
    await desk.event("fix.reported", lambda event: getattr(event.body, "verdict", None) == Verdict.JUMP)
    assert of(desk, exercise).state.disputed is not None
    assert seen.state.id == of(desk, exercise).state.id


async def test_a_position_that_is_stuck_repeats_every_digit(exercise: Exercise, desk: ConsoleClient) -> None:
    await exercise.world.inject("stuck-position", Target(WHO))
    async with asyncio.timeout(20):
        while not stuck(of(desk, exercise).state.trail):
            await desk.frame(f.Heartbeat)


async def test_a_lost_fix_is_said(exercise: Exercise, desk: ConsoleClient) -> None:
    await exercise.world.inject("fix-lost", Target(WHO))
    await desk.event("fix.reported", lambda event: getattr(event.body, "fix", "there") is None)


async def test_a_press_on_a_border_touches_two_zones(exercise: Exercise, desk: ConsoleClient) -> None:
    before = of(desk, exercise).state.version
    await exercise.world.inject("zone-border", Target(WHO))

    def on_border(event: Event) -> bool:
        allocation = getattr(event.body, "allocation", None)
        return event.version > before and allocation is not None and len(allocation.shares) > 1

    await desk.event("fix.reported", on_border)


async def test_an_unsent_patrol_stays_and_a_sent_one_drives(exercise: Exercise, desk: ConsoleClient) -> None:
    posts = {one.patrol: one.at for one in exercise.scenario.patrols}
    here = desk.room.patrols["5388/L-13"]
    post = posts["5388/L-13"]
    assert not isinstance(post, str)
    assert (round(here.lon or 0, 4), round(here.lat or 0, 4)) == (round(post.lon, 4), round(post.lat, 4))
    state = of(desk, exercise).state
    assert (await desk.do(state.id, c.Acknowledge())).refusal is None
    assert (await desk.do(state.id, c.Dispatch(patrols=("5388/L-13",)))).refusal is None
    await desk.event("patrol.en_route")
    await desk.frame(f.Patrols, lambda _frame: (desk.room.patrols["5388/L-13"].speed_mps or 0) > 10)


async def test_a_slow_patrol_says_so_and_crawls(exercise: Exercise, desk: ConsoleClient) -> None:
    await exercise.world.inject("patrol-slow", Target(WHO, "5388/L-13"))
    note = await desk.event("note.added", lambda event: event.actor.id == "5388/L-13")
    assert "omleiding" in note.model_dump_json()
    await desk.frame(f.Patrols, lambda _frame: 0 < (desk.room.patrols["5388/L-13"].speed_mps or 0) < 5)


async def test_a_patrol_that_falls_out_is_released_and_busy(exercise: Exercise, desk: ConsoleClient) -> None:
    await exercise.world.inject("patrol-unavailable", Target(WHO, "5388/L-13"))
    released = await desk.event("patrol.released", lambda event: "5388/L-13" in event.model_dump_json())
    assert "refused" in released.model_dump_json()
    await desk.frame(f.Patrols, lambda _frame: desk.room.patrols["5388/L-13"].state is PatrolState.BUSY)


async def test_his_car_is_seen_by_a_patrol_over_the_radio(exercise: Exercise, desk: ConsoleClient) -> None:
    await exercise.world.inject("vehicle-seen", Target(WHO, "5388/L-11"))
    note = await desk.event("note.added", lambda event: event.actor.id == "5388/L-11")
    assert note.intervention == of(desk, exercise).state.id


async def test_a_cancel_under_duress_escalates(exercise: Exercise, desk: ConsoleClient) -> None:
    await exercise.world.inject("cancel-under-duress", Target(WHO))
    await desk.event("chat.received")
    await desk.event("alarm.cancelled_by_device")
    assert of(desk, exercise).state.state is not State.CLOSED


async def test_the_second_victim_of_the_same_man_is_pointed_out(
    exercise: Exercise, desk: ConsoleClient
) -> None:
    await exercise.world.inject("second-victim", Target(WHO))
    button = exercise.scenario.victims["second"].button
    await desk.event("alarm.raised", lambda event: getattr(event.body, "button", "") == button)
    second = of(desk, exercise, "second")
    assert second.state.extract is not None
    mine = of(desk, exercise).state.extract
    assert mine is not None
    assert second.state.extract.perpetrator.id == mine.perpetrator.id


async def test_a_planned_test_turns_real_at_its_second_press(exercise: Exercise, desk: ConsoleClient) -> None:
    button = exercise.scenario.victims["tested"].button
    announce = c.AnnounceTest(button=button, minutes=15, officer="Insp. V. Model")
    assert (await desk.do(None, announce)).refusal is None
    await exercise.world.inject("second-press", Target("tested"))
    raised = await desk.event("alarm.raised", lambda event: getattr(event.body, "button", "") == button)
    assert (await desk.do(raised.intervention, c.Acknowledge())).refusal is None
    await exercise.world.inject("test-is-real", Target("tested"))
    await desk.event("test.is_real", lambda event: event.intervention == raised.intervention)


async def test_a_colleague_takes_it_over(exercise: Exercise, desk: ConsoleClient) -> None:
    state = of(desk, exercise).state
    await exercise.world.inject("colleague-takes-over", Target(WHO))
    taken = await desk.event("intervention.taken_over", lambda event: event.intervention == state.id)
    assert taken.actor.id == colleague_of(exercise)


async def test_what_cannot_happen_is_answered_and_not_recorded_as_done(exercise: Exercise) -> None:
    with pytest.raises(CannotHappen, match="no inject 'earthquake'"):
        await exercise.world.inject("earthquake")
    with pytest.raises(CannotHappen, match="no 'nobody'"):
        await exercise.world.inject("second-press", Target("nobody"))


async def test_a_paused_world_has_no_time(exercise: Exercise, desk: ConsoleClient) -> None:
    exercise.world.pause()
    await desk.frame(f.Notice, lambda notice: notice.code == "exercise_paused")
    beats = [(await desk.frame(f.Heartbeat)).now for _ in range(3)]
    assert beats[1] == beats[2]
    exercise.world.go_on()
    await desk.frame(f.Notice, lambda notice: notice.code == "")
    assert (await desk.frame(f.Heartbeat)).now > beats[2]


async def test_a_cut_link_is_cut_and_comes_back_without_a_gap(exercise: Exercise) -> None:
    async with console(exercise, colleague_of(exercise)) as client:
        await exercise.world.inject("link-cut")
        await asyncio.wait_for(client.ws.wait_closed(), 10)
        with pytest.raises((ConnectionClosed, OSError)):
            await console(exercise, colleague_of(exercise)).__aenter__()
    await exercise.clock.sleep(31)
    async with console(exercise, colleague_of(exercise)) as again:
        await again.frame(f.Heartbeat)


async def test_the_control_line_lets_in_who_has_the_token(exercise: Exercise) -> None:
    async with controlled(exercise) as (url, token):
        async with connect(url, proxy=None) as ws:
            await ws.send('{"token":"guessed"}')
            with pytest.raises(ConnectionClosed):
                await ws.recv()
        async with connect(url, proxy=None) as ws:
            await ws.send(json.dumps({"token": token}))
            assert json.loads(await ws.recv())["type"] == "state"

            async def ask(**what: object) -> dict[str, object]:
                await ws.send(json.dumps({"id": 7, **what}))
                while True:
                    said: dict[str, object] = json.loads(await ws.recv())
                    if "ok" in said:
                        return said

            assert await ask(do="mark", words="kijk hier") == {"id": 7, "ok": True}
            assert await ask(do="pause") == {"id": 7, "ok": True}
            assert exercise.clock.paused
            assert await ask(do="go_on") == {"id": 7, "ok": True}
            assert await ask(do="inject", name="second-press", who=WHO) == {"id": 7, "ok": True}
            assert (await ask(do="inject", name="earthquake"))["code"] == "no_inject"
            assert (await ask(do="dance"))["code"] == "bad_request"
            assert await ask(do="tell", words="Insp. V. Model belt") == {"id": 7, "ok": True}
            notes = [one for one in exercise.recorder.items if isinstance(one, RecordedNote)]
            assert ("mark", "kijk hier") in [(note.kind, note.text) for note in notes]
            assert "Tweede druk" in [note.text for note in notes if note.kind == "inject"]


async def test_a_flood_rings_fifteen_times(exercise: Exercise) -> None:
    async with console(exercise) as client:
        before = len(client.room.seen)
        exercise.clock.run_at(100)
        await exercise.world.inject("flood")
        async with asyncio.timeout(20):
            while len(client.room.seen) < before + 15:
                await client.frame(f.Events)


def told(folder: Path) -> dict[str, list[str]]:
    """What happened, by who did it: without ids, times and digits of positions, and without what the clock alone did."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for event in read_recording(folder / RUN_FILE).events():
        if event.actor.kind == "system" or event.type == "fix.reported":
            continue
        words = getattr(event.body, "words", "")
        patrol = getattr(event.body, "patrol", "")
        found[event.actor.id].append(f"{event.type} {patrol} {words}".strip())
    return dict(found)


async def test_the_same_seed_and_the_same_deeds_give_the_same_events(tmp_path: Path) -> None:
    """Twice over the real protocol; and what a run leaves behind."""
    runs: list[dict[str, list[str]]] = []
    ids: set[UUID] = set()
    for number in range(2):
        folder = tmp_path / str(number)
        async with begun(scenario_from("clean-press-leuven"), folder, speed=25, language="fr") as one:
            async with trained(one) as trainee:
                await until(one.world.over.is_set, 30)
            assert trainee.refused == []
        runs.append(told(folder))
        ids |= {event.intervention for event in read_recording(folder / RUN_FILE).events()}
        assert sorted(path.name for path in folder.iterdir()) == sorted([RUN_FILE, ABOUT_FILE])
        about = json.loads((folder / ABOUT_FILE).read_text())
        assert (about["ended"], about["seed"], about["language"]) == ("over", 11, "fr")
    assert runs[0] == runs[1]
    assert len(ids) == 2, "each run has ids of its own"
    assert runs[0]["4711"][0] == "intervention.acknowledged"
    assert any(said.startswith("victim.seen") for said in runs[0]["5388/L-11"])
    header = read_recording(tmp_path / "0" / RUN_FILE).header
    assert (header.mode, header.scenario and header.scenario.seed) == (Mode.EXERCISE, 11)


async def test_the_world_begins_at_its_first_second_when_somebody_sits_at_the_desk(tmp_path: Path) -> None:
    async with begun(scenario_from("clean-press-leuven"), tmp_path, speed=40) as one:
        await asyncio.sleep(0.3)
        assert one.clock.now_s() == 0
        async with console(one) as desk:
            await until(lambda: not one.clock.paused)
            raised = await desk.event("alarm.raised")
            assert (raised.at - one.clock.starts_at).total_seconds() >= 20


async def test_a_run_that_is_stopped_says_that_it_does_not_count(tmp_path: Path) -> None:
    async with begun(scenario_from("clean-press-leuven"), tmp_path, speed=40) as one, console(one):
        await until(lambda: one.clock.now_s() > 1)
    assert json.loads((tmp_path / ABOUT_FILE).read_text())["ended"] == "stopped"


async def test_a_run_can_be_taken_over_at_any_moment_and_goes_another_way(tmp_path: Path) -> None:
    """The first trainee sent the nearest patrol; whoever begins again before that sends another one."""
    first_run = begun(scenario_from("clean-press-leuven"), tmp_path / "first", speed=40)
    async with first_run as one, trained(one):
        await until(one.world.over.is_set, 30)
    recording = read_recording(tmp_path / "first" / RUN_FILE)
    events = [item for item in recording.items if isinstance(item, RecordedEvent)]
    taken = next(item for item in events if item.event.type == "intervention.acknowledged")
    at_s = (taken.at - recording.header.starts_at).total_seconds()
    async with branched(recording, at_s, tmp_path / "second", speed=40) as again, console(again) as desk:
        (seen,) = desk.room.seen.values()
        assert (seen.state.state, seen.state.handler) == (State.ACKNOWLEDGED, "4711")
        assert seen.state.sent == ()
        assert desk.welcome.mode is Mode.EXERCISE
        assert (await desk.do(seen.state.id, c.Dispatch(patrols=("5388/L-12",)))).refusal is None
        await desk.event("line.heard")
        await desk.event("victim.seen")
        assert {one.patrol for one in desk.room.seen[seen.state.id].state.sent} == {"5388/L-12"}
    first, second = told(tmp_path / "first"), told(tmp_path / "second")
    assert "5388/L-11" in first
    assert "5388/L-11" not in second, "what was not sent does not arrive"
    about = json.loads((tmp_path / "second" / ABOUT_FILE).read_text())
    assert (about["branched_from"], about["branched_at_s"]) == (recording.header.title, at_s)
    kept = [event.type for event in read_recording(tmp_path / "second" / RUN_FILE).events()]
    assert kept[:2] == ["alarm.raised", "zone.allocated"]


async def test_a_moment_outside_a_recording_is_refused(tmp_path: Path) -> None:
    async with begun(scenario_from("clean-press-leuven"), tmp_path, speed=40) as one, console(one):
        await until(lambda: one.clock.now_s() > 1)
    recording = read_recording(tmp_path / RUN_FILE)
    with pytest.raises(Stop, match="nothing had happened by then"):
        branch_of(recording, 0.0, "nl")
    with pytest.raises(Stop, match="inside it"):
        branch_of(recording, 99999.0, "nl")


LENGTHS = {"car-to-antwerp": 60, "two-victims-at-night": 60, "year-of-west-flanders": 60}


@pytest.mark.soak
@pytest.mark.soak_only  # `make test` has the first of them; each is a minute of waiting
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [name for name in shipped_names() if name != "clean-press-leuven"])
async def test_each_scenario_runs_to_its_end_with_a_scripted_trainee(name: str, tmp_path: Path) -> None:
    """At high speed; whoever is expected to be handled was, and what was recorded folds."""
    scenario = scenario_from(name)
    run = begun(scenario, tmp_path, speed=LENGTHS.get(name, 40))
    async with run as one, trained(one, sends=max(wanted.patrols for wanted in scenario.expected)):
        await until(one.world.over.is_set, 200)
    recording = read_recording(tmp_path / RUN_FILE)
    room = Room(recording.header.room)
    for item in recording.items:
        room = folded(room, item)
    buttons = {seen.state.button for seen in room.seen.values()}
    for wanted in scenario.expected:
        assert scenario.victims[wanted.who].button in buttons
    assert not [seen for seen in room.seen.values() if seen.state.state is State.RAISED]
    if scenario.crowd is not None:
        assert len(room.seen) == scenario.crowd.count + len(scenario.victims)
