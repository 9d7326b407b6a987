"""By hand (W5) and afterwards (W12), each as the sentence in the procedure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest

from console.domain import casefile as cf
from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.rules.by_hand import HandFacts, may_open, one_victim, open_by_hand
from console.domain.rules.common import Refused
from console.domain.stamp import stamp
from console.domain.values import Role
from tests.story import OPERATOR, START, case_file
from tests.unit.test_decide import ask
from tests.unit.test_evolve import NOW

CALLED = c.OpenByHand(victim="E. Exemple", reason="neighbour called: a man shouts")
EXTRACT = cf.extract_of(case_file(), START.date())
FACTS = HandFacts(
    number="VBR-2026-0413",
    room="VBR",
    zone="5388",
    button="VBR-B-0041",
    case_file=e.CaseFileRef(
        id=EXTRACT.case_file, revision=EXTRACT.revision, number=EXTRACT.number, file_zone=EXTRACT.file_zone
    ),
    extract=EXTRACT,
)


def opened(facts: HandFacts = FACTS) -> Intervention:
    ids = (UUID(int=one) for one in count(1))
    bodies = open_by_hand(facts, CALLED, None)
    _, state = stamp(None, UUID(int=9), bodies, OPERATOR, START, lambda: next(ids))
    assert state is not None
    return state


def test_who_opens_it_handles_it_with_the_extract_as_after_a_press() -> None:
    state = opened()
    assert (state.state, state.handler, state.decision) == (State.ACKNOWLEDGED, "4711", 1)
    assert state.unsent_since == START
    assert state.extract == EXTRACT
    assert (state.button, state.presses) == ("VBR-B-0041", ())


def test_it_has_the_file_zone_and_no_position_not_even_her_home() -> None:
    state = opened()
    assert (state.zone, state.fix, state.trail) == ("5388", None, ())
    assert state.extract is not None
    assert state.extract.victim.addresses


def test_a_sealed_file_is_opened_by_hand_all_the_same() -> None:
    assert opened(replace(FACTS, extract=None)).sealed


def test_what_is_open_for_her_already_is_named_instead_of_doubled() -> None:
    with pytest.raises(Refused) as refused:
        open_by_hand(FACTS, CALLED, opened())
    assert refused.value.refusal.code == "already_open"
    assert "VBR-2026-0413" in refused.value.refusal.sentence


def test_only_an_operator_or_supervisor_opens_with_a_reason_and_with_enough_of_a_name() -> None:
    may_open(CALLED, OPERATOR)
    may_open(CALLED, OPERATOR.model_copy(update={"role": Role.SUPERVISOR}))
    for do, actor, code in (
        (CALLED, OPERATOR.model_copy(update={"role": Role.TRAINER}), "wrong_role"),
        (CALLED.model_copy(update={"reason": "  "}), OPERATOR, "text_empty"),
        (CALLED.model_copy(update={"victim": " E "}), OPERATOR, "victim_too_short"),
    ):
        with pytest.raises(Refused) as refused:
            may_open(do, actor)
        assert refused.value.refusal.code == code


def test_of_several_victims_the_buttons_are_named_and_no_name() -> None:
    assert one_victim(CALLED, ["VBR-B-0041"]) == "VBR-B-0041"
    with pytest.raises(Refused) as several:
        one_victim(CALLED, ["VBR-B-0044", "VBR-B-0043"])
    assert several.value.refusal.sentence == (
        "Several victims fit: VBR-B-0043, VBR-B-0044. Name one of these buttons."
    )
    with pytest.raises(Refused) as none:
        one_victim(CALLED, [])
    assert none.value.refusal.code == "unknown_victim"
    with pytest.raises(Refused) as many:
        one_victim(CALLED, [f"VBR-B-{number:04d}" for number in range(9)])
    assert many.value.refusal.sentence == "9 victims fit: type more of the name, or the whole button."


RADIO = c.Afterwards(
    happened_at=NOW + timedelta(minutes=2), what=e.DoneByVoice.DISPATCHED, words="L-12 sent by radio"
)


def entered(minutes: float, late_min: float = 60) -> tuple[e.KnownBody, ...] | str:
    do = RADIO.model_copy(update={"happened_at": NOW + timedelta(minutes=minutes)})
    return ask(do, late=round(late_min * 60))


def test_what_was_done_by_voice_is_entered_with_its_real_time_and_changes_no_state() -> None:
    answer = ask(RADIO, late=600, seen=99)
    assert answer == (
        e.EnteredAfterwards(happened_at=RADIO.happened_at, what="dispatched", words="L-12 sent by radio"),
    )
    assert "entered.afterwards" not in e.DECISIVE


def test_it_is_neither_of_the_future_nor_of_before_the_press_nor_older_than_twelve_hours() -> None:
    assert entered(61) == "not_yet"
    assert entered(-1) == "before_it_began"
    assert entered(-0.16) != "before_it_began", "the minute of the press is not before it"
    assert entered(1, late_min=12 * 60 + 1) != "too_long_ago"
    assert entered(1, late_min=12 * 60 + 2) == "too_long_ago"


def test_it_is_taken_on_what_is_closed_too() -> None:
    closed = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested at the door")
    assert not isinstance(ask(RADIO, e.Acknowledged(), closed, late=600), str)
