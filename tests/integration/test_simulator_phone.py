"""A simulated phone against a real backend: it presses until it has its receipt, reports, and stops when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from uuid import UUID

import pytest

from backend_stub.simulator.client import NotOneOfOurs
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.phone import (
    Cancel,
    Chat,
    GoesSilent,
    Line,
    LosesFix,
    Move,
    Phone,
    PhoneScript,
    Press,
    Sees,
    Step,
)
from console.domain import commands as c
from console.domain import events as e
from console.domain.location import Verdict
from console.domain.voice_line import LineState
from console.wire import console_frames as f
from console.wire.field_frames import Receipt
from console.wire.limits import DEVICE_FIX_EVERY_S
from tests.backend import LEUVEN, WITHIN_S, ConsoleClient, RunningBackend
from tests.fault_proxy import FaultProxy

FAST = 100.0
"""A position every 0.3 s instead of every 30."""


class Living:
    """A phone that lives in the background of a test."""

    def __init__(self, phone: Phone, receipts: asyncio.Queue[Receipt], life: asyncio.Task[None]) -> None:
        self.phone = phone
        self.life = life
        self._receipts = receipts

    async def receipt(self) -> Receipt:
        async with asyncio.timeout(WITHIN_S):
            return await self._receipts.get()

    async def ended(self) -> None:
        async with asyncio.timeout(WITHIN_S):
            await self.life

    def has_more_receipts(self) -> bool:
        return not self._receipts.empty()


@asynccontextmanager
async def living(
    backend: RunningBackend,
    *steps: tuple[float, Step],
    button: str | None = None,
    speed: float = FAST,
    servers: tuple[str, ...] = (),
    token: str | None = None,
) -> AsyncIterator[Living]:
    """A phone in Leuven with these steps."""
    name = button or backend.spare_button()
    receipts: asyncio.Queue[Receipt] = asyncio.Queue()
    phone = Phone(
        servers or (backend.url,),
        token or backend.tokens["devices"][name],
        PhoneScript(name, *LEUVEN, steps),
        Pace(speed),
        Random(1),
        receipts.put_nowait,
    )
    life = asyncio.create_task(phone.run())
    try:
        yield Living(phone, receipts, life)
    finally:
        life.cancel()
        await asyncio.wait([life])


def became(console: ConsoleClient, receipt: Receipt) -> list[str]:
    """What a press became, in everything that is open: the kinds of its events."""
    return [
        event.type
        for seen in console.room.seen.values()
        for event in seen.timeline
        if isinstance(event.body, e.AlarmRaised | e.AlarmRepeated) and event.body.press_id == receipt.press_id
    ]


async def close(console: ConsoleClient, intervention: UUID) -> None:
    """Acknowledge and close an intervention."""
    for do in (c.Acknowledge(), c.Close(outcome=e.Outcome.PERPETRATOR_GONE, words="he left")):
        result = await console.do(intervention, do)
        assert result.refusal is None


async def test_a_press_whose_receipt_is_lost_with_a_killed_backend_is_one_alarm(
    backend: RunningBackend,
) -> None:
    async with (
        FaultProxy(backend.url) as proxy,
        living(backend, (0.5, Press()), servers=(proxy.url,), speed=1.0) as phone,
    ):
        await phone.phone.client.connected.wait()
        proxy.down.delay_s = 60.0  # the backend hears the phone, the phone does not hear the backend
        async with backend.console() as console:
            while not console.room.seen:  # as an event, or in the snapshot of a console that came later
                await console.frame(f.Heartbeat)
        assert not phone.has_more_receipts()
        backend.restart()
        proxy.target = backend.url
        proxy.cut()
        proxy.heal()
        receipt = await phone.receipt()
        async with backend.console() as console:
            assert became(console, receipt) == ["alarm.raised"]


async def test_a_press_and_an_open_line_while_the_backend_is_down_come_through_once_it_is_up(
    backend: RunningBackend,
) -> None:
    steps = ((0.0, Press()), (0.1, Line(c.LineChange.OPENED)))
    async with FaultProxy(backend.url) as proxy:
        backend.kill()
        async with living(backend, *steps, servers=(proxy.url,), speed=1.0) as phone:
            await asyncio.sleep(0.5)
            assert not phone.has_more_receipts()
            backend.start()
            proxy.target = backend.url
            receipt = await phone.receipt()
            async with backend.console() as console:
                assert became(console, receipt) == ["alarm.raised"]
                [seen] = console.room.seen.values()
                if seen.state.line.state is not LineState.OPEN:  # not in the snapshot yet
                    await console.event("line.opened")


async def test_a_press_that_is_not_answered_is_pressed_again_on_the_same_connection(
    shared_backend: RunningBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend_stub.simulator.client.AGAIN_AFTER_S", 0.05)
    async with FaultProxy(shared_backend.url) as proxy:
        proxy.down.delay_s = 0.5
        async with (
            shared_backend.console() as console,
            living(shared_backend, (0.0, Press()), servers=(proxy.url,), speed=1.0) as phone,
        ):
            receipt = await phone.receipt()
            assert (await phone.receipt()) == receipt  # the answer to its repetition
            assert proxy.accepted == 1
            await console.raised(receipt)
            assert became(console, receipt) == ["alarm.raised"]


async def test_it_reports_its_position_until_the_intervention_is_closed(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console() as console,
        living(shared_backend, (0.0, Press()), (0.1, Move(1.4, 90.0))) as phone,
    ):
        opened = (await console.raised(await phone.receipt())).state.id

        def own(event: e.Event) -> bool:
            return event.intervention == opened

        first = await console.event("fix.reported", own)
        second = await console.event("fix.reported", lambda event: own(event) and event.id != first.id)
        assert isinstance(second.body, e.FixReported)
        assert second.body.fix is not None
        assert (second.body.fix.speed_mps, second.body.fix.heading_deg) == (1.4, 90.0)
        await close(console, opened)
        await phone.ended()


async def test_a_phone_that_loses_its_position_says_so_and_finds_it_again(
    shared_backend: RunningBackend,
) -> None:
    steps = ((0.0, Press()), (1.0, LosesFix()), (3.5 * DEVICE_FIX_EVERY_S, Sees(30.0)))
    async with (
        shared_backend.console() as console,
        living(shared_backend, *steps, speed=DEVICE_FIX_EVERY_S) as phone,  # a report a second
    ):
        opened = (await console.raised(await phone.receipt())).state.id
        verdicts: list[str] = []

        def found(event: e.Event) -> bool:
            if event.intervention == opened and isinstance(event.body, e.FixReported):
                verdicts.append(event.body.verdict)
            return Verdict.SHOWN in verdicts

        await console.event("fix.reported", found)
        assert verdicts == [Verdict.NO_POSITION] * 3 + [Verdict.SHOWN]


async def test_a_phone_whose_battery_is_empty_says_nothing_more_and_the_alarm_stays(
    shared_backend: RunningBackend,
) -> None:
    steps = ((0.0, Press()), (200.0, GoesSilent()), (210.0, Press()))
    async with shared_backend.console() as console, living(shared_backend, *steps) as phone:
        receipt = await phone.receipt()
        await phone.ended()
        assert not phone.has_more_receipts()
        await console.raised(receipt)


async def test_she_presses_twice_and_it_is_one_intervention(shared_backend: RunningBackend) -> None:
    steps = ((0.0, Press()), (20.0, Press()))
    async with shared_backend.console() as console, living(shared_backend, *steps) as phone:
        first, second = await phone.receipt(), await phone.receipt()
        assert first.press_id != second.press_id
        opened = (await console.raised(first)).state.id
        await console.event("alarm.repeated", lambda event: event.intervention == opened)
        assert became(console, first) == ["alarm.raised"]
        assert became(console, second) == ["alarm.repeated"]


async def test_a_second_run_of_the_same_story_is_no_repetition(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    receipts = []
    for _ in range(2):
        async with living(shared_backend, (0.0, Press()), button=button) as phone:
            receipts.append(await phone.receipt())
    assert receipts[0].press_id != receipts[1].press_id


async def test_what_the_app_would_say_of_a_closed_intervention_is_not_said(
    shared_backend: RunningBackend,
) -> None:
    steps = ((0.0, Press()), (1.0, Chat("sorry")), (300.0, Cancel()), (301.0, Press()))
    async with shared_backend.console() as console, living(shared_backend, *steps) as phone:
        first = (await console.raised(await phone.receipt())).state.id
        await console.event("chat.received", lambda event: event.intervention == first)
        await close(console, first)
        second = (await console.raised(await phone.receipt())).state.id
        assert second != first  # a press is a press, whatever was closed before
        assert "alarm.cancelled_by_device" not in [item.event.type for item in console.events]


async def test_a_wrong_token_ends_the_phone_with_its_name(shared_backend: RunningBackend) -> None:
    async with living(shared_backend, (0.0, Press()), button="VBR-B-0050", token="not-its-own") as phone:
        with pytest.raises(NotOneOfOurs, match="VBR-B-0050: not authenticated"):
            await phone.ended()
