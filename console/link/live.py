"""The live link: a thread with its own event loop around a `Session` (docs/decisions.md, 1).

Keepalive, resume, outbox, watchdog and journal never wait for the screen: a terminal that stops reading blocks
only the screen's own loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from console.domain.commands import AnyCommand, Command
from console.domain.ids import uuid7
from console.link.address import console_url
from console.link.backoff import Backoff
from console.link.interface import Ask, Picture
from console.link.session import Do, Session
from console.wire.console_frames import Answer, Positioned
from console.wire.limits import LOGOUT, MAX_FRAME_BYTES, SUBPROTOCOL

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from console.journal import Journal

CONNECT_WITHIN_S: Final = 5.0
PING_EVERY_S: Final = 2.0
CLOSE_WITHIN_S: Final = 2.0


def new_command_id() -> UUID:
    """A UUIDv7 of now."""
    return uuid7(datetime.now(UTC), secrets.randbits)


class LiveLink:
    """`console.link.interface.Link` over a websocket.

    ``journal_directory`` None keeps nothing on disk. ``on_events`` and ``after`` as in `Session`.
    """

    def __init__(
        self,
        urls: tuple[str, ...],
        *,
        journal_directory: Path | None = None,
        on_events: Callable[[tuple[Positioned, ...]], None] | None = None,
        after: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        backoff = Backoff(random.random)  # a delay, no secret
        self._session = Session(
            tuple(console_url(url) for url in urls), new_command_id, backoff, on_events=on_events, after=after
        )
        self._clock = clock
        self._directory = journal_directory
        self._journal: Journal | None = None
        self._kept: tuple[Command, ...] = ()
        self._picture = self._session.picture
        self._listener: Callable[[Picture], None] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._socket: ClientConnection | None = None
        self._wake = asyncio.Event()
        self._closing = False

    # any thread

    @property
    def picture(self) -> Picture:
        """The latest picture."""
        return self._picture

    def start(self, listener: Callable[[Picture], None]) -> None:
        """Begin; ``listener`` is called in the link's thread with each new picture."""
        self._listener = listener
        self._thread.start()

    def login(self, operator: str, password: str) -> None:
        """Log in with these; wrong ones lead to ``LOGIN_NEEDED``."""
        self._do(lambda: self._session.login(operator, password, self._clock()))

    def send(self, do: AnyCommand, intervention: UUID | str | None, seen_decision: int | None) -> UUID:
        """Send a command; its id stands in the picture's ``pending`` and then in its ``results``."""
        command = new_command_id()
        self._do(lambda: self._session.send(do, intervention, seen_decision, self._clock(), command))
        return command

    def confirm(self, command: UUID) -> None:
        """Send a waiting command after all."""
        self._do(lambda: self._session.confirm(command, self._clock()))

    def discard(self, command: UUID) -> None:
        """Drop a waiting command."""
        self._do(lambda: self._session.discard(command))

    def ask(self, ask: Ask) -> Future[Answer]:
        """Ask a question."""
        future: Future[Answer] = Future()
        self._do(lambda: self._session.ask(ask, future))
        return future

    def close(self) -> None:
        """Close the connection and end the thread; what has no result stays in the journal."""

        def closing() -> None:
            self._closing = True

        if self._thread.is_alive():
            self._do(closing)
            self._thread.join(CLOSE_WITHIN_S + 1)

    def _do(self, work: Callable[[], object]) -> None:
        def run() -> None:
            work()
            self._wake.set()

        with contextlib.suppress(RuntimeError):  # the loop has ended: there is nobody left to do it
            self._loop.call_soon_threadsafe(run)

    # the link's own thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main())
        finally:
            self._loop.close()

    async def _main(self) -> None:
        reader: asyncio.Task[None] | None = None
        while True:
            what = self._session.tick(self._clock())
            if what is Do.DROP and self._socket:
                # A peer that is silent will not answer a close either.
                self._socket.transport.abort()
            elif what is Do.CONNECT:
                reader = asyncio.create_task(self._conversation())
            await self._flush()
            self._publish()
            await self._keep()
            if self._closing:
                break
            await self._sleep()
        if self._socket:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._socket.close(1000, LOGOUT), CLOSE_WITHIN_S)
        if reader and not reader.done():
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def _sleep(self) -> None:
        """Until something was heard or asked, or the session's next deadline."""
        deadline = self._session.deadline_s()
        wait = None if deadline is None else max(0.005, deadline - self._clock())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait)
        self._wake.clear()

    async def _conversation(self) -> None:
        """Connect, and hand in what is heard until the socket is gone."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed, WebSocketException
        from websockets.typing import Subprotocol

        code: int | None = None
        why = ""
        try:
            async with connect(
                self._session.url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                max_size=MAX_FRAME_BYTES,
                open_timeout=CONNECT_WITHIN_S,
                ping_interval=PING_EVERY_S,
                ping_timeout=None,
                close_timeout=CLOSE_WITHIN_S,
                proxy=None,
            ) as socket:
                self._socket = socket
                self._session.connected(self._clock())
                self._wake.set()
                async for frame in socket:
                    self._session.received(frame, self._clock())
                    if socket.latency:
                        self._session.latency(round(socket.latency * 1000, 1))
                    self._wake.set()
                code, why = socket.close_code, socket.close_reason or ""
        except ConnectionClosed as closed:
            heard = closed.rcvd
            code, why = (heard.code, heard.reason) if heard else (None, "connection lost")
        except (OSError, WebSocketException) as error:
            why = str(error)
        finally:
            self._socket = None
            self._session.disconnected(self._clock(), code, why)
            self._wake.set()

    async def _flush(self) -> None:
        """Send what the session has to say."""
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        if socket is None:
            return
        for frame in self._session.frames():
            try:
                await socket.send(frame)
            except ConnectionClosed:
                return

    def _publish(self) -> None:
        """Hand out the picture if it is another one."""
        if self._session.picture is self._picture:
            return
        self._picture = self._session.picture
        if self._listener:
            self._listener(self._picture)

    async def _keep(self) -> None:
        """Keep the commands without a result on disk; a disk that fails never stops the link."""
        if self._directory is None or self._session.journal_key is None:
            return
        from console.journal import Journal, Kept

        operator = self._session.picture.operator
        if operator is None:
            return
        if self._journal is None or self._journal.operator != operator.id:
            self._journal = Journal(self._directory, operator.id, self._session.journal_key)
            kept = await asyncio.to_thread(self._journal.load)
            self._kept = kept.commands
            self._session.recover(kept.commands, self._clock())
            self._wake.set()
        commands = tuple(one.command for one in self._session.outbox.pending.values())
        if commands == self._kept:
            return
        try:
            await asyncio.to_thread(self._journal.save, Kept(cursor=self._session.cursor, commands=commands))
            self._kept = commands
            self._session.trouble_here(None)
        except OSError as error:
            self._session.trouble_here(error.strerror or str(error))
        self._publish()
