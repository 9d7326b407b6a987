"""The least that a press needs: socket in, the disk has it (fdatasync), socket out.

    python -m benchmarks.bare_chain FILE

Prints its URL once it listens: ``/press`` takes messages, everybody else gets them. Ends when stdin ends.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve

synced = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


async def main(file: Path) -> None:
    """Serve until stdin ends."""
    kept = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    screens: set[ServerConnection] = set()

    async def talk(socket: ServerConnection) -> None:
        if socket.request is not None and socket.request.path == "/press":
            async for message in socket:
                os.write(kept, message.encode() if isinstance(message, str) else message)
                synced(kept)
                broadcast(screens, message)
        else:
            screens.add(socket)
            await socket.wait_closed()
            screens.discard(socket)

    async with serve(talk, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"ws://127.0.0.1:{port}", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
