"""`msa tail` where nothing comes: silence of the room and silence of the link are not the same (R6)."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from console.cli.tail import _tell
from console.link.interface import Connection, Picture
from console.wire import console_frames as f
from console.wire.exits import Stop
from tests.backend import LEUVEN, PASSWORD, WITHIN_S, RunningBackend
from tests.fault_proxy import FaultProxy


async def test_whoever_follows_the_feed_is_told_when_the_link_is_down_and_misses_nothing(
    shared_backend: RunningBackend,
) -> None:
    async with (
        FaultProxy(shared_backend.url) as proxy,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        tail = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "console",
            "tail",
            "--url",
            proxy.url,
            "--operator",
            "4711",
            "--after",
            "0",
            env={**os.environ, "MSA_PASSWORD": PASSWORD, "LC_ALL": "C.UTF-8"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert tail.stdout is not None
        assert tail.stderr is not None
        try:
            async with asyncio.timeout(WITHIN_S * 2):
                await phone.press(*LEUVEN)
                assert b'"position":1,' in await tail.stdout.readline()
                proxy.refuse()
                assert b"nothing new is shown" in await tail.stderr.readline()
                await phone.fix(LEUVEN[0], LEUVEN[1] + 0.0001)
                proxy.heal()
                assert await tail.stderr.readline() == b"msa: connected again\n"
                assert b'"position":2,' in await tail.stdout.readline()
                assert b"fix.reported" in await tail.stdout.readline()
        finally:
            tail.kill()
            await tail.wait()


def test_events_that_never_come_end_it_with_a_sentence() -> None:
    notice = f.Notice(code="events_skipped", facts={"after": "0", "to": "9000"})
    with pytest.raises(Stop, match="Events after position 0 are missing"):
        _tell(Picture(connection=Connection.LIVE, notice=notice), Connection.LIVE)
