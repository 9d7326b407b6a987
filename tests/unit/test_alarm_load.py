"""When alarms are a flood, and what may then be folded away."""

from __future__ import annotations

from uuid import UUID

import pytest

from console.domain import events as e
from console.domain.alarm_load import alarms, is_flood, may_fold
from console.domain.intervention import State
from tests.story import DEVICE, OPERATOR, Story, near, shares


def presses(story: Story, count: int, every_s: float = 0) -> list[UUID]:
    made = []
    for number in range(count):
        fix = near(number * 50.0, at=story.now, name=f"F{number}")
        made.append(story.press(f"VBR-2026-{number:04}", fix, zone=shares(("5388", 1.0))))
        story.wait(every_s)
    return made


def test_the_eleventh_press_of_ten_minutes_makes_a_flood_and_the_tenth_does_not() -> None:
    story = Story()
    presses(story, 10, every_s=1)
    assert not is_flood(alarms(story.room, story.now), before=False)
    story.press("VBR-2026-0099", near(at=story.now))
    assert alarms(story.room, story.now) == 11
    assert is_flood(11, before=False)


def test_what_came_before_the_ten_minutes_does_not_count() -> None:
    story = Story()
    for one in presses(story, 11):
        story.happens(one, e.InterventionClosed(outcome=e.Outcome.ACCIDENTAL, words="-"), by=OPERATOR)
    assert alarms(story.room, story.now) == 11, "what was closed was an alarm all the same"
    assert alarms(story.room, story.wait(600).now) == 0


def test_later_presses_of_one_victim_count_each() -> None:
    story = Story()
    (one,) = presses(story, 1)
    for number in range(3):
        again = e.AlarmRepeated(button="B-VBR-0001", press_id=f"again-{number}", pressed_at=story.now)
        story.happens(one, again, by=DEVICE)
    assert alarms(story.room, story.now) == 4


def test_a_lost_line_and_a_silent_phone_count_from_when_they_must_be_watched() -> None:
    story = Story()
    (one,) = presses(story, 1)
    story.happens(one, e.Acknowledged(), e.LineOpened(), by=OPERATOR)
    story.happens(one, e.LineLost())
    assert alarms(story.room, story.now) == 2, "the press and the line"
    assert alarms(story.room, story.wait(125).now) == 3, "and the phone that is silent for two minutes"


def test_a_flood_ends_only_when_it_is_calm_again() -> None:
    assert [is_flood(count, before=True) for count in (11, 10, 5, 4, 0)] == [True, True, True, False, False]
    assert not is_flood(10, before=False)


@pytest.mark.parametrize("state", State)
def test_a_press_that_waits_is_never_folded_away(state: State) -> None:
    assert may_fold(state) is (state is not State.RAISED)
