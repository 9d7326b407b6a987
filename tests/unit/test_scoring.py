"""Scoring (W20): each target is met by who does what the rules ask, missed by who does not, and never guessed."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.casefile import Channel
from console.domain.limits import DEFAULTS, Limits
from console.domain.patrols import Patrol, PatrolState
from console.domain.procedure import STANDING, AlarmKind, By
from console.domain.values import Actor, ActorKind
from console.locale import LANGUAGES, use
from console.training.case import RULES, SOURCES
from console.training.history import histories
from console.training.scoring import score
from console.training.sheet import Row, ScoreSheet, Target, Verdict
from console.training.warned import ANSWERS, WarningKind, warnings
from console.training.words import PHRASES, Names, said, source_words
from console.training.words import SOURCES as SOURCE_WORDS
from console.wire.recorded import Header, RecordedEvent, RecordedPatrols, Recording
from tests.story import START, case_file, near, patrol, shares
from tests.tape import TRAINEE, Tape
from tests.unit.test_lifecycle_properties import FREE, STEPS, History, Step

MET, MISSED = Verdict.MET, Verdict.MISSED
NOT_APPLICABLE, CANNOT = Verdict.NOT_APPLICABLE, Verdict.CANNOT_BE_JUDGED
NUMBER = "VBR-2026-0412"
L12, L07, L03 = "5388/L-12", "5388/L-07", "5388/L-03"
NOT_SO_LONG = DEFAULTS.send.red - 1
TOO_LONG = DEFAULTS.send.red


def pressed(*, firearm: bool = False, complete: bool = True) -> tuple[Tape, UUID]:
    """A press in Leuven with three patrols of which it is known where they are."""
    tape = Tape()
    if complete:
        tape.patrols(
            patrol(L12, 900, -750, tape.now),
            patrol(L07, -2_300, 1_700, tape.now),
            patrol(L03, 300, 200, tape.now, PatrolState.BUSY, "traffic accident"),
        )
    one = tape.press(
        NUMBER,
        near(at=tape.now, name="L1"),
        case_file(firearm=firearm),
        shares(("5388", 0.97), ("5393", 0.03)),
    )
    return tape, one


def taken(*, firearm: bool = False) -> tuple[Tape, UUID]:
    """The same, acknowledged after 8 s and L-12 sent after 10 more."""
    tape, one = pressed(firearm=firearm)
    tape.wait(8).happens(one, e.Acknowledged(), by=TRAINEE)
    tape.wait(10).happens(one, e.PatrolDispatched(patrol=L12), by=TRAINEE)
    return tape, one


def crew(patrol: str = L12) -> Actor:
    return Actor(kind=ActorKind.PATROL, id=patrol)


def arrives(tape: Tape, one: UUID, patrol: str = L12, after: float = 200) -> None:
    tape.wait(after).happens(one, e.PatrolOnScene(patrol=patrol), by=crew(patrol))


def row(tape: Tape, target: Target) -> Row:
    return score(tape.recording()).row(target)


def verdict(tape: Tape, target: Target) -> Verdict:
    return row(tape, target).verdict


@pytest.mark.parametrize(("after", "found"), [(0, MET), (14.9, MET), (15, MISSED), (600, MISSED)], ids=str)
def test_a_press_is_acknowledged_in_time_below_the_red_limit(after: float, found: Verdict) -> None:
    tape, one = pressed()
    tape.wait(after).happens(one, e.Acknowledged(), by=TRAINEE)
    judged = row(tape, Target.ACKNOWLEDGE)
    assert judged.verdict is found
    assert judged.done[0].facts["seconds"] == after
    assert judged.by == "seat-1"
    assert judged.possible[0].facts["seconds"] == DEFAULTS.acknowledge.red


def test_a_press_that_nobody_acknowledges_is_missed_once_the_time_is_up_and_not_judged_before() -> None:
    tape, _ = pressed()
    tape.wait(DEFAULTS.acknowledge.red - 1)
    assert verdict(tape, Target.ACKNOWLEDGE) is CANNOT
    tape.wait(1)
    assert verdict(tape, Target.ACKNOWLEDGE) is MISSED


def test_an_acknowledgement_that_was_taken_back_does_not_count() -> None:
    tape, one = pressed()
    tape.wait(3).happens(one, e.Acknowledged(), by=TRAINEE).wait(2).happens(one, e.Released(), by=TRAINEE)
    tape.wait(30).happens(one, e.Acknowledged(), by=TRAINEE)
    judged = row(tape, Target.ACKNOWLEDGE)
    assert (judged.verdict, judged.done[0].facts["seconds"]) == (MISSED, 35)


def test_the_limit_is_that_of_the_settings_and_says_so() -> None:
    tape, one = pressed()
    tape.wait(25).happens(one, e.Acknowledged(), by=TRAINEE)
    targets = DEFAULTS.model_copy(update={"acknowledge": Limits(amber=20, red=30, breach=40)})
    judged = score(tape.recording(), STANDING, targets).row(Target.ACKNOWLEDGE)
    assert (judged.verdict, judged.source.code) == (MET, "own_setting")


def test_where_the_procedure_sets_no_time_there_is_none_to_miss() -> None:
    tape, one = pressed()
    tape.wait(500).happens(one, e.Acknowledged(), by=TRAINEE)
    first, *others = STANDING[AlarmKind.PRESS]
    assert first.by is By.ACKNOWLEDGE
    endless = type(first)(first.step, first.who, None, first.key)
    procedures = {**STANDING, AlarmKind.PRESS: (endless, *others)}
    assert score(tape.recording(), procedures).row(Target.ACKNOWLEDGE).verdict is NOT_APPLICABLE


@pytest.mark.parametrize(("after", "found"), [(NOT_SO_LONG, MET), (TOO_LONG, MISSED)])
def test_a_patrol_is_sent_in_time_after_the_acknowledgement(after: float, found: Verdict) -> None:
    tape, one = pressed()
    tape.wait(40).happens(one, e.Acknowledged(), by=TRAINEE)
    tape.wait(after).happens(one, e.PatrolDispatched(patrol=L12), by=TRAINEE)
    assert verdict(tape, Target.SEND) is found


def test_nobody_sent_is_missed_and_what_was_done_by_voice_is_not_judged() -> None:
    tape, one = pressed()
    tape.wait(5).happens(one, e.Acknowledged(), by=TRAINEE).wait(90)
    assert verdict(tape, Target.SEND) is MISSED
    spoken = e.EnteredAfterwards(
        happened_at=START + timedelta(seconds=20), what=e.DoneByVoice.DISPATCHED, words="L-12 by radio"
    )
    tape.happens(one, spoken, by=TRAINEE)
    judged = row(tape, Target.SEND)
    assert judged.verdict is CANNOT
    assert judged.done[0].at == START + timedelta(seconds=20)


def test_a_proof_before_the_time_is_up_leaves_nobody_to_be_sent() -> None:
    tape, one = pressed()
    tape.happens(one, e.LineOpened()).wait(5).happens(one, e.Acknowledged(), by=TRAINEE)
    tape.wait(20).happens(one, e.LineHeard(code=e.Heard.ALL_CLEAR_WORD), by=TRAINEE).wait(300)
    assert verdict(tape, Target.SEND) is NOT_APPLICABLE


def test_the_zone_is_right_where_the_proposal_is_followed_and_wrong_where_it_is_not() -> None:
    def moved() -> tuple[Tape, UUID]:
        tape, one = taken()
        there = shares(("5393", 0.9), ("5388", 0.1))
        fix = near(-4_000, 3_000, at=tape.now, name="L2")
        tape.wait(30).happens(
            one,
            e.FixReported(fix=fix, allocation=there),
            e.ZoneChangeProposed(zone="5393", allocation=there),
        )
        return tape, one

    tape, one = moved()
    arrives(tape, one)
    assert verdict(tape, Target.ZONE) is MISSED
    tape, one = moved()
    tape.wait(10).happens(one, e.ZoneChanged(zone="5393"), by=TRAINEE)
    arrives(tape, one)
    judged = row(tape, Target.ZONE)
    assert (judged.verdict, judged.by) == (MET, "seat-1")
    tape, one = moved()
    tape.wait(10).happens(one, e.ZoneKept(zone="5393"), by=TRAINEE)
    arrives(tape, one)
    assert verdict(tape, Target.ZONE) is MET, "an operator may keep a zone that the circle still touches"
    gone = shares(("5393", 1.0))
    tape, one = moved()
    tape.wait(10).happens(one, e.ZoneKept(zone="5393"), by=TRAINEE)
    tape.wait(30).happens(
        one, e.FixReported(fix=near(-5_000, 4_000, at=tape.now, name="L3"), allocation=gone)
    )
    arrives(tape, one)
    assert verdict(tape, Target.ZONE) is MISSED


def test_without_a_position_the_zone_cannot_be_judged() -> None:
    tape = Tape()
    tape.press(NUMBER, None, case_file())
    assert verdict(tape, Target.ZONE) is CANNOT


@pytest.mark.parametrize(("sent", "found"), [((L12,), MET), ((L07,), MISSED), ((L12, L07), MET)], ids=str)
def test_the_patrols_are_judged_by_the_recommendation_as_it_stood(
    sent: tuple[str, ...], found: Verdict
) -> None:
    tape, one = pressed()
    tape.wait(8).happens(one, e.Acknowledged(), by=TRAINEE)
    tape.wait(4).happens(one, *(e.PatrolDispatched(patrol=each) for each in sent), by=TRAINEE)
    judged = row(tape, Target.PATROLS)
    assert judged.verdict is found
    assert [one.facts["patrol"] for one in judged.possible] == [L12]
    # What is known later changes nothing: L-07 comes to stand beside her.
    tape.wait(5).patrols(patrol(L07, 10, 10, tape.now), patrol(L12, 9_000, 9_000, tape.now))
    assert verdict(tape, Target.PATROLS) is found


def test_a_patrol_that_the_list_already_shows_as_sent_counts_as_free_before() -> None:
    tape, one = pressed()
    tape.wait(8).happens(one, e.Acknowledged(), by=TRAINEE).wait(4)
    there = patrol(L12, 900, -750, tape.now).model_copy(
        update={"state": PatrolState.DISPATCHED, "intervention": one}
    )
    tape.patrols(there, patrol(L07, -2_300, 1_700, tape.now))
    tape.happens(one, e.PatrolDispatched(patrol=L12), by=TRAINEE)
    assert verdict(tape, Target.PATROLS) is MET


@pytest.mark.parametrize("complete", [True, False])
def test_patrols_are_never_judged_by_positions_that_are_not_in_the_recording(complete: bool) -> None:
    tape, one = pressed(complete=False)
    if complete:  # known, but for nobody is it known where
        tape.patrols(
            *(each.model_copy(update={"position_at": None}) for each in (patrol(L12, 0, 0, tape.now),))
        )
    tape.wait(8).happens(one, e.Acknowledged(), by=TRAINEE)
    tape.wait(4).happens(one, e.PatrolDispatched(patrol=L12), by=TRAINEE)
    assert verdict(tape, Target.PATROLS) is CANNOT


def test_where_a_firearm_is_known_one_patrol_is_one_too_few() -> None:
    tape, one = taken(firearm=True)
    arrives(tape, one)
    judged = row(tape, Target.TWO_PATROLS)
    assert judged.verdict is MISSED
    assert "also_free" in {each.code for each in judged.possible}
    tape, one = taken(firearm=True)
    tape.happens(one, e.PatrolDispatched(patrol=L07), by=TRAINEE)
    arrives(tape, one)
    assert verdict(tape, Target.TWO_PATROLS) is MET
    tape, one = taken(firearm=True)
    tape.happens(one, e.PatrolProposed(patrol="5345/L-31"), by=TRAINEE)
    assert verdict(tape, Target.TWO_PATROLS) is MET, "who asks another room has done what could be done"
    tape, one = taken()
    assert verdict(tape, Target.TWO_PATROLS) is NOT_APPLICABLE


def test_the_danger_is_known_before_arrival_or_missed() -> None:
    tape, one = taken()
    assert verdict(tape, Target.DANGER) is NOT_APPLICABLE
    arrives(tape, one)
    assert verdict(tape, Target.DANGER) is MISSED
    tape, one = taken()
    tape.wait(20).happens(one, e.DangerPassedOn(patrol=L12), by=TRAINEE)
    arrives(tape, one)
    assert verdict(tape, Target.DANGER) is MET


def test_a_danger_that_became_known_on_the_way_must_be_passed_on_again() -> None:
    tape, one = taken()
    tape.happens(one, e.LineOpened(), e.PatrolReadDanger(patrol=L12))
    tape.wait(20).happens(one, e.LineHeard(code=e.Heard.SHOT), by=TRAINEE)
    arrives(tape, one)
    assert verdict(tape, Target.DANGER) is MISSED


def test_an_open_line_wants_a_listener() -> None:
    tape, one = taken()
    assert verdict(tape, Target.LISTEN) is NOT_APPLICABLE
    tape.happens(one, e.LineOpened()).wait(60)
    assert verdict(tape, Target.LISTEN) is MISSED
    tape.happens(one, e.LineListenerChanged(operator=TRAINEE.id), by=TRAINEE)
    assert verdict(tape, Target.LISTEN) is MET


def test_the_contact_rule_is_kept_by_who_uses_nothing_or_what_the_file_allows() -> None:
    tape, one = taken()
    assert verdict(tape, Target.CONTACT_RULE) is MET
    tape.happens(one, e.ChatSent(words="help comes"), by=TRAINEE)
    assert verdict(tape, Target.CONTACT_RULE) is MET
    reason = e.ContactRuleOverridden(channel=Channel.RING, reason="she does not answer the chat")
    tape.happens(one, reason, e.PhoneRung(), by=TRAINEE)
    judged = row(tape, Target.CONTACT_RULE)
    assert judged.verdict is MISSED
    assert [each.code for each in judged.done] == ["channel_allowed", "channel_overridden"]


def test_of_a_bad_position_somebody_decides() -> None:
    tape, one = taken()
    assert verdict(tape, Target.BAD_FIX) is NOT_APPLICABLE
    far = near(40_000, 0, at=tape.now, name="X9")
    tape.happens(one, e.FixReported(fix=far, verdict="jump")).wait(20)
    assert verdict(tape, Target.BAD_FIX) is CANNOT, "too short to say anything of anybody"
    tape.wait(40)
    assert verdict(tape, Target.BAD_FIX) is MISSED
    tape.happens(one, e.FixChosen(fix_id="L1"), by=TRAINEE)
    judged = row(tape, Target.BAD_FIX)
    assert (judged.verdict, judged.done[0].facts["seconds"]) == (MET, 60)


def test_of_an_old_position_somebody_takes_note() -> None:
    tape, one = taken()
    tape.wait(DEFAULTS.position_age.red - 30)
    assert verdict(tape, Target.STALE_FIX) is NOT_APPLICABLE
    tape.wait(90)
    assert verdict(tape, Target.STALE_FIX) is MISSED
    tape.happens(one, e.NoteAdded(words="no position any more"), by=TRAINEE)
    assert verdict(tape, Target.STALE_FIX) is MET


@pytest.mark.parametrize("kind", ["stuck", "none"])
def test_a_position_that_is_stuck_or_missing_is_one_too(kind: str) -> None:
    tape, one = taken()
    for place in range(5):
        fix = near(at=tape.wait(20).now, name=f"S{place}")
        verdict_ = "shown" if kind == "stuck" else "no_position"
        tape.happens(one, e.FixReported(fix=fix if kind == "stuck" else None, verdict=verdict_))
    tape.wait(20).happens(one, e.FixReported(fix=near(3, 4, at=tape.now, name="S9")))
    assert verdict(tape, Target.STALE_FIX) is MISSED


def test_a_late_patrol_is_followed_up() -> None:
    tape, one = taken()
    assert verdict(tape, Target.LATE_PATROL) is NOT_APPLICABLE
    tape.wait(30).happens(one, e.PatrolOverdue(patrol=L12, awaited=e.Awaited.ACCEPT)).wait(60)
    assert verdict(tape, Target.LATE_PATROL) is MISSED
    tape.happens(one, e.PatrolDispatched(patrol=L07), by=TRAINEE)
    assert verdict(tape, Target.LATE_PATROL) is MET


def test_a_patrol_that_a_close_lets_go_was_not_followed_up_by_that() -> None:
    tape, one = taken()
    tape.wait(30).happens(one, e.PatrolOverdue(patrol=L12, awaited=e.Awaited.ACCEPT)).wait(60)
    closes(tape, one, e.Outcome.PERPETRATOR_GONE, None)
    tape.happens(one, e.PatrolReleased(patrol=L12, code="closed"), by=TRAINEE)
    assert verdict(tape, Target.LATE_PATROL) is MISSED


def test_of_the_same_mans_other_alarm_something_is_made() -> None:
    tape, one = taken()
    assert verdict(tape, Target.SAME_MAN) is NOT_APPLICABLE
    tape.happens(one, e.NoteAdded(code=e.NoteCode.SAME_MAN, words="VBR-2026-0413, 5393")).wait(60)
    assert verdict(tape, Target.SAME_MAN) is MISSED
    tape.happens(one, e.NoteAdded(code=e.NoteCode.OTHER_VICTIMS_SHOWN), by=TRAINEE)
    assert verdict(tape, Target.SAME_MAN) is MET


def closes(
    tape: Tape,
    one: UUID,
    outcome: e.Outcome = e.Outcome.VICTIM_SAFE_NO_PERPETRATOR,
    by: e.VerifiedBy | None = e.VerifiedBy.PATROL,
    words: str = "safe and alone",
) -> None:
    closed = e.InterventionClosed(outcome=outcome, verified_by=by, words=words)
    tape.wait(5).happens(one, closed, by=TRAINEE)


def sees(tape: Tape, one: UUID, after: float = 60) -> None:
    seen = e.VictimSeen(patrol=L12, finding=e.Finding.SEEN_ALONE)
    tape.wait(after).happens(one, seen, by=crew())


def test_a_cancel_is_checked_before_anything_ends() -> None:
    tape, one = taken()
    assert verdict(tape, Target.CANCEL) is NOT_APPLICABLE
    tape.happens(one, e.AlarmCancelledByDevice(button="B-VBR-0001"))
    assert verdict(tape, Target.CANCEL) is CANNOT
    closes(tape, one, e.Outcome.PERPETRATOR_GONE, None)
    assert verdict(tape, Target.CANCEL) is MISSED
    tape, one = taken()
    tape.happens(one, e.AlarmCancelledByDevice(button="B-VBR-0001"))
    arrives(tape, one)
    sees(tape, one)
    closes(tape, one)
    assert verdict(tape, Target.CANCEL) is MET


def announced() -> tuple[Tape, UUID]:
    tape, one = pressed()
    test = e.TestAnnounced(
        button="B-VBR-0001", until=tape.now + timedelta(minutes=10), officer="Insp. V. Model", place=None
    )
    tape.happens(one, test).wait(5).happens(one, e.Acknowledged(), by=TRAINEE)
    return tape, one


def test_a_planned_test_is_confirmed_within_its_minute() -> None:
    tape, one = announced()
    tape.wait(30).happens(one, e.TestConfirmed(officer="Insp. V. Model"), by=TRAINEE).wait(200)
    assert verdict(tape, Target.PLANNED_TEST) is MET
    assert verdict(tape, Target.SEND) is NOT_APPLICABLE
    tape, one = announced()
    tape.wait(100).happens(one, e.TestConfirmed(officer="Insp. V. Model"), by=TRAINEE)
    assert verdict(tape, Target.PLANNED_TEST) is MISSED


@pytest.mark.parametrize(("after", "found"), [(NOT_SO_LONG, MET), (TOO_LONG, MISSED)])
def test_a_test_that_is_real_is_treated_as_real(after: float, found: Verdict) -> None:
    tape, one = announced()
    tape.wait(55).happens(one, e.TestIsReal(because=e.RealBecause.NOT_CONFIRMED))
    tape.wait(after).happens(one, e.PatrolDispatched(patrol=L12), by=TRAINEE)
    assert verdict(tape, Target.PLANNED_TEST) is found
    assert verdict(tape, Target.SEND) is found, "the time to send begins where the test ends"


def test_what_reaches_another_room_is_asked_there_and_the_answer_waited_for() -> None:
    tape, one = taken()
    assert verdict(tape, Target.HAND_OVER) is NOT_APPLICABLE
    there = patrol("5345/L-31", -9_000, 9_000, tape.now).model_copy(update={"room": "ANT"})
    tape.patrols(there)
    tape.happens(one, e.ZoneChangeProposed(zone="5345", allocation=shares(("5345", 1.0))))
    assert verdict(tape, Target.HAND_OVER) is MISSED
    tape.wait(10).happens(one, e.RoomLeadOffered(room="ANT"), by=TRAINEE)
    judged = row(tape, Target.HAND_OVER)
    assert (judged.verdict, judged.done[-1].code) == (MISSED, "no_answer")
    antwerp = Actor(kind=ActorKind.OPERATOR, id="seat-7", room="ANT")
    tape.wait(10).happens(one, e.RoomLeadAccepted(room="ANT"), by=antwerp)
    assert verdict(tape, Target.HAND_OVER) is MET


@pytest.mark.parametrize(
    ("after", "found"), [(DEFAULTS.welfare.red - 1, MET), (DEFAULTS.welfare.red, MISSED)]
)
def test_a_word_on_how_she_is_comes_in_time(after: float, found: Verdict) -> None:
    tape, one = taken()
    assert verdict(tape, Target.WELFARE) is NOT_APPLICABLE
    arrives(tape, one)
    assert verdict(tape, Target.WELFARE) is CANNOT
    sees(tape, one, after)
    assert verdict(tape, Target.WELFARE) is found


def test_what_is_closed_as_safe_rests_on_a_proof() -> None:
    tape, one = taken()
    assert verdict(tape, Target.PROOF) is NOT_APPLICABLE
    arrives(tape, one)
    closes(tape, one)
    assert verdict(tape, Target.PROOF) is MISSED
    tape, one = taken()
    arrives(tape, one)
    sees(tape, one)
    closes(tape, one)
    assert verdict(tape, Target.PROOF) is MET


def test_a_close_is_complete_with_words_how_she_is_and_every_answer() -> None:
    def ended(words: str = "safe and alone", *, seen: bool = True, service: bool = False) -> Row:
        tape, one = taken()
        if service:
            tape.happens(one, e.ServiceRequested(service="ambulance"), by=TRAINEE)
        arrives(tape, one)
        if seen:
            sees(tape, one)
        closes(tape, one, e.Outcome.ARREST, None, words)
        return row(tape, Target.CLOSE)

    assert ended().verdict is MET
    assert [one.code for one in ended(" ").done] == ["without_words"]
    assert [one.code for one in ended(seen=False).done] == ["nobody_told_how_she_is"]
    assert [one.code for one in ended(service=True).done] == ["service_unanswered"]
    assert {ended(" ").verdict, ended(seen=False).verdict, ended(service=True).verdict} == {MISSED}


def test_the_last_patrol_is_not_recalled_before_anybody_knows_how_she_is() -> None:
    tape, one = taken()
    tape.wait(60).happens(one, e.PatrolReleased(patrol=L12, reason="needed elsewhere"), by=TRAINEE)
    closes(tape, one, e.Outcome.VICTIM_NOT_FOUND, None)
    judged = row(tape, Target.CLOSE)
    assert (judged.verdict, judged.done[0].code) == (MISSED, "recalled_early")


def test_a_warning_says_who_answered_it_and_only_what_stood_is_missed() -> None:
    tape, one = pressed()
    tape.happens(one, e.LineOpened()).wait(8).happens(one, e.Acknowledged(), by=TRAINEE)
    tape.wait(12).happens(one, e.LineListenerChanged(operator=TRAINEE.id), by=TRAINEE)
    tape.wait(40).happens(one, e.LineLost()).wait(10).happens(one, e.LineRestored())
    tape.wait(40).happens(one, e.LineLost()).wait(90)
    (history,) = histories(tape.recording())
    found = [(each.code, each.missed, each.answer is not None) for each in warnings(history, DEFAULTS)]
    assert found == [
        (WarningKind.LINE_UNHEARD, False, True),
        (WarningKind.LINE_LOST, False, False),
        (WarningKind.LINE_LOST, True, False),
        (WarningKind.POSITION_SILENT, True, False),
    ]


def test_every_target_has_rules_a_source_and_words_and_no_sheet_has_a_sum() -> None:
    assert set(RULES) == set(SOURCES) == set(Target)
    assert set(SOURCES.values()) <= set(SOURCE_WORDS)
    assert set(ANSWERS) == set(WarningKind)
    assert set(ScoreSheet.__dataclass_fields__) == {"rows"}


def recorded(steps: list[Step]) -> Recording:
    """Whatever a room may do to an intervention, as a recording."""
    history = History()
    for step in steps:
        history.take(step)
    items: list[RecordedEvent | RecordedPatrols] = [
        RecordedPatrols(at=history.log[0].at, patrols=(placed(FREE),), complete=True)
    ]
    items += [
        RecordedEvent(at=each.at, position=place, event=each) for place, each in enumerate(history.log, 1)
    ]
    header = Header(title="any", room="VBR", starts_at=history.log[0].at, length_s=900)
    return Recording(header, tuple(items))


def placed(one: Patrol) -> Patrol:
    return one.model_copy(update={"lon": 4.7, "lat": 50.88, "position_at": START})


@given(STEPS, st.sampled_from(LANGUAGES))
def test_the_same_recording_gives_the_same_sheet_and_every_row_once(steps: list[Step], language: str) -> None:
    recording = recorded(steps)
    sheet = score(recording)
    assert [each.target for each in sheet.rows] == list(Target)
    again = [type(item).model_validate_json(item.model_dump_json()) for item in recording.items]
    assert score(Recording(recording.header, tuple(again))) == sheet
    assert json.loads(json.dumps(sheet.as_json())) == sheet.as_json()
    use(language)
    try:
        for each in sheet.rows:
            words = [*each.done, *each.possible]
            assert {one.code.removeprefix("warned_") for one in words} <= {*PHRASES, *WarningKind}
            assert all(one.done or one.possible for one in [each])
            for text in [*(said(one, Names()) for one in words), source_words(each.source)]:
                assert text
                assert "?" not in text or "zone" in text
    finally:
        use("en")


@given(STEPS, st.integers(0, 40))
def test_a_recording_that_is_cut_anywhere_is_judged_without_a_fault(steps: list[Step], cut: int) -> None:
    whole = recorded(steps)
    sheet = score(Recording(whole.header, whole.items[: cut + 1]))
    assert len(sheet.rows) in {0, len(Target)}


def test_the_order_in_which_patrols_are_listed_decides_nothing() -> None:
    tape, _ = taken()
    recording = tape.recording()
    listed = recording.items[0]
    assert isinstance(listed, RecordedPatrols)
    turned = list(listed.patrols)
    random.Random(3).shuffle(turned)
    other = Recording(
        recording.header, (listed.model_copy(update={"patrols": tuple(turned)}), *recording.items[1:])
    )
    assert score(other) == score(recording)
