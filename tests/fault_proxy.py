"""What networks do to a connection, as a TCP proxy with an address that stays.

Delay, jitter, a narrow pipe, a cut at a byte, pieces that are lost, come twice or in another order, half-open
connections, a black hole, another target.

async with FaultProxy(backend.url) as proxy:
    link = LiveLink((proxy.url,))
    proxy.black_hole()
    proxy.heal()
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

CHUNK: Final = 4096


@dataclass
class Way:
    """One direction. What happens to pieces happens with ``chance`` to each, drawn from ``random``.

    ``delay_s``: how long each piece is held, up to ``jitter_s`` longer; ``bytes_per_s``: no more pass. ``cut_at``: so
    many bytes pass, then it is cut. ``silent``: nothing passes, and nobody is told (half open).
    """

    delay_s: float = 0.0
    jitter_s: float = 0.0
    bytes_per_s: float | None = None
    cut_at: int | None = None
    silent: bool = False
    duplicates: float = 0.0
    loses: float = 0.0
    swaps: float = 0.0
    random: Random = field(default_factory=lambda: Random(1))

    def happens(self, chance: float) -> bool:
        """Whether something of this chance happens to the piece at hand."""
        return chance > 0 and self.random.random() < chance


class FaultProxy:
    """Passes on what comes, unless told otherwise. ``up`` leads to the backend, ``down`` from it."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.up, self.down = Way(), Way()
        self.accepted = 0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._refusing = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The address that stays, whatever becomes of the target's."""
        assert self._server is not None
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> FaultProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.heal()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    def black_hole(self) -> None:
        """From here on nothing passes in either direction, and nobody is told: connections stay half open."""
        self._flowing.clear()

    def refuse(self) -> None:
        """Reset every connection, new ones too."""
        self._refusing = True
        self.cut()

    def heal(self) -> None:
        """All is well again; what a black hole held back is delivered late, as TCP does."""
        self.up, self.down, self._refusing = Way(), Way(), False
        self._flowing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self._writers.add(writer)
        await self._flowing.wait()
        target = urlsplit(self.target)
        try:
            if self._refusing:
                raise ConnectionRefusedError
            far_reader, far_writer = await asyncio.open_connection(target.hostname, target.port)
        except OSError:
            self._end(writer)
            return
        self._writers.add(far_writer)
        pumps = [
            asyncio.create_task(self._pump("up", reader, far_writer)),
            asyncio.create_task(self._pump("down", far_reader, writer)),
        ]
        # One side gone: so is the other, as soon as a black hole lets it know.
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        self._end(writer)
        self._end(far_writer)
        await asyncio.gather(*pumps, return_exceptions=True)

    def _end(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        writer.transport.abort()

    async def _pump(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            kept = b""
            while data := await reader.read(CHUNK):
                faults: Way = getattr(self, way)
                if hold_s := faults.delay_s + faults.random.random() * faults.jitter_s:
                    await asyncio.sleep(hold_s)
                if faults.bytes_per_s:
                    await asyncio.sleep(len(data) / faults.bytes_per_s)
                while getattr(self, way).silent:  # noqa: ASYNC110 - whoever heals it exchanges the way
                    await asyncio.sleep(0.02)
                await self._flowing.wait()
                faults = getattr(self, way)
                if faults.happens(faults.loses):
                    continue
                if faults.happens(faults.duplicates):
                    data += data
                if faults.happens(faults.swaps) and not kept:
                    kept = data
                    continue
                data, kept = data + kept, b""
                if faults.cut_at is not None and len(data) >= faults.cut_at:
                    writer.write(data[: faults.cut_at])
                    await writer.drain()
                    faults.cut_at = None
                    return
                if faults.cut_at is not None:
                    faults.cut_at -= len(data)
                writer.write(data)
                await writer.drain()
            await self._flowing.wait()
