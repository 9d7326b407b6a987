"""Sending, each rule as the sentence in the procedure: W9 where she could be now, W10 danger before arrival."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.allocation import Allocation
from console.domain.could_be_now import REPORT_EVERY_S, circle_that_counts
from console.domain.decide import View, decide
from console.domain.intervention import State
from console.domain.location import Fix, could_be_now_m, r95_of
from console.domain.patrols import Patrol, PatrolState
from console.domain.reports import report
from tests.unit.test_decide import FREE, OPERATOR, VIEW
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_reports import allocation, fix, types

KMH = 1 / 3.6
IN_HAND = (e.ZoneAllocated(zone="5388"), e.Acknowledged())
SENT = (*IN_HAND, e.PatrolDispatched(patrol=FREE.id))
ZONES = View(patrols=VIEW.patrols, zones=frozenset({"5388", "5393"}))


def ask(do: c.AnyCommand, *history: e.KnownBody, view: View = ZONES) -> tuple[e.KnownBody, ...] | str:
    answer = decide(fold(*history), c.Command(id=UUID(int=1), do=do), OPERATOR, view, NOW)
    return answer.code if isinstance(answer, c.Refusal) else answer


def at_speed(kmh: float | None, number: int = 1, late: int = 0) -> Fix:
    return fix(number, late=late).model_copy(update={"speed_mps": None if kmh is None else kmh * KMH})


# W9: could be now


def test_for_a_moving_victim_the_circle_that_counts_is_r95_and_30_seconds_of_her_way() -> None:
    car = at_speed(110)
    assert circle_that_counts(car).radius_m - r95_of(car) == pytest.approx(917, abs=1)
    until_next_report = could_be_now_m(car, NOW + timedelta(seconds=REPORT_EVERY_S))
    assert circle_that_counts(car).radius_m == pytest.approx(until_next_report)


def test_one_who_is_still_or_of_whom_no_speed_is_known_keeps_the_circle_that_was_reported() -> None:
    for slow in (at_speed(0), at_speed(None)):
        assert circle_that_counts(slow) == (slow.radius_m, slow.confidence_pct)


def test_a_speed_that_is_not_reported_is_taken_from_the_trail() -> None:
    there = fix(2, lon=4.71, late=30)
    assert circle_that_counts(there, (fix(),)).radius_m > 600
    assert circle_that_counts(there).radius_m == 30


def test_every_fix_carries_its_zones_so_that_shares_follow_her() -> None:
    both = allocation("5388").model_copy(update={"border_m": 40})
    bodies = report(fold(*IN_HAND), c.FixReport(fix=fix()), both)
    assert isinstance(bodies, tuple)
    assert fold(*IN_HAND, *bodies).allocation == both


def test_an_impossible_jump_leaves_the_shares_of_the_position_that_is_shown() -> None:
    here = e.FixReported(fix=fix(), allocation=allocation("5388"))
    there = e.FixReported(fix=fix(2, lon=3.2), verdict="jump", allocation=allocation("5393"))
    state = fold(*IN_HAND, here, there)
    assert state.allocation == allocation("5388")
    assert state.disputed_allocation == allocation("5393")


# Fixes in dispute


def disputed(other: Allocation | None = None) -> tuple[e.KnownBody, ...]:
    here = e.FixReported(fix=fix(), allocation=allocation("5388"))
    return *IN_HAND, here, e.FixReported(fix=fix(2, lon=3.2), verdict="jump", allocation=other)


def test_of_two_disputed_positions_the_operator_chooses_one() -> None:
    history = disputed()
    assert ask(c.ChooseFix(fix_id="f2"), *history) == (e.FixChosen(fix_id="f2"),)
    assert ask(c.ChooseFix(fix_id="other"), *history) == (e.FixChosen(fix_id="f2"),)
    assert ask(c.ChooseFix(fix_id="shown"), *history) == (e.FixChosen(fix_id="f1"),)
    chosen = fold(*history, e.FixChosen(fix_id="f2"))
    assert (chosen.fix, chosen.disputed) == (fix(2, lon=3.2), None)
    kept = fold(*history, e.FixChosen(fix_id="f1"))
    assert (kept.fix, kept.disputed) == (fix(), None)


def test_choosing_a_position_in_another_zone_proposes_that_zone_and_never_changes_it() -> None:
    bodies = ask(c.ChooseFix(fix_id="f2"), *disputed(allocation("5393")))
    assert bodies == (
        e.FixChosen(fix_id="f2"),
        e.ZoneChangeProposed(zone="5393", allocation=allocation("5393")),
    )
    assert ask(c.ChooseFix(fix_id="f1"), *disputed(allocation("5393"))) == (e.FixChosen(fix_id="f1"),)


def test_without_a_second_position_there_is_nothing_to_choose() -> None:
    assert ask(c.ChooseFix(fix_id="f1"), *IN_HAND, e.FixReported(fix=fix())) == "nothing_disputed"


# The zone is changed or kept by the operator


PROPOSED = (*IN_HAND, e.ZoneChangeProposed(zone="5393", allocation=allocation("5393")))


def test_a_proposed_zone_is_taken_or_declined_with_one_command() -> None:
    assert ask(c.ChangeZone(zone="5393"), *PROPOSED) == (e.ZoneChanged(zone="5393"),)
    assert ask(c.KeepZone(), *PROPOSED) == (e.ZoneKept(zone="5393"),)
    assert ask(c.KeepZone(), *IN_HAND) == "no_zone_proposed"


def test_a_zone_that_was_declined_is_not_proposed_again_but_another_one_is() -> None:
    kept = fold(*PROPOSED, e.ZoneKept(zone="5393"))
    assert (kept.zone, kept.proposed_zone) == ("5388", None)
    again = c.FixReport(fix=fix(2, late=60))
    assert types(report(kept, again, allocation("5393"))) == ["fix.reported"]
    assert types(report(kept, again, allocation("5345"))) == ["fix.reported", "zone.change_proposed"]


def test_back_in_a_zone_that_was_declined_the_proposal_of_a_third_one_is_taken_away() -> None:
    third = e.ZoneChangeProposed(zone="5345", allocation=allocation("5345"))
    state = fold(*PROPOSED, e.ZoneKept(zone="5393"), third)
    bodies = report(state, c.FixReport(fix=fix(2, late=60)), allocation("5393"))
    assert isinstance(bodies, tuple)
    assert fold(*PROPOSED, e.ZoneKept(zone="5393"), third, *bodies).proposed_zone is None


def test_once_the_zone_is_changed_what_was_declined_before_is_open_again() -> None:
    changed = fold(*PROPOSED, e.ZoneKept(zone="5393"), e.ZoneChanged(zone="5345"))
    bodies = report(changed, c.FixReport(fix=fix(2, late=60)), allocation("5393"))
    assert types(bodies) == ["fix.reported", "zone.change_proposed"]


# W10: danger before arrival


@pytest.mark.parametrize("sound", [e.Heard.SHOT, e.Heard.BLOW, e.Heard.DURESS_WORD])
def test_a_new_danger_on_the_line_must_be_read_again_by_who_is_under_way(sound: e.Heard) -> None:
    read = (*SENT, e.LineOpened(), e.PatrolReadDanger(patrol=FREE.id))
    assert fold(*read).sent[0].read_danger_at is not None
    assert fold(*read, e.LineHeard(code=sound)).sent[0].read_danger_at is None
    assert fold(*read, e.LineHeard(code=e.Heard.MAN)).sent[0].read_danger_at is not None
    again = report(fold(*read, e.LineHeard(code=sound)), c.PatrolRead(patrol=FREE.id))
    assert again == (e.PatrolReadDanger(patrol=FREE.id),)


def test_who_is_on_scene_already_hears_it_there() -> None:
    there = (*SENT, e.LineOpened(), e.PatrolReadDanger(patrol=FREE.id), e.PatrolOnScene(patrol=FREE.id))
    assert fold(*there, e.LineHeard(code=e.Heard.SHOT)).sent[0].read_danger_at is not None


# Patrols that are kept


def test_a_free_patrol_is_reserved_for_the_intervention_once() -> None:
    assert ask(c.Reserve(patrols=("L-12",)), *IN_HAND) == (e.PatrolReserved(patrol=FREE.id),)
    reserved = (*IN_HAND, e.PatrolReserved(patrol=FREE.id))
    assert fold(*reserved).reserved == (FREE.id,)
    assert fold(*reserved).state is State.ACKNOWLEDGED
    assert ask(c.Reserve(patrols=("L-12",)), *reserved) == "patrol_reserved_already"
    assert ask(c.Reserve(patrols=("L-12", "L-12")), *IN_HAND) == "patrol_named_twice"
    assert ask(c.Reserve(patrols=("L-03",)), *IN_HAND) == "patrol_not_free"
    assert ask(c.Reserve(patrols=("L-12",)), *SENT) == "patrol_already_on_it"


def test_a_reserved_patrol_is_sent_by_its_own_intervention_and_by_no_other() -> None:
    state = fold(*IN_HAND, e.PatrolReserved(patrol=FREE.id))
    for intervention, answer in ((state.id, None), (UUID(int=99), "patrol_not_free")):
        kept = FREE.model_copy(update={"state": PatrolState.RESERVED, "intervention": intervention})
        view = View(patrols={kept.id: kept})
        sent = ask(c.Dispatch(patrols=("L-12",)), *IN_HAND, e.PatrolReserved(patrol=FREE.id), view=view)
        assert sent == (answer or (e.PatrolDispatched(patrol=FREE.id),))
    assert fold(*IN_HAND, e.PatrolReserved(patrol=FREE.id), e.PatrolDispatched(patrol=FREE.id)).reserved == ()


def test_a_reservation_ends_by_recall_and_at_the_close() -> None:
    reserved = (*IN_HAND, e.PatrolReserved(patrol=FREE.id))
    let_go = e.PatrolReleased(patrol=FREE.id, reason="not needed")
    assert ask(c.Recall(patrol="L-12", reason="not needed"), *reserved) == (let_go,)
    assert fold(*reserved, let_go).reserved == ()
    closed = ask(c.Close(outcome=e.Outcome.ARREST, words="arrested at the door"), *reserved)
    assert isinstance(closed, tuple)
    assert e.PatrolReleased(patrol=FREE.id, code="closed") in closed


def test_an_acknowledgement_that_is_taken_back_lets_go_of_what_was_reserved() -> None:
    taken_back = ask(c.Release(), *IN_HAND, e.PatrolReserved(patrol=FREE.id))
    assert taken_back == (e.PatrolReleased(patrol=FREE.id), e.Released())


def test_a_call_sign_that_two_reserved_patrols_share_is_asked_about() -> None:
    twin = Patrol(id="5393/L-12", call_sign="L-12", zone="5393", room="VBR")
    view = View(patrols={FREE.id: FREE, twin.id: twin})
    both = (*IN_HAND, e.PatrolReserved(patrol=FREE.id), e.PatrolReserved(patrol=twin.id))
    recall = ask(c.Recall(patrol="L-12", reason="not needed"), *both, view=view)
    assert recall == (e.PatrolReleased(patrol=FREE.id, reason="not needed"),)  # the zone's own is meant first


# Other services


def test_other_services_and_zones_are_asked_for_and_their_answer_is_written_down() -> None:
    for service in ("ambulance", "fire", "5393"):
        assert ask(c.Request(service=service), *IN_HAND) == (e.ServiceRequested(service=service),)
    assert ask(c.Request(service="plumber"), *IN_HAND) == "unknown_service"
    asked = (*IN_HAND, e.ServiceRequested(service="ambulance"))
    assert fold(*asked).services[0].answer is None
    said = c.Answered(service="ambulance", answer="under way, 6 minutes")
    assert ask(said, *asked) == (e.ServiceAnswered(service="ambulance", answer="under way, 6 minutes"),)
    assert ask(said, *IN_HAND) == "service_not_asked"


def test_a_service_is_asked_twice_only_after_its_answer() -> None:
    asked = (*IN_HAND, e.ServiceRequested(service="fire"))
    again = c.Request(service="fire")
    assert ask(again, *asked) == "service_asked_already"
    no = e.ServiceAnswered(service="fire", answer="no engine free")
    assert ask(again, *asked, no) == (e.ServiceRequested(service="fire"),)
    state = fold(*asked, no, e.ServiceRequested(service="fire"))
    assert [one.answer for one in state.services] == [None]
