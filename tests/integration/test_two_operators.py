"""Two operators at one alarm: one wins, and the other is told who within a second (R5)."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from typing import Final
from uuid import UUID

import pytest

from console.domain import commands as c
from console.domain.intervention import Intervention
from console.wire.console_frames import Result
from tests.backend import LEUVEN, RunningBackend
from tests.linked_console import Console, console, until

RACES: Final = 1_000 if "MSA_SOAK" in os.environ else 25
TOLD_WITHIN_S: Final = 1.0
MARGIN: Final = 3


def state(desk: Console, intervention: UUID) -> Intervention | None:
    seen = desk.picture.room.seen.get(intervention)
    return None if seen is None else seen.state


async def shows(desk: Console, intervention: UUID, wanted: Callable[[Intervention], bool]) -> None:
    """Wait until its screen has it so."""
    await until(
        lambda: (now := state(desk, intervention)) is not None and wanted(now), TOLD_WITHIN_S * MARGIN
    )


async def result_of(desk: Console, order: UUID) -> Result:
    """What became of an order."""
    await until(lambda: any(got.id == order for got in desk.picture.results), TOLD_WITHIN_S * MARGIN)
    return next(got for got in desk.picture.results if got.id == order)


async def race(desks: dict[str, Console], raised: UUID, decision: int, chance: random.Random) -> str:
    """Both take the alarm at once; who won it. The loser's answer names the winner, and so do both screens."""
    orders: dict[str, UUID] = {}
    for name in chance.sample(list(desks), len(desks)):
        orders[name] = desks[name].link.send(c.Acknowledge(), raised, decision)
        await asyncio.sleep(chance.choice((0.0, 0.0, chance.random() / 200)))
    results = {name: await result_of(desks[name], order) for name, order in orders.items()}
    won = [name for name, result in results.items() if result.refusal is None]
    assert len(won) == 1, results
    (lost,) = desks.keys() - won
    refusal = results[lost].refusal
    assert refusal is not None
    assert (refusal.code, refusal.facts["by"]) == ("already_acknowledged", won[0])
    for desk in desks.values():
        await shows(desk, raised, lambda now: now.handler == won[0])
    return won[0]


@pytest.mark.soak
async def test_one_wins_and_the_other_is_told_who(shared_backend: RunningBackend) -> None:
    chance = random.Random(5)
    wins = {"4711": 0, "4712": 0}
    async with (
        console(shared_backend.url, operator="4711") as one,
        console(shared_backend.url, operator="4712") as two,
        shared_backend.console("4700") as feed,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        desks = {"4711": one, "4712": two}
        raised = (await feed.raised(await phone.press(*LEUVEN))).state.id
        for number in range(RACES):
            decision = 2 * number
            for desk in desks.values():
                await shows(desk, raised, lambda now: now.handler is None)
            winner = await race(desks, raised, decision, chance)
            wins[winner] += 1
            again = desks[winner].link.send(c.Release(), raised, decision + 1)
            assert (await result_of(desks[winner], again)).refusal is None
    assert min(wins.values()) > 0
