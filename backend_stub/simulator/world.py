"""The simulated world: every patrol and every phone of it, as clients of one backend."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from backend_stub.registry.records import PatrolUnit
from backend_stub.registry.tokens import Tokens
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.patrol import Habits, SimulatedPatrol
from backend_stub.simulator.phone import Phone
from backend_stub.simulator.seeded import stream
from backend_stub.simulator.stories import Story

CONNECTING_AT_ONCE: Final = 50
"""So many patrols connect together; the next follow, so that a start is no storm."""

PATIENCE_S: Final = 5.0
"""After so long without a connection, whoever watches hears why nothing happens."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A patrol that is on the road."""

    unit: PatrolUnit
    habits: Habits


async def live(
    servers: tuple[str, ...],
    tokens: Tokens,
    on_duty: Sequence[OnDuty],
    stories: Iterator[Story],
    *,
    rooms: frozenset[str],
    seed: int,
    pace: Pace,
    tell: Callable[[str], None],
) -> None:
    """Run the patrols and let the phones live their stories, until cancelled.

    ``rooms``: whose patrols these are. ``tell`` gets a line for each thing that a person who watches wants to know.

    Raises:
        ExceptionGroup: a `NotOneOfOurs`, for a patrol or a phone whose token the backend does not know.
    """
    patrols = [
        SimulatedPatrol(
            servers, tokens.patrols[one.unit.id], one.unit, pace, stream(seed, one.unit.id), one.habits
        )
        for one in on_duty
        if one.unit.id in tokens.patrols
    ]
    async with asyncio.TaskGroup() as group:
        group.create_task(_phones(group, servers, tokens, stories, seed, pace, tell))
        group.create_task(_tell_when_connected(servers, patrols, rooms, tell))
        for number, patrol in enumerate(patrols, start=1):
            group.create_task(patrol.run())
            if number % CONNECTING_AT_ONCE == 0:
                await asyncio.sleep(0.1)


async def _phones(
    group: asyncio.TaskGroup,
    servers: tuple[str, ...],
    tokens: Tokens,
    stories: Iterator[Story],
    seed: int,
    pace: Pace,
    tell: Callable[[str], None],
) -> None:
    alive: dict[str, asyncio.Task[None]] = {}
    for number, story in enumerate(stories):
        await pace.sleep(story.at_s - pace.now_s())
        button = story.script.button
        running = alive.get(button)
        if button not in tokens.devices or (running and not running.done()):
            continue

        def on_receipt(_receipt: object, button: str = button) -> None:
            tell(f"{button} pressed, receipt is there")

        random = stream(seed, f"{number}:{button}")
        phone = Phone(servers, tokens.devices[button], story.script, pace, random, on_receipt)
        alive[button] = group.create_task(phone.run())


async def _tell_when_connected(
    servers: tuple[str, ...],
    patrols: Sequence[SimulatedPatrol],
    rooms: frozenset[str],
    tell: Callable[[str], None],
) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _connected(patrols)
    except TimeoutError:
        tell(f"{servers[0]} does not answer yet; trying on")
        await _connected(patrols)
    tell(f"{len(patrols)} patrols of {', '.join(sorted(rooms))} are on the road")


async def _connected(patrols: Sequence[SimulatedPatrol]) -> None:
    for patrol in patrols:
        await patrol.client.connected.wait()
