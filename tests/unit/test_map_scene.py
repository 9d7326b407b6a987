"""What a scene looks like: marks, circle, trail, names, scale and legend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.casefile import AddressKind
from console.domain.patrols import PatrolState
from console.tui.map.braille import Canvas
from console.tui.map.ground import Ground
from console.tui.map.ink import Ink
from console.tui.map.legend import caption, entries, scale_bar
from console.tui.map.marks import draw_marks
from console.tui.map.projection import Bounds, View
from console.tui.map.scene import AddressMark, OtherFix, PatrolMark, Scene, Victim, Whose
from tests.unit.map_samples import belgium, places, two_zones

LEUVEN = (4.7009, 50.8796)
VICTIM = Victim(*LEUVEN, r95_m=40.0)

SMALL = Scene(
    subject="VBR-2026-0412",
    victim=Victim(4.68, 50.88, 600.0, trail=((4.64, 50.872), (4.66, 50.876))),
    patrols=(
        PatrolMark("L-12", PatrolState.EN_ROUTE, 4.72, 50.895, highlighted=True),
        PatrolMark("L-03", PatrolState.BUSY, 4.75, 50.865),
    ),
    addresses=(
        AddressMark(AddressKind.HOME, Whose.VICTIM, 4.63, 50.87),
        AddressMark(AddressKind.WORK, Whose.PERPETRATOR, 4.74, 50.88),
    ),
    zone="5388",
)

SMALL_AS_TEXT = """\
 ⣶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⣶⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⢲
 ⣿                     ⣿                    ⢸
 ⣿                     ⣿   ►L-12 en route   ⢸
 ⣿     5388 Leuven     ⣿                    ⢸
 ⣿               ⡤⠒⠢⡄  ⣿                    ⢸
 ⣿             ⢀⠸⡄✚ ⡸  ⣿       P⚒           ⢸
 ⣿        ⣀⠠ ⠂⠛  ⠉⠒⠊⠁  ⣿                    ⢸
 ⣿     ⌂  ⠉            ⣿                    ⢸
 ⣿                     ⣿         ▹L-03      ⢸
 ⣿                     ⣿                    ⢸
 ⣿⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⡿⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠼
"""


def lines_of(scene: Scene, view: View, ground: Ground) -> list[str]:
    still = ground.layer(view, scene.zone)
    moving = draw_marks(scene, view, still)
    return ["".join(run.text for run in still.canvas.render_line(row, moving)) for row in range(view.rows)]


def words_of(canvas: Canvas) -> list[str]:
    return [word.text for row in range(canvas.rows) for word in canvas.words(row)]


def test_a_small_scene_as_text() -> None:
    ground = Ground(two_zones())
    view = View.fit(Bounds(4.60, 50.85, 4.80, 50.91), 46, 11, margin=0.03)
    drawn = "\n".join(line.rstrip() for line in lines_of(SMALL, view, ground)) + "\n"
    assert drawn == SMALL_AS_TEXT


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (PatrolState.FREE, "▸"),
        (PatrolState.RESERVED, "▹"),
        (PatrolState.BUSY, "▹"),
        (PatrolState.DISPATCHED, "►"),
        (PatrolState.ACCEPTED, "►"),
        (PatrolState.EN_ROUTE, "►"),
        (PatrolState.ON_SCENE, "◆"),
    ],
)
def test_the_state_of_a_patrol_is_a_shape(state: PatrolState, mark: str) -> None:
    scene = Scene(patrols=(PatrolMark("L-12", state, *LEUVEN),))
    assert words_of(draw_marks(scene, View(*LEUVEN, 20.0, 40, 10))) == [mark, "L-12"]
    close_by = words_of(draw_marks(scene, View(*LEUVEN, 5.0, 40, 10)))
    assert close_by == [mark, f"L-12 {state.value.replace('_', ' ')}"]
    assert words_of(draw_marks(scene, View(*LEUVEN, 5.0, 10, 1))) == [mark, "L-12"]


def test_a_patrol_off_duty_is_not_on_the_map() -> None:
    off = PatrolMark("L-12", PatrolState.OFF_DUTY, *LEUVEN, highlighted=True)
    assert words_of(draw_marks(Scene(patrols=(off,)), View(*LEUVEN, 10.0, 40, 10))) == []
    assert list(entries(Scene(patrols=(off,)))) == []


def test_a_highlighted_patrol_says_its_state() -> None:
    sent = PatrolMark("L-12", PatrolState.ON_SCENE, *LEUVEN, highlighted=True)
    assert "L-12 on scene" in words_of(draw_marks(Scene(patrols=(sent,)), View(*LEUVEN, 10.0, 40, 10)))


def test_the_perpetrators_address_carries_a_letter() -> None:
    addresses = tuple(
        AddressMark(kind, whose, LEUVEN[0] + 0.002 * n, LEUVEN[1] + 0.002 * row)
        for row, whose in enumerate(Whose)
        for n, kind in enumerate(AddressKind)
    )
    canvas = draw_marks(Scene(addresses=addresses), View(4.705, 50.88, 20.0, 80, 24))
    signs = words_of(canvas)
    assert len(signs) == len(set(signs)) == 10
    assert {"⌂", "P⌂", "⚒", "P⚒"} <= set(signs)


def test_close_by_an_address_is_named_in_a_word() -> None:
    scene = Scene(addresses=(AddressMark(AddressKind.WORK, Whose.VICTIM, *LEUVEN),))
    assert words_of(draw_marks(scene, View(*LEUVEN, 5.0, 40, 10))) == ["⚒", "work"]
    assert words_of(draw_marks(scene, View(*LEUVEN, 50.0, 40, 10))) == ["⚒"]


def test_the_circle_on_the_map_is_as_large_as_the_radius() -> None:
    view = View(*LEUVEN, 10.0, 60, 20)
    canvas = draw_marks(Scene(victim=Victim(*LEUVEN, r95_m=300.0)), view)
    drawn = [(x, y) for x in range(canvas.width) for y in range(canvas.height) if canvas.is_set(x, y)]
    assert {min(x for x, _ in drawn), max(x for x, _ in drawn)} == {60 - 30, 60 + 30}
    assert {min(y for _, y in drawn), max(y for _, y in drawn)} == {40 - 30, 40 + 30}


def test_where_she_could_be_now_is_dashed_around_the_circle() -> None:
    view = View(*LEUVEN, 10.0, 60, 20)
    sure = draw_marks(Scene(victim=Victim(*LEUVEN, r95_m=100.0)), view)
    moving = draw_marks(Scene(victim=Victim(*LEUVEN, r95_m=100.0, could_be_now_m=350.0)), view)
    assert Ink.REACH in moving.inks
    assert Ink.REACH not in sure.inks
    assert sum(map(int.bit_count, moving.dots)) > sum(map(int.bit_count, sure.dots))


def test_a_fix_that_is_not_believed_is_shown_with_a_question_mark() -> None:
    scene = Scene(victim=VICTIM, other_fixes=(OtherFix(4.703, 50.881, 150.0),))
    canvas = draw_marks(scene, View(*LEUVEN, 10.0, 60, 20))
    assert "?" in words_of(canvas)
    assert Ink.DOUBT in canvas.inks


def test_a_mark_on_a_taken_cell_stands_beside_it() -> None:
    crowd = tuple(PatrolMark(f"L-{n:02}", PatrolState.FREE, *LEUVEN) for n in range(4))
    canvas = draw_marks(Scene(victim=VICTIM, patrols=crowd), View(*LEUVEN, 10.0, 60, 20))
    assert words_of(canvas).count("▸") == 4
    assert words_of(canvas).count("✚") == 1


def test_no_position_is_said_and_the_file_zone_stands_out() -> None:
    scene = Scene(subject="n", no_position=True, zone="5388")
    view = View.fit(belgium().zones["5388"].bounds, 60, 20)
    ground = Ground(belgium(), places())
    text = "\n".join(lines_of(scene, view, ground))
    assert "no position" in text
    assert "5388 Leuven" in text
    assert "✚" not in text
    assert Ink.ZONE in ground.layer(view, "5388").canvas.inks
    assert Ink.ZONE not in ground.layer(view, None).canvas.inks


def test_the_zone_that_stands_out_does_so_without_colour() -> None:
    view = View.fit(belgium().zones["5388"].bounds, 60, 20)
    ground = Ground(belgium())
    with_zone, without = ground.layer(view, "5388").canvas, ground.layer(view, None).canvas
    assert sum(map(int.bit_count, with_zone.dots)) > 1.5 * sum(map(int.bit_count, without.dots))


def test_the_name_of_the_zone_to_send_is_readable_wherever_the_victim_is() -> None:
    ground = Ground(belgium(), places())
    for metres in (5.0, 20.0, 60.0, 300.0, 1200.0):
        for step in range(9):
            lon, lat = LEUVEN[0] + 0.01 * (step % 3 - 1), LEUVEN[1] + 0.006 * (step // 3 - 1)
            scene = Scene(victim=Victim(lon, lat, 40.0), zone="5388")
            assert "5388 Leuven" in "\n".join(lines_of(scene, View(*LEUVEN, metres, 60, 14), ground))


def test_an_unknown_zone_is_no_error() -> None:
    assert lines_of(Scene(victim=VICTIM, zone="9999"), View(*LEUVEN, 10.0, 20, 4), Ground(belgium()))


@pytest.mark.parametrize(
    ("metres_per_dot", "columns", "bar"),
    [
        (5.0, 100, "├─────────┤ 100 m"),
        (50.0, 100, "├─────────┤ 1 km"),
        (1.0, 40, "├────┤ 10 m"),
        (5.0, 4, ""),
    ],
)
def test_the_scale_bar_is_as_long_as_it_says(metres_per_dot: float, columns: int, bar: str) -> None:
    assert scale_bar(View(*LEUVEN, metres_per_dot, columns, 20)) == bar


def test_the_legend_names_what_is_on_the_map_and_nothing_else() -> None:
    assert [(entry.mark, entry.meaning) for entry in entries(SMALL)] == [
        ("✚", "victim"),
        ("○", "95 %"),
        ("►", "under way"),
        ("▹", "not available"),
        ("P", "perpetrator's"),
        ("⌂", "home"),
        ("⚒", "work"),
        ("⠶", "her trail"),
    ]


@pytest.mark.parametrize("columns", [0, 1, 10, 24, 40, 60, 80, 200])
def test_the_caption_fills_its_line_and_cuts_nothing_in_half(columns: int) -> None:
    text = "".join(
        run.text
        for run in caption(View(*LEUVEN, 5.0, columns, 20), entries(SMALL), ["approximate map", "following"])
    )
    assert len(text) == columns
    for part in ("approximate", "following", "perpetrator"):
        assert (
            part not in text
            or {"approximate": "approximate map", "perpetrator": "perpetrator's"}.get(part, part) in text
        )
    if columns >= 60:
        assert text.endswith("approximate map  following")


def test_a_fit_shows_the_patrols_that_are_sent_and_else_the_nearest_three() -> None:
    far = tuple(PatrolMark(f"L-{n}", PatrolState.FREE, 4.70 + 0.05 * n, 50.88) for n in range(1, 6))
    nearest = Scene(victim=VICTIM, patrols=far).bounds()
    assert nearest is not None
    assert nearest.east == pytest.approx(4.85)
    assert (nearest.west + nearest.east) / 2 == pytest.approx(VICTIM.lon)
    sent = Scene(
        victim=VICTIM, patrols=(*far, PatrolMark("L-9", PatrolState.EN_ROUTE, 4.71, 50.89, True))
    ).bounds()
    assert sent is not None
    assert sent.east == pytest.approx(4.71)


def test_a_fit_never_comes_closer_than_the_circle() -> None:
    box = Scene(victim=Victim(*LEUVEN, r95_m=40.0, could_be_now_m=5000.0)).bounds()
    assert box == Bounds.around(*LEUVEN, 5000.0)
    assert Scene().bounds() is None


@pytest.mark.parametrize(
    ("heading", "arrow", "right", "down"),
    [
        (0, "↑", 0, -1),
        (44, "↗", 1, -1),
        (90, "→", 1, 0),
        (180, "↓", 0, 1),
        (300, "↖", -1, -1),
        (359, "↑", 0, -1),
    ],
)
def test_an_arrow_stands_on_the_side_she_moves_to(heading: float, arrow: str, right: int, down: int) -> None:
    view = View(*LEUVEN, 10.0, 41, 11)
    canvas = draw_marks(Scene(victim=replace(VICTIM, heading_deg=heading, note="3 min old")), view)
    column, row = view.to_cell(*LEUVEN)
    assert [word.column for word in canvas.words(row + down) if word.text == arrow] == [column + right]
    assert not set("↑↗→↘↓↙←↖") & set("".join(words_of(draw_marks(Scene(victim=VICTIM), view))))


def test_the_trail_says_how_old_its_places_are_where_there_is_room() -> None:
    trail = tuple((LEUVEN[0] - 0.003 * n, LEUVEN[1]) for n in (3, 2, 1))
    scene = Scene(victim=replace(VICTIM, trail=trail, trail_notes=("3 min", "", "1 min")))
    assert {"3 min", "1 min"} <= set(words_of(draw_marks(scene, View(*LEUVEN, 10.0, 80, 12))))
    assert "3 min" not in words_of(draw_marks(scene, View(*LEUVEN, 300.0, 7, 1)))


def test_without_colour_every_sign_of_the_legend_is_another() -> None:
    addresses = tuple(AddressMark(kind, whose, *LEUVEN) for kind in AddressKind for whose in Whose)
    patrols = tuple(PatrolMark("L-1", state, *LEUVEN) for state in PatrolState)
    victim = replace(VICTIM, heading_deg=90.0, could_be_now_m=90.0, trail=(LEUVEN,))
    scene = Scene("n", victim, False, (OtherFix(*LEUVEN, 50.0),), patrols, addresses)
    signs = [entry.mark for entry in entries(scene)]
    assert len(signs) == len(set(signs)) == 16
