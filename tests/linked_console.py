"""A real link without a screen, for tests: everything it shows is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from console.link.interface import Connection, Picture
from console.link.live import LiveLink
from console.wire import console_frames as f
from tests.backend import PASSWORD, WITHIN_S, ConsoleClient


async def until(ready: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    """Wait for something that another thread does."""
    async with asyncio.timeout(within_s):
        while True:
            if ready():
                return
            await asyncio.sleep(0.01)


class Console:
    """A link, with everything it has ever shown."""

    def __init__(self, urls: tuple[str, ...], journal: Path | None) -> None:
        self.positions: list[int] = []
        self.shown: list[Picture] = []
        self.link = LiveLink(urls, journal_directory=journal, after=0, on_events=self._heard)

    def _heard(self, items: tuple[f.Positioned, ...]) -> None:
        self.positions += [item.position for item in items]

    @property
    def picture(self) -> Picture:
        return self.link.picture

    def shows(self, feed: ConsoleClient) -> bool:
        """Its picture is live, and the fold over the feed."""
        room = self.picture.room
        live = self.picture.connection is Connection.LIVE and not self.picture.gap
        return live and (room.position, dict(room.seen)) == (feed.room.position, dict(feed.room.seen))


@asynccontextmanager
async def console(*urls: str, operator: str = "4711", journal: Path | None = None) -> AsyncIterator[Console]:
    """One that is logged in at the first of these that answers, and live."""
    made = Console(urls, journal)
    made.link.start(made.shown.append)
    made.link.login(operator, PASSWORD)
    try:
        await until(lambda: made.picture.connection is Connection.LIVE)
        yield made
    finally:
        await asyncio.to_thread(made.link.close)
