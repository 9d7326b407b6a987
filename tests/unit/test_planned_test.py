"""A planned test (W15): announced, one press, at the place, confirmed in a minute; whatever else is real."""

from datetime import timedelta
from functools import reduce
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import commands as c
from console.domain import events as e
from console.domain.chain import Chain
from console.domain.decide import View, decide
from console.domain.intervention import Intervention, evolve
from console.domain.location import Fix
from console.domain.planned_test import (
    CONFIRM_WITHIN,
    AnnouncedTest,
    Standing,
    at_press,
    counts_in_times,
    unconfirmed,
)
from console.domain.reports import Owner, PressFacts, join, raise_alarm, report
from console.domain.stamp import stamp
from console.domain.targets import ClockKind, clocks
from console.domain.values import Actor, ActorKind, Role
from console.domain.watch import Staff, due
from tests.story import LEUVEN, near
from tests.unit.test_evolve import NOW

OPERATOR = Actor(kind=ActorKind.OPERATOR, id="4711", role=Role.OPERATOR, room="VBR")
OFFICER = "Insp. V. Model"
PLACE = e.NamedPlace(name="Grote Markt", lon=LEUVEN[0], lat=LEUVEN[1])
ANNOUNCED = AnnouncedTest(
    id=UUID(int=3),
    room="VBR",
    button="B-1",
    place=PLACE,
    officer=OFFICER,
    by="4711",
    announced_at=NOW - timedelta(minutes=2),
    until=NOW + timedelta(minutes=13),
)
HERE, ELSEWHERE = near(100, 100, at=NOW), near(900, 0, at=NOW)
CONFIRM = c.ConfirmTest(officer=OFFICER)
TEST_PRESS = c.Close(
    outcome=e.Outcome.TEST_PRESS, verified_by=e.VerifiedBy.CONTACT_OFFICER, words="the yearly test"
)


def after(
    *more: e.KnownBody, announced: AnnouncedTest | None = ANNOUNCED, fix: Fix | None = HERE
) -> Intervention:
    """The press of a button, and what then happened, all at 14:03:10."""
    press = c.Press(button="B-1", press_id="p1", pressed_at=NOW, fix=fix)
    facts = PressFacts(
        "VBR-2026-0412", Owner("VBR", "5388", "position"), e.ButtonStatus.ALLOCATED, announced=announced
    )
    events, _ = stamp(
        None, UUID(int=7), (*raise_alarm(press, facts), *more), OPERATOR, NOW, lambda: UUID(int=1)
    )
    state = reduce(evolve, events, None)
    assert state is not None
    return state


def ask(do: c.AnyCommand, state: Intervention, seconds: float = 0) -> tuple[e.KnownBody, ...] | str:
    command = c.Command(id=UUID(int=1), do=do)
    answer = decide(state, command, OPERATOR, View(), NOW + timedelta(seconds=seconds))
    return answer.code if isinstance(answer, c.Refusal) else answer


def standing(state: Intervention) -> Standing | None:
    return state.planned_test.standing if state.planned_test else None


CONFIRMED = (e.Acknowledged(), e.TestConfirmed(officer=OFFICER))


def test_a_press_in_the_window_at_the_place_is_told_to_be_the_test_right_after_the_alarm() -> None:
    press = c.Press(button="B-1", press_id="p1", pressed_at=NOW, fix=HERE)
    facts = PressFacts(
        "VBR-2026-0412", Owner("VBR", "5388", "position"), e.ButtonStatus.ALLOCATED, announced=ANNOUNCED
    )
    types = [body.type for body in raise_alarm(press, facts)]
    assert types == ["alarm.raised", "test.announced", "zone.allocated"]


def test_without_an_announcement_nothing_is_said_of_a_test() -> None:
    assert after(announced=None).planned_test is None
    assert ask(CONFIRM, after(e.Acknowledged(), announced=None)) == "no_test_announced"


def test_the_window_is_open_from_the_announcement_to_its_end_unless_withdrawn() -> None:
    assert ANNOUNCED.runs(NOW)
    assert ANNOUNCED.runs(ANNOUNCED.until)
    assert not ANNOUNCED.runs(ANNOUNCED.until + timedelta(seconds=1))
    assert not ANNOUNCED.runs(ANNOUNCED.announced_at - timedelta(seconds=1))
    assert not ANNOUNCED.model_copy(update={"withdrawn_by": "4711"}).runs(NOW)


def test_at_the_place_is_within_the_r95_and_200_metres_more() -> None:
    assert standing(after(fix=near(215, 0, at=NOW, radius_m=20, confidence_pct=95))) is Standing.ANNOUNCED
    assert standing(after(fix=near(225, 0, at=NOW, radius_m=20, confidence_pct=95))) is Standing.REAL


@pytest.mark.parametrize(
    ("fix", "pressed", "why"),
    [
        (ELSEWHERE, None, e.RealBecause.ANOTHER_PLACE),
        (None, None, e.RealBecause.NO_POSITION),
        (HERE.model_copy(update={"lon": 0.0, "lat": 0.0}), None, e.RealBecause.NO_POSITION),
        (HERE, UUID(int=6), e.RealBecause.SECOND_PRESS),
    ],
)
def test_a_press_that_does_not_fit_the_announcement_is_real_and_says_why(
    fix: Fix | None, pressed: UUID | None, why: e.RealBecause
) -> None:
    state = after(announced=ANNOUNCED.model_copy(update={"pressed": pressed}), fix=fix)
    assert state.planned_test is not None
    assert state.planned_test.real is why


def test_the_named_officer_confirms_it_within_a_minute_to_whoever_has_it_in_hand() -> None:
    assert ask(CONFIRM, after()) == "not_acknowledged"
    assert ask(CONFIRM, after(e.Acknowledged()), seconds=60) == (e.TestConfirmed(officer=OFFICER),)
    assert ask(c.ConfirmTest(officer="insp.  v. model"), after(e.Acknowledged()), 5) == (
        e.TestConfirmed(officer=OFFICER),
    )
    assert ask(c.ConfirmTest(officer="Insp. A. Nders"), after(e.Acknowledged())) == "another_officer"
    assert ask(CONFIRM, after(e.Acknowledged()), seconds=61) == "test_is_real"
    assert ask(CONFIRM, after(*CONFIRMED)) == "test_already_confirmed"


def test_without_a_confirmation_within_a_minute_it_is_real_once() -> None:
    waiting = after(e.Acknowledged())
    assert unconfirmed(waiting.planned_test, NOW + CONFIRM_WITHIN) == ()
    late = unconfirmed(waiting.planned_test, NOW + CONFIRM_WITHIN + timedelta(seconds=1))
    assert late == (e.TestIsReal(because=e.RealBecause.NOT_CONFIRMED),)
    hour = NOW + timedelta(hours=1)
    assert unconfirmed(after(e.Acknowledged(), *late).planned_test, hour) == ()
    assert unconfirmed(after(*CONFIRMED).planned_test, hour) == ()
    assert unconfirmed(after(announced=None).planned_test, hour) == ()


def test_the_watch_over_open_interventions_says_so_acknowledged_or_not() -> None:
    late = NOW + CONFIRM_WITHIN + timedelta(seconds=1)
    for before in ((), (e.Acknowledged(),)):
        bodies = due(after(*before), Chain(), Staff(), late)
        assert e.TestIsReal(because=e.RealBecause.NOT_CONFIRMED) in bodies
        assert e.TestIsReal not in {
            type(body) for body in due(after(*before, *bodies), Chain(), Staff(), late)
        }


@pytest.mark.parametrize("before", [(e.Acknowledged(),), CONFIRMED])
def test_a_second_press_makes_it_real_whether_confirmed_or_not(before: tuple[e.KnownBody, ...]) -> None:
    again = c.Press(button="B-1", press_id="p2", pressed_at=NOW)
    bodies = join(after(*before), again, None)
    assert bodies[-1] == e.TestIsReal(because=e.RealBecause.SECOND_PRESS)
    real = after(*before, *bodies)
    assert standing(real) is Standing.REAL
    assert ask(CONFIRM, real) == "test_is_real"
    assert ask(TEST_PRESS, real) == "not_a_planned_test"
    assert e.TestIsReal not in {type(body) for body in join(real, again, None)}


@pytest.mark.parametrize("code", [*e.Heard])
def test_a_heard_code_makes_it_real_except_silence_and_the_all_clear_word(code: e.Heard) -> None:
    said = ask(c.HeardOnLine(code=code), after(*CONFIRMED, e.LineOpened()))
    expected = code not in {e.Heard.SILENCE, e.Heard.ALL_CLEAR_WORD}
    assert (e.TestIsReal(because=e.RealBecause.HEARD) in said) is expected


def test_a_believed_position_elsewhere_makes_it_real_and_one_at_the_place_does_not() -> None:
    later = NOW + timedelta(seconds=30)
    moved = report(after(*CONFIRMED), c.FixReport(fix=near(900, 0, at=later, name="F2")))
    stayed = report(after(*CONFIRMED), c.FixReport(fix=near(90, 90, at=later, name="F2")))
    assert isinstance(moved, tuple)
    assert isinstance(stayed, tuple)
    assert e.TestIsReal(because=e.RealBecause.ANOTHER_PLACE) in moved
    assert [body.type for body in stayed] == ["fix.reported"]


def test_reopening_a_test_makes_it_real() -> None:
    closed = e.InterventionClosed(outcome=e.Outcome.TEST_PRESS, words="the yearly test")
    said = ask(c.Reopen(reason="she calls"), after(*CONFIRMED, closed))
    assert said == (
        e.InterventionReopened(reason="she calls"),
        e.TestIsReal(because=e.RealBecause.REOPENED),
    )


def test_only_a_confirmed_test_is_closed_as_a_test_press_and_with_a_proof() -> None:
    assert ask(TEST_PRESS, after(e.Acknowledged(), announced=None)) == "not_a_planned_test"
    assert ask(TEST_PRESS, after(e.Acknowledged())) == "not_a_planned_test"
    assert ask(TEST_PRESS.model_copy(update={"verified_by": None}), after(*CONFIRMED)) == "proof_needed"
    closed = ask(TEST_PRESS, after(*CONFIRMED))
    assert [body.type for body in closed if not isinstance(body, str)] == ["intervention.closed"]


def test_the_times_of_a_test_stay_out_of_the_percentiles_until_it_is_real() -> None:
    assert counts_in_times(after(announced=None).planned_test)
    assert not counts_in_times(after(*CONFIRMED).planned_test)
    assert counts_in_times(after(*CONFIRMED, e.TestIsReal(because=e.RealBecause.HEARD)).planned_test)


def test_nobody_waits_for_a_patrol_of_a_confirmed_test_and_everybody_again_once_it_is_real() -> None:
    def sending(state: Intervention) -> bool:
        return any(one.kind is ClockKind.SEND for one in clocks(state, NOW))

    assert sending(after(e.Acknowledged()))
    assert not sending(after(*CONFIRMED))
    assert not sending(after(*CONFIRMED, e.Released(), e.Acknowledged()))
    assert sending(after(*CONFIRMED, e.TestIsReal(because=e.RealBecause.SECOND_PRESS)))


def test_the_announcement_as_told_carries_place_officer_and_end() -> None:
    (said,) = at_press(ANNOUNCED, HERE)
    assert said == e.TestAnnounced(button="B-1", until=ANNOUNCED.until, officer=OFFICER, place=PLACE)


DONE = st.lists(
    st.sampled_from(
        [
            c.Acknowledge(),
            c.Release(),
            CONFIRM,
            TEST_PRESS,
            c.Reopen(reason="she calls"),
            c.HeardOnLine(code=e.Heard.SILENCE),
            c.HeardOnLine(code=e.Heard.BLOW),
            c.LineReport(change=c.LineChange.OPENED),
            c.Press(button="B-1", press_id="p2", pressed_at=NOW),
            c.FixReport(fix=near(900, 0, at=NOW + timedelta(seconds=30), name="F2")),
            c.Cancel(),
        ]
    ),
    max_size=12,
)


@given(DONE, st.integers(min_value=0, max_value=20))
def test_whatever_happens_a_real_one_stays_real_and_only_a_confirmed_test_ends_as_a_test(
    done: list[c.AnyCommand | c.Report], each_s: int
) -> None:
    state, told = after(), 0
    for place, one in enumerate(done):
        now = NOW + timedelta(seconds=place * each_s)
        if isinstance(one, c.Press | c.FixReport | c.Cancel | c.LineReport):
            bodies = report(state, one)
        else:
            bodies = decide(state, c.Command(id=UUID(int=1), do=one), OPERATOR, View(), now)
        before = standing(state)
        said = () if isinstance(bodies, c.Refusal) else bodies
        said = said or unconfirmed(state.planned_test, now)
        events, after_it = stamp(state, state.id, said, OPERATOR, now, lambda: UUID(int=1))
        assert after_it is not None
        told += sum(isinstance(event.body, e.TestIsReal) for event in events)
        ended = [event.body for event in events if isinstance(event.body, e.InterventionClosed)]
        assert not ended or before is Standing.CONFIRMED
        assert before is not Standing.REAL or standing(after_it) is Standing.REAL
        state = after_it
    assert told <= 1
