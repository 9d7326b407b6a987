"""Ending: closing needs proof, a planned test is confirmed, and reopening keeps the history (W13, W15)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import AGAINST_ALL_CLEAR, Intervention, State
from console.domain.planned_test import Standing
from console.domain.rooms import ROOMS
from console.domain.rules import line
from console.domain.rules.common import Bodies, Refused, View, in_hand
from console.domain.values import Actor

NEEDS_PROOF: Final = frozenset(
    {
        e.Outcome.TEST_PRESS,
        e.Outcome.ACCIDENTAL,
        e.Outcome.VICTIM_SAFE_NO_PERPETRATOR,
        e.Outcome.TECHNICAL_FAULT,
    }
)
"""Outcomes that say "nothing is wrong": they must be verified (W13)."""


def close(state: Intervention, do: c.Close, actor: Actor) -> Bodies:
    """Close, then release the patrols: only after the verification (W13)."""
    in_hand(state, actor)
    if not do.words.strip():
        raise Refused("text_empty")
    if (missing := missing_for(state, do.outcome, do.verified_by)) is not None:
        raise Refused(missing.code, **missing.facts)
    closed = e.InterventionClosed(outcome=do.outcome, verified_by=do.verified_by, words=do.words)
    patrols = (*(one.patrol for one in state.sent), *state.reserved)
    released = (e.PatrolReleased(patrol=patrol, code="closed") for patrol in patrols)
    return closed, *line.after_close(state), *released


def missing_for(
    state: Intervention, outcome: e.Outcome, verified_by: e.VerifiedBy | None
) -> c.Refusal | None:
    """What is missing for this outcome with this proof; None: nothing. The close dialog says it beforehand."""
    number = {"number": state.number}
    test = state.planned_test
    if outcome is e.Outcome.TEST_PRESS and (test is None or test.standing is not Standing.CONFIRMED):
        return c.Refusal(code="not_a_planned_test", facts=number)
    if outcome is e.Outcome.HANDED_OVER and not _taken(state):
        return c.Refusal(code="not_handed_over", facts=number)
    if outcome in NEEDS_PROOF and verified_by is None:
        return c.Refusal(code="proof_needed", facts={"outcome": outcome})
    return _proof_missing(state, outcome, verified_by)


def _taken(state: Intervention) -> bool:
    """Somebody else really has it: a hand-over by voice was entered, and nothing has brought it back since.

    What a zone answered is no proof: it is free text, and may be "nobody free". A control room that accepted the lead
    is nobody else: it leads, and ends it with an outcome like any other.
    """
    return bool(set(state.taken_by) - ROOMS.keys())


def _proof_missing(
    state: Intervention, outcome: e.Outcome, verified_by: e.VerifiedBy | None
) -> c.Refusal | None:
    """Whether what is named as proof is one. A proof that was not is refused, whatever the outcome."""
    number = {"number": state.number}
    heard = state.line.heard
    if verified_by is e.VerifiedBy.PATROL:
        if state.state is not State.ON_SCENE and state.found is None:
            return c.Refusal(code="no_patrol_saw", facts=number)
        alone = state.found is not None and state.found.alone
        unproved = outcome in NEEDS_PROOF and not alone
        return c.Refusal(code="not_seen_alone", facts=number) if unproved else None
    if verified_by is e.VerifiedBy.ALL_CLEAR_WORD and e.Heard.ALL_CLEAR_WORD not in heard:
        return c.Refusal(code="no_all_clear_word", facts=number)
    if outcome in NEEDS_PROOF and e.Heard.DURESS_WORD in heard:
        return c.Refusal(code="duress_word_heard", facts=number)
    against = next((code for code in heard if code in AGAINST_ALL_CLEAR), None)
    if verified_by is e.VerifiedBy.ALL_CLEAR_WORD and against is not None:
        return c.Refusal(code="heard_against", facts=number | {"heard": against})
    return None


def reopen(state: Intervention, do: c.Reopen, view: View) -> Bodies:
    """It goes on, with a reason; whoever reopens it handles it. If she pressed again since, that one goes on: of two
    that were open for her, only one would hear her phone (W8).
    """
    if state.state is not State.CLOSED:
        raise Refused("not_closed", number=state.number)
    if (other := view.also_open) is not None:
        raise Refused("already_open", number=other.number, room=other.room)
    return (e.InterventionReopened(reason=do.reason),)


def confirm_test(state: Intervention, do: c.ConfirmTest, actor: Actor, now: datetime) -> Bodies:
    """The named officer, beside her and on the phone, says that it is the test: within 60 s of the press (W15)."""
    in_hand(state, actor)
    test = state.planned_test
    if test is None:
        raise Refused("no_test_announced", number=state.number)
    if test.standing is Standing.REAL or test.is_late(now):
        raise Refused("test_is_real", number=state.number, because=test.real or e.RealBecause.NOT_CONFIRMED)
    if test.standing is Standing.CONFIRMED:
        raise Refused("test_already_confirmed", number=state.number)
    if not same_officer(do.officer, test.officer):
        raise Refused("another_officer", number=state.number)
    return (e.TestConfirmed(officer=test.officer),)


def same_officer(said: str, announced: str) -> bool:
    """The same name, however it is spaced and written in capitals."""
    return " ".join(said.casefold().split()) == " ".join(announced.casefold().split())
