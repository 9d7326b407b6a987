"""How long each step may take, and which clock runs."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain import events as e
from console.domain.intervention import evolve
from console.domain.targets import (
    DEFAULTS,
    GRAVITY,
    ClockKind,
    Level,
    Limits,
    Targets,
    clocks,
    most_urgent,
    position_level,
)
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_patrols import a_fix

L12, L07 = "5388/L-12", "5388/L-07"
ACKNOWLEDGED = e.Acknowledged()
SENT = (ACKNOWLEDGED, e.PatrolDispatched(patrol=L12))
CLOSED = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")


def kinds(*bodies: e.Body, after: float = 0) -> list[tuple[ClockKind, str | None]]:
    return [(one.kind, one.patrol) for one in clocks(fold(*bodies), NOW + timedelta(seconds=after))]


@pytest.mark.parametrize(
    ("seconds", "level", "left"),
    [
        (0, Level.OK, 15),
        (9.999, Level.OK, 5.001),
        (10, Level.AMBER, 5),
        (12, Level.AMBER, 3),
        (15, Level.RED, 5),
        (20, Level.BREACH, 0),
        (80, Level.BREACH, -60),
    ],
)
def test_a_press_is_amber_after_ten_seconds_red_after_fifteen_and_a_breach_after_twenty(
    seconds: float, level: Level, left: float
) -> None:
    (one,) = clocks(fold(), NOW + timedelta(seconds=seconds))
    assert (one.kind, one.level) == (ClockKind.ACKNOWLEDGE, level)
    assert one.left_s == pytest.approx(left)


def test_the_defaults_are_those_of_the_figures() -> None:
    figures = {name: tuple(dict(limits).values()) for name, limits in DEFAULTS}
    assert figures == {
        "acknowledge": (10, 15, 20),
        "send": (30, 45, 60),
        "accept": (20, 30, None),
        "arrive": (480, 600, None),
        "welfare": (300, 480, None),
        "position_age": (60, 120, None),
        "health": (26 * 3600, 48 * 3600, None),
    }


def test_each_step_runs_its_own_clock() -> None:
    assert kinds() == [(ClockKind.ACKNOWLEDGE, None)]
    assert kinds(ACKNOWLEDGED) == [(ClockKind.SEND, None)]
    assert kinds(*SENT) == [(ClockKind.ACCEPT, L12), (ClockKind.ARRIVE, L12)]
    assert kinds(*SENT, e.PatrolAccepted(patrol=L12)) == [(ClockKind.ARRIVE, L12)]
    assert kinds(*SENT, e.PatrolEnRoute(patrol=L12)) == [(ClockKind.ARRIVE, L12)]
    assert kinds(*SENT, e.PatrolOnScene(patrol=L12)) == [(ClockKind.WELFARE, None)]
    assert kinds(*SENT, CLOSED) == []


def test_a_recall_of_the_last_patrol_starts_the_clock_to_send_again() -> None:
    recalled = (*SENT, e.PatrolReleased(patrol=L12))
    assert kinds(*recalled) == [(ClockKind.SEND, None)]
    two = (*SENT, e.PatrolDispatched(patrol=L07), e.PatrolReleased(patrol=L12))
    assert kinds(*two) == [(ClockKind.ACCEPT, L07), (ClockKind.ARRIVE, L07)]


def test_a_reopened_intervention_without_a_patrol_waits_from_the_reopening() -> None:
    later = NOW + timedelta(hours=1)
    closed = fold(ACKNOWLEDGED, CLOSED)
    event = e.Event.model_validate(
        {
            "id": closed.id,
            "intervention": closed.id,
            "version": closed.version + 1,
            "decision": 0,
            "at": later,
            "actor": {"kind": "operator", "id": "4711"},
            "body": {"type": "intervention.reopened", "reason": "he is back"},
        }
    )
    (one,) = clocks(evolve(closed, event), later + timedelta(seconds=31))
    assert (one.kind, one.elapsed_s, one.level) == (ClockKind.SEND, 31, Level.AMBER)


def test_an_acknowledgement_taken_back_runs_from_the_press() -> None:
    assert kinds(ACKNOWLEDGED, e.Released()) == [(ClockKind.ACKNOWLEDGE, None)]


def test_the_gravest_clock_comes_first() -> None:
    state = fold(*SENT)
    assert [one.level for one in clocks(state, NOW + timedelta(seconds=35))] == [Level.RED, Level.OK]
    urgent = most_urgent(state, NOW + timedelta(minutes=9))
    assert urgent is not None
    assert urgent.kind is ClockKind.ACCEPT
    assert most_urgent(fold(*SENT, CLOSED), NOW) is None


def test_a_start_in_the_future_counts_as_no_time_at_all() -> None:
    (one,) = clocks(fold(), NOW - timedelta(seconds=5))
    assert (one.elapsed_s, one.level, one.left_s) == (0, Level.OK, 15)


def test_a_position_is_amber_after_one_minute_and_red_after_two() -> None:
    levels = [position_level(a_fix(), NOW + timedelta(seconds=age)) for age in (59, 60, 120)]
    assert levels == [Level.OK, Level.AMBER, Level.RED]


def test_a_room_can_set_its_own_targets_but_not_in_the_wrong_order() -> None:
    ours = Targets(acknowledge=Limits(amber=5, red=8))
    (one,) = clocks(fold(), NOW + timedelta(seconds=8), ours)
    assert (one.level, one.left_s) == (Level.RED, 0)
    for wrong in ({"amber": 20, "red": 10}, {"amber": 1, "red": 10, "breach": 9}, {"amber": 0, "red": 1}):
        with pytest.raises(ValidationError):
            Limits.model_validate(wrong)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from([limits for _, limits in DEFAULTS]))
def test_time_never_makes_a_level_better(one: float, other: float, limits: Limits) -> None:
    sooner, later = sorted((one, other))
    assert GRAVITY.index(limits.level(sooner)) <= GRAVITY.index(limits.level(later))
