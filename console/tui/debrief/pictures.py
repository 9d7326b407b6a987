"""Pictures of the console's screen at the marked moments: the desk itself, drawn without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from textual.pilot import Pilot

from console.domain.limits import Targets
from console.training.debrief.run import Note, Run
from console.training.player import Player
from console.tui.app import ConsoleApp, Look, Rest
from console.tui.atlas import Atlas
from console.tui.pane import Pane
from console.tui.replay.link import ReplayLink

SIZE: Final = (160, 48)
"""Columns and rows: the screen as it was designed."""

MOST: Final = 12
"""So many pictures of a run: each takes a second or two, and more would not be talked about."""

STANDS_AT_S: Final = 1000.0
PATIENCE_S: Final = 30.0


def with_pictures(run: Run, open_atlas: Callable[[], Atlas], targets: Targets) -> Run:
    """The run with a picture of the screen for each marked moment that has none yet, the first `MOST` of them."""
    wanted = [
        place for place, one in enumerate(run.notes) if one.picture is None or one.picture not in run.pictures
    ][:MOST]
    if not wanted:
        return run
    drawn = asyncio.run(_drawn(run, [run.notes[place].at for place in wanted], open_atlas, targets))
    notes: list[Note] = list(run.notes)
    pictures = dict(run.pictures)
    for place, svg in zip(wanted, drawn, strict=True):
        name = f"moment-{place + 1}.svg"
        pictures[name] = svg
        notes[place] = replace(notes[place], picture=name)
    return replace(run, notes=tuple(notes), pictures=pictures)


async def _drawn(
    run: Run, moments: Sequence[datetime], open_atlas: Callable[[], Atlas], targets: Targets
) -> list[str]:
    atlas = await asyncio.to_thread(open_atlas)
    player = Player(run.recording, targets=targets)
    return [await _photo(player, at, atlas, targets) for at in moments]


async def _photo(player: Player, at: datetime, atlas: Atlas, targets: Targets) -> str:
    """The desk as SVG, once nothing in it moves."""
    link = ReplayLink(player, lambda: STANDS_AT_S, begin=at)
    app = ConsoleApp(lambda: Rest(link, Look(targets=targets), lambda: atlas), lambda: STANDS_AT_S)
    async with app.run_test(size=SIZE) as pilot:
        await _until(pilot, lambda: app.desk is not None and app.desk.is_mounted and app.desk.ready)
        before = ""
        for pane in app.screen.query(Pane):
            pane.refresh()
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await pilot.pause(0.1)
                now = app.export_screenshot(title="MSA")
                if now == before:
                    return now
                before = now


async def _until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await pilot.pause(0.02)
