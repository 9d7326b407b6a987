"""The console opened without a terminal, over a link that stands still: type at it, read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from console.domain.commands import AnyCommand
from console.domain.room import Room
from console.tui.app import ConsoleApp, Look, Rest
from console.tui.pane import Pane
from console.tui.screens.desk import Desk
from console.tui.widgets.queue import Queue
from tests.small_country import small_country
from tests.still_link import Hands, StillLink


@dataclass
class Seat:
    """Someone sits at the console."""

    app: ConsoleApp
    pilot: Pilot[int]
    link: StillLink
    clock: Hands

    @property
    def desk(self) -> Desk:
        """The desk."""
        assert self.app.desk is not None
        return self.app.desk

    @property
    def screen(self) -> Screen[object]:
        """What is on top."""
        return self.app.screen

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each a second after the last."""
        for key in keys:
            self.clock.move(1)
            await self.pilot.press(key)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type into the line that has the focus."""
        line = self.screen.focused
        assert isinstance(line, Input)
        line.insert_text_at_cursor(text)
        await self.pilot.pause()

    async def show(self, room: Room) -> None:
        """The backend has told more."""
        from dataclasses import replace

        self.link.show(replace(self.link.picture, room=room, head=room.position))
        await self.settle()

    async def settle(self) -> None:
        """Let everything that is under way arrive."""
        await self.pilot.pause()
        await self.pilot.pause()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that a thread does."""
        async with asyncio.timeout(20):
            while not true():
                await self.pilot.pause(0.02)

    def text(self, name: str) -> str:
        """What a region of the desk shows, as plain text."""
        return self.desk.query_one(f"#{name}", Pane).painted.plain

    def rows(self) -> list[str]:
        """The rows of the queue, as plain text."""
        queue = self.desk.query_one(Queue)
        return ["".join(text for left, _ in row.lines for text, _ in left) for row in queue.rows]

    def box(self) -> str:
        """What the box that is open over the desk says, as plain text."""
        said = [str(one.render()) for one in self.screen.query(Static)]
        for options in self.screen.query(OptionList):
            said += [str(options.get_option_at_index(place).prompt) for place in range(options.option_count)]
        return "\n".join(said)

    @property
    def sent(self) -> list[AnyCommand]:
        """What was sent, in order."""
        return [command.do for command in self.link.sent]


@asynccontextmanager
async def open_console(
    link: StillLink,
    clock: Hands | None = None,
    size: tuple[int, int] = (160, 48),
    *,
    ready: bool = True,
    look: Look | None = None,
) -> AsyncIterator[Seat]:
    """Open it; ``ready``: wait until the desk has everything, the ranking included."""
    clock = clock or Hands()
    app = ConsoleApp(lambda: Rest(link, look or Look(), small_country), clock)
    async with app.run_test(size=size) as pilot:
        seat = Seat(app, pilot, link, clock)
        await seat.until(lambda: app.desk is not None and app.link is not None)
        if ready:
            await seat.until(lambda: seat.desk.is_mounted and seat.desk.ready)
        await seat.settle()
        yield seat
