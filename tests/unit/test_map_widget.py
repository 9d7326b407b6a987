"""The map as a widget: keys, mouse, following, what is painted again and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from console.domain.patrols import PatrolState
from console.locale import _, use
from console.tui.map import Ground, MapView, PatrolMark, Scene, Victim
from tests.unit.map_samples import belgium, places

LEUVEN = (4.7009, 50.8796)
PATROL = PatrolMark("L-12", PatrolState.EN_ROUTE, 4.72, 50.885, highlighted=True)
SCENE = Scene("VBR-2026-0412", Victim(*LEUVEN, 40.0), patrols=(PATROL,), zone="5388")


class MapApp(App[None]):
    def __init__(self, scene: Scene | None = SCENE) -> None:
        super().__init__()
        self.map = MapView(Ground(belgium(), places()), approximate=True)
        self.first = scene

    def compose(self) -> ComposeResult:
        yield self.map

    def on_mount(self) -> None:
        if self.first is not None:
            self.map.show(self.first)
        self.map.focus()


@asynccontextmanager
async def running(
    scene: Scene | None = SCENE, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[MapView, Pilot[None]]]:
    app = MapApp(scene)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app.map, pilot


async def resized(view: MapView, pilot: Pilot[None], columns: int, rows: int) -> None:
    """Resize the terminal, and wait until the map has its new size."""
    await pilot.resize_terminal(columns, rows)
    async with asyncio.timeout(20):
        while view.window.columns != columns:
            await pilot.pause(0.02)


def painted(view: MapView) -> list[str]:
    return [view.render_line(row).text for row in range(view.size.height)]


def moved(scene: Scene, lon: float, lat: float) -> Scene:
    assert scene.victim is not None
    return replace(scene, victim=replace(scene.victim, lon=lon, lat=lat))


async def test_without_a_scene_it_shows_the_whole_country() -> None:
    async with running(None) as (view, _):
        bounds = belgium().bounds
        assert bounds is not None
        assert view.window.bounds.holds(bounds)
        assert "Antwerpen" in "\n".join(painted(view))


async def test_a_new_subject_is_fitted_with_its_patrols() -> None:
    async with running() as (view, _):
        assert view.window.contains(*LEUVEN, inset=0.4)
        assert view.window.contains(PATROL.lon, PATROL.lat)
        text = "\n".join(painted(view))
        assert "✚" in text
        assert "L-12 en route" in text
        assert "approximate map" in text


async def test_every_row_is_as_wide_as_the_widget() -> None:
    async with running(size=(73, 21)) as (view, _):
        assert {view.render_line(row).cell_length for row in range(21)} == {73}
        assert {len(line) for line in painted(view)} == {73}


@pytest.mark.parametrize(
    ("key", "east", "north"),
    [
        ("shift+left", -1, 0),
        ("h", -1, 0),
        ("shift+right", 1, 0),
        ("l", 1, 0),
        ("shift+up", 0, 1),
        ("k", 0, 1),
        ("shift+down", 0, -1),
        ("j", 0, -1),
    ],
)
async def test_keys_pan_and_end_following(key: str, east: int, north: int) -> None:
    async with running() as (view, pilot):
        before = view.window
        await pilot.press(key)
        after = view.window
        assert (after.lon > before.lon) - (after.lon < before.lon) == east
        assert (after.lat > before.lat) - (after.lat < before.lat) == north
        assert not view.following
        assert "not following" in painted(view)[-1]


async def test_plus_and_minus_zoom_towards_the_victim() -> None:
    async with running() as (view, pilot):
        before = view.window
        await pilot.press("plus")
        assert view.window.metres_per_dot < before.metres_per_dot
        assert view.window.contains(*LEUVEN, inset=0.4)
        await pilot.press("minus", "minus")
        assert view.window.metres_per_dot > before.metres_per_dot


async def test_zero_brings_everything_back() -> None:
    async with running() as (view, pilot):
        fitted = view.window
        await pilot.press("h", "h", "minus", "k")
        assert view.window != fitted
        await pilot.press("0")
        assert view.window == fitted


async def test_following_moves_the_window_only_when_she_leaves_the_middle() -> None:
    async with running() as (view, pilot):
        before = view.window
        near = before.to_degrees(before.columns * 2 * 0.7, before.rows * 4 * 0.5)
        view.show(moved(SCENE, *near))
        await pilot.pause()
        assert view.window == before
        far = before.to_degrees(before.columns * 2 * 0.8, before.rows * 4 * 0.5)
        view.show(moved(SCENE, *far))
        await pilot.pause()
        assert (view.window.lon, view.window.lat) == pytest.approx(far)
        assert view.window.metres_per_dot == before.metres_per_dot


async def test_after_a_pan_the_window_stays_until_f_is_pressed() -> None:
    async with running() as (view, pilot):
        await pilot.press("h", "h", "h", "h")
        before = view.window
        view.show(moved(SCENE, 4.71, 50.88))
        await pilot.pause()
        assert view.window == before
        await pilot.press("f")
        assert view.following
        assert view.window.contains(4.71, 50.88, inset=0.25)


async def test_another_subject_is_fitted_and_followed_again() -> None:
    async with running() as (view, pilot):
        await pilot.press("h")
        view.show(replace(moved(SCENE, 3.7167, 51.05), subject="OVL-2026-0007", patrols=()))
        await pilot.pause()
        assert view.following
        assert view.window.contains(3.7167, 51.05, inset=0.4)


async def test_a_moving_patrol_repaints_its_rows_and_never_the_ground() -> None:
    async with running(size=(120, 40)) as (view, pilot):
        assert view.ground is not None
        strips = [view.render_line(row) for row in range(40)]
        drawn = view.ground.drawn
        view.show(replace(SCENE, patrols=(replace(PATROL, lat=PATROL.lat + 0.002),)))
        await pilot.pause()
        changed = [row for row in range(40) if view.render_line(row) is not strips[row]]
        assert 0 < len(changed) <= 6
        assert view.ground.drawn == drawn


async def test_a_scene_that_is_equal_paints_nothing() -> None:
    async with running() as (view, pilot):
        strips = [view.render_line(row) for row in range(24)]
        view.show(replace(SCENE))
        await pilot.pause()
        assert all(view.render_line(row) is strip for row, strip in enumerate(strips))


async def test_going_back_to_a_window_does_not_draw_its_ground_again() -> None:
    async with running() as (view, pilot):
        assert view.ground is not None
        await pilot.press("plus")
        drawn = view.ground.drawn
        await pilot.press("0")
        assert view.ground.drawn == drawn


async def test_the_mouse_drags_the_map() -> None:
    async with running() as (view, pilot):
        place = view.window.to_degrees(81, 50)
        await pilot.mouse_down(view, offset=(40, 12))
        await pilot.hover(view, offset=(50, 14))
        await pilot.mouse_up(view, offset=(50, 14))
        assert view.window.to_cell(*place) == (50, 14)
        await pilot.hover(view, offset=(20, 5))
        assert view.window.to_cell(*place) == (50, 14)


async def test_the_wheel_zooms_at_the_pointer() -> None:
    async with running() as (view, pilot):
        before = view.window
        place = before.to_degrees(21, 22)
        for kind in (events.MouseScrollUp, events.MouseScrollDown):
            event = kind(view, 10, 5, 0, 0, 0, shift=False, meta=False, ctrl=False, screen_x=10, screen_y=5)
            view.post_message(event)
            await pilot.pause()
            assert view.window.to_cell(*place) == (10, 5)
            assert (view.window.metres_per_dot < before.metres_per_dot) is (kind is events.MouseScrollUp)


async def test_another_language_takes_effect_with_the_next_scene() -> None:
    async with running(Scene("n", no_position=True, zone="5388")) as (view, pilot):
        before = [view.render_line(row) for row in range(24)]
        use("nl")
        try:
            view.show(view.scene)
            await pilot.pause()
            assert not any(view.render_line(row) is strip for row, strip in enumerate(before))
            assert _("approximate map") in painted(view)[-1]
        finally:
            use("en")


async def test_without_an_intervention_it_shows_the_patrols_of_the_room() -> None:
    async with running(Scene()) as (view, pilot):
        view.show(Scene(patrols=(PATROL, replace(PATROL, call_sign="L-07", lon=4.9))))
        await pilot.pause()
        assert view.window.contains(PATROL.lon, PATROL.lat)
        assert view.window.contains(4.9, PATROL.lat)
        assert not view.window.contains(4.35, 50.85)


async def test_without_a_position_it_says_so_and_shows_the_file_zone() -> None:
    async with running(Scene("n", no_position=True, zone="5388")) as (view, _):
        text = "\n".join(painted(view))
        assert "no position" in text
        assert "5388 Leuven" in text
        assert view.window.bounds.holds(belgium().zones["5388"].bounds)


async def test_a_position_that_arrives_is_shown_at_once() -> None:
    async with running(Scene("VBR-2026-0412", no_position=True, zone="5388")) as (view, pilot):
        view.show(SCENE)
        await pilot.pause()
        text = "\n".join(painted(view))
        assert "no position" not in text
        assert "✚" in text


async def test_a_fit_that_nobody_touched_comes_closer_when_the_patrols_have() -> None:
    far = replace(SCENE, patrols=(replace(PATROL, lon=5.3, lat=50.9),))
    async with running(far) as (view, pilot):
        wide = view.window.metres_per_dot
        view.show(SCENE)
        await pilot.pause()
        assert view.window.metres_per_dot < wide / 3


async def test_a_window_that_was_chosen_stays_however_near_the_patrols_are() -> None:
    far = replace(SCENE, patrols=(replace(PATROL, lon=5.3, lat=50.9),))
    async with running(far) as (view, pilot):
        await pilot.press("minus")
        wide = view.window.metres_per_dot
        view.show(SCENE)
        await pilot.pause()
        assert view.window.metres_per_dot == wide


@pytest.mark.parametrize("size", [(10, 3), (1, 1), (2, 8), (200, 60)])
@pytest.mark.parametrize("scene", [SCENE, Scene(), Scene("n", no_position=True, zone="5388")])
async def test_no_size_is_too_small(size: tuple[int, int], scene: Scene) -> None:
    async with running(scene, size) as (view, pilot):
        await pilot.press("plus", "minus", "h", "f", "0")
        assert {view.render_line(row).cell_length for row in range(size[1])} == {size[0]}


async def test_no_height_at_all_is_no_error() -> None:
    async with running() as (view, pilot):
        view.styles.height = 0
        await pilot.pause()
        view.show(moved(SCENE, 4.75, 50.9))
        await pilot.press("plus", "h", "0")
        view.styles.height = "1fr"
        await pilot.pause()
        assert "✚" in "\n".join(painted(view))


async def test_a_resize_keeps_a_fit_fitted_and_a_chosen_window_where_it_is() -> None:
    async with running() as (view, pilot):
        await resized(view, pilot, 60, 14)
        assert view.window.contains(PATROL.lon, PATROL.lat)
        assert (view.window.columns, view.window.rows) == (60, 13)
        await pilot.press("plus")
        chosen = view.window
        await resized(view, pilot, 100, 30)
        assert (view.window.lon, view.window.metres_per_dot) == (chosen.lon, chosen.metres_per_dot)


async def test_another_theme_takes_effect() -> None:
    async with running() as (view, pilot):
        before = view.render_line(10)
        view.app.theme = "textual-light"
        await pilot.pause()
        after = view.render_line(10)
        assert after.text == before.text
        assert {segment.style for segment in after} != {segment.style for segment in before}


async def test_without_ground_it_is_blank_until_it_gets_one() -> None:
    async with running(None) as (view, pilot):
        bare = MapView()
        await view.app.mount(bare)
        await pilot.pause()
        assert not "".join(painted(bare)).strip("├─┤ 0123456789km")
        bare.lay(Ground(belgium(), places()), approximate=False)
        await pilot.pause()
        assert "Brussel" in "\n".join(painted(bare))
        assert "approximate" not in "\n".join(painted(bare))
