"""No press is lost, none counts twice, and every press of an authenticated device is an alarm (R1, R2, W1)."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from contextlib import AsyncExitStack

from console.domain import commands as c
from console.domain import events as e
from console.wire import field_frames as ff
from tests.backend import ANTWERP, LEUVEN, RunningBackend, press


async def test_r2_the_same_press_sent_three_times_is_one_alarm(shared_backend: RunningBackend) -> None:
    buttons = [shared_backend.spare_button() for _ in range(30)]
    copies = [(button, press(*LEUVEN)) for button in buttons for _ in range(10)] * 3
    random.Random(7).shuffle(copies)
    receipts: defaultdict[str, set[str]] = defaultdict(set)
    async with AsyncExitStack() as stack, shared_backend.console("4711") as console:
        sockets = {
            (button, number): await stack.enter_async_context(shared_backend.device(button))
            for button in buttons
            for number in range(2)
        }
        waiting: Counter[tuple[str, int]] = Counter()
        for number, (button, frame) in enumerate(copies):
            await sockets[button, number % 2].send(frame)
            waiting[button, number % 2] += 1

        async def collect(key: tuple[str, int]) -> None:
            for _ in range(waiting[key]):
                receipt = await sockets[key].receive(ff.Receipt)
                receipts[receipt.press_id].add(receipt.model_dump_json())

        await asyncio.gather(*(collect(key) for key in sockets))
        assert len(receipts) == 300
        assert all(len(same) == 1 for same in receipts.values()), "a retry gets the first receipt"
        # One more press comes after all the others: once it is here, so are they.
        async with shared_backend.device(shared_backend.spare_button()) as last:
            await console.raised(await last.press(*LEUVEN))
        alarms = [
            (item.event.body.button, item.event.body.press_id)
            for item in console.events
            if isinstance(item.event.body, e.AlarmRaised | e.AlarmRepeated)
        ]
        assert sorted(alarms[:-1]) == sorted({(button, frame.press_id) for button, frame in copies})
        assert len(console.room.seen) == len(buttons) + 1


async def test_a_press_id_with_other_content_gets_the_first_receipt_and_is_noted(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        first = await phone.press(*LEUVEN, press_id="same")
        again = await phone.press(*ANTWERP, press_id="same")
        assert again == first
        note = await console.event("note.added")
        assert isinstance(note.body, e.NoteAdded)
        assert note.body.code is e.NoteCode.CONFLICTING_DUPLICATE
        assert len(console.events) == 3


async def test_a_second_press_joins_the_open_intervention(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        seen = await console.raised(await phone.press(*LEUVEN))
        await phone.press(*LEUVEN)
        repeated = await console.event("alarm.repeated")
        assert repeated.intervention == seen.state.id
        assert len(console.room.seen[seen.state.id].state.presses) == 2


async def test_after_a_close_the_next_press_opens_a_new_intervention(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        first = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(first.id, c.Acknowledge())
        done = await console.do(first.id, c.Close(outcome=e.Outcome.PERPETRATOR_GONE, words="Niemand meer."))
        assert done.refusal is None
        await phone.receive(ff.Stop)
        second = (await console.raised(await phone.press(*LEUVEN))).state
        assert second.id != first.id
        assert int(second.number[-4:]) == int(first.number[-4:]) + 1


async def test_w1_a_withdrawn_button_is_an_alarm_marked_so(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as console, shared_backend.device("VBR-B-0045") as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        assert state.button_status is e.ButtonStatus.WITHDRAWN
        assert state.case_file is not None


async def test_w1_an_unknown_button_is_an_alarm_even_without_a_position(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("4711") as console, shared_backend.device("VBR-B-0999") as phone:
        state = (await console.raised(await phone.press())).state
        assert (state.button_status, state.fix, state.room) == (e.ButtonStatus.UNKNOWN, None, "VBR")


async def test_where_she_is_decides_who_answers(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("3711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*ANTWERP))).state
        assert (state.room, state.number[:4]) == ("ANT", "ANT-")


async def test_nowhere_is_no_position_and_her_file_decides(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as console, shared_backend.device("VBR-B-0043") as phone:
        state = (await console.raised(await phone.press(0.0, 0.0))).state
        assert (state.room, state.fix, state.zone) == ("VBR", None, state.file_zone)


async def test_w14_a_cancel_of_the_device_escalates_and_closes_nothing(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        seen = await console.raised(await phone.press(*LEUVEN))
        await phone.send(ff.CancelFrame())
        await console.event("escalation.raised")
        assert console.room.seen[seen.state.id].state.state == "raised"


async def test_what_a_device_reports_with_nothing_open_is_answered_with_stop(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.device(shared_backend.spare_button()) as phone:
        await phone.fix(*LEUVEN)
        await phone.receive(ff.Stop)


async def test_positions_line_and_chat_reach_the_console_and_the_patrol(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        unit = await console.free_patrol("5388")
        async with shared_backend.patrol(unit) as patrol:
            await console.do(state.id, c.Acknowledge())
            await console.do(state.id, c.Dispatch(patrols=(unit,)))
            await patrol.receive(ff.Task)
            await phone.fix(4.7020, 50.8790)
            update = await patrol.receive(ff.Update)
            assert update.fix is not None
            assert update.fix.lon == 4.7020
            await phone.send(ff.LineFrame(change=c.LineChange.OPENED))
            await phone.send(ff.LineFrame(change=c.LineChange.CAPTION, words="Een man roept."))
            await phone.send(ff.ChatFrame(words="Hij staat aan de deur."))
            heard = await console.event("line.heard")
            assert isinstance(heard.body, e.LineHeard)
            assert heard.body.words == "Een man roept."
            chat = await console.event("chat.received")
            assert chat.intervention == state.id
