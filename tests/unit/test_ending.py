"""Closing needs proof (W13), and a cancel from the device is something to check (W14)."""

from datetime import timedelta

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.reports import report
from console.domain.rules.ending import missing_for
from tests.unit.test_decide import SENT, ask
from tests.unit.test_evolve import NOW, fold

ON_SCENE = (*SENT, e.PatrolOnScene(patrol="5388/L-12"))
BY_VOICE = e.EnteredAfterwards(happened_at=NOW, what=e.DoneByVoice.HANDED_OVER, words="to Maastricht")
ALONE = e.VictimSeen(patrol="5388/L-12", finding=e.Finding.SEEN_ALONE)
LINE = (*SENT, e.LineOpened())
WORD = e.LineHeard(code=e.Heard.ALL_CLEAR_WORD)


def close(outcome: e.Outcome, proof: e.VerifiedBy | None = None) -> c.Close:
    return c.Close(outcome=outcome, verified_by=proof, words="as it was")


def closed(answer: tuple[e.KnownBody, ...] | str) -> bool:
    return not isinstance(answer, str) and answer[0].type == "intervention.closed"


@pytest.mark.parametrize(
    "outcome", [e.Outcome.ACCIDENTAL, e.Outcome.VICTIM_SAFE_NO_PERPETRATOR, e.Outcome.TECHNICAL_FAULT]
)
def test_whatever_says_that_nothing_is_wrong_needs_proof_also_a_technical_fault(outcome: e.Outcome) -> None:
    assert ask(close(outcome), *ON_SCENE) == "proof_needed"
    assert ask(close(outcome, e.VerifiedBy.PATROL), *ON_SCENE) == "not_seen_alone"
    assert closed(ask(close(outcome, e.VerifiedBy.PATROL), *ON_SCENE, ALONE))
    assert closed(ask(close(outcome, e.VerifiedBy.CONTACT_OFFICER), *SENT))
    assert closed(ask(close(outcome, e.VerifiedBy.ALL_CLEAR_WORD), *LINE, WORD))


@pytest.mark.parametrize("heard", [e.Heard.BLOW, e.Heard.SHOT])
def test_the_all_clear_word_is_no_proof_where_a_blow_or_a_shot_was_heard(heard: e.Heard) -> None:
    word = close(e.Outcome.ACCIDENTAL, e.VerifiedBy.ALL_CLEAR_WORD)
    assert ask(word, *LINE, WORD, e.LineHeard(code=heard)) == "heard_against"
    patrol = close(e.Outcome.ACCIDENTAL, e.VerifiedBy.PATROL)
    assert ask(patrol, *ON_SCENE, ALONE, e.LineHeard(code=heard)) == "not_seen_alone"
    assert closed(ask(patrol, *ON_SCENE, e.LineHeard(code=heard), ALONE))


def test_handed_over_is_said_only_of_what_somebody_took() -> None:
    handed_over = close(e.Outcome.HANDED_OVER)
    assert ask(handed_over, *SENT) == "not_handed_over"
    for asked, answer in (("5395", "nobody free"), ("5395", "we have it"), ("ambulance", "10 minutes")):
        said = (e.ServiceRequested(service=asked), e.ServiceAnswered(service=asked, answer=answer))
        assert ask(handed_over, *SENT, *said) == "not_handed_over"
    assert closed(ask(handed_over, *SENT, BY_VOICE))
    sent_by_voice = BY_VOICE.model_copy(update={"what": e.DoneByVoice.DISPATCHED})
    assert ask(handed_over, *SENT, sent_by_voice) == "not_handed_over"
    accepted = fold(*SENT, e.RoomLeadAccepted(room="ANT"))  # who took the lead has it, and nobody else
    missing = missing_for(accepted, e.Outcome.HANDED_OVER, None)
    assert missing is not None
    assert missing.code == "not_handed_over"
    abroad = fold(*SENT, e.BelgiumLeft(desk="NL-ZL"), e.RoomLeadAccepted(room="ANT"), BY_VOICE)
    assert missing_for(abroad, e.Outcome.HANDED_OVER, None) is None


@pytest.mark.parametrize(
    "back",
    [
        e.InterventionReopened(reason="Maastricht called: she is not there"),
        e.AlarmRepeated(button="B-1", press_id="p2", pressed_at=NOW),
        e.BelgiumEntered(),
    ],
    ids=["reopened", "pressed-again", "back-in-belgium"],
)
def test_what_was_handed_over_before_it_was_here_again_must_be_handed_over_anew(back: e.KnownBody) -> None:
    handed_over = close(e.Outcome.HANDED_OVER)
    here_again = (*SENT, e.BelgiumLeft(desk="NL-LIM"), BY_VOICE, back)
    assert ask(handed_over, *here_again) == "not_handed_over"
    state = fold(*here_again)
    assert state.here_again_at is not None
    before = BY_VOICE.model_copy(update={"happened_at": state.here_again_at - timedelta(minutes=1)})
    assert ask(handed_over, *here_again, before) == "not_handed_over"  # entered now, done before
    anew = BY_VOICE.model_copy(update={"happened_at": state.here_again_at.replace(second=0, microsecond=0)})
    assert closed(ask(handed_over, *here_again, anew))


def test_the_box_of_the_close_and_the_backend_ask_the_same_rule() -> None:
    for history in (SENT, ON_SCENE, (*LINE, WORD), (*LINE, WORD, e.LineHeard(code=e.Heard.DURESS_WORD))):
        for outcome in e.Outcome:
            for proof in (None, *e.VerifiedBy):
                missing = missing_for(fold(*history), outcome, proof)
                answer = ask(close(outcome, proof), *history)
                assert closed(answer) if missing is None else answer == missing.code


def test_a_cancel_is_an_escalation_to_check_and_never_a_close() -> None:
    bodies = report(fold(*ON_SCENE), c.Cancel())
    assert isinstance(bodies, tuple)
    assert [body.type for body in bodies] == ["alarm.cancelled_by_device", "escalation.raised"]


def test_a_cancel_stays_to_be_checked_until_the_word_or_the_close() -> None:
    cancel = e.AlarmCancelledByDevice(button="B-1")
    assert fold(*ON_SCENE, cancel).cancel_unchecked
    assert not fold(*LINE, cancel, WORD).cancel_unchecked
    assert fold(*LINE, cancel, WORD, e.LineHeard(code=e.Heard.DURESS_WORD)).cancel_unchecked
    again = e.AlarmRepeated(button="B-1", press_id="p2", pressed_at=NOW + timedelta(seconds=9))
    assert fold(*LINE, cancel, WORD, again).cancel_unchecked
    ended = e.InterventionClosed(
        outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.PATROL, words="she is well"
    )
    assert not fold(*ON_SCENE, cancel, ended).cancel_unchecked
