"""Consoles without a screen, all in one process: they read the feed and confirm it, as a console does.

    python -m benchmarks.headless URL PASSWORD OPERATOR…

Says ``ready`` once all of them are live. Ends when stdin ends.
"""

from __future__ import annotations

import asyncio
import sys

from pydantic_core import from_json
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from console.wire.console_frames import Ack, Login, Patrols, Resume
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL


async def main(url: str, password: str, operators: list[str]) -> None:
    """Log in, say when everybody is live, and read until stdin ends."""
    gate = asyncio.Semaphore(2)
    live = {operator: asyncio.Event() for operator in operators}
    async with asyncio.TaskGroup() as readers:
        tasks = [
            readers.create_task(read(url, Login(operator=operator, password=password), gate, one))
            for operator, one in live.items()
        ]
        for one in live.values():
            await one.wait()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for task in tasks:
            task.cancel()


async def read(url: str, login: Login, gate: asyncio.Semaphore, live: asyncio.Event) -> None:
    """One console. Frames are taken apart, not folded: the machines of the other operators do that."""
    await gate.acquire()  # who connects must log in within seconds, and a password is worked on for a while
    async with connect(
        f"{url}/console",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        max_size=MAX_FRAME_BYTES,
        compression=None,
        proxy=None,
    ) as socket:
        await socket.send(login.model_dump_json())
        await socket.recv()
        gate.release()
        await socket.send(Resume().model_dump_json())
        async for message in socket:
            frame = from_json(message)
            if frame["type"] == Patrols.model_fields["type"].default:
                live.set()
            elif frame["type"] == "events":
                await socket.send(Ack(position=frame["items"][-1]["position"]).model_dump_json())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
