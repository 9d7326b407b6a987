"""Words on the map never cover one another."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from console.domain.casefile import AddressKind
from console.domain.patrols import PatrolState
from console.tui.map.ground import Ground
from console.tui.map.labels import Board, Spot, beside
from console.tui.map.marks import draw_marks
from console.tui.map.projection import View
from console.tui.map.scene import ADDRESS_MARKS, AddressMark, OtherFix, PatrolMark, Scene, Victim, Whose
from tests.unit.map_samples import belgium, places

words = st.lists(
    st.tuples(st.integers(-5, 45), st.integers(-2, 12), st.integers(1, 12)), min_size=1, max_size=40
)


@given(words, st.integers(0, 2))
def test_no_two_words_on_a_board_touch(asked: list[tuple[int, int, int]], margin: int) -> None:
    board = Board(40, 10)
    kept: list[tuple[Spot, int]] = []
    for column, row, length in asked:
        if (spot := board.place(beside(column, row, 1, length), length, margin)) is not None:
            kept.append((spot, length))
    for i, (one, one_length) in enumerate(kept):
        assert 0 <= one.column <= 40 - one_length
        assert 0 <= one.row < 10
        for other, other_length in kept[:i]:
            apart = max(other.column - one.column - one_length, one.column - other.column - other_length)
            assert one.row != other.row or apart >= margin


def test_what_comes_first_keeps_its_place() -> None:
    board = Board(20, 1)
    assert board.place([Spot(2, 0)], 6) == Spot(2, 0)
    assert board.place([Spot(4, 0), Spot(12, 0)], 6) == Spot(12, 0)
    assert board.place([Spot(7, 0)], 6) is None


def test_a_word_needs_free_cells_on_the_sides_it_asks_for() -> None:
    board = Board(20, 1)
    board.take(Spot(4, 0), 1)
    assert not board.is_free(Spot(5, 0), 3)
    assert board.is_free(Spot(5, 0), 3, before=0)
    assert not board.is_free(Spot(18, 0), 3)


@given(
    st.floats(2.6, 6.3), st.floats(49.5, 51.4), st.floats(2, 1500), st.integers(1, 160), st.integers(1, 48)
)
def test_names_of_places_and_zones_never_overlap(
    lon: float, lat: float, metres: float, columns: int, rows: int
) -> None:
    view = View(lon, lat, metres, columns, rows)
    still = Ground(belgium(), places()).layer(view, "5388")
    for row in range(rows):
        found = sorted(still.canvas.words(row))
        for one, other in itertools.pairwise(found):
            assert one.column + len(one.text) < other.column
        assert all(word.column >= 0 and word.column + len(word.text) <= columns for word in found)


patrols = st.lists(
    st.builds(
        PatrolMark,
        call_sign=st.sampled_from(["L-12", "L-07", "A-31", "Z-100"]),
        state=st.sampled_from(PatrolState),
        lon=st.floats(4.66, 4.74),
        lat=st.floats(50.86, 50.90),
        highlighted=st.booleans(),
    ),
    max_size=12,
)


@given(patrols)
def test_words_of_marks_never_overlap_and_the_victim_is_never_covered(among: list[PatrolMark]) -> None:
    view = View(4.70, 50.88, 60.0, 70, 20)
    victim = Victim(4.70, 50.88, 80.0, note="8 s")
    canvas = draw_marks(
        Scene("n", victim, patrols=tuple(among), zone="5388"),
        view,
        Ground(belgium(), places()).layer(view, "5388"),
    )
    for row in range(view.rows):
        found = sorted(canvas.words(row))
        for one, other in itertools.pairwise(found):
            assert one.column + len(one.text) <= other.column
    column, row = view.to_cell(4.70, 50.88)
    assert [word.text for word in canvas.words(row) if word.column == column] == ["✚"]
    shown = [patrol for patrol in among if patrol.state is not PatrolState.OFF_DUTY]
    marks = [word.text for row in range(view.rows) for word in canvas.words(row) if word.text in "▸▹►◆"]
    assert len(marks) == len(shown)


LONS, LATS = st.floats(4.55, 4.85), st.floats(50.80, 50.95)
scenes = st.builds(
    Scene,
    subject=st.just("n"),
    victim=st.builds(
        Victim,
        lon=LONS,
        lat=LATS,
        r95_m=st.floats(1, 3_000),
        could_be_now_m=st.none() | st.floats(1, 9_000),
        trail=st.lists(st.tuples(LONS, LATS), max_size=6).map(tuple),
        trail_notes=st.just(("9 min", "", "7 min", "5 min", "", "2 min")),
        heading_deg=st.none() | st.floats(0, 360),
        note=st.sampled_from(["", "STUCK", "12 min old"]),
    ),
    other_fixes=st.lists(st.builds(OtherFix, LONS, LATS, st.floats(1, 3_000)), max_size=1).map(tuple),
    patrols=patrols.map(tuple),
    addresses=st.lists(
        st.builds(AddressMark, st.sampled_from(AddressKind), st.sampled_from(Whose), LONS, LATS), max_size=5
    ).map(tuple),
    zone=st.sampled_from(["5388", "5393", None]),
)


@given(scenes, LONS, LATS, st.floats(0.5, 2_000), st.integers(1, 160), st.integers(1, 48))
def test_at_any_zoom_no_word_is_cut_by_another_and_what_warns_is_always_there(
    scene: Scene, lon: float, lat: float, metres: float, columns: int, rows: int
) -> None:
    view = View(lon, lat, metres, columns, rows)
    still = Ground(belgium(), places()).layer(view, scene.zone)
    moving = draw_marks(scene, view, still)
    for row in range(rows):
        upper = sorted(moving.words(row))
        for one, other in itertools.pairwise(upper):
            assert one.column + len(one.text) <= other.column
        drawn = "".join(run.text for run in still.canvas.render_line(row, moving))
        left = set(range(columns))
        for word in upper:
            assert drawn[word.column : word.column + len(word.text)] == word.text
            left -= set(range(word.column, word.column + len(word.text)))
        for word in still.canvas.words(row):
            if drawn[word.column : word.column + len(word.text)] == word.text:
                left -= set(range(word.column, word.column + len(word.text)))
        assert not [drawn[column] for column in left if not _is_dots(drawn[column])]  # no rest of a name
    said = [word.text for row in range(rows) for word in moving.words(row)]
    assert scene.victim is not None
    inside = view.contains(scene.victim.lon, scene.victim.lat)
    assert said.count("✚") == inside
    if inside and columns >= 24 and rows >= 2:
        assert scene.victim.note in ("", *said)
    warns = ["?" for fix in scene.other_fixes if view.contains(fix.lon, fix.lat)]
    warns += [
        one.mark
        for one in scene.addresses
        if one.whose is Whose.PERPETRATOR and view.contains(one.lon, one.lat)
    ]
    if columns >= 24 and rows >= 6:
        assert sorted(one for one in said if one == "?" or one in _THREATS) == sorted(warns)


_THREATS = {"P" + mark for mark in ADDRESS_MARKS.values()}


def _is_dots(character: str) -> bool:
    return character == " " or "\u2800" <= character <= "\u28ff"
