"""The screen as it looks, at the four sizes and in what must not be overlooked. The clock stands still.

Pictures lie in ``__snapshots__``. After a change that is meant: ``pytest tests/snapshots --snapshot-update``,
and look at them.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.widgets import Input, OptionList

from console.domain import events as e
from console.link.interface import Connection
from console.locale import use
from console.tui.app import ConsoleApp, Rest
from console.tui.pane import Pane
from console.wire.exits import Stop
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import COLLEAGUE, OPERATOR, Story, leuven_by_night, shares


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageSnapshotExtension)


def in_hand() -> Story:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    return story


async def photo(seat: Seat) -> str:
    """The screen as SVG once nothing in it moves. The title is fixed; the rest is what stands on the screen."""
    before = ""
    for line in seat.screen.query(Input):
        line.cursor_blink = False  # whether the cursor is there at this moment is chance too
        line._cursor_visible = True
    seat.desk.hand_out()  # as the next tick would: whether one has come since the last key is chance
    for pane in seat.screen.query(Pane):
        pane.refresh()  # whole: which lines were painted by themselves leaves empty boxes in the SVG
    while True:
        await seat.pilot.pause(0.1)
        now = seat.app.export_screenshot(title="MSA")
        if now == before:
            return now
        before = now


async def test_login(looks: SnapshotAssertion) -> None:
    """The first frame, while the rest is still being loaded."""
    loaded = threading.Event()

    def rest() -> Rest:
        loaded.wait()
        raise Stop("the test is over")

    app = ConsoleApp(rest, time.monotonic, url="ws://127.0.0.1:8765", operator="4711", ask_login=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.export_screenshot(title="MSA") == looks
        loaded.set()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 48), (200, 60)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_new_press(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    story, _ = leuven_by_night()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=size) as seat:
        assert await photo(seat) == looks


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
async def test_new_press_in_every_language_on_the_smallest_screen(
    looks: SnapshotAssertion, language: str
) -> None:
    """English is `test_new_press`."""
    story, _ = leuven_by_night()
    use(language)
    try:
        async with open_console(StillLink(picture_of(story.room, story.now)), size=(80, 24)) as seat:
            assert await photo(seat) == looks
    finally:
        use("en")


@pytest.mark.parametrize("theme", ["monochrome", "high-contrast", "colour-blind"])
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_new_press_in_other_colours(
    looks: SnapshotAssertion, theme: str, size: tuple[int, int]
) -> None:
    story, _ = leuven_by_night()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=size) as seat:
        seat.app.theme = f"msa-{theme}"
        assert await photo(seat) == looks


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_picker(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    story = in_hand()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=size) as seat:
        seat.desk.choose(story.room.queue()[-1].state.id)
        await seat.until(lambda: seat.desk.ready)
        await seat.press("d")
        await seat.until(lambda: isinstance(seat.screen.focused, OptionList))
        assert await photo(seat) == looks


async def test_link_lost(looks: SnapshotAssertion) -> None:
    story, _ = leuven_by_night()
    link = StillLink(picture_of(story.room, story.now))
    async with open_console(link, size=(120, 36)) as seat:
        seat.clock.move(9)
        link.show(replace(link.picture, connection=Connection.LOST))
        await seat.settle()
        await seat.until(lambda: seat.desk.ready)
        assert await photo(seat) == looks


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_locked(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    """One press waits, another has no patrol; on the small one the link is lost, in French."""
    story, places = leuven_by_night()
    story.happens(places["haacht"], e.InterventionClosed(outcome=e.Outcome.ARREST, words="-"), by=OPERATOR)
    other = story.press("VBR-2026-0413", zone=shares(("5401", 1.0)))
    story.happens(other, e.Acknowledged(), by=COLLEAGUE)
    story.wait(75)
    link = StillLink(picture_of(story.room, story.now))
    async with open_console(link, size=size) as seat:
        use("fr" if size[0] == 80 else "en")
        await seat.press("ctrl+l")
        if size[0] == 80:
            seat.clock.move(8)
            link.show(replace(link.picture, connection=Connection.LOST))
            await seat.settle()
        try:
            assert await photo(seat) == looks
        finally:
            use("en")
