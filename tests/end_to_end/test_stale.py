"""A backend that falls silent on a connection that still stands: at a real terminal it cannot look live (R6)."""

from __future__ import annotations

import asyncio

from tests.backend import LEUVEN, PASSWORD, RunningBackend
from tests.end_to_end.terminal import Terminal
from tests.fault_proxy import FaultProxy

STALE_WITHIN_S = 5.0
MARGIN = 3
BANNER = "this is the picture of"
"""Stale, and as soon as the connection is given up lost: both say so, in the place of the titles."""


async def test_a_half_open_connection_is_stale_across_the_whole_screen_and_live_again_afterwards(
    shared_backend: RunningBackend,
) -> None:
    async with FaultProxy(shared_backend.url) as proxy:
        words = ["-m", "console", "run", "--url", proxy.url, "--operator", "4711", "--language", "en"]
        with Terminal(words, {"MSA_PASSWORD": PASSWORD}) as terminal:
            await _until(terminal, "● live")
            proxy.down.silent = True
            await _until(terminal, BANNER, within=STALE_WITHIN_S * MARGIN)
            assert "● live" not in terminal.text()
            (banner,) = [line for line in terminal.lines() if BANNER in line]
            assert banner.lstrip()[0] in "▲✖"
            proxy.heal()
            await _until(terminal, "● live")
            async with shared_backend.device(shared_backend.spare_button()) as phone:
                await phone.press(*LEUVEN)
                await _until(terminal, "STALKING ALARM")


async def _until(terminal: Terminal, text: str, within: float = 40.0) -> None:
    """Wait while the proxy goes on: it lives in this loop."""

    await asyncio.to_thread(terminal.until, text, within=within)
