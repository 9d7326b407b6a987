"""What every connection shares: one sender, a first frame in time, and clear words for a bad one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.typing import Subprotocol

from backend_stub.outbox import Outbox
from console.domain.values import Mode, same_world
from console.wire.limits import FIRST_FRAME_WITHIN_S, MAX_FIRST_FRAME_BYTES, SUBPROTOCOL, CloseCode

T = TypeVar("T")

BAD_FRAMES: Final = 20
"""So many frames in a row that cannot be understood: the sender is broken, and is closed."""

CLOSE_WITHIN_S: Final = 10.0
"""So long a peer that does not read may take to be told why it is closed."""

FRAMES_AT_ONCE: Final = 16
"""Frames of a long answer that are queued before the first of them are on their way: a megabyte."""

SENTENCE_LENGTH: Final = 300


def subprotocol(_ws: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Devices and patrols need none; a console that offers none of ours is told why at its close."""
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None


async def close(ws: ServerConnection, code: int, reason: str = "") -> None:
    """Close with a code; a peer that does not read is cut off after a while."""
    try:
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await ws.close(code, reason)
    except TimeoutError:
        ws.transport.abort()


async def turned_away(ws: ServerConnection, ledger: Mode, said: Mode | None) -> bool:
    """Close who belongs to another world than this ledger (S10); True: closed."""
    if same_world(ledger, said):
        return False
    here = "an exercise" if ledger is Mode.EXERCISE else "no exercise"
    await close(ws, CloseCode.NOT_ALLOWED, f"this backend is {here}, and you belong to another world")
    return True


_CLOSING: set[asyncio.Task[None]] = set()


def close_soon(ws: ServerConnection, code: int, reason: str = "") -> None:
    """Close with a code, without waiting for it."""
    task = asyncio.create_task(close(ws, code, reason))
    _CLOSING.add(task)  # the loop alone would let it be collected
    task.add_done_callback(_CLOSING.discard)


_WELCOME: Final = b'{"type":"welcome"'
"""It has a mode of its own."""


class Sender:
    """Sends what an outbox holds; the only one who writes to its connection."""

    def __init__(self, ws: ServerConnection, outbox: Outbox, mode: Mode = Mode.LIVE) -> None:
        """``mode``: that of the ledger; an exercise says so in every frame (S10)."""
        self._ws, self._outbox = ws, outbox
        self._mark = b'{"mode":"exercise",' if mode is Mode.EXERCISE else b""
        self._ready = asyncio.Event()
        self._idle = asyncio.Event()
        self._closing = False
        outbox.wake = self._wake

    async def run(self) -> None:
        """Send until the connection ends."""
        try:
            while True:
                frame = self._outbox.take()
                if frame is not None and self._mark and not frame.startswith(_WELCOME):
                    frame = self._mark + frame[1:]
                if frame is None:
                    self._ready.clear()
                    self._idle.set()
                    await self._ready.wait()
                elif self._ws.state is State.OPEN and not self._ws.transport.get_write_buffer_size():
                    # Nothing waits for the peer: handing over needs no waiting either, and costs less.
                    broadcast((self._ws,), frame, text=True)
                else:
                    await self._ws.send(frame, text=True)
        except ConnectionClosed:
            pass
        finally:
            self._idle.set()

    def cut(self) -> None:
        """End the connection as a cable does that is pulled out."""
        self._ws.transport.abort()

    async def drained(self) -> None:
        """Wait until everything was handed to the socket, or the connection ended."""
        await self._idle.wait()

    async def paced(self, frames: Sequence[bytes]) -> None:
        """Send many frames, a few at a time: what is long by itself is no reason to give up on a console."""
        for start in range(0, len(frames), FRAMES_AT_ONCE):
            self._outbox.put(frames[start : start + FRAMES_AT_ONCE])
            await self.drained()

    def _wake(self) -> None:
        if self._outbox.overflowed and not self._closing:
            self._closing = True
            close_soon(self._ws, CloseCode.TOO_SLOW, "too slow: resume")
        self._idle.clear()
        self._ready.set()


class BadFrame(Exception):  # noqa: N818 - an answer to a peer, not a fault
    """A frame that cannot be understood; the message is for its sender."""


def read(adapter: TypeAdapter[T], message: str | bytes) -> T:
    """Validate a frame.

    Raises:
        BadFrame: binary, not JSON, or not a frame of this kind; says where, and never repeats the content.
    """
    if isinstance(message, bytes):
        raise BadFrame("a frame must be text, not binary")
    try:
        return adapter.validate_json(message)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        sentence = f"{where}: {first['msg']}" if where else first["msg"]
        raise BadFrame(_plain(sentence)) from None


async def first_frame(ws: ServerConnection, adapter: TypeAdapter[T]) -> T | None:
    """The first frame, or None after closing a peer that said nothing in time, too much or nonsense (S3)."""
    try:
        async with asyncio.timeout(FIRST_FRAME_WITHIN_S):
            message = await ws.recv()
    except TimeoutError:
        # Not "not logged in": who is known and was held up by the network comes back, and does not give up.
        await close(ws, CloseCode.TOO_SLOW, f"the first frame must come within {FIRST_FRAME_WITHIN_S:.0f} s")
        return None
    if len(message if isinstance(message, bytes) else message.encode()) > MAX_FIRST_FRAME_BYTES:
        await close(ws, CloseCode.BAD_FRAME, f"the first frame may have {MAX_FIRST_FRAME_BYTES} bytes")
        return None
    try:
        return read(adapter, message)
    except BadFrame as bad:
        # A close reason holds 123 bytes (RFC 6455, 5.5).
        await close(ws, CloseCode.BAD_FRAME, str(bad).encode("ascii", "replace").decode()[:120])
        return None


class Frames(Generic[T]):
    """The frames of a connection, one after the other. A bad one is answered and passed over."""

    def __init__(self, ws: ServerConnection, adapter: TypeAdapter[T], on_bad: Callable[[str], float]) -> None:
        """``on_bad`` gets the sentence for the sender, and says how many seconds the next frame must wait."""
        self._ws, self._adapter, self._on_bad = ws, adapter, on_bad
        self.bad = 0

    async def __aiter__(self) -> AsyncIterator[T]:
        """Yield frames until the connection ends; after 20 bad ones in a row it is closed."""
        in_row = 0
        try:
            async for message in self._ws:
                try:
                    frame = read(self._adapter, message)
                except BadFrame as bad:
                    self.bad += 1
                    in_row += 1
                    if in_row >= BAD_FRAMES:
                        await close(self._ws, CloseCode.BAD_FRAME, "too many frames that are none")
                        return
                    if (pause_s := self._on_bad(str(bad))) > 0:
                        await asyncio.sleep(pause_s)
                    continue
                in_row = 0
                yield frame
        except ConnectionClosed:
            return


def _plain(text: str) -> str:
    kept = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return kept if len(kept) <= SENTENCE_LENGTH else kept[: SENTENCE_LENGTH - 1] + "…"
