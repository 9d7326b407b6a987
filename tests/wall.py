"""The wall view opened without a terminal, over what a backend would send it of a story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from console.domain.room import Room
from console.domain.values import Role
from console.domain.wall import on_wall
from console.first_look import ThemeName
from console.link.interface import Picture
from console.tui.wall.app import WallApp
from console.wire.console_frames import Operator
from tests.small_country import small_country
from tests.still_link import Hands, StillLink, picture_of
from tests.story import Story

WALL = Operator(id="4780", name="W. Verzonnen", role=Role.WALL, room="VBR")


def wall_picture(story: Story) -> Picture:
    """What the wall of the story's room is told."""
    sent = [on_wall(seen.timeline[-1], seen.state, "VBR") for seen in story.room.seen.values()]
    room = Room("VBR").with_snapshot(story.room.position, [event for event in sent if event])
    return replace(picture_of(room, story.now), operator=WALL)


@asynccontextmanager
async def open_wall(
    picture: Picture, size: tuple[int, int], theme: ThemeName = "dark"
) -> AsyncIterator[tuple[WallApp, StillLink]]:
    """Open it on a picture."""
    link = StillLink(picture)
    app = WallApp(link, Hands(), small_country, theme=theme)
    async with app.run_test(size=size) as pilot:
        for _ in range(5):
            await pilot.pause(0.05)
        app.look()
        await pilot.pause()
        yield app, link
