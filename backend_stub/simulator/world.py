"""The simulated world: every patrol and every phone of it, as clients of one backend."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from random import Random

from backend_stub.registry.demo import DemoContent
from backend_stub.registry.demo_fill import Tokens
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.patrol import SimulatedPatrol
from backend_stub.simulator.phone import Phone
from backend_stub.simulator.stories import Story

CONNECTING_AT_ONCE = 50
"""So many patrols connect together; the next follow, so that a start is no storm."""


async def live(
    url: str,
    tokens: Tokens,
    content: DemoContent,
    stories: Iterator[Story],
    *,
    rooms: frozenset[str],
    seed: int,
    pace: Pace,
    told: Callable[[str], None],
) -> None:
    """Run the patrols of ``rooms`` and let the phones live their stories, until cancelled.

    ``told`` gets a line for each thing that a person who watches wants to know.

    Raises:
        NotOneOfOurs: the backend does not know a token of these.
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(_phones(group, url, tokens, stories, seed, pace, told))
        units = [unit for unit in content.patrols if unit.room in rooms and unit.id in tokens.patrols]
        for number, unit in enumerate(units):
            random = Random(f"{seed}:{unit.id}")  # noqa: S311 - repeatable on purpose
            patrol = SimulatedPatrol(url, tokens.patrols[unit.id], unit, pace, random)
            group.create_task(patrol.run())
            if number % CONNECTING_AT_ONCE == CONNECTING_AT_ONCE - 1:
                await asyncio.sleep(0.1)
        told(f"{len(units)} patrols of {', '.join(sorted(rooms))} are on the road")


async def _phones(
    group: asyncio.TaskGroup,
    url: str,
    tokens: Tokens,
    stories: Iterator[Story],
    seed: int,
    pace: Pace,
    told: Callable[[str], None],
) -> None:
    alive: dict[str, asyncio.Task[None]] = {}
    for number, story in enumerate(stories):
        await pace.sleep(story.at_s - pace.now_s())
        button = story.script.button
        running = alive.get(button)
        if button not in tokens.devices or (running and not running.done()):
            continue
        random = Random(f"{seed}:{number}:{button}")  # noqa: S311 - repeatable on purpose

        def on_receipt(_receipt: object, button: str = button) -> None:
            told(f"{button} pressed, receipt is there")

        phone = Phone(url, tokens.devices[button], story.script, pace, random, on_receipt)
        alive[button] = group.create_task(phone.run())
