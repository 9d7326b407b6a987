"""A recording at any moment: the picture is the fold up to it, and steps and jumps lead where they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.intervention import State
from console.domain.room import KEPT_CLOSED, Room
from console.domain.targets import ClockKind
from console.training.marks import MarkKind
from console.training.player import Moment, Player
from console.wire.recorded import Recorded, RecordedEvent, RecordedSight, Recording, folded
from tests.replays import afternoon, header, long_recording
from tests.story import START
from tests.unit.test_room import CLOSED, STEPS, feed


@cache
def leuven() -> Player:
    return Player(afternoon()[0].recording(), every=4)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def seconds(moment: Moment | None) -> float | None:
    return None if moment is None else (moment.at - START).total_seconds()


def fold(items: tuple[Recorded, ...]) -> Room:
    room = Room(code="VBR")
    for item in items:
        room = folded(room, item)
    return room


@given(STEPS, st.integers(0, 40), st.integers(1, 6), st.lists(st.integers(0, 40), max_size=4))
def test_the_picture_of_a_moment_is_the_fold_of_the_lines_up_to_it(
    steps: list[tuple[int, e.KnownBody]], index: int, every: int, looked_at_before: list[int]
) -> None:
    items = tuple(RecordedEvent(at=event.at, position=at, event=event) for at, event in feed(*steps) if event)
    player = Player(Recording(header(), items), every=every)
    for earlier in (*looked_at_before, index):  # whatever was looked at before makes no difference
        known = min(earlier, len(items))
        assert player.room(Moment(START, known)) == fold(items[:known])


@given(st.floats(-60, 700))
def test_seeking_shows_what_was_known_then(at: float) -> None:
    items = leuven().items
    moment = leuven().seek(after(at))
    assert leuven().room(moment) == fold(tuple(item for item in items if item.at <= moment.at))
    assert leuven().starts_at <= moment.at <= leuven().ends_at


def test_of_many_closed_ones_the_same_are_kept_as_from_line_to_line() -> None:
    steps = [(number, CLOSED) for number in range(1, KEPT_CLOSED + 20)]
    items = tuple(RecordedEvent(at=event.at, position=at, event=event) for at, event in feed(*steps) if event)
    player = Player(Recording(header(), items), every=1_000)
    assert player.room(player.seek(player.ends_at)) == fold(items)


def test_what_comes_into_sight_whole_and_goes_again_is_in_the_picture_meanwhile() -> None:
    events = tuple(event for _, event in feed((1, e.Acknowledged())) if event)
    at = events[0].at
    items = (
        RecordedSight(at=at, position=5, intervention=UUID(int=1), events=events),
        RecordedSight(at=at + timedelta(seconds=9), position=6, intervention=UUID(int=1)),
    )
    player = Player(Recording(header(starts_at=at), items))
    assert player.room(player.seek(at)).seen[UUID(int=1)].state.state is State.ACKNOWLEDGED
    assert not player.room(player.seek(at + timedelta(seconds=10))).seen


def test_it_goes_from_event_to_event_and_back_the_same_way() -> None:
    player = leuven()
    forward = [Moment(player.starts_at, 0)]
    while step := player.next_event(forward[-1]):
        forward.append(step)
    assert len(forward) == 1 + sum(isinstance(item, RecordedEvent) for item in player.items)
    back = [player.seek(player.ends_at)]
    while step := player.previous_event(back[-1]):
        back.append(step)
    assert back[1:] == forward[:0:-1]


def test_a_step_back_between_two_events_leads_to_the_one_before() -> None:
    assert seconds(leuven().previous_event(leuven().seek(after(50)))) == 24
    assert seconds(leuven().previous_event(leuven().seek(after(24)))) == 1
    assert seconds(leuven().next_event(leuven().seek(after(24)))) == 60
    assert leuven().next_event(leuven().seek(after(540))) is None


@pytest.mark.parametrize(
    ("kind", "moments"),
    [
        (MarkKind.PRESS, [0, 150]),
        (MarkKind.DECISION, [24, 60, 160, 300, 500]),
        (MarkKind.BREACH, [20, 90, 220, 330]),
        (MarkKind.NOTE, [240]),
    ],
)
def test_jumps_lead_from_mark_to_mark_and_back(kind: MarkKind, moments: list[float]) -> None:
    player = leuven()
    found, moment = [], Moment(player.starts_at - timedelta(seconds=1), 0)
    while mark := player.next_mark(moment, kind):
        found.append((mark.at - START).total_seconds())
        moment = player.to(mark)
    assert found == moments
    back, moment = [], player.seek(player.ends_at)
    while mark := player.previous_mark(moment, kind):
        back.append((mark.at - START).total_seconds())
        moment = player.to(mark)
    assert back == moments[::-1]


def test_a_missed_target_says_which_and_for_which_patrol() -> None:
    missed = [
        (mark.waited_for, mark.patrol, mark.number) for mark in leuven().marks if mark.kind is MarkKind.BREACH
    ]
    assert missed == [
        (ClockKind.ACKNOWLEDGE, None, "VBR-2026-0412"),
        (ClockKind.ACCEPT, "5388/L-12", "VBR-2026-0412"),
        (ClockKind.SEND, None, "VBR-2026-0413"),
        (ClockKind.ACCEPT, "5395/L-21", "VBR-2026-0413"),
    ]


def test_at_a_missed_target_nothing_that_came_after_it_is_known() -> None:
    player = leuven()
    for mark in player.marks:
        moment = player.to(mark)
        assert moment.index >= mark.index
        assert player.room(moment) == fold(tuple(item for item in player.items if item.at <= mark.at))


def test_what_came_later_of_an_intervention_is_what_then_was_not_known() -> None:
    told, places = afternoon()
    player = Player(told.recording())
    moment = player.seek(after(300))
    later = player.later(places["leuven"], moment)
    assert [event.type for event in later] == [
        "patrol.on_scene",
        "victim.seen",
        "patrol.released",
        "intervention.closed",
    ]
    known = player.room(moment).seen[places["leuven"]].timeline
    assert (*known, *later) == told.seen(places["leuven"]).timeline


def test_an_empty_recording_has_one_picture_and_no_way_to_go() -> None:
    player = Player(Recording(header()))
    moment = player.start()
    assert not player.room(moment).seen
    assert (player.next_event(moment), player.previous_event(moment), player.next_mark(moment)) == (
        None,
        None,
        None,
    )


def test_the_pictures_of_a_long_recording_share_what_they_have_in_common() -> None:
    """One every 256 lines: what is kept beside the lines does not grow with their number times what is open."""
    player = Player(long_recording(2_000, hours=0.5))
    kept = [one for picture in player._pictures for one in picture.seen.values()]
    assert len({id(one.state) for one in kept}) < len(kept) / 2
