"""The first second at 80 x 24, in four languages, with everything wrong at once (docs/domain.md, "First second")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from console.domain import casefile as cf
from console.domain import events as e
from console.locale import LANGUAGES, _, use
from console.locale.words import word
from console.tui.map import MapView
from console.tui.measures import day
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story, case_file, checked, near, shares

LONG = "so long that no line of a small screen holds it, and then a good deal more of it beside that"
SMALL = (80, 24)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use(request.param)
    yield request.param
    use("en")


def worst() -> tuple[Story, UUID]:
    """Three dangers, two zones, an order that was not served, the same man at another door; all in long words."""
    story = Story()
    file = case_file(file_zone="5400")
    he = file.perpetrator
    blade = cf.Danger(kind=cf.DangerKind.BLADE, words=LONG, provenance=checked())
    dangers = (*(one.model_copy(update={"words": LONG}) for one in he.dangers), blade)
    vehicles = (he.vehicles[0].model_copy(update={"description": LONG}),)
    orders = (he.orders[0].model_copy(update={"served_on": None}),)
    he = he.model_copy(
        update={"dangers": dangers, "vehicles": vehicles, "orders": orders, "relation": LONG, "looks": LONG}
    )
    file = file.model_copy(update={"perpetrator": he})
    other = case_file(victim="F. Fictief").model_copy(update={"perpetrator": he})
    story.press("VBR-2026-0411", near(-9_000, at=story.now), other, shares(("5400", 1.0)))
    story.wait(840)
    press = story.press("VBR-2026-0412", near(at=story.now), file, shares(("5388", 0.62), ("5393", 0.38)))
    story.happens(press, e.Acknowledged(), by=OPERATOR)
    story.happens(press, e.LineOpened(), e.LineListenerChanged(operator="4711"), by=OPERATOR)
    story.wait(20)
    return story, press


def said(seat: Seat, *regions: str) -> str:
    """What regions show, without the line breaks."""
    return " ".join(" ".join(seat.text(one) for one in regions).split())


async def test_at_80_by_24_all_seven_points_stand_there_in_their_order(language: str) -> None:
    story, press = worst()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=SMALL) as seat:
        seat.desk.choose(press)
        await seat.until(lambda: seat.desk.shown.recommendation is not None)
        use(language)
        seat.desk.hand_out()
        await seat.settle()
        panel = said(seat, "first-second")
        points = [
            _("STALKING ALARM") + " 00:20",
            _("first press"),
            "Leuven",
            "62 %",
            "5393 Herent 38 %",
            *(word(one).upper() for one in (cf.DangerKind.FIREARM, cf.DangerKind.BLADE)),
            "D. Voorbeeld, 41",
            "0-XXX-001",
            word(cf.OrderKind.CONTACT_BAN),
            _("NOT SERVED on him"),
            _("SAME MAN"),
        ]
        places = [panel.find(point) for point in points]
        assert -1 not in places, (points[places.index(-1)], panel)
        ordered = [place for point, place in zip(points, places, strict=True) if point.isupper() is False]
        assert ordered == sorted(ordered), panel
        assert word(cf.DangerKind.VIOLENCE_AGAINST_POLICE).upper() in panel
        assert word(cf.Channel.CHAT) in said(seat, "first-second", "line"), "what is allowed"
        assert _("you listen") in said(seat, "line")
        assert _("NEXT") in said(seat, "next")


async def test_what_gives_way_is_said_and_what_warns_is_never_cut(language: str) -> None:
    story, press = worst()
    used = date(2026, 2, 27)
    state = story.seen(press).state
    assert state.extract is not None
    she = state.extract.victim.model_copy(update={"words_used_on": used})
    extract = state.extract.model_copy(update={"victim": she})
    room = story.room
    told = replace(room.seen[press], state=state.model_copy(update={"extract": extract}))
    room = replace(room, seen={**room.seen, press: told})
    async with open_console(StillLink(picture_of(room, story.now)), size=SMALL) as seat:
        seat.desk.choose(press)
        use(language)
        seat.desk.hand_out()
        await seat.settle()
        assert "⏎" in str(seat.desk.query_one("#first-second").border_title)
        warned = _("her two words were used on {day} and are not changed: doubt them", day=day(used))
        assert warned in said(seat, "first-second")


async def test_with_room_to_spare_the_danger_has_its_source_and_its_date() -> None:
    story, press = worst()
    async with open_console(StillLink(picture_of(story.room, story.now)), size=(200, 60)) as seat:
        seat.desk.choose(press)
        await seat.settle()
        assert "LE.43.L1.001234, 02/09/2025" in said(seat, "first-second")
        assert "⏎" not in str(seat.desk.query_one("#first-second").border_title)


async def test_of_a_glimpse_nothing_is_said_to_be_missing_or_forbidden() -> None:
    story = Story()
    theirs = UUID(int=0x0195_0000_0000_7000_8000_0000_0000_9999)
    seen = e.InterventionGlimpsed(
        number="ANT-2026-0007", room="ANT", zone="5388", raised_at=story.now - timedelta(seconds=75)
    )
    story.happens(theirs, seen)
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        for region in ("line", "patrols"):
            assert "not shown to this room" in seat.text(region)
        everything = said(seat, "line", "patrols", "first-second", "next")
        for wrong in ("NO POSITION", "no line", "NOTHING ALLOWED", "NO CASE FILE"):
            assert wrong not in everything
        assert str(seat.desk.query_one("#map").border_title) == "5388 Leuven  not shown to this room"
        view = seat.desk.query_one(MapView)
        drawn = "".join(view.render_line(y).text for y in range(view.size.height))
        assert "no position" not in drawn.lower()
