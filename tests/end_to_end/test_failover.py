"""A live backend and its standby on one database: the live one is killed, and everyone goes on at the other (R3, R12).

Console at a real terminal, phone and patrol of the simulator, each with both addresses. What was promised before the
kill is there, what was pressed while nobody was there is not lost, and the work goes on where it stood.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_stub.ledger import verify
from backend_stub.simulator.phone import Press
from tests.backend import PASSWORD, RunningBackend
from tests.end_to_end.case import bodies, command, happened_in_order, ledger_of, number_of
from tests.end_to_end.terminal import Terminal
from tests.integration.test_simulator_patrol import driving, two_km_away
from tests.integration.test_simulator_phone import living
from tests.integration.test_standby import Beside, beside, until_ready

BUTTON, OTHER = "VBR-B-0041", "VBR-B-0101"
PATROL = "5388/L-12"
TAKEN_OVER_WITHIN_S = 20.0


@pytest.fixture
def standby(backend: RunningBackend, tmp_path: Path) -> Iterator[Beside]:
    made = beside(backend, tmp_path / "standby")
    yield made
    if made.process is not None and made.process.poll() is None:
        assert made.stop() == 0


async def test_console_phone_and_patrol_go_on_at_the_standby_and_the_press_meanwhile_is_not_lost(
    backend: RunningBackend, standby: Beside
) -> None:
    both = (backend.url, standby.url)
    words = ["-m", "console", "run", "--operator", "4711", "--language", "en"]
    words += [word for url in both for word in ("--url", url)]
    with Terminal(words, {"MSA_PASSWORD": PASSWORD}) as terminal:
        await _until(terminal, "● live")
        async with (
            driving(backend, two_km_away(PATROL), servers=both),
            living(backend, (0.0, Press()), button=BUTTON, servers=both, speed=1.0) as phone,
        ):
            promised = await phone.receipt()
            number = await asyncio.to_thread(number_of, terminal)
            following = number.replace("-0001", "-0002")
            terminal.send("a")
            await _until(terminal, "acknowledged by 4711")
            await asyncio.to_thread(backend.kill)
            async with living(backend, (0.0, Press()), button=OTHER, servers=both, speed=1.0) as other:
                await until_ready(standby)
                later = await asyncio.wait_for(other.receipt(), TAKEN_OVER_WITHIN_S)
                await _until(terminal, "(backup)")
                await _until(terminal, "● live")
                await _until(terminal, following)
                command(terminal, f"dispatch {PATROL}")
                await _until(terminal, "L-12 en route")
                assert await asyncio.to_thread(standby.figure, "field_lines") == 3
    assert standby.stop() == 0
    told = ledger_of(standby, number)
    happened_in_order(
        told, "alarm.raised", "intervention.acknowledged", "patrol.dispatched", "patrol.en_route"
    )
    for intervention, receipt in ((number, promised), (following, later)):
        (raised,) = bodies(ledger_of(standby, intervention), "alarm.raised")
        assert raised["press_id"] == receipt.press_id
    assert verify(standby.database).ok


async def _until(terminal: Terminal, text: str) -> None:
    """Wait while phone and patrol go on: they live in this loop."""
    await asyncio.to_thread(terminal.until, text, within=40.0)
