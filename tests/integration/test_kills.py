"""R12: the backend is killed at random moments; what was promised is there, and a command is done once."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from random import Random
from uuid import uuid4

import pytest
from websockets.exceptions import WebSocketException

from backend_stub.ledger import verify
from console.domain import commands as c
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend, press
from tests.programs import msa_stub

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

KILLS = 20 if os.environ.get("MSA_SOAK") else 3
GONE = (WebSocketException, OSError, TimeoutError)


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


async def retrying_phone(backend: RunningBackend, button: str, over: asyncio.Event) -> list[str]:
    """Press again and again, each press until its receipt; the ids of what was promised."""
    promised: list[str] = []
    while not over.is_set():
        frame = press(*LEUVEN, press_id=f"{button}-{len(promised)}")
        while True:
            try:
                async with asyncio.timeout(10), backend.device(button) as phone:
                    await phone.send(frame)
                    assert (await phone.receive(ff.Receipt)).press_id == frame.press_id
                    break
            except GONE:
                await asyncio.sleep(0.05)
        promised.append(frame.press_id)
        await asyncio.sleep(0.02)
    return promised


async def insisting_operator(backend: RunningBackend, intervention: str, over: asyncio.Event) -> list[str]:
    """Note again and again, each command with its own id until its result; the words that were promised."""
    noted: list[str] = []
    while not over.is_set():
        words = f"note {len(noted)}"
        command = c.Command(id=uuid4(), intervention=intervention, do=c.Note(words=words))
        while True:
            try:
                async with asyncio.timeout(10), backend.console("4711") as console:
                    result = await console.command(command)
                    if result.refusal is None:
                        break
                    assert result.refusal.code == "not_recorded", result.refusal
            except GONE:
                await asyncio.sleep(0.05)
        noted.append(words)
    return noted


async def test_r12_nothing_promised_is_lost_and_every_command_is_done_once(
    idle_backend: RunningBackend,
) -> None:
    backend, chance = idle_backend, Random(12)
    backend.options = ("--port", free_port())
    backend.start()
    buttons = [f"VBR-B-01{one:02}" for one in range(1, 5)]
    async with backend.console("4711") as console, backend.device("VBR-B-0140") as phone:
        intervention = str((await console.raised(await phone.press(*LEUVEN))).state.id)
        cursor = console.cursor
    over = asyncio.Event()
    phones = [asyncio.create_task(retrying_phone(backend, button, over)) for button in buttons]
    operator = asyncio.create_task(insisting_operator(backend, intervention, over))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.05, 1.0))
        await asyncio.to_thread(backend.restart)
    await asyncio.sleep(0.5)
    over.set()
    promised = [press_id for one in await asyncio.gather(*phones) for press_id in one]
    noted = await operator
    assert len(promised) > KILLS
    assert noted
    async with backend.console("4711", cursor=cursor) as console:
        await console.frame(f.Heartbeat)
        await console.until(console.welcome.head)
    presses = [getattr(one.event.body, "press_id", None) for one in console.events]
    assert [one for one in presses if one is not None] == sorted(
        set(filter(None, presses)), key=presses.index
    )
    assert set(promised) <= set(presses), "what was promised is there"
    words = [
        getattr(one.event.body, "words", None) for one in console.events if one.event.type == "note.added"
    ]
    assert sorted(words, key=str) == sorted(set(words), key=str), "no command is done twice"
    assert set(noted) <= set(words)
    opened = [json.loads(line) for line in backend.log.splitlines() if '"ledger_opened"' in line]
    assert any(one["left_open"] for one in opened), "the start says that the last one did not end by itself"
    assert backend.stop() == 0
    assert verify(backend.database).ok
    exported = await asyncio.to_thread(msa_stub, "ledger", "verify", "--database", backend.database)
    assert exported.code == 0
