"""Every screen in every theme, painted: what is written on it can be read where it stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from console.domain import events as e
from console.first_look import THEMES as NAMES
from console.link.interface import Connection
from console.tui.theme import THEMES
from tests.contrast import ENHANCED, TEXT, contrast
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, leuven_by_night

Pairs = dict[tuple[Color, Color], str]
"""Ink and ground -> a piece of the text that was painted so."""


class Watch(LineFilter):
    """Keeps what is painted; changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: Pairs = {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        for segment in segments:
            style = segment.style
            if style is None or not any(letter.isalnum() for letter in segment.text):
                continue
            if style.color is not None and style.bgcolor is not None:
                ink, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
                pair = (ground, ink) if style.reverse else (ink, ground)
                self.pairs.setdefault(pair, segment.text)
        return segments

    def faint(self, least: float) -> dict[str, float]:
        """What has less contrast than it should."""
        return {
            f"{text!r} {ink.hex} on {ground.hex}": round(found, 2)
            for (ink, ground), text in self.pairs.items()
            if (found := contrast(ink, ground)) < least
        }


@asynccontextmanager
async def watched(name: str) -> AsyncIterator[tuple[Seat, Watch]]:
    """The desk with a press, one in hand and one closed, and what is painted of it."""
    story, places = leuven_by_night()
    story.happens(places["haacht"], e.InterventionClosed(outcome=e.Outcome.ARREST, words="-"), by=OPERATOR)
    watch = Watch()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=(160, 48)) as seat:
        seat.app.theme = THEMES["light" if name == "dark" else "dark"].name  # so that all is painted anew
        await seat.settle()
        seat.app._filters.append(watch)  # Textual has no public way to look at what it paints
        seat.app.theme = THEMES[name].name  # type: ignore[index]  # a name of the list that is the type
        await seat.settle()
        yield seat, watch


def least(name: str) -> float:
    return ENHANCED if name == "high-contrast" else TEXT


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_is_painted_can_be_read(name: str) -> None:
    async with watched(name) as (seat, watch):
        assert len(watch.pairs) > 8
        for key in ("down", "down", "d", "question_mark", "h", "q", "n", "enter"):
            await seat.pilot.press(key)
            await seat.settle()
            await seat.pilot.press("escape")
        assert watch.faint(least(name)) == {}


async def test_what_is_stale_steps_back_and_can_still_be_read(name: str) -> None:
    async with watched(name) as (seat, watch):
        seat.clock.move(9)
        watch.pairs.clear()
        seat.link.show(replace(seat.link.picture, connection=Connection.LOST))
        await seat.settle()
        assert watch.pairs
        assert watch.faint(TEXT if name == "high-contrast" else 3.0) == {}


async def test_a_theme_is_chosen_in_the_palette_while_the_console_runs() -> None:
    async with watched("dark") as (seat, _watch):
        await seat.press("ctrl+p")
        await seat.type("high contrast")
        await seat.pilot.pause(0.5)
        await seat.press("enter")
        await seat.until(lambda: seat.app.theme == THEMES["high-contrast"].name)
