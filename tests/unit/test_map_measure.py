"""Distance and bearing between two things on the map, chosen by letters, by clicks, or by both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.domain.casefile import AddressKind
from console.domain.location import advanced
from console.domain.patrols import PatrolState
from console.locale import use
from console.tui.map.braille import Canvas
from console.tui.map.ink import Ink
from console.tui.map.marks import draw_marks
from console.tui.map.measure import Measuring, Thing, things, under
from console.tui.map.projection import View
from console.tui.map.scene import AddressMark, OtherFix, PatrolMark, Scene, Victim, Whose
from tests.unit.test_map_widget import painted, running

LEUVEN = (4.7009, 50.8796)
NORTH_EAST = advanced(*LEUVEN, 45.0, 1_200.0)
SCENE = Scene(
    "n",
    Victim(*LEUVEN, 40.0),
    other_fixes=(OtherFix(4.72, 50.88, 100.0),),
    patrols=(
        PatrolMark("L-07", PatrolState.FREE, 4.74, 50.885),
        PatrolMark("L-03", PatrolState.BUSY, 4.71, 50.88),
        PatrolMark("L-12", PatrolState.EN_ROUTE, *NORTH_EAST, highlighted=True),
        PatrolMark("L-99", PatrolState.OFF_DUTY, *LEUVEN),
    ),
    addresses=(
        AddressMark(AddressKind.HOME, Whose.VICTIM, 4.69, 50.87),
        AddressMark(AddressKind.HOME, Whose.PERPETRATOR, 4.66, 50.87),
    ),
)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use("en")


def chosen(letters: str, scene: Scene = SCENE) -> Measuring:
    measuring = Measuring.among(scene)
    for letter in letters:
        measuring = measuring.with_letter(letter, scene)
    return measuring


def letters_on(canvas: Canvas) -> str:
    words = (word for row in range(canvas.rows) for word in canvas.words(row))
    return "".join(sorted(word.text for word in words if word.ink == Ink.LETTER))


def test_letters_go_to_the_victim_first_and_then_to_what_matters_to_her() -> None:
    assert [one.name for one in things(SCENE)] == [
        "✚ victim",
        "? other position",
        "►L-12",
        "▹L-03",
        "▸L-07",
        "⌂ her home",
        "P⌂ home of the PERPETRATOR",
    ]
    assert "".join(Measuring.among(SCENE).letters.values()) == "abcdefg"
    crowd = tuple(PatrolMark(f"L-{n}", PatrolState.FREE, *LEUVEN) for n in range(60))
    assert len(Measuring.among(replace(SCENE, patrols=crowd)).letters) == 26


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "1.2 km NE (45°) straight line: ✚ victim → ►L-12"),
        ("nl", "1,2 km NO (45°) in vogelvlucht: ✚ slachtoffer → ►L-12"),
        ("fr", "1,2 km NE (45°) à vol d’oiseau : ✚ victime → ►L-12"),
        ("de", "1,2 km NO (45°) Luftlinie: ✚ Opfer → ►L-12"),
    ],
)
def test_two_letters_say_how_far_it_is_and_in_which_direction(language: str, words: str) -> None:
    use(language)
    assert chosen("ac").words(SCENE) == words


def test_what_moves_is_measured_where_it_is_now_and_what_went_where_it_was_last() -> None:
    measuring = chosen("ac")
    south = advanced(*LEUVEN, 180.0, 400.0)
    moved = replace(SCENE, patrols=(PatrolMark("L-12", PatrolState.ON_SCENE, *south),))
    assert measuring.words(moved) == "400 m S (180°) straight line: ✚ victim → ◆L-12"
    assert "1.2 km NE" in measuring.words(replace(SCENE, patrols=()))


def test_a_thing_and_itself_have_no_bearing_and_a_third_letter_changes_nothing() -> None:
    assert chosen("aa").words(SCENE) == "0 m straight line: ✚ victim → ✚ victim"
    assert chosen("acf") == chosen("ac")
    assert not chosen("ac").takes("f")
    assert chosen("a").takes("f")
    assert not chosen("a").takes("z")
    assert chosen("z").chosen == ()


def test_a_click_near_a_mark_means_the_mark_else_the_ground() -> None:
    view = View(*LEUVEN, 20.0, 80, 20)
    column, row = view.to_cell(*LEUVEN)
    assert under(view, SCENE, column + 1, row).key == "victim"
    ground = under(view, SCENE, column - 20, row - 5)
    assert (ground.key, ground.name) == ("", "place")
    assert view.to_cell(ground.lon, ground.lat) == (column - 20, row - 5)
    assert under(view, Scene(), 3, 3) == Thing("", "place", *view.to_degrees(7, 14))


def test_each_mark_has_its_letter_beside_it_until_two_are_chosen_then_a_line() -> None:
    view = View(*LEUVEN, 20.0, 160, 40)
    assert letters_on(draw_marks(SCENE, view, None, chosen(""))) == "abcdefg"
    assert letters_on(draw_marks(SCENE, view)) == ""
    measured = draw_marks(SCENE, view, None, chosen("ac"))
    assert letters_on(measured) == ""
    assert Ink.RULER in measured.inks
    x, y = view.to_dots(*advanced(*LEUVEN, 45.0, 600.0))
    assert any(measured.is_set(int(x) + right, int(y) + down) for right in (-1, 0, 1) for down in (-1, 0, 1))


async def test_keys_measure_and_escape_ends_it() -> None:
    async with running(SCENE) as (view, pilot):
        await pilot.press("M")
        assert "measure: letter or click" in painted(view)[-1]
        window = view.window
        await pilot.press("f")  # a letter now, and not "follow"
        assert view.following
        assert "· from ⌂ her home to …" in painted(view)[-1]
        await pilot.press("plus")
        assert view.window != window
        await pilot.press("a")
        assert "1.3 km NE" in painted(view)[-1]
        await pilot.press("f")
        assert not view.following
        await pilot.press("M")
        assert "measure: letter or click" in painted(view)[-1]
        await pilot.press("escape")
        assert "not following" in painted(view)[-1]
        assert not view.takes("a")


async def test_two_clicks_measure_and_do_not_move_the_map() -> None:
    async with running(SCENE) as (view, pilot):
        await pilot.press("M")
        window = view.window
        at = view.window.to_cell(*LEUVEN)
        await pilot.click(type(view), offset=at)
        await pilot.click(type(view), offset=(at[0], at[1] - 5))
        said = painted(view)[-1]
        assert "✚ victim → place" in said
        assert " N (" in said
        assert view.window == window


async def test_another_intervention_ends_it() -> None:
    async with running(SCENE) as (view, pilot):
        await pilot.press("M")
        view.show(replace(SCENE, subject="other"))
        assert not view.takes("a")


async def test_a_narrow_map_cuts_the_sentence_and_not_the_line() -> None:
    async with running(SCENE, size=(20, 8)) as (view, pilot):
        await pilot.press("M", "a", "c")
        assert painted(view)[-1].startswith("1.2 km NE (45°)")
        assert {view.render_line(row).cell_length for row in range(8)} == {20}


async def test_one_two_and_zero_show_patrols_country_and_alarm() -> None:
    async with running(SCENE) as (view, pilot):
        alarm = view.window
        await pilot.press("1")
        assert all(view.window.contains(one.lon, one.lat) for one in SCENE.patrols)
        patrols = view.window
        await pilot.resize_terminal(60, 20)
        assert all(view.window.contains(one.lon, one.lat) for one in SCENE.patrols)
        await pilot.press("2")
        assert view.window.metres_per_dot > 10 * patrols.metres_per_dot
        assert not view.following
        view.show(replace(SCENE, victim=Victim(LEUVEN[0] + 0.2, LEUVEN[1], 40.0)))
        assert view.window.metres_per_dot > 10 * patrols.metres_per_dot
        await pilot.resize_terminal(80, 24)
        view.show(SCENE)
        await pilot.press("0")
        assert view.window == alarm
