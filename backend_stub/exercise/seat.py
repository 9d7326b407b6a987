"""A colleague whom the scenario plays is there: a console that is logged in, and that nobody looks at."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from console.domain.values import Mode
from console.wire.console_frames import Login
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL

AGAIN_AFTER_S: Final = 1.0


async def sit(url: str, operator: str, password: str) -> None:
    """Stay logged in as an operator until cancelled: who is asked something is somebody, and who listens is there."""
    login = Login(operator=operator, password=password, mode=Mode.EXERCISE).model_dump_json()
    while True:
        with contextlib.suppress(OSError, WebSocketException):
            async with connect(
                f"{url}/console",
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                max_size=MAX_FRAME_BYTES,
                compression=None,
                proxy=None,
            ) as socket:
                await socket.send(login)
                async for _ in socket:
                    pass
        await asyncio.sleep(AGAIN_AFTER_S)
