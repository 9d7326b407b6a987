"""A console that is killed at any moment: what was typed is done once, or shown as not done; and no person on its disk (R12)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.domain import commands as c
from console.domain import events as e
from console.journal import NONCE_BYTES, Kept
from console.link.interface import Waiting
from tests.backend import LEUVEN, PASSWORD, WITHIN_S, ConsoleClient, RunningBackend
from tests.fault_proxy import FaultProxy
from tests.linked_console import console, until

SOAK: Final = "MSA_SOAK" in os.environ
KILLS: Final = 20 if SOAK else 3


@dataclass
class Killable:
    """A console in a process of its own."""

    process: asyncio.subprocess.Process
    said: dict[str, Any] = field(default_factory=dict)

    async def until(self, ready: Callable[[dict[str, Any]], bool]) -> None:
        """Read what it says until it is so."""
        assert self.process.stdout is not None
        async with asyncio.timeout(WITHIN_S):
            while not (self.said and ready(self.said)):
                self.said = json.loads(await self.process.stdout.readline())

    async def give(self, command: c.Command) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command.model_dump_json().encode() + b"\n")
        await self.process.stdin.drain()

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def killable(url: str, directory: Path) -> AsyncIterator[Killable]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.console_process", url, "4711", str(directory)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "MSA_PASSWORD": PASSWORD},
    )
    made = Killable(started)
    try:
        await made.until(lambda said: said["live"])
        yield made
    finally:
        if started.returncode is None:
            await made.kill()


def done(feed: ConsoleClient, intervention: UUID, words: str) -> int:
    """How often a note stands in the log."""
    timeline = feed.room.seen[intervention].timeline
    return sum(isinstance(one.body, e.NoteAdded) and one.body.words == words for one in timeline)


def on_disk(directory: Path, key: str) -> set[UUID]:
    """The commands that the journals of operator 4711 hold."""
    aes = AESGCM(base64.b64decode(key))
    held: set[UUID] = set()
    for file in directory.rglob("*"):
        if file.suffix in {".lock", ".new"} or not file.is_file():
            continue
        with contextlib.suppress(InvalidTag, ValueError, FileNotFoundError):
            stored = file.read_bytes()
            opened = aes.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], b"4711")
            held |= {one.id for one in Kept.model_validate_json(opened).commands}
    return held


@pytest.mark.soak
async def test_what_was_typed_before_the_console_was_killed_is_done_once_or_shown_as_not_done(
    shared_backend: RunningBackend, tmp_path: Path
) -> None:
    chance = random.Random(12)
    async with shared_backend.console("4711") as same:
        journal_key = same.welcome.journal_key
    async with (
        shared_backend.console("4712") as feed,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        raised = (await feed.raised(await phone.press(*LEUVEN))).state
    async with FaultProxy(shared_backend.url) as proxy:
        typed: list[c.Command] = []
        for kill in range(KILLS):
            async with killable(proxy.url, tmp_path) as desk:
                if kill % 2:
                    proxy.up.silent = True  # nothing gets through: it must come out of the journal
                command = c.Command(
                    id=uuid4(), intervention=raised.number, seen_decision=0, do=c.Note(words=f"typed {kill}")
                )
                await desk.give(command)
                if kill % 2:
                    await desk.until(lambda said: str(command.id) in said["pending"])  # noqa: B023
                    await until(lambda: command.id in on_disk(tmp_path, journal_key))  # noqa: B023
                else:
                    await asyncio.sleep(chance.random() / 20)
                await desk.kill()
                typed.append(command)
                proxy.heal()
                proxy.cut()
        async with killable(proxy.url, tmp_path) as desk:
            await desk.until(lambda said: said["live"] and not said["pending"])
    # Whoever does not read meanwhile is given up: they come back only now.
    async with shared_backend.console("4712") as feed, shared_backend.console("4711") as same:
        await feed.do(raised.number, c.Note(words="the last"))
        await feed.event("note.added", lambda event: getattr(event.body, "words", "") == "the last")
        for kill, command in enumerate(typed):
            again = await same.command(command.model_copy(update={"expires_at": raised.raised_at}))
            times = done(feed, raised.id, f"typed {kill}")
            assert times == (again.refusal is None), kill  # once, or truly not at all
            if kill % 2:
                assert times == 1, kill  # a note that was in the journal is kept for sending


async def test_an_order_that_was_on_its_way_is_told_truly_after_a_kill(
    shared_backend: RunningBackend, tmp_path: Path
) -> None:
    async with (
        shared_backend.console("4712") as feed,
        FaultProxy(shared_backend.url) as proxy,
        shared_backend.device(shared_backend.spare_button()) as phone,
        shared_backend.device(shared_backend.spare_button()) as other,
    ):
        did, did_not = [(await feed.raised(await one.press(*LEUVEN))).state for one in (phone, other)]
        orders = [
            c.Command(id=uuid4(), intervention=one.number, seen_decision=0, do=c.Acknowledge())
            for one in (did, did_not)
        ]
        async with killable(proxy.url, tmp_path) as desk:
            proxy.down.silent = True  # the first gets through, its result does not come back
            await desk.give(orders[0])
            await feed.event("intervention.acknowledged", lambda event: event.intervention == did.id)
            proxy.up.silent = True
            await desk.give(orders[1])
            await desk.until(lambda said: len(said["pending"]) == 2)
            await asyncio.sleep(0.3)
            await desk.kill()
        proxy.cut()
        proxy.heal()
        async with killable(proxy.url, tmp_path) as desk:
            # The one is done, and the other waits for the operator: it is known not to have been done.
            await desk.until(lambda said: said["pending"] == {str(orders[1].id): [Waiting.ASKS, False]})
            assert desk.said["results"] == {str(orders[0].id): None}
        await asyncio.sleep(0.2)
        assert feed.room.seen[did_not.id].state.handler is None


async def test_no_person_stands_on_the_consoles_disk(shared_backend: RunningBackend, tmp_path: Path) -> None:
    async with (
        shared_backend.console("4712") as feed,
        FaultProxy(shared_backend.url) as proxy,
        shared_backend.device(shared_backend.spare_button()) as phone,
        console(proxy.url, journal=tmp_path) as seen,
    ):
        raised = (await feed.raised(await phone.press(*LEUVEN))).state
        await until(lambda: raised.id in seen.picture.room.seen)
        proxy.black_hole()
        seen.link.send(c.Note(words="Kanarie Voorbeeldstraat 12"), raised.id, None)
        await until(lambda: bool(_kept(tmp_path)))
        await asyncio.sleep(0.2)
        kept = _kept(tmp_path)
        body = seen.picture.room.seen[raised.id].timeline[0].body
        assert isinstance(body, e.AlarmRaised)
        canaries = [text for text in _texts(body.model_dump(mode="json")) if len(text) > 4]
        assert len(canaries) > 10
        assert not [text for text in [*canaries, "Kanarie", raised.number] if text.encode() in kept]
        proxy.heal()


def _kept(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


def _texts(value: Any) -> list[str]:
    """Every text in it, at any depth."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for one in value.values() for text in _texts(one)]
        case list():
            return [text for one in value for text in _texts(one)]
        case _:
            return []
