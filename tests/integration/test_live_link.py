"""The link's thread against a peer that does what no backend should: it goes on, and never looks live for long (R6, R11)."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from console.domain import commands as c
from console.link.interface import Connection, Picture
from console.link.live import LiveLink
from console.wire import console_frames as f
from console.wire.limits import SUBPROTOCOL
from tests.linked_console import until
from tests.unit.test_evolve import NOW
from tests.unit.test_link_session import ONE, welcome

Play = Callable[[ServerConnection], Awaitable[None]]
BEAT = f.Heartbeat(now=NOW, head=0).model_dump_json()


@asynccontextmanager
async def peer(play: Play) -> AsyncIterator[str]:
    """A server that welcomes whoever logs in and then does as it likes."""

    async def talk(ws: ServerConnection) -> None:
        await ws.recv()
        await ws.send(welcome().model_dump_json())
        await play(ws)

    async with serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def beat(ws: ServerConnection) -> None:
    """As a backend does while nothing happens."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await ws.send(BEAT)
            await asyncio.sleep(0.2)


@asynccontextmanager
async def linked(
    url: str, journal: Path | None = None, listener: Callable[[Picture], None] = lambda _picture: None
) -> AsyncIterator[LiveLink]:
    """A link that is logged in."""
    link = LiveLink((url,), journal_directory=journal)
    link.start(listener)
    link.login("4711", "a long invented password")
    try:
        yield link
    finally:
        await asyncio.to_thread(link.close)


def state(link: LiveLink) -> Connection:
    return link.picture.connection


async def test_a_screen_that_fails_does_not_end_the_link() -> None:
    shown: list[Picture] = []

    def fail(picture: Picture) -> None:
        shown.append(picture)
        raise RuntimeError

    async with peer(beat) as url, linked(url, listener=fail) as link:
        await until(lambda: state(link) is Connection.LIVE)
        before = len(shown)
        await until(lambda: len(shown) > before + 3)


async def test_frames_that_are_none_do_not_end_the_link() -> None:
    async def play(ws: ServerConnection) -> None:
        for bad in (
            "",
            "[]",
            b"\xff\x00",
            "[" * 30_000,
            '{"type":"snapshot","position":1e999}',
            '{"type":"\\ud800"}',
        ):
            await ws.send(bad)
        await beat(ws)

    async with peer(play) as url, linked(url) as link:
        await until(lambda: link.picture.clock is not None and link.picture.notice is not None)
        assert link.picture.notice == f.Notice(code="unreadable_frame")
        heard = link.picture.heard_s
        await until(lambda: link.picture.heard_s != heard)
        assert state(link) is Connection.LIVE


async def test_a_journal_that_cannot_be_written_is_told_and_commands_go_out_all_the_same(
    tmp_path: Path,
) -> None:
    heard: list[str] = []

    async def play(ws: ServerConnection) -> None:
        beating = asyncio.create_task(beat(ws))
        async for frame in ws:
            heard.append(str(frame))
        beating.cancel()

    folder = tmp_path / "journal"
    folder.write_text("a file where a folder should be")
    async with peer(play) as url, linked(url, folder) as link:
        await until(lambda: state(link) is Connection.LIVE)
        link.send(c.Acknowledge(), ONE, 0)
        await until(lambda: any("acknowledge" in frame for frame in heard))
        await until(lambda: link.picture.own_trouble != "")
        assert state(link) is Connection.LIVE


async def test_a_disk_that_hangs_does_not_hide_that_the_backend_is_silent(tmp_path: Path) -> None:
    async def silent(ws: ServerConnection) -> None:
        await ws.wait_closed()

    # Reading a pipe that nobody writes to waits for ever, as a dead network disk does.
    os.mkfifo(tmp_path / "outbox-4711.sealed")
    async with peer(silent) as url, linked(url, tmp_path) as link:
        await until(lambda: state(link) is Connection.LIVE)
        await until(lambda: state(link) in {Connection.STALE, Connection.LOST}, 6.0)
        os.close(os.open(tmp_path / "outbox-4711.sealed", os.O_WRONLY))


async def test_a_peer_that_reads_nothing_and_says_nothing_is_stale_though_much_waits_to_be_sent() -> None:
    over = asyncio.Event()

    async def deaf(ws: ServerConnection) -> None:
        ws.transport.pause_reading()
        await over.wait()

    async with peer(deaf) as url, linked(url) as link:
        await until(lambda: state(link) is Connection.LIVE)
        for _ in range(1500):
            link.send(c.Note(words="€" * 2000), ONE, 0)
        await until(lambda: state(link) in {Connection.STALE, Connection.LOST}, 8.0)
        over.set()


async def test_a_redirect_is_not_followed() -> None:
    tried: list[str] = []

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tried.append((await reader.readuntil(b"\r\n\r\n")).decode().split()[1])
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(redirect, "127.0.0.1", 0)
    async with server, linked(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}") as link:
        await until(lambda: len(tried) > 1)
        assert set(tried) == {"/console"}
        assert "302" in link.picture.why


async def test_closing_does_not_wait_for_a_peer_that_never_answers() -> None:
    over = asyncio.Event()

    async def never(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await over.wait()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    link = LiveLink((f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}",))
    link.start(lambda _picture: None)
    link.login("4711", "a long invented password")
    link.login("4712", "another invented password")
    await asyncio.sleep(0.1)
    await asyncio.wait_for(asyncio.to_thread(link.close), 2.0)
    answer = link.ask(f.AskTimeline(intervention="VBR-2026-0001"))
    assert isinstance(answer.exception(0), ConnectionError)
    over.set()
    server.close()


async def test_two_logins_in_a_row_make_one_conversation() -> None:
    came: list[str] = []

    async def play(ws: ServerConnection) -> None:
        came.append("one")
        await beat(ws)

    async with peer(play) as url:
        link = LiveLink((url,))
        link.start(lambda _picture: None)
        for _ in range(5):
            link.login("4711", "a long invented password")
        await until(lambda: state(link) is Connection.LIVE)
        await asyncio.sleep(0.3)
        assert came == ["one"]
        await asyncio.to_thread(link.close)
