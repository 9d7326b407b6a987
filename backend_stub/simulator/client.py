"""A client of the field: says hello, sends what it must until it is answered, and comes back when it is cut off."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from random import Random
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from console.wire.field_frames import ErrorFrame
from console.wire.limits import MAX_FRAME_BYTES, CloseCode

FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 5.0


class NotOneOfOurs(Exception):  # noqa: N818 - an answer of the backend, not a fault
    """The backend does not know this device or patrol, or its token."""


class FieldClient:
    """One connection to ``/device`` or ``/patrol``.

    ``on_frame`` gets every frame of the backend. What is said with ``keep`` is said again after every cut until
    `done` is called with the same key; everything else is only of now, and is lost with the connection.
    """

    def __init__(
        self,
        url: str,
        hello: BaseModel,
        reads: TypeAdapter[Any],
        on_frame: Callable[[Any], None],
        random: Random,
    ) -> None:
        self._url = url
        self._hello = hello
        self._reads = reads
        self._on_frame = on_frame
        self._random = random
        self._socket: ClientConnection | None = None
        self._kept: dict[str, str] = {}

    async def run(self) -> None:
        """Stay connected for ever.

        Raises:
            NotOneOfOurs: the backend refuses the hello; trying again would not help.
        """
        wait = FIRST_WAIT_S
        while True:
            try:
                async with connect(
                    self._url, compression=None, max_size=MAX_FRAME_BYTES, proxy=None
                ) as socket:
                    await socket.send(self._hello.model_dump_json())
                    for frame in tuple(self._kept.values()):
                        await socket.send(frame)
                    self._socket = socket
                    wait = FIRST_WAIT_S
                    async for text in socket:
                        self._heard(text)
            except ConnectionClosed as closed:
                if closed.rcvd and closed.rcvd.code == CloseCode.NOT_LOGGED_IN:
                    raise NotOneOfOurs(closed.rcvd.reason) from None
            except (OSError, WebSocketException):
                pass
            finally:
                self._socket = None
            await asyncio.sleep(wait * self._random.uniform(0.5, 1.0))
            wait = min(wait * 2, LONGEST_WAIT_S)

    async def say(self, frame: BaseModel, keep: str | None = None) -> None:
        """Send a frame if connected; with ``keep`` also after every later cut."""
        text = frame.model_dump_json()
        if keep is not None:
            self._kept[keep] = text
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):  # `run` notices, and says again what is kept
                await self._socket.send(text)

    def done(self, key: str) -> None:
        """What was kept under this key was answered."""
        self._kept.pop(key, None)

    def _heard(self, text: str | bytes) -> None:
        try:
            frame = self._reads.validate_json(text)
        except ValidationError:
            frame = ErrorFrame(code="unreadable", sentence="The backend said something that cannot be read.")
        self._on_frame(frame)
