"""P9: a frame of the map after a pan or a zoom, all of Belgium at 200 × 60; and a mark that moves.

A frame is everything between the key and the lines that go to the terminal: projecting, drawing, placing names,
joining layers, and Textual's own work on the lines of a widget; in processor time of the one thread that does it
all, so that what else runs on the machine does not count. Each figure stands beside its time in the
promise, and beside a bare loop that sets as many dots as the picture shows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import thread_time

from textual.app import App, ComposeResult
from textual.geometry import Region

from benchmarks.figure import Figure
from console.domain.patrols import PatrolState
from console.tui.map import Borders, Ground, MapView, PatrolMark, Scene, Victim, read_places
from console.tui.map.braille import BITS, Canvas
from console.tui.map.marks import draw_marks

DATA = Path(__file__).parents[1] / "data"
COLUMNS, ROWS = 200, 60
FRAME_MS, MARK_MS = 30.0, 2.0
ROUNDS = 6

AROUND = ((1, 0), (0, 1), (-1, 0), (-1, 0), (0, -1), (0, -1), (1, 0), (1, 0), (0, 1), (-1, 0))
"""A way around the middle and back: more windows than the map keeps, so that each is drawn anew."""


class MapAlone(App[None]):
    """A screen with nothing but the map."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.map = MapView(ground, approximate=True)

    def compose(self) -> ComposeResult:
        yield self.map


def measure() -> Iterable[Figure]:
    """P9, medians."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    borders = Borders.read(json.loads((DATA / "zones.geojson").read_text(encoding="utf-8")))
    ground = Ground(borders, read_places(json.loads((DATA / "places.json").read_text(encoding="utf-8"))))
    app = MapAlone(ground)
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await pilot.pause()
        view, scene = app.map, _scene()
        view.show(scene)
        pans, zooms, marks = [], [], []
        for right, down in AROUND * ROUNDS:
            pans.append(_timed(view, partial(view.action_pan, right, down)))
            zooms.append(_timed(view, partial(view.action_zoom, 1)))
            view.action_zoom(-1)
        view.action_fit()
        drawn = ground.drawn
        for step in range(ROUNDS * len(AROUND)):
            first, *others = scene.patrols
            there = replace(first, lon=first.lon + 0.02 * (step % 20), lat=first.lat + 0.01 * (step % 20))
            moved = replace(scene, patrols=(there, *others))
            marks.append(_timed(view, partial(view.show, moved)))
        if ground.drawn != drawn:
            raise AssertionError("a moving mark has drawn the ground again")
        still = ground.layer(view.window, scene.zone).canvas
        bare_frame = _bare_ms(_dots(still))
        bare_mark = _bare_ms(_dots(draw_marks(scene, view.window)))
    return [
        Figure("P9", "map: pan, a frame", median(pans), "ms", "the promise", FRAME_MS, goal=1),
        Figure("P9", "map: zoom, a frame", median(zooms), "ms", "the promise", FRAME_MS, goal=1),
        Figure("P9", "map: a mark moves", median(marks), "ms", "the promise", MARK_MS, goal=1),
        Figure("P9", "map: pan, a frame", median(pans), "ms", "its dots, bare loop", bare_frame),
        Figure("P9", "map: a mark moves", median(marks), "ms", "its layer's dots, bare loop", bare_mark),
    ]


def _scene() -> Scene:
    """A victim under way with circle and trail, and twenty patrols; two of them are sent from the corners of
    the country, so that a fit shows all of it."""
    sent = [
        PatrolMark(f"A-3{n}", PatrolState.EN_ROUTE, *at, True)
        for n, at in enumerate(((2.6, 51.1), (5.5, 49.6)))
    ]
    free = [PatrolMark(f"L-{n:02}", PatrolState.FREE, 3.0 + 0.12 * n, 50.3 + 0.04 * n) for n in range(18)]
    trail = tuple((4.40 + 0.03 * n, 50.80 + 0.008 * n) for n in range(10))
    ages = tuple(f"{10 - n} min" if n % 3 == 0 else "" for n in range(10))
    victim = Victim(4.7009, 50.8796, 9_000.0, 20_000.0, trail, ages, heading_deg=70.0)
    return Scene(victim=victim, patrols=(*free, *sent), zone="5388")


def _timed(view: MapView, act: Callable[[], None]) -> float:
    """Milliseconds from an action to the lines of the whole widget."""
    start = thread_time()
    act()
    view.render_lines(Region(0, 0, COLUMNS, ROWS))
    return (thread_time() - start) * 1000


def _dots(canvas: Canvas) -> int:
    return sum(map(int.bit_count, canvas.dots))


def _bare_ms(dots: int) -> float:
    """Milliseconds to set as many dots, one after the other, with nothing else."""
    times = []
    for _ in range(20):
        cells = bytearray(COLUMNS * ROWS)
        start = thread_time()
        for dot in range(dots):
            x, y = dot % (COLUMNS * 2), dot * 7 % (ROWS * 4)
            cells[(y >> 2) * COLUMNS + (x >> 1)] |= BITS[y & 3][x & 1]
        times.append((thread_time() - start) * 1000)
    return median(times)
