"""What the procedure asks for next, and what the key for the next step never does."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.casefile import DangerKind, Extract
from console.domain.intervention import Intervention, evolve
from console.domain.patrols import Patrol, recommend_for
from console.domain.procedure import (
    BY_KEY,
    STANDING,
    AlarmKind,
    Step,
    StepCode,
    StepWhy,
    kind_of,
    next_step,
)
from console.domain.targets import DEFAULTS, Level
from tests.unit.test_evolve import NOW, OPERATOR
from tests.unit.test_patrols import LAT, LON, ZONE, a_fix, an_extract, patrol

L12, L07 = f"{ZONE}/L-12", f"{ZONE}/L-07"
NEAR = (patrol("L-12", 1200), patrol("L-07", 2900))
ACKNOWLEDGED = e.Acknowledged()
SENT = (ACKNOWLEDGED, e.PatrolDispatched(patrol=L12))
WORD = e.LineHeard(code=e.Heard.ALL_CLEAR_WORD)
CLOSED = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")


def after(*bodies: e.Body, extract: Extract | None = None, **raised: Any) -> Intervention:
    """An alarm in Leuven and what then happened, all at 14:03:10."""
    if extract is not None:
        ref = {"id": extract.case_file, "revision": 1, "number": extract.number, "file_zone": ZONE}
        raised |= {"case_file": ref, "victim": extract.victim, "perpetrator": extract.perpetrator}
    first = e.AlarmRaised.model_validate(
        {
            "number": "VBR-2026-0412",
            "room": "VBR",
            "button": "B-1",
            "button_status": e.ButtonStatus.ALLOCATED,
            "press_id": "p1",
            "pressed_at": NOW,
            "fix": a_fix(lon=LON, lat=LAT),
        }
        | raised
    )
    events = [
        e.Event(
            id=UUID(int=version),
            intervention=UUID(int=7),
            version=version,
            decision=0,
            at=NOW,
            actor=OPERATOR,
            body=body,
        )
        for version, body in enumerate((first, *bodies), start=1)
    ]
    state = reduce(evolve, events, None)
    assert state is not None
    return state


def step(
    *bodies: e.Body,
    seconds: float = 0,
    patrols: tuple[Patrol, ...] = NEAR,
    operator: str | None = None,
    **raised: Any,
) -> Step:
    state, now = after(*bodies, **raised), NOW + timedelta(seconds=seconds)
    return next_step(state, recommend_for(state, patrols, now), DEFAULTS, now, operator=operator)


def test_a_new_press_is_acknowledged_by_key_and_says_how_long_is_left() -> None:
    found = step(seconds=12)
    assert (found.code, found.action, found.by_key) == (StepCode.ACKNOWLEDGE, "acknowledge", True)
    assert (found.left_s, found.level) == (3, Level.AMBER)


def test_the_nearest_patrol_is_sent_by_key_and_is_named() -> None:
    found = step(ACKNOWLEDGED, seconds=5)
    assert (found.code, found.action, found.by_key) == (StepCode.DISPATCH, "dispatch", True)
    assert (found.patrols, found.left_s) == ((L12,), 40)


def test_two_are_named_where_a_firearm_is_known_and_a_second_follows_a_first() -> None:
    armed = an_extract(DangerKind.FIREARM)
    both = step(ACKNOWLEDGED, extract=armed)
    assert both.patrols == (L12, L07)
    second = step(*SENT, extract=armed)
    assert (second.code, second.why, second.patrols) == (StepCode.DISPATCH, StepWhy.MORE_NEEDED, (L07,))
    assert second.facts == {"needed": 2, "sent": 1}


def test_a_recommendation_of_before_the_dispatch_sends_nobody_twice() -> None:
    before = recommend_for(after(ACKNOWLEDGED), NEAR, NOW)
    assert next_step(after(*SENT), before, DEFAULTS, NOW).code is StepCode.WAIT_ACCEPT
    armed = an_extract(DangerKind.FIREARM)
    both = recommend_for(after(ACKNOWLEDGED, extract=armed), NEAR, NOW)
    assert next_step(after(*SENT, extract=armed), both, DEFAULTS, NOW).patrols == (L07,)


def test_a_missing_second_patrol_does_not_hold_up_the_first() -> None:
    armed = an_extract(DangerKind.FIREARM)
    one = step(ACKNOWLEDGED, patrols=NEAR[:1], extract=armed)
    assert (one.patrols, one.by_key, one.facts["short"]) == ((L12,), True, 1)
    assert one.also == (StepWhy.NOBODY_TO_SEND,)
    sent = step(*SENT, patrols=NEAR[:1], extract=armed)
    assert (sent.code, sent.also) == (StepCode.WAIT_ACCEPT, (StepWhy.NOBODY_TO_SEND,))
    lost = step(ACKNOWLEDGED, patrols=(NEAR[0], patrol("L-99", None)), extract=armed)
    assert (lost.patrols, lost.by_key) == ((L12,), True)


def test_with_nobody_to_send_the_key_does_nothing() -> None:
    found = step(ACKNOWLEDGED, patrols=())
    assert (found.code, found.why, found.by_key) == (StepCode.DISPATCH, StepWhy.NOBODY_TO_SEND, False)


def test_the_key_sends_nobody_where_nothing_says_who_is_near() -> None:
    found = step(ACKNOWLEDGED, fix=None)
    assert (found.code, found.why, found.by_key) == (StepCode.DISPATCH, StepWhy.PLACE_UNKNOWN, False)


def test_a_patrol_accepts_reads_the_danger_and_arrives() -> None:
    waiting = step(*SENT, seconds=12)
    assert (waiting.code, waiting.why, waiting.left_s) == (StepCode.WAIT_ACCEPT, StepWhy.NOT_ACCEPTED, 18)
    assert step(*SENT, seconds=31).why is StepWhy.NO_ANSWER
    accepted = (*SENT, e.PatrolAccepted(patrol=L12))
    unread = step(*accepted)
    assert (unread.code, unread.action, unread.by_key) == (StepCode.READ_DANGER, "danger-passed", False)
    assert unread.facts == {"danger": "not_checked"}
    assert step(*accepted, extract=an_extract()).facts == {"danger": "none_known"}
    under_way = (*accepted, e.PatrolReadDanger(patrol=L12), e.PatrolEnRoute(patrol=L12))
    drives = step(*under_way, seconds=60)
    assert (drives.code, drives.patrols, drives.left_s) == (StepCode.WAIT_ARRIVAL, (L12,), 540)
    assert step(*under_way, seconds=601).why is StepWhy.OVERDUE


def test_the_first_on_scene_sees_the_victim_alone_whatever_the_second_does() -> None:
    scene = (*SENT, e.PatrolDispatched(patrol=L07), e.PatrolOnScene(patrol=L12))
    found = step(*scene, seconds=301)
    assert (found.code, found.patrols) == (StepCode.WELFARE_CHECK, (L12,))
    assert (found.level, found.left_s, found.by_key) == (Level.AMBER, 179, False)


def test_the_all_clear_word_leads_to_the_close_but_not_by_the_key() -> None:
    found = step(*SENT, WORD)
    assert (found.code, found.why, found.action) == (StepCode.CLOSE, StepWhy.ALL_CLEAR_WORD, "close")
    assert not found.by_key


@pytest.mark.parametrize("code", [e.Heard.DURESS_WORD, e.Heard.SHOT, e.Heard.BLOW])
def test_an_all_clear_word_is_no_proof_when_worse_was_heard(code: e.Heard) -> None:
    assert step(*SENT, WORD, e.LineHeard(code=code)).code is StepCode.WAIT_ACCEPT


def test_a_reopened_intervention_does_not_live_on_its_old_word() -> None:
    reopened = (ACKNOWLEDGED, WORD, CLOSED, e.InterventionReopened(reason="he is back"))
    assert step(*reopened).code is StepCode.DISPATCH
    assert step(*reopened, WORD).why is StepWhy.ALL_CLEAR_WORD, "a new one is a new proof"


def test_a_cancel_and_a_duress_word_are_said_beside_the_step_and_close_nothing() -> None:
    found = step(*SENT, e.AlarmCancelledByDevice(button="B-1"), e.LineHeard(code=e.Heard.DURESS_WORD))
    assert found.code is StepCode.WAIT_ACCEPT
    assert found.also == (StepWhy.CANCELLED_BY_DEVICE, StepWhy.DURESS_WORD)


def test_what_another_has_in_hand_is_watched_and_a_new_press_is_everybodys() -> None:
    theirs = step(ACKNOWLEDGED, operator="4712")
    assert (theirs.code, theirs.facts) == (StepCode.NONE, {"by": "4711"})
    assert step(ACKNOWLEDGED, operator="4711").code is StepCode.DISPATCH
    assert step(operator="4712").code is StepCode.ACKNOWLEDGE


def test_a_closed_intervention_asks_for_nothing() -> None:
    assert step(*SENT, CLOSED).code is StepCode.NONE


def test_a_step_that_would_close_by_the_key_cannot_even_be_made() -> None:
    for verb in ("close", "release", "ring", "unmute", "recall", None):
        with pytest.raises(ValueError, match="W16"):
            Step(StepCode.CLOSE, StepWhy.ALL_CLEAR_WORD, action=verb, by_key=True)


HAPPENINGS: list[e.Body] = [
    ACKNOWLEDGED,
    e.Released(),
    *(e.PatrolDispatched(patrol=one) for one in (L12, L07)),
    *(e.PatrolAccepted(patrol=one) for one in (L12, L07)),
    *(e.PatrolReadDanger(patrol=one) for one in (L12, L07)),
    *(e.PatrolEnRoute(patrol=one) for one in (L12, L07)),
    *(e.PatrolOnScene(patrol=one) for one in (L12, L07)),
    *(e.PatrolReleased(patrol=one) for one in (L12, L07)),
    *(e.LineHeard(code=code) for code in e.Heard),
    e.AlarmCancelledByDevice(button="B-1"),
    CLOSED,
    e.InterventionReopened(reason="he is back"),
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(HAPPENINGS), max_size=12),
    st.floats(0, 5000),
    st.booleans(),
    st.sampled_from([(), NEAR[:1], NEAR]),
)
def test_whatever_happens_there_is_one_step_and_the_key_only_acknowledges_or_sends(
    bodies: list[e.Body], seconds: float, armed: bool, patrols: tuple[Patrol, ...]
) -> None:
    extract = an_extract(DangerKind.FIREARM) if armed else None
    found = step(*bodies, seconds=seconds, patrols=patrols, extract=extract)
    assert not found.by_key or found.action in BY_KEY
    if found.by_key and found.code is StepCode.DISPATCH:
        on_it = {one.patrol for one in after(*bodies, extract=extract).sent}
        assert found.patrols
        assert not on_it & set(found.patrols)


TEST = e.TestAnnounced(button="B-1", until=NOW + timedelta(minutes=10), officer="Insp. V. Model")
CONFIRMED = e.TestConfirmed(officer="Insp. V. Model")


def test_an_announced_test_is_acknowledged_like_any_press() -> None:
    found = step(TEST, seconds=12)
    assert (found.code, found.by_key, found.level) == (StepCode.ACKNOWLEDGE, True, Level.AMBER)


def test_a_test_waits_a_minute_for_the_named_officer_and_its_key_does_not_confirm_it() -> None:
    found = step(TEST, ACKNOWLEDGED, seconds=20)
    assert (found.code, found.action, found.by_key) == (StepCode.CONFIRM_TEST, "confirm-test", False)
    assert (found.facts["officer"], found.left_s) == ("Insp. V. Model", 40)


def test_a_confirmed_test_is_closed_by_its_own_key() -> None:
    found = step(TEST, ACKNOWLEDGED, CONFIRMED, seconds=300)
    assert (found.code, found.why, found.by_key) == (StepCode.CLOSE, StepWhy.TEST_CONFIRMED, False)


def test_a_test_that_is_real_or_was_not_confirmed_in_time_becomes_a_dispatch() -> None:
    real = e.TestIsReal(because=e.RealBecause.SECOND_PRESS)
    for found in (
        step(TEST, ACKNOWLEDGED, CONFIRMED, real, seconds=5),
        step(TEST, ACKNOWLEDGED, seconds=61),
    ):
        assert (found.code, found.by_key, found.patrols) == (StepCode.DISPATCH, True, (L12,))
        assert StepWhy.TEST_IS_REAL in found.also


def test_the_kind_of_alarm_says_which_procedure() -> None:
    cancel = e.AlarmCancelledByDevice(button="B-1")
    again = e.AlarmRepeated(button="B-1", press_id="p2", pressed_at=NOW)
    kinds = {
        (): AlarmKind.PRESS,
        (again,): AlarmKind.REPEATED_PRESS,
        (again, cancel): AlarmKind.CANCEL_UNDER_WAY,
        (cancel, e.LineOpened(), WORD): AlarmKind.PRESS,
        (TEST,): AlarmKind.PLANNED_TEST,
        (TEST, e.TestIsReal(because=e.RealBecause.HEARD), again): AlarmKind.REPEATED_PRESS,
    }
    for bodies, kind in kinds.items():
        assert kind_of(after(*bodies), NOW) is kind


def test_the_order_and_the_key_are_those_of_the_procedure() -> None:
    steps = {one.step: one for one in STANDING[AlarmKind.PRESS]}
    order = [
        StepCode.ACKNOWLEDGE,
        StepCode.READ_DANGER,
        *(code for code in steps if code is not StepCode.READ_DANGER),
    ]
    ours = {
        **STANDING,
        AlarmKind.PRESS: tuple(replace(steps[code], key=False) for code in dict.fromkeys(order)),
    }
    state = after(*SENT)
    advice = recommend_for(state, NEAR, NOW)
    assert next_step(state, advice, DEFAULTS, NOW).code is StepCode.WAIT_ACCEPT
    assert next_step(state, advice, DEFAULTS, NOW, procedures=ours).code is StepCode.READ_DANGER
    raised = after()
    assert not next_step(raised, recommend_for(raised, NEAR, NOW), DEFAULTS, NOW, procedures=ours).by_key
