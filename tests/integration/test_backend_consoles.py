"""Consoles: they agree, they resume without loss, a slow one harms nobody, and none sees what is not its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from backend_stub.ledger import verify
from console.domain import commands as c
from console.domain import events as e
from console.domain.patrols import PatrolState
from console.wire import console_frames as f
from console.wire import field_frames as ff
from console.wire.limits import CloseCode
from tests.backend import ANTWERP, LEUVEN, RunningBackend, close_code, press


async def test_r5_of_two_operators_one_wins_and_the_other_is_told_who(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as one, shared_backend.console("4712") as two:
        for _ in range(50):
            async with shared_backend.device(shared_backend.spare_button()) as phone:
                alarm = (await one.raised(await phone.press(*LEUVEN))).state.id
            results = await asyncio.gather(
                one.do(alarm, c.Acknowledge(), seen_decision=0),
                two.do(alarm, c.Acknowledge(), seen_decision=0),
            )
            won = [who for who, result in zip(("4711", "4712"), results, strict=True) if not result.refusal]
            (refusal,) = [result.refusal for result in results if result.refusal]
            assert refusal.code == "already_acknowledged"
            assert [refusal.facts["by"]] == won
            assert one.room.seen[alarm].state.handler == won[0]


async def test_a_command_sent_again_has_the_same_result_and_is_done_once(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        command = c.Command(id=uuid4(), intervention=state.number, do=c.Note(words="Eén keer."))
        assert await console.command(command) == await console.command(command)
        (answer,) = await console.ask(f.AskTimeline(intervention=state.number))
        assert [event.type for event in answer.events].count("note.added") == 1
        async with shared_backend.console("4712") as other:
            stolen = await other.command(command)
            assert stolen.refusal is not None
            assert stolen.refusal.code == "unknown_intervention"


async def test_an_event_comes_before_the_result_of_its_command(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(state.id, c.Acknowledge())
        assert console.room.seen[state.id].state.handler == "4711"


async def test_a_trainer_may_look_but_not_act(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4790") as trainer, shared_backend.device(button) as phone:
        state = (await trainer.raised(await phone.press(*LEUVEN))).state
        result = await trainer.do(state.id, c.Acknowledge())
        assert result.refusal is not None
        assert result.refusal.code == "wrong_role"
        (answer,) = await trainer.ask(f.AskCasefile(intervention=state.number))
        assert answer.case_file is None
        assert answer.refusal is not None


async def test_w7_the_case_file_opens_to_who_handles_it_and_each_opening_is_an_event(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("4711") as console, shared_backend.device("VBR-B-0041") as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        (early,) = await console.ask(f.AskCasefile(intervention=state.number))
        assert early.refusal is not None
        assert early.refusal.code == "not_acknowledged"
        await console.do(state.id, c.Acknowledge())
        (answer,) = await console.ask(f.AskCasefile(intervention=str(state.id)))
        assert answer.case_file is not None
        assert answer.case_file.victim.name == "E. Exemple"
        assert answer.case_file.victim.phone
        opened = await console.event("casefile.opened", lambda event: event.intervention == state.id)
        assert opened.actor.id == "4711"


async def test_the_history_of_a_day_is_searched_by_words(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as console, shared_backend.device("VBR-B-0042") as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        assert state.extract is not None
        day = state.raised_at.astimezone(UTC).date()
        name = state.extract.victim.name
        found = (await console.ask(f.AskHistory(day=day, text=name.upper())))[0].history
        assert [(one.id, one.victim) for one in found] == [(state.id, name)]
        nothing = await console.ask(f.AskHistory(day=day, text="staat nergens"))
        assert nothing[0].history == ()
        before = await console.ask(f.AskHistory(day=datetime(2001, 1, 1, tzinfo=UTC).date()))
        assert before[0].history == ()


async def test_a_patrol_is_seen_by_its_room_and_the_neighbours_as_it_moves_and_works(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with (
        shared_backend.console("4711") as leuven,
        shared_backend.console("3711") as antwerp,
        shared_backend.device(button) as phone,
    ):
        unit = await leuven.free_patrol("5388")
        assert await antwerp.free_patrol("5388"), "Antwerp borders on Flemish Brabant"
        assert all(one.room != "WVL" for one in leuven.room.patrols.values())
        state = (await leuven.raised(await phone.press(*LEUVEN))).state
        async with shared_backend.patrol(unit) as patrol:
            here = ff.PatrolPosition(lon=4.7, lat=50.88, taken_at=datetime.now(UTC))
            await patrol.send(here)
            await leuven.do(state.id, c.Acknowledge())
            await leuven.do(state.id, c.Dispatch(patrols=(unit,)))
            await leuven.frame(
                f.Patrols, lambda frame: any(one.intervention == state.id for one in frame.patrols)
            )
            own = leuven.room.patrols[unit]
            assert (own.state, own.busy_with, own.lon) == (PatrolState.DISPATCHED, state.number, 4.7)
            await antwerp.frame(
                f.Patrols, lambda frame: any(one.state is PatrolState.DISPATCHED for one in frame.patrols)
            )
            seen = antwerp.room.patrols[unit]
            assert (seen.intervention, seen.busy_with) == (None, None), "taken, not by what"


async def test_a_patrol_that_comes_back_gets_its_task_again(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        unit = await console.free_patrol("5388")
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(state.id, c.Acknowledge())
        await console.do(state.id, c.Dispatch(patrols=(unit,)))
        async with shared_backend.patrol(unit) as patrol:
            assert (await patrol.receive(ff.Task)).number == state.number
        result = await console.do(state.id, c.Dispatch(patrols=(unit,)))
        assert result.refusal is not None
        assert result.refusal.code == "patrol_already_on_it"


async def test_s5_s6_another_control_room_gets_no_byte_of_it(shared_backend: RunningBackend) -> None:
    canary = "KANARIE-4F9A"
    button = shared_backend.spare_button()
    async with (
        shared_backend.console("4711") as own,
        shared_backend.console("3711") as other,
        shared_backend.device(button) as phone,
        shared_backend.device(shared_backend.spare_button()) as theirs,
    ):
        state = (await own.raised(await phone.press(*LEUVEN))).state
        unit = await own.free_patrol("5388")
        async with shared_backend.patrol(unit) as patrol:
            await patrol.send(ff.PatrolAvailability(state="busy", busy_with=canary))
            await own.frame(f.Patrols, lambda frame: any(one.busy_with == canary for one in frame.patrols))
            await patrol.send(ff.PatrolAvailability(state="free"))
        await phone.send(ff.ChatFrame(words=canary))
        await own.do(state.id, c.Note(words=canary))
        await own.do(state.id, c.Acknowledge())
        await own.do(state.id, c.Dispatch(patrols=(unit,)))
        for name in (state.number, str(state.id)):
            unknown = "VBR-2026-9999" if name == state.number else str(uuid4())
            asked: list[f.AskCasefile | f.AskTimeline] = [
                f.AskCasefile(intervention=name),
                f.AskTimeline(intervention=name),
            ]
            for ask in asked:
                (denied,) = await other.ask(ask)
                (nothing,) = await other.ask(ask.model_copy(update={"intervention": unknown}))
                assert _without(denied.refusal, name) == _without(nothing.refusal, unknown)
            for do in (c.Acknowledge(), c.Note(words="?"), c.Close(outcome=e.Outcome.ARREST, words="?")):
                denied_result = await other.do(name, do)
                nothing_result = await other.do(unknown, do)
                assert _without(denied_result.refusal, name) == _without(nothing_result.refusal, unknown)
                assert denied_result.intervention is None
        (day,) = await other.ask(f.AskHistory(day=state.raised_at.date(), text=canary))
        assert day.history == ()
        await other.raised(await theirs.press(*ANTWERP))
        await other.frame(f.Patrols)
        assert any(canary in text for text in own.raw)
        asked_for = f'"intervention":"{state.id}"'
        heard = "\n".join(text for text in other.raw if '"unknown_intervention"' not in text)
        for secret in (canary, str(state.id), state.number, button, asked_for):
            assert secret not in heard


def _without(refusal: c.Refusal | None, name: str) -> str:
    assert refusal is not None
    return refusal.model_dump_json().replace(name, "…")


@pytest.mark.parametrize("restarted", [False, True], ids=["same process", "killed and restarted"])
async def test_r3_a_console_resumes_from_its_cursor_without_loss_or_doubles(
    backend: RunningBackend, restarted: bool
) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        await console.raised(await phone.press(*LEUVEN))
        cursor = console.cursor
    async with backend.device("VBR-B-0102") as phone:
        await phone.press(*LEUVEN)
        for number in range(200):
            await phone.fix(4.7008 + number * 1e-5, 50.8787)
        await phone.press(*LEUVEN)
    if restarted:
        backend.restart()
    async with (
        backend.device("VBR-B-0103") as phone,
        backend.console("4711", resume=False) as console,
    ):
        pressing = asyncio.create_task(phone.press(*LEUVEN))
        await console.resume(cursor)  # the client fails on a gap or a double
        await console.raised(await pressing)
        assert console.events[0].position == cursor.position + 1
        assert [item.event.type for item in console.events].count("fix.reported") >= 200
        async with backend.console("4712") as fresh:
            assert {
                key: one.state for key, one in fresh.room.seen.items() if one.state.button != "VBR-B-0101"
            } == {key: one.state for key, one in console.room.seen.items()}


async def test_r12_what_was_receipted_before_a_kill_is_there_after_it(backend: RunningBackend) -> None:
    buttons = [backend.spare_button() for _ in range(8)]
    receipts: dict[str, ff.Receipt] = {}
    enough = asyncio.Event()

    async def press_on(button: str) -> None:
        async with backend.device(button) as phone:
            for _ in range(200):
                receipt = await phone.press(*LEUVEN)
                receipts[receipt.press_id] = receipt
                if len(receipts) >= 100:
                    enough.set()

    pressing = [asyncio.create_task(press_on(button)) for button in buttons]
    await enough.wait()
    backend.kill()
    ended = await asyncio.gather(*pressing, return_exceptions=True)
    assert all(isinstance(one, Exception) for one in ended), "the kill came in the middle"
    backend.start()
    async with backend.console("4711") as console:
        stored = {press_id for one in console.room.seen.values() for _, press_id in one.state.presses}
        assert receipts.keys() <= stored


async def test_more_missed_than_is_replayed_gives_a_snapshot(idle_backend: RunningBackend) -> None:
    idle_backend.start("--replayable", "20")
    async with idle_backend.console("4711") as console:
        cursor = console.cursor
    async with idle_backend.device("VBR-B-0101") as phone:
        receipt = await phone.press(*LEUVEN)
        for number in range(300):
            await phone.fix(4.7008 + number * 1e-5, 50.8787)
        await phone.press(*LEUVEN)
    async with idle_backend.console("4711", cursor=cursor) as console:
        assert not console.events
        (seen,) = console.room.queue()
        assert len(seen.state.presses) == 2
        assert len(seen.timeline) == seen.state.version > 300
        assert sum('"snapshot"' in text for text in console.raw) > 1, "it comes in parts"
        assert receipt.press_id in {press_id for _, press_id in seen.state.presses}


async def test_a_cursor_of_another_ledger_gives_a_snapshot(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as console:
        foreign = console.cursor.model_copy(update={"ledger": uuid4()})
    async with shared_backend.console("4711", cursor=foreign) as console:
        assert any('"snapshot"' in text for text in console.raw)


async def test_r8_a_console_that_does_not_read_is_closed_and_the_others_go_on(
    idle_backend: RunningBackend,
) -> None:
    idle_backend.start("--queue-frames", "50")
    async with (
        idle_backend.console("4711") as busy,
        idle_backend.device("VBR-B-0101") as phone,
        idle_backend.socket("/console", max_queue=1) as stuck,
    ):
        await stuck.send(idle_backend.login("4712").model_dump_json())
        await stuck.send(f.Resume().model_dump_json())
        state = (await busy.raised(await phone.press(*LEUVEN))).state
        overflowed = False
        for _ in range(1_500):
            await busy.do(state.id, c.Note(words="x" * 1_900))
            overflowed = await asyncio.to_thread(idle_backend.figure, "overflows_total") == 1
            if overflowed:
                break
        assert overflowed, "it holds more than its queue"
        assert await close_code(stuck) == CloseCode.TOO_SLOW
        assert (await busy.do(state.id, c.Acknowledge())).refusal is None


async def test_a_graceful_stop_tells_everyone_and_keeps_everything(backend: RunningBackend) -> None:
    """Also what was under way at that moment: a press whose receipt came is there afterwards."""
    patrol = sorted(backend.tokens["patrols"])[0]
    async with (
        backend.console("4711") as console,
        backend.device("VBR-B-0101") as phone,
        backend.patrol(patrol) as crew,
    ):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await crew.be_at(*LEUVEN)
        await console.do(state.id, c.Note(words="Net voor het einde."))
        for number in range(20):
            await phone.send(press(*LEUVEN, press_id=f"late {number}"))
        stopping = asyncio.create_task(asyncio.to_thread(backend.stop))
        await console.frame(f.Notice, lambda notice: notice.code == "stopping")
        promised = set()
        with suppress(ConnectionClosed):
            while True:
                promised.add((await phone.receive(ff.Receipt)).press_id)
        for one in (console, phone, crew):
            await one.ws.wait_closed()
            assert one.ws.close_code == 1001
        assert await stopping == 0
    assert promised, "what was under way at the stop was answered"
    assert verify(backend.database).ok
    backend.start()
    async with backend.console("4711") as console:
        timeline = console.room.seen[state.id].timeline
        assert "note.added" in [event.type for event in timeline]
        assert promised <= {getattr(event.body, "press_id", "") for event in timeline}
