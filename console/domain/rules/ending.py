"""Ending: closing needs proof, and reopening keeps the history (W13)."""

from __future__ import annotations

from typing import Final

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.rules.common import Bodies, Refused, in_hand
from console.domain.values import Actor

NEEDS_PROOF: Final = frozenset(
    {e.Outcome.TEST_PRESS, e.Outcome.ACCIDENTAL, e.Outcome.VICTIM_SAFE_NO_PERPETRATOR}
)
"""Outcomes that say "nothing is wrong": they must be verified (W13)."""


def close(state: Intervention, do: c.Close, actor: Actor) -> Bodies:
    """Close, then release the patrols: only after the verification (W13)."""
    in_hand(state, actor)
    if not do.words.strip():
        raise Refused("text_empty")
    if do.outcome in NEEDS_PROOF and do.verified_by is None:
        raise Refused("proof_needed", outcome=do.outcome)
    if do.verified_by is e.VerifiedBy.PATROL and state.state is not State.ON_SCENE:
        raise Refused("no_patrol_saw", number=state.number)
    if do.verified_by is e.VerifiedBy.ALL_CLEAR_WORD and e.Heard.ALL_CLEAR_WORD not in state.line.heard:
        raise Refused("no_all_clear_word", number=state.number)
    duress = e.Heard.DURESS_WORD in state.line.heard
    if do.outcome in NEEDS_PROOF and duress and do.verified_by is not e.VerifiedBy.PATROL:
        raise Refused("duress_word_heard", number=state.number)
    closed = e.InterventionClosed(outcome=do.outcome, verified_by=do.verified_by, words=do.words)
    patrols = (*(one.patrol for one in state.sent), *state.reserved)
    return closed, *(e.PatrolReleased(patrol=patrol, code="closed") for patrol in patrols)


def reopen(state: Intervention, do: c.Reopen) -> Bodies:
    """It goes on, with a reason; whoever reopens it handles it."""
    if state.state is not State.CLOSED:
        raise Refused("not_closed", number=state.number)
    return (e.InterventionReopened(reason=do.reason),)
