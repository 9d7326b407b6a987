"""What stands there is not painted again: a terminal far away, and a slow one, get only the lines that changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.content import Content
from textual.strip import Strip

from console.tui.glance import Glance
from console.tui.pane import Pane, stacked
from console.tui.screens.desk import REGIONS
from console.tui.widgets.queue import Queue
from console.tui.widgets.queue_row import LINES
from tests.open_console import open_console
from tests.still_link import StillLink, picture_of
from tests.story import leuven_by_night


def a_second_later(glance: Glance) -> Glance:
    clock = glance.picture.clock
    assert clock is not None
    later = replace(clock, now=clock.now + timedelta(seconds=1))
    return replace(glance, picture=replace(glance.picture, clock=later))


async def test_a_second_that_passes_paints_a_few_lines() -> None:
    story, _ = leuven_by_night()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=(160, 48)) as seat:
        await seat.show(story.room)
        glance = seat.desk.shown
        lines = 0
        for name in REGIONS:
            region = seat.desk.query_one(f"#{name}")
            assert isinstance(region, Pane | Queue) or name == "map"
            if isinstance(region, Pane | Queue):
                region._exchange_repaint_regions()
                region.show(a_second_later(glance))
                lines += sum(cells.height for cells in region._exchange_repaint_regions())
        assert 0 < lines <= 12


async def test_a_press_that_waits_is_painted_when_it_flashes_and_not_between() -> None:
    story, _ = leuven_by_night()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        queue = seat.desk.query_one(Queue)
        bright = replace(seat.desk.shown, flash=True)
        queue.show(bright)
        queue._exchange_repaint_regions()
        queue.show(bright)
        assert not queue._exchange_repaint_regions()
        queue.show(replace(bright, flash=False))
        assert sum(cells.height for cells in queue._exchange_repaint_regions()) == LINES


class Sheet(App[None]):
    """One pane, without a border, and nothing else."""

    CSS = "Pane { width: 20; height: 6; }"

    def compose(self) -> ComposeResult:
        yield Pane("sheet")


LINE = st.builds(
    lambda words, style: Content.styled(words, style) if style else Content(words),
    st.text(alphabet="ab é漢", max_size=24),
    st.sampled_from(["", "bold", "red", "reverse"]),
)
SHEETS = st.lists(st.lists(LINE, min_size=1, max_size=8), min_size=1, max_size=4)


def seen(strips: list[Strip]) -> list[list[tuple[str, object, object, object]]]:
    """Each cell as an eye sees it: a blank has no ink."""
    return [
        [
            (sign, style.bgcolor, style.reverse, None if sign == " " else (style.color, style.bold))
            for text, style, _ in strip
            for sign in text
            if style is not None
        ]
        for strip in strips
    ]


async def test_what_is_painted_line_by_line_is_what_would_be_painted_whole() -> None:
    async with Sheet().run_test(size=(30, 8)) as pilot:
        pane = pilot.app.query_one(Pane)
        shown = pane.outer_size.region

        @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
        @given(SHEETS)
        def sheets(told: list[list[Content]]) -> None:
            for lines in told:
                pane.paint(stacked(lines))
                by_line = seen(pane.render_lines(shown))
                pane.refresh()
                assert by_line == seen(pane.render_lines(shown))

        sheets()
