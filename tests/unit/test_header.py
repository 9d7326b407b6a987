"""The first line: what stays where there is little room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.locale import use
from console.tui.glance import Glance
from console.tui.widgets.header import Header
from tests.still_link import picture_of
from tests.story import leuven_by_night


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    use("en")


def first_line(width: int, language: str, latency_ms: float = 14.2) -> str:
    """The first line of a room that sees an alarm of another one and has devices in trouble."""
    use(language)
    story, places = leuven_by_night()
    seen = dict(story.room.seen)
    theirs = seen[places["haacht"]]
    seen[places["haacht"]] = replace(theirs, state=theirs.state.model_copy(update={"room": "ANT"}))
    picture = picture_of(replace(story.room, seen=seen), story.now)
    glance = Glance(replace(picture, health=8, latency_ms=latency_ms), 1000.0)
    return Header(id="header").draw(glance, width, 1).plain


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize("width", [76, 78, 80])
def test_link_new_presses_mode_and_clock_stay_where_there_is_little_room(width: int, language: str) -> None:
    line = first_line(width, language, latency_ms=1234.0)
    assert len(line) <= width
    for needed in ("●", "▲ 1", "VBR", "DÉMO" if language == "fr" else "DEMO", ":"):
        assert needed in line, (needed, line)


def test_the_round_trip_goes_before_the_alarms_of_others() -> None:
    assert "ms" not in first_line(80, "fr")
    assert "1 ailleurs" in first_line(80, "fr")
    assert "14 ms" in first_line(160, "fr")
