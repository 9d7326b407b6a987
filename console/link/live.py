"""The live link: a thread with its own event loop around a `Session` (docs/decisions.md, 1).

Keepalive, resume, outbox, watchdog and journal never wait for the screen: a terminal that stops reading blocks
only the screen's own loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import socket as sockets
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from console.domain.commands import AnyCommand, Command
from console.domain.ids import uuid7
from console.domain.locking import holds
from console.domain.values import Mode
from console.link.address import console_url
from console.link.backoff import Backoff
from console.link.interface import Ask, Connection, Picture
from console.link.session import Do, Session
from console.wire.console_frames import Answer, Positioned
from console.wire.limits import LOGOUT, MAX_FRAME_BYTES, SUBPROTOCOL

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from console.journal import Journal
    from console.link.ringer import Ringer

CONNECT_WITHIN_S: Final = 5.0
PING_EVERY_S: Final = 2.0
CLOSE_WITHIN_S: Final = 2.0
KEEP_AGAIN_AFTER_S: Final = 1.0
"""A disk that failed is tried again no sooner than this."""

_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: what was not delivered when a connection is given up is never delivered late (W12)."""


def new_command_id() -> UUID:
    """A UUIDv7 of now."""
    return uuid7(datetime.now(UTC), secrets.randbits)


class LiveLink:
    """`console.link.interface.Link` over a websocket.

    ``mode``: that of an exercise, as in `Session`. ``journal_directory`` None keeps nothing on disk. ``on_events`` and ``after`` as in `Session`. ``ringer`` makes
    the sounds in the link's thread; None leaves them to the screen.
    """

    def __init__(
        self,
        urls: tuple[str, ...],
        *,
        journal_directory: Path | None = None,
        on_events: Callable[[tuple[Positioned, ...]], None] | None = None,
        after: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        ringer: Ringer | None = None,
        mode: Mode | None = None,
    ) -> None:
        backoff = Backoff(random.random)  # a delay, no secret
        self._session = Session(
            tuple(console_url(url) for url in urls),
            new_command_id,
            backoff,
            on_events=on_events,
            after=after,
            mode=mode,
        )
        self._clock = clock
        self._ringer = ringer
        self._directory = journal_directory
        self._journal: Journal | None = None
        self._journal_key = ""
        self._kept: tuple[Command, ...] = ()
        self._keep_from_s = float("-inf")
        self._picture = self._session.picture
        self._listener: Callable[[Picture], None] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._socket: ClientConnection | None = None
        self._sender: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
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
        """Send a command; its id stands in the picture's ``pending`` and then in its ``results``.

        Raises:
            ValueError: no such name of an intervention can be (longer than 64 characters).
        """
        command = Command(
            id=new_command_id(),
            intervention=str(intervention) if intervention else None,
            seen_decision=seen_decision,
            do=do,
        )
        self._do(lambda: self._session.submit(command, self._clock()))
        return command.id

    def confirm(self, command: UUID) -> None:
        """Send a waiting command after all."""
        self._do(lambda: self._session.confirm(command, self._clock()))

    def discard(self, command: UUID) -> None:
        """Drop a waiting command."""
        self._do(lambda: self._session.discard(command))

    def note_unrecorded(self) -> None:
        """Take note of a press that was not recorded."""
        self._do(self._session.note_unrecorded)

    def ask(self, ask: Ask) -> Future[Answer]:
        """Ask a question."""
        future: Future[Answer] = Future()
        if not self._do(lambda: self._session.ask(ask, future)):
            future.set_exception(ConnectionError("the link has ended"))
        return future

    def unlock(self, password: str) -> Future[Answer]:
        """Ask whether this is the operator's password."""
        future: Future[Answer] = Future()
        if not self._do(lambda: self._session.unlock(password, future, self._clock())):
            future.set_exception(ConnectionError("the link has ended"))
        return future

    def close(self) -> None:
        """Close the connection and end the thread; what has no result stays in the journal.

        It logs out, but never an operator who holds an open intervention (W17): the session then goes on.
        """

        def closing() -> None:
            self._closing = True

        if self._thread.is_alive():
            self._do(closing)
            self._thread.join(CLOSE_WITHIN_S + 1)

    def _do(self, work: Callable[[], object]) -> bool:
        """Have it done in the link's thread; False: the link has ended, and there is nobody left to do it."""

        def run() -> None:
            work()
            self._wake.set()

        try:
            self._loop.call_soon_threadsafe(run)
        except RuntimeError:
            return False
        return True

    # the link's own thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main())
        except Exception as error:
            # Whatever happened here: a picture that no longer changes must not look live (R6).
            why = f"the link failed ({type(error).__name__}): start the console again"
            self._hand_out(replace(self._session.picture, connection=Connection.CLOSED, why=why))
            raise
        finally:
            self._loop.close()

    async def _main(self) -> None:
        """Never waits for a peer, a disk or the screen: what may take long is a task of its own."""
        reader: asyncio.Task[None] | None = None
        ringing = asyncio.create_task(self._ring())
        while not self._closing:
            what = self._session.tick(self._clock())
            if what is Do.DROP and self._socket:
                _give_up(self._socket)
            elif what is Do.CONNECT:
                reader = asyncio.create_task(self._conversation())
            self._publish()
            if not _busy(self._sender):
                self._sender = asyncio.create_task(self._flush())
            if not _busy(self._keeper) and self._clock() >= self._keep_from_s:
                self._keeper = asyncio.create_task(self._keep())
            await self._sleep()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await asyncio.gather(self._say_goodbye(), self._keep_the_last())
        tasks = [task for task in (reader, self._sender, self._keeper, ringing) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._journal is not None:
            self._journal.close()

    async def _ring(self) -> None:
        """Make the sounds of the settings' command; a fault in it leaves the bell, and the link goes on."""
        if self._ringer is None:
            return
        try:
            await self._ringer.for_ever(lambda: self._picture, self._no_sound)
        except Exception as error:
            self._no_sound(type(error).__name__)

    def _no_sound(self, why: str) -> None:
        self._session.no_sound(why)
        self._wake.set()

    async def _say_goodbye(self) -> None:
        if self._sender:
            await self._sender
        await self._flush()
        if self._socket:
            await self._socket.close(1000, "" if self._held else LOGOUT)

    @property
    def _held(self) -> bool:
        picture = self._session.picture
        states = (one.state for one in picture.room.seen.values())
        return picture.operator is not None and bool(holds(states, picture.operator.id))

    async def _keep_the_last(self) -> None:
        if self._keeper:
            await self._keeper
        await self._keep()

    async def _sleep(self) -> None:
        """Until something was heard or asked, or the session's next deadline."""
        deadline = self._session.deadline_s()
        wait = None if deadline is None else max(0.005, deadline - self._clock())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait)
        self._wake.clear()

    async def _conversation(self) -> None:
        """Connect, and hand in what is heard until the socket is gone. Nothing that a peer does ends the link (R11)."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed
        from websockets.typing import Subprotocol

        class Straight(connect):
            def process_redirect(self, exc: Exception) -> Exception:
                """Follow no redirect: it would lead to an address that nobody has checked (S1)."""
                return exc

        code: int | None = None
        why = ""
        try:
            async with Straight(
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
        except Exception as error:
            why = str(error) or type(error).__name__
        finally:
            self._socket = None
            self._session.disconnected(self._clock(), code, why)
            self._wake.set()

    async def _flush(self) -> None:
        """Send what the session has to say. A peer that reads nothing holds up this task, and nothing else."""
        socket = self._socket
        try:
            while socket is not None and socket is self._socket and (frames := self._session.frames()):
                for frame in frames:
                    await socket.send(frame)
        except Exception:
            # The conversation hears of a closed socket by itself; any other fault ends it here.
            if socket is not None and socket is self._socket:
                _give_up(socket)

    def _publish(self) -> None:
        """Hand out the picture if it is another one."""
        if self._session.picture is not self._picture:
            self._hand_out(self._session.picture)

    def _hand_out(self, picture: Picture) -> None:
        self._picture = picture
        if self._listener:
            try:
                self._listener(picture)
            except Exception as error:
                logging.getLogger(__name__).error("a picture could not be shown: %s", type(error).__name__)

    async def _keep(self) -> None:
        """Keep the commands without a result on disk; a disk that fails, or waits, never stops the link."""
        try:
            while await self._kept_anew():
                self._session.trouble_here(None)
        except Exception as error:
            said = error.strerror if isinstance(error, OSError) else None
            self._session.trouble_here(said or str(error) or type(error).__name__)
            self._keep_from_s = self._clock() + KEEP_AGAIN_AFTER_S
        if self._session.picture is not self._picture:
            self._wake.set()

    async def _kept_anew(self) -> bool:
        """Bring the journal up to date; False: it was."""
        operator, key = self._session.picture.operator, self._session.journal_key
        if self._directory is None or key is None or operator is None:
            return False
        from console.journal import Journal, Kept

        if self._journal is None or (self._journal.operator, self._journal_key) != (operator.id, key):
            if self._journal is not None:
                self._journal.close()
                self._journal = None
            journal = Journal(self._directory, operator.id, key)
            try:
                kept = await asyncio.to_thread(journal.load)
            except BaseException:
                journal.close()  # or the next try would find the file held, by ourselves
                raise
            if self._session.picture.operator is None or self._session.picture.operator.id != operator.id:
                journal.close()
                return True
            self._journal, self._journal_key, self._kept = journal, key, kept.commands
            self._session.recover(kept.commands, self._clock())
        commands = tuple(one.command for one in self._session.outbox.pending.values())
        if commands == self._kept:
            return False
        await asyncio.to_thread(self._journal.save, Kept(cursor=self._session.cursor, commands=commands))
        self._kept = commands
        return True


def _busy(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()


def _give_up(socket: ClientConnection) -> None:
    """Drop a connection at once: a peer that is silent will not answer a close either."""
    raw = socket.transport.get_extra_info("socket")
    with contextlib.suppress(OSError):
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, _AT_ONCE)
    socket.transport.abort()
