"""Sending over a real backend: the circle that counts, a choice, a zone kept, and what patrols are told (W9, W10)."""

from __future__ import annotations

from datetime import UTC, datetime

from console.domain import commands as c
from console.domain import events as e
from console.domain.patrols import Patrol, PatrolState
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, ConsoleClient, RunningBackend
from tests.programs import msa

NEAR_HERENT = (4.7005, 50.8998)
"""Lon, lat in Leuven, some 1.2 km from the zone of Herent."""

ZAVENTEM = (4.4700, 50.8830)
"""Lon, lat of another zone, farther than anyone drives between two positions."""


def in_a_car(lon: float, lat: float, kmh: float) -> ff.FixFrame:
    moving = {"speed_mps": kmh / 3.6, "heading_deg": 45.0, "taken_at": datetime.now(UTC)}
    return ff.FixFrame(fix=ff.FixSent(lon=lon, lat=lat, radius_m=20, confidence_pct=95, **moving))


def shares_of(event: e.Event) -> dict[str | None, float]:
    assert isinstance(event.body, e.FixReported)
    assert event.body.allocation is not None
    return {part.zone: part.share for part in event.body.allocation.shares}


async def seen_as(console: ConsoleClient, patrol: str, state: PatrolState) -> Patrol:
    while console.room.patrols[patrol].state is not state:
        await console.frame(f.Patrols)
    return console.room.patrols[patrol]


async def test_w9_the_zones_of_a_moving_victim_are_those_that_she_can_reach_until_the_next_report(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        state = (await console.raised(await phone.press(*NEAR_HERENT))).state
        assert state.allocation is not None
        still = {part.zone: part.share for part in state.allocation.shares}
        await phone.send(in_a_car(*NEAR_HERENT, kmh=230))
        moving = shares_of(await console.event("fix.reported", lambda event: event.intervention == state.id))
        assert still[state.zone] > 0.99
        assert moving[state.zone] < 0.9
        assert console.room.seen[state.id].state.allocation != state.allocation


async def test_w9_a_chosen_position_proposes_its_zone_and_a_zone_that_is_kept_is_not_proposed_again(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(state.id, c.Acknowledge())
        patrol = await console.free_patrol(state.zone or "")
        async with shared_backend.patrol(patrol) as crew:
            await console.do(state.id, c.Dispatch(patrols=(patrol,)))
            await crew.receive(ff.Task)
            await phone.fix(*ZAVENTEM)
            far = await console.event("fix.reported", lambda event: event.intervention == state.id)
            assert isinstance(far.body, e.FixReported)
            assert far.body.fix is not None
            assert far.body.verdict == "jump"
            chosen = msa(shared_backend, "act", state.number, "choose-fix", far.body.fix.id)
            assert chosen.code == 0, chosen.err
            assert (await crew.receive(ff.Update)).fix == far.body.fix
            offered = await console.event(
                "zone.change_proposed", lambda event: event.intervention == state.id
            )
            assert isinstance(offered.body, e.ZoneChangeProposed)
            assert msa(shared_backend, "act", state.number, "keep-zone").code == 0
            await phone.fix(ZAVENTEM[0] + 0.0005, ZAVENTEM[1])
            await crew.receive(ff.Update)
            assert msa(shared_backend, "act", state.number, "keep-zone").code == 1
            kinds = [item.event.type for item in console.events if item.event.intervention == state.id]
            assert kinds.count("zone.change_proposed") == 1
            changed = await console.do(state.id, c.ChangeZone(zone=offered.body.zone))
            assert changed.refusal is None
            told = await crew.receive(ff.Update)
            assert (told.kind, told.zone) == (ff.UpdateKind.ZONE, offered.body.zone)


async def test_w10_a_patrol_gets_the_read_out_with_its_task_and_must_read_a_new_danger_again(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await phone.send(ff.LineFrame(change=c.LineChange.OPENED))
        await console.event("line.opened", lambda event: event.intervention == state.id)
        await console.do(state.id, c.Acknowledge())
        patrol = await console.free_patrol(state.zone or "")
        assert console.room.patrols[patrol].language == "nl"
        async with shared_backend.patrol(patrol) as crew:
            await console.do(state.id, c.Dispatch(patrols=(patrol,)))
            readout = (await crew.receive(ff.Task)).readout
            assert readout is not None
            assert "Waar: " in readout
            assert "Leuven" in readout
            assert "Gevaar NIET nagekeken" in readout
            await crew.send(ff.PatrolReadFrame())
            await console.event("patrol.read_danger", lambda event: event.intervention == state.id)
            await console.do(state.id, c.HeardOnLine(code=e.Heard.SHOT))
            update = await crew.receive(ff.Update)
            assert update.kind is ff.UpdateKind.DANGER
            assert "SCHOT" in (update.readout or "")
            assert console.room.seen[state.id].state.sent[0].read_danger_at is None
            await crew.send(ff.PatrolReadFrame())
            while console.room.seen[state.id].state.sent[0].read_danger_at is None:
                await console.frame(f.Events)
            await phone.press(*LEUVEN)
            update = await crew.receive(ff.Update)
            assert update.kind is ff.UpdateKind.SECOND_PRESS
            assert "zij drukte 2 keer" in (update.readout or "")


async def test_a_reserved_patrol_goes_nowhere_else_and_is_not_told_until_it_is_sent(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(shared_backend.spare_button()) as one,
        shared_backend.device(shared_backend.spare_button()) as two,
    ):
        here = (await console.raised(await one.press(*LEUVEN))).state
        there = (await console.raised(await two.press(*LEUVEN))).state
        for state in (here, there):
            await console.do(state.id, c.Acknowledge())
        patrol = await console.free_patrol(here.zone or "")
        kept = msa(shared_backend, "act", here.number, "reserve", patrol)
        assert kept.code == 0, kept.err
        assert (await seen_as(console, patrol, PatrolState.RESERVED)).intervention == here.id
        async with shared_backend.patrol(patrol) as crew:
            assert msa(shared_backend, "act", here.number, "recall", patrol, "let", "go").code == 0
            assert msa(shared_backend, "act", here.number, "reserve", patrol).code == 0
            await crew.send(ff.PatrolReadFrame())  # it is answered after whatever it would have been told
            first = ff.to_patrol.validate_json(await crew.ws.recv())
            assert isinstance(first, ff.ErrorFrame)
            assert first.code == "no_task"
        refused = (await console.do(there.id, c.Dispatch(patrols=(patrol,)))).refusal
        assert refused is not None
        assert (refused.code, refused.facts["number"]) == ("patrol_busy", here.number)
        async with shared_backend.patrol(patrol) as crew:
            await console.do(here.id, c.Dispatch(patrols=(patrol,)))
            assert (await crew.receive(ff.Task)).number == here.number
        assert msa(shared_backend, "act", here.number, "recall", patrol, "no", "longer", "needed").code == 0
        await seen_as(console, patrol, PatrolState.FREE)


async def test_an_ambulance_is_asked_for_and_its_answer_written_down_by_commands(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        number = state.number
        assert msa(shared_backend, "act", number, "acknowledge").code == 0
        assert msa(shared_backend, "act", number, "request", "ambulance").code == 0
        wrong = msa(shared_backend, "act", number, "request", "plumber")
        assert wrong.code == 1
        assert "unknown_service" in wrong.err
        assert msa(shared_backend, "act", number, "answered", "ambulance", "under", "way").code == 0
        await console.event("service.answered", lambda event: event.intervention == state.id)
        assert console.room.seen[state.id].state.services[0].answer == "under way"


async def test_what_keys_do_for_zone_microphone_and_a_neighbours_patrol_commands_do_too(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as leuven,
        shared_backend.console("3711") as antwerp,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        state = (await leuven.raised(await phone.press(*LEUVEN))).state
        await phone.send(ff.LineFrame(change=c.LineChange.OPENED))
        await leuven.event("line.opened", lambda event: event.intervention == state.id)
        theirs = await antwerp.free_patrol("5345")
        steps = (
            ("acknowledge", 0),
            (f"propose {theirs}", 0),
            (f"propose {theirs}", 1),
            (f"let-go {theirs} not needed", 0),
            (f"let-go {theirs} not needed", 1),
            ("listen", 0),
            ("unmute she asks for us", 0),
            ("mute", 0),
            ("mute", 1),
            ("change-zone 5393", 0),
            ("change-zone 9999", 1),
        )
        for words, code in steps:
            answered = msa(shared_backend, "act", state.number, *words.split())
            assert answered.code == code, (words, answered.err)
        await leuven.event("zone.changed", lambda event: event.intervention == state.id)
        now = leuven.room.seen[state.id].state
        assert (now.zone, now.line.muted, now.proposed, now.asked) == ("5393", True, (), ("ANT",))
