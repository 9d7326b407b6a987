"""The map on the desk: its keys in its frame, measuring beside the deeds, all signs on demand."""

from __future__ import annotations

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.patrols import PatrolState
from console.domain.values import Actor, ActorKind
from console.locale import LANGUAGES, use
from console.tui.map import MapView
from console.tui.map.legend import every_entry
from tests.open_console import open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story, case_file, near, patrol, shares


def under_way() -> Story:
    """She is in a car towards Wilsele; L-12 is on its way to her."""
    story = Story()
    name = story.press(
        "VBR-2026-0412", near(-1_500, -2_500, at=story.now, name="F0"), case_file(), shares(("5388", 1.0))
    )
    story.happens(name, e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
    crew = Actor(kind=ActorKind.PATROL, id="5388/L-12")
    story.happens(name, e.PatrolAccepted(patrol=crew.id), e.PatrolEnRoute(patrol=crew.id), by=crew)
    for step in range(1, 9):
        story.wait(30)
        fix = near(
            -1_500 + 180 * step,
            -2_500 + 260 * step,
            at=story.now,
            name=f"F{step}",
            speed_mps=10.5,
            heading_deg=35,
        )
        story.happens(name, e.FixReported(fix=fix))
    far = near(2_400, -900, at=story.now, name="X", radius_m=300)
    story.happens(name, e.FixReported(fix=far, verdict="jump"))
    story.wait(9)
    return story.patrols(
        patrol("5388/L-12", 1_900, -1_050, story.now, PatrolState.EN_ROUTE, "VBR-2026-0412"),
        patrol("5388/L-07", -2_300, 1_700, story.now),
        patrol("5388/L-03", 600, 500, story.now, PatrolState.BUSY, "traffic accident"),
    )


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_line_under_the_map_names_its_keys_while_it_has_the_focus(size: tuple[int, int]) -> None:
    story = under_way()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=size) as seat:
        view = seat.desk.query_one(MapView)
        if size[0] == 80:
            await seat.press("m")
        assert "victim" in view.render_line(view.size.height - 1).text
        view.focus()
        await seat.settle()
        line = view.render_line(view.size.height - 1).text
        assert "M measure  L signs  f following  012 fit" in line
        if size[0] == 160:
            assert "approximate map" in line


async def test_what_must_not_be_overlooked_is_named_with_its_bearing_where_it_is_not_on_the_map() -> None:
    story = under_way()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        view = seat.desk.query_one(MapView)
        view.focus()
        assert "⇱" not in view.render_line(view.size.height - 1).text
        await seat.press("plus", "plus", "plus")
        assert "⇱ ? 2.5 km E" in view.render_line(view.size.height - 1).text
        await seat.press("j", "j", "j", "j", "j", "j")
        assert "⇱ ✚ " in view.render_line(view.size.height - 1).text


async def test_a_letter_that_measures_does_nothing_to_the_intervention() -> None:
    story = under_way()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        view = seat.desk.query_one(MapView)
        view.focus()
        await seat.press("M", "a", "c")
        assert seat.sent == []
        assert "straight line: ✚ victim → ►L-12" in view.render_line(view.size.height - 1).text
        await seat.press("u")
        assert seat.sent == [] or seat.sent == [c.Release()]
        await seat.press("n")
        assert seat.screen is not seat.desk  # nothing is to be chosen any more: a key is a deed again


async def test_all_signs_are_one_key_away() -> None:
    story = under_way()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=(80, 24)) as seat:
        await seat.press("m")
        seat.desk.query_one(MapView).focus()
        await seat.press("L")
        said = seat.box()
        for mark, meaning in every_entry():
            assert f"{mark:<6}{meaning}" in said
        await seat.press("escape")
        assert seat.screen is seat.desk


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_has_its_words_and_is_there_once(language: str) -> None:
    use(language)
    try:
        signs = [mark for mark, _ in every_entry()]
        assert all(meaning for _, meaning in every_entry())
    finally:
        use("en")
    assert len(signs) == len(set(signs)) == 20
