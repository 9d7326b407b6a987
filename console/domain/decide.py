"""The rules of the job: a command and what is known -> event bodies, or a refusal. Pure.

The only place where it is decided what may happen to an intervention. It needs no socket and no store:
what it must know beyond the intervention stands in `View`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention, LineState, State
from console.domain.patrols import Patrol, PatrolState
from console.domain.values import Actor, Role

GRACE: Final = timedelta(seconds=5)
"""How long an acknowledgement can be taken back (W16)."""

NEEDS_PROOF: Final = frozenset(
    {e.Outcome.TEST_PRESS, e.Outcome.ACCIDENTAL, e.Outcome.VICTIM_SAFE_NO_PERPETRATOR}
)
"""Outcomes that say "nothing is wrong": they must be verified (W13)."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Carries a refusal out of a rule."""

    def __init__(self, code: str, **facts: str) -> None:
        self.refusal = c.Refusal(code=code, facts=facts)
        super().__init__(self.refusal.sentence)


@dataclass(frozen=True)
class View:
    """What a rule may look at beside the intervention itself."""

    patrols: Mapping[str, Patrol] = field(default_factory=dict)
    zones: frozenset[str] = frozenset()


def decide(
    intervention: Intervention, command: c.Command, actor: Actor, view: View, now: datetime
) -> tuple[e.KnownBody, ...] | c.Refusal:
    """Answer an operator's command on an intervention with what then happens, or why it does not."""
    try:
        _may_act(intervention, actor)
        bodies = _rule(intervention, command.do, actor, view, now)
        seen = command.seen_decision
        decisive = any(body.type in e.DECISIVE for body in bodies)
        if decisive and seen is not None and seen != intervention.decision:
            raise Refused("changed_since_seen", number=intervention.number)
    except Refused as refused:
        return refused.refusal
    return bodies


def _may_act(state: Intervention, actor: Actor) -> None:
    if actor.role not in {Role.OPERATOR, Role.SUPERVISOR}:
        raise Refused("wrong_role", role=actor.role or actor.kind)
    if actor.room != state.room:
        raise Refused("not_your_room", room=state.room)


def _in_hand(state: Intervention, actor: Actor) -> None:
    """It is open, acknowledged, and this operator handles it."""
    if state.state is State.CLOSED:
        raise Refused("closed", number=state.number)
    if state.state is State.RAISED:
        raise Refused("not_acknowledged", number=state.number)
    if state.handler != actor.id:
        raise Refused("not_yours", by=state.handler or "?", number=state.number)


def _rule(
    state: Intervention, do: c.AnyCommand, actor: Actor, view: View, now: datetime
) -> tuple[e.KnownBody, ...]:
    match do:
        case c.Acknowledge():
            if state.state is State.CLOSED:
                raise Refused("closed", number=state.number)
            if state.state is not State.RAISED:
                raise Refused("already_acknowledged", by=state.handler or "?", number=state.number)
            return (e.Acknowledged(),)
        case c.Release():
            _in_hand(state, actor)
            if state.sent:
                raise Refused("patrols_sent", number=state.number)
            if state.acknowledged_at is None or now - state.acknowledged_at > GRACE:
                raise Refused("grace_over", seconds=f"{GRACE.total_seconds():.0f}")
            return (e.Released(),)
        case c.TakeOver():
            if state.handler == actor.id:
                raise Refused("already_yours", number=state.number)
            if state.state is State.RAISED:
                raise Refused("not_acknowledged", number=state.number)
            if state.state is State.CLOSED:
                raise Refused("closed", number=state.number)
            return (e.TakenOver(from_operator=state.handler, reason=do.reason),)
        case c.Note():
            return (e.NoteAdded(words=do.words),)
        case c.Reopen():
            if state.state is not State.CLOSED:
                raise Refused("not_closed", number=state.number)
            return (e.InterventionReopened(reason=do.reason),)
        case c.Dispatch():
            _in_hand(state, actor)
            return _dispatch(state, do, view)
        case c.Recall():
            _in_hand(state, actor)
            return (e.PatrolReleased(patrol=_on_it(state, do.patrol, view).id, reason=do.reason),)
        case c.ChangeZone():
            _in_hand(state, actor)
            if do.zone not in view.zones:
                raise Refused("unknown_zone", zone=do.zone)
            return (e.ZoneChanged(zone=do.zone),)
        case c.ChooseFix():
            _in_hand(state, actor)
            if do.fix_id not in {fix.id for fix in (state.fix, state.disputed) if fix}:
                raise Refused("unknown_fix", number=state.number, fix=do.fix_id)
            return (e.FixChosen(fix_id=do.fix_id),)
        case c.DangerPassed():
            _in_hand(state, actor)
            return (e.DangerPassedOn(patrol=_on_it(state, do.patrol, view).id),)
        case c.Listen():
            _with_line(state)
            return (e.LineListenerChanged(operator=actor.id),)
        case c.HeardOnLine():
            _with_line(state)
            return (e.LineHeard(code=do.code, words=do.words),)
        case c.OpenCasefile():
            return _open_casefile(state, actor)
        case c.Close():
            _in_hand(state, actor)
            return _close(state, do)
        case _:
            raise Refused("not_available", verb=do.verb)


def _named(name: str, view: View, zone: str | None) -> Patrol:
    """The patrol of this id or call sign. Zones use the same call signs: the one of ``zone`` is meant first."""
    if name in view.patrols:
        return view.patrols[name]
    same = [patrol for patrol in view.patrols.values() if patrol.call_sign == name]
    same = [patrol for patrol in same if patrol.zone == zone] or same
    if not same:
        raise Refused("unknown_patrol", patrol=name)
    if len(same) > 1:
        raise Refused("ambiguous_patrol", patrol=name, choices=", ".join(sorted(one.id for one in same)))
    return same[0]


def _on_it(state: Intervention, name: str, view: View) -> Patrol:
    """The patrol of this name that is on the intervention: among its own, a call sign is rarely ambiguous."""
    own = View(patrols={key: patrol for key, patrol in view.patrols.items() if state.patrol(key)})
    known = own if any(name in {one.id, one.call_sign} for one in own.patrols.values()) else view
    patrol = _named(name, known, state.zone)
    if state.patrol(patrol.id) is None:
        raise Refused("patrol_not_on_it", patrol=patrol.call_sign, number=state.number)
    return patrol


def _with_line(state: Intervention) -> None:
    """There is a voice line to listen to (W2)."""
    if state.state is State.CLOSED:
        raise Refused("closed", number=state.number)
    if state.line.state is not LineState.OPEN:
        raise Refused("no_line", number=state.number)


def _open_casefile(state: Intervention, actor: Actor) -> tuple[e.KnownBody, ...]:
    """The full case file opens only while the intervention lives, to who handles it or supervises (W7)."""
    if state.case_file is None:
        raise Refused("no_case_file", number=state.number)
    if actor.role is not Role.SUPERVISOR:
        _in_hand(state, actor)
    elif state.state is State.CLOSED:
        raise Refused("closed", number=state.number)
    return (e.CasefileOpened(case_file=state.case_file.id, revision=state.case_file.revision),)


def _dispatch(state: Intervention, do: c.Dispatch, view: View) -> tuple[e.KnownBody, ...]:
    chosen: list[Patrol] = []
    for name in do.patrols:
        patrol = _named(name, view, state.zone)
        if patrol in chosen:
            raise Refused("patrol_named_twice", patrol=name)
        if state.patrol(patrol.id):
            raise Refused("patrol_already_on_it", patrol=patrol.call_sign, number=state.number)
        reserved_here = patrol.state is PatrolState.RESERVED and patrol.intervention == state.id
        if patrol.state is not PatrolState.FREE and not reserved_here:
            if patrol.busy_with:
                raise Refused(
                    "patrol_busy", patrol=patrol.call_sign, state=patrol.state, number=patrol.busy_with
                )
            raise Refused("patrol_not_free", patrol=patrol.call_sign, state=patrol.state)
        chosen.append(patrol)
    return tuple(e.PatrolDispatched(patrol=patrol.id) for patrol in chosen)


def _close(state: Intervention, do: c.Close) -> tuple[e.KnownBody, ...]:
    """Close, then release the patrols: only after the verification (W13)."""
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
    return closed, *(e.PatrolReleased(patrol=one.patrol, code="closed") for one in state.sent)
