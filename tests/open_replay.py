"""A replay opened without a terminal: press its keys, read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from console.training.player import Player
from console.tui.app import Look, Rest
from console.tui.pane import Pane
from console.tui.replay.app import ReplayApp
from console.tui.replay.desk import ReplayDesk
from console.tui.replay.link import ReplayLink
from console.wire.recorded import Recording
from tests.small_country import small_country
from tests.still_link import Hands


@dataclass
class Watching:
    """Someone watches a replay."""

    app: ReplayApp
    pilot: Pilot[int]
    link: ReplayLink
    clock: Hands

    @property
    def desk(self) -> ReplayDesk:
        """The desk."""
        assert isinstance(self.app.desk, ReplayDesk)
        return self.app.desk

    @property
    def at_s(self) -> float:
        """Seconds from the beginning."""
        return (self.link.stand.moment.at - self.link.player.starts_at).total_seconds()

    async def press(self, *keys: str) -> None:
        """Press keys, and let the picture follow."""
        for key in keys:
            await self.pilot.press(key)
        await self.settle()

    async def settle(self) -> None:
        """Wait until what is shown is where the replay is."""
        async with asyncio.timeout(20):
            while True:
                await self.pilot.pause(0.02)
                clock = self.desk.shown.picture.clock
                if clock is not None and clock.now == self.link.stand.moment.at:
                    return

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that a thread does."""
        async with asyncio.timeout(20):
            while not true():
                await self.pilot.pause(0.02)

    def text(self, name: str) -> str:
        """What a region of the desk shows, as plain text."""
        return self.desk.query_one(f"#{name}", Pane).painted.plain

    def box(self) -> str:
        """What the box over the desk says."""
        said = [str(one.render()) for one in self.app.screen.query(Static)]
        for options in self.app.screen.query(OptionList):
            said += [str(options.get_option_at_index(place).prompt) for place in range(options.option_count)]
        return "\n".join(said)


@asynccontextmanager
async def open_replay(
    recording: Recording,
    at_s: float = 0.0,
    *,
    file: Path | None = None,
    size: tuple[int, int] = (160, 48),
    look: Look | None = None,
) -> AsyncIterator[Watching]:
    """Open it at a moment, paused."""
    clock = Hands()
    player = Player(recording)
    link = ReplayLink(player, clock, begin=player.starts_at + timedelta(seconds=at_s))
    app = ReplayApp(lambda: Rest(link, look or Look(bell=False), small_country), clock)
    app.file = file
    async with app.run_test(size=size) as pilot:
        watching = Watching(app, pilot, link, clock)
        await watching.until(lambda: app.desk is not None and app.desk.is_mounted and app.desk.ready)
        await watching.settle()
        yield watching
