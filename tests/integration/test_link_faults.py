"""The real link, through a bad network, against a real backend: nothing is lost, and nothing stale looks live (R3, R6, R12)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final
from uuid import UUID

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import State
from console.link.interface import Connection, Waiting
from console.wire import console_frames as f
from tests.backend import LEUVEN, ConsoleClient, RunningBackend
from tests.fault_proxy import FaultProxy, Way
from tests.linked_console import console, until

CAUGHT_UP_WITHIN_S: Final = 5.0
STALE_WITHIN_S: Final = 5.0
MARGIN: Final = 3
"""Machines are noisy (promises: deadlines in tests have a margin of 3)."""


def _lon(event: e.Event) -> float | None:
    return event.body.fix.lon if isinstance(event.body, e.FixReported) and event.body.fix else None


def cut_down(proxy: FaultProxy, chance: random.Random) -> None:
    proxy.down = Way(cut_at=chance.randrange(1, 1500))


def cut_up(proxy: FaultProxy, chance: random.Random) -> None:
    proxy.up = Way(cut_at=chance.randrange(1, 300))


def slow(proxy: FaultProxy, chance: random.Random) -> None:
    proxy.up, proxy.down = Way(delay_s=chance.random() / 5), Way(delay_s=chance.random() / 5)


def hole(proxy: FaultProxy, _chance: random.Random) -> None:
    proxy.black_hole()


def refused(proxy: FaultProxy, _chance: random.Random) -> None:
    proxy.refuse()


def cut(proxy: FaultProxy, _chance: random.Random) -> None:
    proxy.cut()


FAULTS: Final[tuple[Callable[[FaultProxy, random.Random], None], ...]] = (
    cut,
    cut_down,
    cut_up,
    slow,
    hole,
    refused,
    cut_down,
    cut_up,
)


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_each_fault_the_picture_is_the_fold_of_the_feed_and_each_event_came_once(
    shared_backend: RunningBackend, seed: int
) -> None:
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(shared_backend.console("4712", resume=False))
        await feed.send(f.Resume(cursor=feed.cursor))
        await feed.until(feed.welcome.head)
        proxy = await stack.enter_async_context(FaultProxy(shared_backend.url))
        seen = await stack.enter_async_context(console(proxy.url))
        phone = await stack.enter_async_context(shared_backend.device(shared_backend.spare_button()))
        number = (await feed.raised(await phone.press(*LEUVEN))).state.number
        for fault in chance.sample(FAULTS, len(FAULTS)):
            fault(proxy, chance)
            for _ in range(chance.randrange(1, 6)):
                await feed.do(number, c.Note(words=fault.__name__ * chance.randrange(1, 60)))
                await asyncio.sleep(chance.random() / 20)
            lon = LEUVEN[0] + chance.random() / 1000
            await phone.fix(lon, LEUVEN[1])
            await feed.event("fix.reported", lambda event: _lon(event) == lon)  # noqa: B023 - awaited at once
            proxy.heal()
            await until(lambda: seen.shows(feed), CAUGHT_UP_WITHIN_S * MARGIN)
        assert seen.positions == list(range(1, feed.room.position + 1))
        assert proxy.accepted > 3


async def test_in_a_black_hole_the_console_is_stale_and_afterwards_everything_is_there(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4712", resume=False) as feed,
        FaultProxy(shared_backend.url) as proxy,
        console(proxy.url) as seen,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        await feed.send(f.Resume(cursor=feed.cursor))
        raised = (await feed.raised(await phone.press(*LEUVEN))).state
        await until(lambda: raised.id in seen.picture.room.seen)
        before = len(seen.shown)
        proxy.black_hole()
        done = asyncio.create_task(feed.do(raised.number, c.Note(words="while nothing passes")))
        await until(lambda: seen.picture.connection is not Connection.LIVE, STALE_WITHIN_S * MARGIN)
        states = [picture.connection for picture in seen.shown[before:]]
        assert Connection.STALE in states
        assert states.index(Connection.STALE) == next(
            place for place, one in enumerate(states) if one is not Connection.LIVE
        )
        command = seen.link.send(c.Acknowledge(), raised.id, raised.decision)
        await until(lambda: command in seen.picture.pending)
        assert seen.picture.pending[command].waiting is Waiting.QUEUED
        await done
        proxy.heal()
        await until(lambda: command not in seen.picture.pending, CAUGHT_UP_WITHIN_S * MARGIN)
        assert seen.picture.results[-1].refusal is None
        await feed.event("intervention.acknowledged", lambda event: event.intervention == raised.id)
        await until(lambda: seen.shows(feed), CAUGHT_UP_WITHIN_S * MARGIN)


def acknowledgements(feed: ConsoleClient, intervention: UUID) -> int:
    return sum(isinstance(event.body, e.Acknowledged) for event in feed.room.seen[intervention].timeline)


async def test_a_command_typed_as_the_backend_is_killed_is_done_once_or_shown_as_not_done(
    backend: RunningBackend,
) -> None:
    chance = random.Random(12)
    async with FaultProxy(backend.url) as proxy, console(proxy.url) as seen:
        for kill in range(2):
            async with backend.device(backend.spare_button()) as phone:
                await phone.press(*LEUVEN)
            await until(lambda: len(seen.picture.room.seen) > kill)  # noqa: B023 - waited for at once
            raised = seen.picture.room.queue()[0].state
            assert raised.state is State.RAISED
            command = seen.link.send(c.Acknowledge(), raised.id, raised.decision)
            await asyncio.sleep(chance.random() / 50)
            await asyncio.to_thread(backend.restart)
            proxy.target = backend.url
            await until(lambda: seen.picture.connection is Connection.LIVE and not seen.picture.gap)
            await until(lambda: all(one.waiting is Waiting.ASKS for one in seen.picture.pending.values()))
            if command in seen.picture.pending:  # it took more than 10 s: the operator is asked
                assert seen.picture.room.seen[raised.id].state.state is State.RAISED
                seen.link.confirm(command)
                await until(lambda: not seen.picture.pending)
            assert seen.picture.results[-1].id == command
            assert seen.picture.results[-1].refusal is None
            async with backend.console("4712") as feed:
                assert acknowledgements(feed, raised.id) == 1
                await until(lambda: dict(seen.picture.room.seen).keys() == dict(feed.room.seen).keys())
