"""The times of a shift and its hand-over sheet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.response import ResponseTimes, nearest_rank, percentiles, response_of
from console.domain.shift import holdings
from console.domain.targets import ClockKind
from console.locale import LANGUAGES, use
from console.tui.atlas import Atlas
from console.tui.glance import Glance
from console.tui.shift_sheet import paper, sheet
from tests.still_link import picture_of
from tests.story import OPERATOR, START, ZONES, Story, leuven_by_night

NAMES = ("Exemple", "Voorbeeld", "0-XXX", "Voorbeeldstraat", "+32 000")


def answered() -> tuple[Story, str]:
    """A press that is acknowledged after 4 s, sent 20 s later, accepted after 5 s; he arrives after 6 min."""
    story, places = leuven_by_night()
    leuven = places["leuven"]
    raised = story.seen(leuven).state.raised_at
    story.now = raised + timedelta(seconds=4)
    story.happens(leuven, e.Acknowledged(), by=OPERATOR)
    for seconds, body in (
        (20, e.PatrolDispatched(patrol="5388/L-12")),
        (5, e.PatrolAccepted(patrol="5388/L-12")),
        (355, e.PatrolOnScene(patrol="5388/L-12")),
    ):
        story.now += timedelta(seconds=seconds)
        story.happens(leuven, body, by=OPERATOR)
    return story, str(leuven)


def look(story: Story) -> Glance:
    return Glance(picture_of(story.room, story.now, 0.0), 0.0, atlas=Atlas(zones=ZONES))


def test_times_count_from_the_press_the_acknowledgement_and_the_patrol_that_was_sent() -> None:
    story, leuven = answered()
    seen = story.room.find(leuven)
    assert seen is not None
    times = response_of(seen.state.number, seen.timeline)
    assert (times.acknowledge, times.send, times.accept, times.arrive) == (4.0, 20.0, (5.0,), 360.0)
    assert times.welfare is None


def test_a_planned_test_that_stayed_one_has_no_times() -> None:
    story, leuven = answered()
    seen = story.room.find(leuven)
    assert seen is not None
    confirmed = seen.timeline[-1].model_copy(update={"body": e.TestConfirmed(officer="V. Model")})
    real = confirmed.model_copy(update={"body": e.TestIsReal(because=e.RealBecause.HEARD)})
    assert response_of("VBR-1", (*seen.timeline, confirmed)).acknowledge is None
    assert response_of("VBR-1", (*seen.timeline, confirmed)).planned_test
    assert response_of("VBR-1", (*seen.timeline, confirmed, real)).acknowledge == 4.0


def test_percentiles_are_times_that_were_really_needed() -> None:
    times = [ResponseTimes(number=str(n), raised_at=START, acknowledge=float(n)) for n in range(1, 21)]
    (line,) = percentiles(times)
    assert (line.kind, line.count, line.p50, line.p90, line.p95, line.longest) == (
        ClockKind.ACKNOWLEDGE,
        20,
        10.0,
        18.0,
        19.0,
        20.0,
    )
    assert line.in_time == 14 / 20, "below the red limit of 15 s"


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_of_a_percentile_at_least_so_many_are_not_longer(values: list[float], percent: int) -> None:
    rising = sorted(values)
    found = nearest_rank(rising, percent)
    assert found in rising
    assert sum(one <= found for one in rising) * 100 >= percent * len(rising)


def test_who_holds_what_begins_with_what_nobody_holds() -> None:
    story, _places = leuven_by_night()
    found = holdings((one.state for one in story.room.queue()), "VBR")
    assert found[0].operator is None
    assert {number for one in found for number in one.handled} == {
        one.state.number for one in story.room.queue()
    }
    assert holdings((one.state for one in story.room.queue()), "ANT") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_and_the_paper_name_every_open_intervention_and_nobody(language: str) -> None:
    use(language)
    story, _leuven = answered()
    glance = look(story)
    times = [ResponseTimes(number="VBR-2026-0412", raised_at=START, acknowledge=4.0, accept=(5.0, 9.0))]
    for text in (sheet(glance, times, 8), paper(glance)):
        for one in story.room.queue():
            assert one.state.number in text
        assert [name for name in NAMES if name in text] == []
        assert "5388 Leuven" in text
        assert "L-12" in text


def test_the_sheet_says_when_the_times_are_not_known() -> None:
    use("en")
    story, _leuven = answered()
    assert "the backend gave no answer" in sheet(look(story), None, 8)
    assert "| acknowledge" not in sheet(look(story), (), 8)


def test_what_is_late_says_by_how_much_and_what_must_be_watched_stands_with_its_intervention() -> None:
    use("en")
    story, _leuven = answered()
    story.now += timedelta(minutes=9)
    text = sheet(look(story), (), 8)
    assert "patrol arrives (L-21), 09:21 late\n" in text
    assert "to watch: ◇ L-21 has not arrived 19:21" in text
