"""W8, W7 and S6 over real sockets: a glimpse carries nothing else, the lead passes by acceptance, patrols stay local."""

from __future__ import annotations

import json
import sqlite3
from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.sight import Sight, rooms_seeing, sight_of
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import ANTWERP, LEUVEN, ConsoleClient, RunningBackend, fix
from tests.programs import msa

BUTTON, OTHER_BUTTON = "VBR-B-0041", "VBR-B-0042"
"""Allocated to victims whose case files zones of Flemish Brabant keep."""

CANARY = "KANARIE-7f3a"


async def _answers(console: ConsoleClient, number: str) -> list[str]:
    """Codes of the refusals of everything that could show more of it."""
    asked: tuple[f.AskTimeline | f.AskCasefile, ...] = (
        f.AskTimeline(intervention=number),
        f.AskCasefile(intervention=number),
    )
    codes = []
    for ask in asked:
        (answer,) = await console.ask(ask)
        assert answer.refusal is not None
        codes.append(answer.refusal.code)
    result = await console.do(number, c.Note(words="what is it?"))
    assert result.refusal is not None
    return [*codes, result.refusal.code]


async def _press(console: ConsoleClient, backend: RunningBackend, button: str) -> Intervention:
    async with backend.device(button) as phone:
        return (await console.raised(await phone.press(*ANTWERP))).state


async def test_s6_no_byte_but_age_zone_and_owner_reaches_a_room_with_a_glimpse(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("3711") as antwerp, shared_backend.console("4711") as leuven:
        state = await _press(antwerp, shared_backend, BUTTON)
        glimpse = await leuven.event("intervention.glimpsed")
        seen = leuven.room.seen[state.id].state
        assert (seen.number, seen.room, seen.zone) == (state.number, "ANT", state.zone)
        assert (seen.glimpsed, seen.extract, seen.fix, seen.button) == (True, None, None, None)
        await antwerp.do(state.id, c.Acknowledge())
        await antwerp.do(state.id, c.Note(words=f"{CANARY} she hides in the cellar"))
        noted = await antwerp.event("note.added")
        await leuven.event("intervention.glimpsed", lambda event: event.version == noted.version)
        assert await _answers(leuven, state.number) == [
            "unknown_intervention",
            "unknown_intervention",
            "not_your_room",
        ]
        day = glimpse.at.date()
        (history,) = await leuven.ask(f.AskHistory(day=day))
        assert state.number not in [row.number for row in history.history]
        cursor = leuven.cursor.model_copy(update={"position": 0})
    async with (
        shared_backend.console("4712") as anew,
        shared_backend.console("4700", cursor=cursor) as behind,
    ):
        await behind.until(cursor.position + 3)
        for console in (anew, behind):
            assert console.room.seen[state.id].state.glimpsed
            assert len(console.room.seen[state.id].timeline) == 1
    assert state.extract is not None
    secrets = [CANARY, BUTTON, state.extract.victim.name, state.extract.perpetrator.name, "3711"]
    secrets += [f'"lon":{state.fix.lon}' if state.fix else "", state.extract.number]
    for console in (leuven, anew, behind):
        bytes_seen = "\n".join(
            text for text in console.raw if json.loads(text)["type"] not in {"patrols", "welcome"}
        )
        assert state.number in bytes_seen
        for secret in filter(None, secrets):
            assert secret not in bytes_seen, secret


async def test_w8_a_neighbour_helps_with_its_own_patrols_and_gets_the_lead_only_when_it_accepts(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("3711") as antwerp, shared_backend.console("4711") as leuven:
        state = await _press(antwerp, shared_backend, OTHER_BUTTON)
        await antwerp.do(state.id, c.Acknowledge())
        theirs = await antwerp.free_patrol("5388")
        refused = await antwerp.do(state.id, c.Dispatch(patrols=(theirs,)))
        assert refused.refusal is not None
        assert refused.refusal.code == "patrol_of_other_room"
        assert (await antwerp.do(state.id, c.Support(room="VBR"))).refusal is None
        await _until_whole(leuven, state)
        assert leuven.room.seen[state.id].state.extract == state.extract
        assert (await leuven.do(state.id, c.AcceptSupport())).refusal is None
        assert (await leuven.do(state.id, c.Dispatch(patrols=(theirs,)))).refusal is None
        (file,) = await leuven.ask(f.AskCasefile(intervention=state.number))
        assert file.case_file is None  # W7: a helping room has the extract only
        assert (await antwerp.do(state.id, c.OfferLead(room="VBR"))).refusal is None
        await leuven.event("room.lead_offered")
        assert leuven.room.seen[state.id].state.room == "ANT"
        assert (await leuven.do(state.id, c.AcceptLead())).refusal is None
        await antwerp.event("room.lead_accepted")
        for console in (antwerp, leuven):
            now = console.room.seen[state.id].state
            assert (now.room, now.handler, now.supporting) == ("VBR", "4711", ("ANT",))
        (file,) = await leuven.ask(f.AskCasefile(intervention=state.number))
        assert file.case_file is not None
        late = await antwerp.do(state.id, c.Close(outcome=e.Outcome.ARREST, words="over"))
        assert late.refusal is not None
        assert late.refusal.code == "not_for_support"


async def test_w8_a_later_press_that_arrives_elsewhere_joins_and_is_seen_whole_in_both_rooms(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("4711") as leuven, shared_backend.console("3711") as antwerp:
        async with shared_backend.device(shared_backend.spare_button()) as phone:
            first = (await leuven.raised(await phone.press(*LEUVEN))).state
            await phone.press(*ANTWERP)
        await leuven.event("room.reached", lambda event: getattr(event.body, "room", "") == "ANT")
        await _until_whole(antwerp, first)
        for console in (leuven, antwerp):
            state = console.room.seen[first.id].state
            assert (state.room, state.called, len(state.presses)) == ("VBR", ("ANT",), 2)


async def test_w8_a_neighbour_sees_it_coming_three_minutes_ahead_and_abroad_is_named_with_whom_to_call(
    shared_backend: RunningBackend,
) -> None:
    kampenhout, aachen = (4.55, 50.945), (6.12, 50.77)
    async with shared_backend.console("4711") as leuven, shared_backend.console("3711") as antwerp:
        async with shared_backend.device(shared_backend.spare_button()) as phone:
            state = (await leuven.raised(await phone.press(*kampenhout))).state
            assert "ANT" not in rooms_seeing(state)
            driven = fix(*kampenhout).model_copy(update={"speed_mps": 30.5, "heading_deg": 335.0})
            await phone.send(ff.FixFrame(fix=driven))
            await antwerp.event("intervention.glimpsed", lambda event: event.intervention == state.id)
            told = await leuven.event("room.reached", lambda event: event.intervention == state.id)
            assert told.body == e.RoomReached(room="ANT", why="ahead")
        async with shared_backend.device(shared_backend.spare_button()) as phone:
            await phone.press(*aachen)
            left = await leuven.event("belgium.left")
            assert left.body == e.BelgiumLeft(desk="DE-AC")
            assert leuven.room.seen[left.intervention].state.abroad == "DE-AC"


async def test_w8_a_supervisor_takes_over_a_whole_room_by_one_act(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("3711") as antwerp, shared_backend.console("4700") as supervisor:
        first = await _press(antwerp, shared_backend, shared_backend.spare_button())
        async with shared_backend.device(shared_backend.spare_button()) as phone:
            second = (await antwerp.raised(await phone.press(*ANTWERP))).state
        await antwerp.do(first.id, c.Acknowledge())
        no = await antwerp.do(None, c.TakeOverRoom(room="VBR", reason="fire"))
        assert no.refusal is not None
        assert no.refusal.code == "supervisor_needed"
        do = c.TakeOverRoom(room="ANT", reason="fire in the building")
        assert (await supervisor.do(None, do)).refusal is None
        for one in (first, second):
            await _until_whole(supervisor, one)
            assert supervisor.room.seen[one.id].state.room == "VBR"
            assert sight_of(supervisor.room.seen[one.id].state, "ANT") is Sight.EXTRACT
        assert supervisor.room.seen[first.id].state.handler == "4700"
        again = await supervisor.do(None, do)
        assert again.refusal is not None
        assert again.refusal.code == "nothing_open"


async def test_w7_each_showing_of_an_extract_is_written_down_once_a_console_has_it_on_screen(
    shared_backend: RunningBackend,
) -> None:
    def shown(intervention: UUID) -> set[str]:
        with sqlite3.connect(f"file:{shared_backend.directory / 'backend.db'}?mode=ro", uri=True) as database:
            asked = "SELECT operator FROM registry_shown WHERE intervention = ?"
            return {row[0] for row in database.execute(asked, (str(intervention),))}

    async with shared_backend.console("4711") as one, shared_backend.console("4712") as two:
        async with shared_backend.device(shared_backend.spare_button()) as phone:
            state = (await one.raised(await phone.press(*LEUVEN))).state
        await two.event("alarm.raised", lambda event: event.intervention == state.id)
        await one.send(f.Ack(position=one.room.position))
        await one.do(state.id, c.Acknowledge())
        await one.frame(f.Heartbeat)
        assert shown(state.id) == {"4711"}
    async with shared_backend.console("4700") as later:  # from a snapshot
        await later.send(f.Ack(position=later.room.position))
        await later.frame(f.Heartbeat)
        await later.frame(f.Heartbeat)
        assert shown(state.id) == {"4711", "4700"}


async def test_rooms_are_asked_and_answer_by_command(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("3711") as antwerp:
        number = (await _press(antwerp, shared_backend, shared_backend.spare_button())).number
    steps = (
        ("3711", "acknowledge", 0),
        ("3711", "support VBR", 0),
        ("4711", "accept-support", 0),
        ("3711", "offer-lead VBR", 0),
        ("4711", "decline nobody is free", 0),
        ("4711", "accept-lead", 1),
    )
    for operator, words, code in steps:
        answered = msa(shared_backend, "act", number, *words.split(), operator=operator)
        assert answered.code == code, (words, answered.err)


async def test_w8_a_supervisor_takes_over_a_room_by_the_command_too(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as leuven, shared_backend.console("3711") as antwerp:
        async with shared_backend.device(shared_backend.spare_button()) as phone:
            waiting = (await leuven.raised(await phone.press(*LEUVEN))).state
        async with shared_backend.device(shared_backend.spare_button()) as phone:
            held = (await leuven.raised(await phone.press(*LEUVEN))).state
        await leuven.do(held.id, c.Acknowledge())
        words = ("act", "-", "take-over-room", "VBR", "fire", "in", "the", "building")
        no = msa(shared_backend, *words, operator="3711")
        assert no.code == 1
        assert "supervisor_needed" in no.err
        stale = msa(shared_backend, *words, "--seen", str(waiting.decision), operator="3700")
        assert stale.code == 1
        assert leuven.room.seen[waiting.id].state.room == "VBR", "all of them, or none"
        taken = msa(shared_backend, *words, operator="3700")
        assert taken.code == 0, taken.err
        await _until_whole(antwerp, held)
        await _until_whole(antwerp, waiting)
        assert antwerp.room.seen[waiting.id].state.state == "raised"  # it goes on ringing, in the new room
        assert antwerp.room.seen[held.id].state.room == "ANT"
        assert antwerp.room.seen[held.id].state.handler == "3700"


async def _until_whole(console: ConsoleClient, state: Intervention) -> None:
    """Read until the console sees an intervention whole."""
    while state.id not in console.room.seen or console.room.seen[state.id].state.glimpsed:
        await console.frame(f.Heartbeat)
