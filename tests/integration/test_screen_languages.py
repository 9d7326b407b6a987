"""The screens in another language: every box of every action, and no word of English left of what the catalogues have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from textual.widgets import Input

import hatch_build
from console.domain import events as e
from console.domain.watch import Watched, WatchKind
from console.locale import LANGUAGES, use
from console.settings_file import OwnSettings
from console.tui.actions import ACTIONS
from console.tui.app import Look
from console.tui.measures import day, distance
from console.tui.screens.desk import REGIONS, Desk
from console.tui.unanswered import in_short
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import COLLEAGUE, OPERATOR, START, Story, leuven_by_night

ELSEWHERE = {
    "quit",
    "language",
    "lock",
    "next",
    "map",
    "newest",
    "acknowledge",
    "undo",
    "listen",
    "line",
    "timeline",
}
"""Actions that open no box of their own."""

WRITTEN_BY_PEOPLE = re.compile(
    r"hunting rifle, not handed in|hit an inspector in 2024|former husband|former partner|traffic accident|"
    r"sister|door code with the zone, second floor left|asthma, inhaler in handbag|home to school on foot|"
    r"brother, drives a white van|broke the front door|waited at the school|death threats in writing|firearm|"
    r"grey VW Golf, dent on the right|case meeting|shaved head, grey beard, scar on the left hand|"
    r"prosecutor's office Leuven|Leuven|Herent|Haacht|Zaventem"
)
"""What stands in the story's files in English, as people wrote it."""


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    yield
    use("en")


def fragments(language: str) -> dict[str, str]:
    """Pieces of the English messages that cannot stand in this language -> the message."""
    catalogue = hatch_build.read_catalogue(language)
    found: dict[str, str] = {}
    said = " ".join(str(one.string) for one in catalogue if one.id).lower()
    for message in catalogue:
        if not message.id:
            continue
        for source in (message.id,) if isinstance(message.id, str) else message.id:
            for part in re.split(r"\{[^}]*\}", source):
                piece = part.strip(" :,.·–?!()")
                if len(piece) > 5 and re.search(r"[a-z]{3}", piece) and piece.lower() not in said:
                    found[piece] = source
    return found


async def read(seat: Seat) -> str:
    """Everything that stands on the screen, as text."""
    await seat.settle()
    said = []
    for region in REGIONS:
        pane = seat.desk.query_one(f"#{region}")
        said += [str(pane.border_title or ""), str(pane.border_subtitle or "")]
        if hasattr(pane, "painted"):
            said.append(pane.painted.plain)
    said += seat.rows()
    if not isinstance(seat.screen, Desk):
        said.append(seat.box())
        said += [one.placeholder for one in seat.screen.query(Input)]
        said += [str(one.border_title or "") for one in seat.screen.query("#box")]
    return "\n".join(said)


def busy() -> tuple[Story, list[UUID]]:
    story, places = leuven_by_night()
    story.happens(places["zaventem"], e.InterventionClosed(outcome=e.Outcome.ARREST, words="-"), by=COLLEAGUE)
    story.happens(
        places["leuven"], e.Acknowledged(), e.LineListenerChanged(operator=OPERATOR.id), by=OPERATOR
    )
    return story, [places["leuven"], places["haacht"], places["zaventem"]]


@pytest.mark.parametrize("language", ["fr", pytest.param("de", marks=pytest.mark.soak_only)])
async def test_no_english_is_left_on_any_screen(language: str, tmp_path: Path) -> None:
    story, interventions = busy()
    english = fragments(language)
    assert len(english) > 400
    own = OwnSettings({"MSA_CONFIG": str(tmp_path / "config.toml")}, {})
    (tmp_path / "config.toml").touch()
    left: dict[str, str] = {}
    still = StillLink(picture_of(story.room, story.now))
    async with open_console(still, look=Look(own=own)) as seat:
        use(language)
        pages: dict[str, str] = {}
        for nth, intervention in enumerate(interventions):
            seat.desk.choose(intervention)
            pages[f"desk {nth}"] = await read(seat)
        seat.desk.choose(interventions[0])
        for action in ACTIONS:
            if action.name not in ELSEWHERE:
                await seat.desk.action_deed(action.name)
                pages[action.name] = await read(seat)
                if not isinstance(seat.screen, Desk):
                    seat.screen.dismiss(None)
                    await seat.pilot.pause()
    for place, text in pages.items():
        clean = WRITTEN_BY_PEOPLE.sub(" ", text)
        names_of_things = place in {"keys", "settings"}  # the ids of actions and settings are English words
        left |= {
            f"{place}: {piece}": source
            for piece, source in english.items()
            if re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", clean)
            and not (names_of_things and " " not in piece)
        }
    assert left == {}


@pytest.mark.parametrize(
    ("language", "far", "when"),
    [
        ("nl", "1,2 km", "30/11/2026"),
        ("fr", "1,2 km", "30/11/2026"),
        ("de", "1,2 km", "30.11.2026"),
        ("en", "1.2 km", "30/11/2026"),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(language: str, far: str, when: str) -> None:
    use(language)
    assert distance(1234) == far
    assert day(date(2026, 11, 30)) == when


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_be_watched_is_cut_in_no_language(language: str) -> None:
    """The queue has 28 cells at 80 columns: indent, shape, words, how many more."""
    use(language)
    for kind in WatchKind:
        first = Watched(kind=kind, since=START)
        said = f"   {in_short((first, first))}"
        assert len(said) <= 28, said


async def test_the_palette_speaks_the_language_too() -> None:
    story, _ = leuven_by_night()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        use("nl")
        await seat.pilot.press("ctrl+p")
        await seat.pilot.pause(0.2)
        line = seat.screen.query_one(Input)
        assert "earch" not in line.placeholder
        assert line.placeholder
