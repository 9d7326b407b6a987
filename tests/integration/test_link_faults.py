"""The real link, through a bad network, against a real backend: nothing is lost, and nothing stale looks live (R3, R6, R12)."""

from __future__ import annotations

import asyncio
import contextlib
import os
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


Fault = Callable[[FaultProxy, random.Random], None]


def of_way(make: Callable[[random.Random], Way], name: str) -> tuple[Fault, Fault]:
    """A fault of one direction, for each of the two."""

    def up(proxy: FaultProxy, chance: random.Random) -> None:
        proxy.up = make(chance)

    def down(proxy: FaultProxy, chance: random.Random) -> None:
        proxy.down = make(chance)

    up.__name__, down.__name__ = f"{name}_up", f"{name}_down"
    return up, down


def hole(proxy: FaultProxy, _chance: random.Random) -> None:
    proxy.black_hole()


def refused(proxy: FaultProxy, _chance: random.Random) -> None:
    proxy.refuse()


def cut(proxy: FaultProxy, _chance: random.Random) -> None:
    proxy.cut()


FAULTS: Final[tuple[Fault, ...]] = (
    cut,
    hole,
    refused,
    *of_way(lambda chance: Way(cut_at=chance.randrange(1, 1500)), "cut_at_a_byte"),
    *of_way(lambda chance: Way(delay_s=chance.random() / 5), "slow"),
    *of_way(lambda chance: Way(jitter_s=chance.random() / 2, random=chance), "jitter"),
    *of_way(lambda chance: Way(bytes_per_s=chance.randrange(2_000, 40_000)), "narrow"),
    *of_way(lambda _chance: Way(silent=True), "half_open"),
    *of_way(lambda chance: Way(duplicates=0.3, random=chance), "duplicates"),
    *of_way(lambda chance: Way(loses=0.3, random=chance), "truncates"),
    *of_way(lambda chance: Way(swaps=0.3, random=chance), "swaps"),
)
SOAK: Final = "MSA_SOAK" in os.environ


def _some(seed: int) -> tuple[Fault, ...]:
    """Those of one of the first seeds: together they have every fault."""
    return FAULTS[seed - 1 :: 3]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 101 if SOAK else 4))
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
        for fault in chance.sample(FAULTS, len(FAULTS)) if SOAK else _some(seed):
            fault(proxy, chance)
            for _ in range(chance.randrange(1, 6)):
                await feed.do(number, c.Note(words=fault.__name__ * chance.randrange(1, 60)))
                await asyncio.sleep(chance.random() / 20)
            lon = LEUVEN[0] + chance.random() / 1000
            await phone.fix(lon, LEUVEN[1])
            await feed.event("fix.reported", lambda event: _lon(event) == lon)  # noqa: B023 - awaited at once
            await asyncio.sleep(chance.choice((0, 0, 2, 6)) if SOAK else 0)
            proxy.heal()
            await until(lambda: seen.shows(feed), CAUGHT_UP_WITHIN_S * MARGIN)
        assert seen.positions == list(range(1, feed.room.position + 1))
        assert proxy.accepted > 1


@pytest.mark.soak
@pytest.mark.parametrize("longer_s", [0, 60] if SOAK else [0])
async def test_in_a_black_hole_the_console_is_stale_and_afterwards_everything_is_there(
    shared_backend: RunningBackend, longer_s: float
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
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longer_s):
                await feed.frame(f.Snapshot)  # none comes: it reads what does, as a console must
        proxy.heal()
        if longer_s:  # a command so old is asked about, and never done by itself
            await until(lambda: seen.shows(feed), CAUGHT_UP_WITHIN_S * MARGIN)
            assert seen.picture.pending[command].waiting is Waiting.ASKS
            seen.link.confirm(command)
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
