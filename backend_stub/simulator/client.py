"""A client of the field: says hello, says what it must until it is answered, and comes back when it is cut off."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from random import Random
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from backend_stub.simulator.until_first import until_first
from console.wire.field_frames import DeviceHello, ErrorFrame, PatrolHello
from console.wire.limits import MAX_FRAME_BYTES, CloseCode

FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 5.0
SILENT_AFTER_S: Final = 5.0
"""A backend that answers nothing for so long is gone, though its connection still stands."""
PING_EVERY_S: Final = 2.0
AGAIN_AFTER_S: Final = 5.0
"""What must be answered and is not is said again after so long, on the same connection too."""


class NotOneOfOurs(Exception):  # noqa: N818 - an answer of the backend, not a fault
    """The backend does not know this device or patrol, or its token; the message names it."""


class FieldClient:
    """One connection to ``/device`` or ``/patrol``, by the hello that opens it.

    Of several ``servers`` it stays with the one that answers, and goes on to the next when that one is silent, gone,
    or only stands by.

    ``on_frame`` gets every frame of the backend. What is said as it is now is lost with the connection; what is
    said to be kept is said again after every cut, until `forget` is called with its key.
    """

    def __init__(
        self,
        servers: tuple[str, ...],
        hello: DeviceHello | PatrolHello,
        reads: TypeAdapter[Any],
        on_frame: Callable[[Any], None],
    ) -> None:
        if isinstance(hello, DeviceHello):
            self.name, path = hello.button, "device"
        else:
            self.name, path = hello.patrol, "patrol"
        self._urls = tuple(f"{server}/{path}" for server in servers)
        self._place = 0
        self._hello = hello.model_dump_json()
        self._reads = reads
        self._on_frame = on_frame
        # Not the simulation's: when to come back depends on the network, and must not shift a story.
        self._random = Random(self.name)  # noqa: S311 - spreads the attempts of many
        self._socket: ClientConnection | None = None
        self._kept: dict[str, str] = {}
        self._insists: set[str] = set()
        self.connected = asyncio.Event()
        """Set once it has been connected."""

    async def run(self) -> None:
        """Stay connected for ever.

        Raises:
            NotOneOfOurs: the backend refuses the hello; trying again would not help.
        """
        await until_first(self._stay_connected(), self._insist())

    async def say(self, frame: BaseModel) -> None:
        """Say what is true now; without a connection nobody hears it."""
        await self._send(frame.model_dump_json())

    async def keep(self, key: str, frame: BaseModel) -> None:
        """Say something, and again after every cut; it takes the place of what was kept under this key."""
        self._kept[key] = frame.model_dump_json()
        await self._send(self._kept[key])

    async def insist(self, key: str, frame: BaseModel) -> None:
        """Say something again and again until it is answered, whatever becomes of the connection."""
        self._insists.add(key)
        await self.keep(key, frame)

    def forget(self, key: str) -> None:
        """What was kept under this key was answered, or is no longer true."""
        self._kept.pop(key, None)
        self._insists.discard(key)

    async def _stay_connected(self) -> None:
        clock = asyncio.get_running_loop().time
        wait, failed = FIRST_WAIT_S, 0
        while True:
            code: int | None = None
            began = clock()
            try:
                await self._talk()
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else None
                if closed.rcvd and code == CloseCode.NOT_LOGGED_IN:
                    raise NotOneOfOurs(f"{self.name}: {closed.rcvd.reason}") from None
            except (OSError, WebSocketException):
                code = None
            if clock() - began > LONGEST_WAIT_S:
                wait, failed = FIRST_WAIT_S, 0
            self._place = (self._place + 1) % len(self._urls)
            failed += 1
            if failed % len(self._urls):  # another one has not been tried yet
                if code != CloseCode.STANDBY:
                    await asyncio.sleep(FIRST_WAIT_S * self._random.uniform(0.5, 1.0))
                continue
            await asyncio.sleep(wait * self._random.uniform(0.5, 1.0))
            wait = min(wait * 2, LONGEST_WAIT_S)

    async def _talk(self) -> None:
        async with connect(
            self._urls[self._place],
            compression=None,
            max_size=MAX_FRAME_BYTES,
            open_timeout=SILENT_AFTER_S,
            ping_interval=PING_EVERY_S,
            ping_timeout=SILENT_AFTER_S - PING_EVERY_S,
            close_timeout=PING_EVERY_S,
            proxy=None,
        ) as socket:
            await socket.send(self._hello)
            self._socket = socket
            self.connected.set()
            try:
                await self._say_kept(tuple(self._kept))
                async for text in socket:
                    self._heard(text)
            finally:
                self._socket = None

    async def _insist(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_AFTER_S)
            await self._say_kept(tuple(self._insists))

    async def _say_kept(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            if key in self._kept:  # looked up only now: it may have changed meanwhile
                await self._send(self._kept[key])

    async def _send(self, text: str) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):  # whoever reads the socket notices, and comes back
                await self._socket.send(text)

    def _heard(self, text: str | bytes) -> None:
        try:
            frame = self._reads.validate_json(text)
        except ValidationError:
            frame = ErrorFrame(code="unreadable", sentence="The backend said something that cannot be read.")
        self._on_frame(frame)
