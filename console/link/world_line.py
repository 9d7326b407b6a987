"""The trainer's line to the world of an exercise: what is asked of it, and how it stands (`msa-stub exercise`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from console.wire.limits import MAX_FRAME_BYTES

ANSWERS_WITHIN_S: Final = 10.0


class CannotHappenError(Exception):
    """The world says no, with a code; the sentence is its own."""

    def __init__(self, sentence: str, code: str = "gone") -> None:
        super().__init__(sentence)
        self.code = code


class WorldLine:
    """One connection. ``on_frame`` gets each ``state`` and ``story``; ``gone`` is set when the world is."""

    def __init__(self, ws: ClientConnection, on_frame: Callable[[dict[str, Any]], None]) -> None:
        self._ws, self._on_frame = ws, on_frame
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self.gone = asyncio.Event()

    async def ask(self, do: str, **words: object) -> None:
        """Ask one thing of the world.

        Raises:
            CannotHappenError: it says no, or nothing, or it is gone.
        """
        self._number += 1
        number = self._number
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        given = {name: value for name, value in words.items() if value is not None}
        try:
            await self._ws.send(json.dumps({"id": number, "do": do, **given}, ensure_ascii=False))
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                said = await answer
        except (TimeoutError, ConnectionClosed):
            raise CannotHappenError("The world of the exercise does not answer.") from None
        finally:
            self._asked.pop(number, None)
        if not said["ok"]:
            raise CannotHappenError(str(said["why"]), str(said["code"]))

    async def read(self) -> None:
        """Read until the world is gone."""
        try:
            async for text in self._ws:
                frame = json.loads(text)
                if "type" in frame:
                    self._on_frame(frame)
                elif (waits := self._asked.get(frame.get("id"))) is not None and not waits.done():
                    waits.set_result(frame)
        except ConnectionClosed:
            pass
        finally:
            self.gone.set()


@asynccontextmanager
async def world_line(
    control: str, token: str, on_frame: Callable[[dict[str, Any]], None]
) -> AsyncIterator[WorldLine]:
    """Talk to a world while the block runs.

    Raises:
        OSError: nothing listens there.
    """
    async with connect(control, max_size=MAX_FRAME_BYTES, compression=None, proxy=None) as ws:
        await ws.send(json.dumps({"token": token}))
        line = WorldLine(ws, on_frame)
        reading = asyncio.create_task(line.read())
        try:
            yield line
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
