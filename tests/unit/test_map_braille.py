"""Dots, lines, circles and words: what is drawn is there, and nothing is drawn outside."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tui.map.braille import Canvas, clip, one_cell_each

COLUMNS, ROWS = 12, 5
WIDTH, HEIGHT = COLUMNS * 2, ROWS * 4
INK, OVER = 3, 5

anywhere = st.integers(-200, 200)


def dots_of(canvas: Canvas) -> set[tuple[int, int]]:
    return {(x, y) for x in range(canvas.width) for y in range(canvas.height) if canvas.is_set(x, y)}


def distance_to_line(x: float, y: float, x0: float, y0: float, x1: float, y1: float) -> float:
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length))
    return math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))


def text_of(canvas: Canvas, row: int, over: Canvas | None = None) -> str:
    return "".join(run.text for run in canvas.render_line(row, over))


@pytest.mark.parametrize(
    ("x", "y", "glyph"),
    [(0, 0, "⠁"), (1, 0, "⠈"), (0, 1, "⠂"), (1, 1, "⠐"), (0, 2, "⠄"), (1, 2, "⠠"), (0, 3, "⡀"), (1, 3, "⢀")],
)
def test_each_dot_of_a_cell_has_its_own_bit(x: int, y: int, glyph: str) -> None:
    canvas = Canvas(1, 1)
    canvas.plot(x, y, INK)
    assert text_of(canvas, 0) == glyph
    assert dots_of(canvas) == {(x, y)}


@given(anywhere, anywhere)
def test_a_dot_outside_is_ignored(x: int, y: int) -> None:
    canvas = Canvas(COLUMNS, ROWS)
    canvas.plot(x, y, INK)
    assert dots_of(canvas) == ({(x, y)} if 0 <= x < WIDTH and 0 <= y < HEIGHT else set())


@given(anywhere, anywhere, anywhere, anywhere)
def test_a_clipped_line_keeps_inside_and_on_the_line(x0: int, y0: int, x1: int, y1: int) -> None:
    clipped = clip(x0, y0, x1, y1, WIDTH, HEIGHT)
    if clipped is not None:
        for x, y in (clipped[:2], clipped[2:]):
            assert 0 <= x < WIDTH
            assert 0 <= y < HEIGHT
            assert distance_to_line(x, y, x0, y0, x1, y1) <= 0.71


@given(anywhere, anywhere, anywhere, anywhere)
def test_a_line_shows_all_of_itself_that_is_inside(x0: int, y0: int, x1: int, y1: int) -> None:
    canvas = Canvas(COLUMNS, ROWS)
    canvas.line(x0, y0, x1, y1, INK)
    drawn = dots_of(canvas)
    assert all(distance_to_line(x, y, x0, y0, x1, y1) <= 1.5 for x, y in drawn)
    for step in range(101):
        x, y = x0 + (x1 - x0) * step / 100, y0 + (y1 - y0) * step / 100
        if 0 <= x <= WIDTH - 1 and 0 <= y <= HEIGHT - 1:
            assert any(abs(x - a) <= 1.5 and abs(y - b) <= 1.5 for a, b in drawn)


@given(st.lists(st.tuples(anywhere, anywhere), min_size=1, max_size=8))
def test_a_polyline_is_its_lines(points: list[tuple[int, int]]) -> None:
    whole, parts = Canvas(COLUMNS, ROWS), Canvas(COLUMNS, ROWS)
    whole.polyline([x for x, _ in points], [y for _, y in points], INK)
    for (x0, y0), (x1, y1) in zip(points, points[1:] or points, strict=False):
        parts.line(x0, y0, x1, y1, INK)
    if len(set(points)) > 1:
        assert dots_of(whole) == dots_of(parts)


def test_every_third_dot_of_a_line() -> None:
    canvas = Canvas(COLUMNS, ROWS)
    canvas.line(0, 2, 11, 2, INK, every=3)
    assert dots_of(canvas) == {(0, 2), (3, 2), (6, 2), (9, 2)}


centre = st.floats(-30, 60)


@given(centre, centre, st.floats(0.6, 500))
def test_a_circle_has_its_radius_all_around(x: float, y: float, radius: float) -> None:
    canvas = Canvas(COLUMNS, ROWS)
    canvas.ellipse(x, y, radius, radius, INK)
    drawn = dots_of(canvas)
    assert all(abs(math.hypot(a + 0.5 - x, b + 0.5 - y) - radius) <= 0.72 for a, b in drawn)
    for degrees in range(0, 360, 5):
        across = x + radius * math.cos(math.radians(degrees))
        down = y + radius * math.sin(math.radians(degrees))
        if 1 <= across < WIDTH - 1 and 1 <= down < HEIGHT - 1:
            assert any(math.hypot(a + 0.5 - across, b + 0.5 - down) <= 1.5 for a, b in drawn)


def test_a_dashed_circle_has_gaps_and_keeps_to_the_whole_one() -> None:
    whole, dashed = Canvas(40, 20), Canvas(40, 20)
    whole.ellipse(40, 40, 30, 30, INK)
    dashed.ellipse(40, 40, 30, 30, INK, dashed=True)
    assert dots_of(dashed) < dots_of(whole)
    assert 0.3 < len(dots_of(dashed)) / len(dots_of(whole)) < 0.7


@given(centre, centre, st.floats(0.6, 60), st.sampled_from([1, 4]))
def test_a_disc_fills_what_its_circle_encloses(x: float, y: float, radius: float, every: int) -> None:
    canvas = Canvas(COLUMNS, ROWS)
    canvas.disc(x, y, radius, radius, INK, every)
    expected = {
        (a, b)
        for a in range(0, WIDTH, every)
        for b in range(0, HEIGHT, every)
        if math.hypot(a + 0.5 - x, b + 0.5 - y) < radius - 1e-9
    }
    surplus = dots_of(canvas) - expected
    assert expected <= dots_of(canvas)
    assert all(math.hypot(a + 0.5 - x, b + 0.5 - y) <= radius + 1e-9 for a, b in surplus)


def test_a_row_is_as_wide_as_the_canvas_whatever_is_written() -> None:
    canvas = Canvas(10, 2)
    canvas.line(0, 0, 19, 7, INK)
    canvas.write(-2, 0, "over the left", OVER)
    canvas.write(7, 1, "over the right", OVER)
    canvas.write(3, 9, "below", OVER)
    assert [text_of(canvas, row) for row in range(2)] == ["er the lef", "     ⠉⠑ove"]


def test_text_that_is_not_one_cell_a_character_is_replaced() -> None:
    assert one_cell_each("Liège ✚") == "Liège ✚"
    assert one_cell_each("a\x1b[2Jb") == "a\N{REPLACEMENT CHARACTER}[2Jb"
    assert one_cell_each("漢e\u0301") == "\N{REPLACEMENT CHARACTER}e\N{REPLACEMENT CHARACTER}"


def test_layers_join_their_dots_and_the_upper_ink_wins() -> None:
    still, moving = Canvas(3, 1), Canvas(3, 1)
    still.line(0, 0, 5, 0, INK)
    moving.plot(2, 3, OVER)
    assert still.render_line(0, moving) == [("⠉", INK), ("⡉", OVER), ("⠉", INK)]
    assert still.render_line(0) == [("⠉⠉⠉", INK)]


@given(
    st.lists(st.tuples(st.integers(0, WIDTH - 1), st.integers(0, 3)), max_size=12),
    st.lists(st.tuples(st.integers(0, WIDTH - 1), st.integers(0, 3)), max_size=12),
)
def test_joined_rows_equal_one_canvas_with_both(
    below: list[tuple[int, int]], above: list[tuple[int, int]]
) -> None:
    still, moving, both = Canvas(COLUMNS, 1), Canvas(COLUMNS, 1), Canvas(COLUMNS, 1)
    for x, y in below:
        still.plot(x, y, INK)
        both.plot(x, y, INK)
    for x, y in above:
        moving.plot(x, y, OVER)
        both.plot(x, y, OVER)
    assert still.render_line(0, moving) == both.render_line(0)


def test_a_name_under_a_mark_gives_way_as_a_whole() -> None:
    still, moving = Canvas(24, 1), Canvas(24, 1)
    still.write(1, 0, "Leuven", INK)
    still.write(14, 0, "Herent", INK)
    moving.write(4, 0, "▸L-12", OVER)
    assert text_of(still, 0, moving).rstrip() == "    ▸L-12     Herent"


def test_rows_are_compared_by_what_they_show() -> None:
    one, other = Canvas(4, 2), Canvas(4, 2)
    other.plot(0, 5, INK)
    assert one.same_row(other, 0)
    assert not one.same_row(other, 1)
    one.write(0, 0, "a", INK)
    assert not one.same_row(other, 0)


def test_a_canvas_without_cells_takes_everything_and_shows_nothing() -> None:
    canvas = Canvas(0, 0)
    canvas.line(-5, -5, 5, 5, INK)
    canvas.ellipse(0, 0, 3, 3, INK)
    canvas.disc(0, 0, 3, 3, INK)
    canvas.write(0, 0, "nothing", INK)
    assert not canvas.dots
