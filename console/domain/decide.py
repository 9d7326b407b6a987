"""A command and what is known -> event bodies, or a refusal. Pure.

The only door to what may happen to an intervention. The rules themselves stand in `console.domain.rules`, one
module a part of the work; this is the table from verb to rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.planned_test import contradicted
from console.domain.rules import by_hand, ending, line, rooms, sending, taking
from console.domain.rules.common import Bodies, Refused, View, may_act
from console.domain.values import Actor

__all__ = ["View", "decide", "elsewhere"]


def decide(
    intervention: Intervention, command: c.Command, actor: Actor, view: View, now: datetime
) -> Bodies | c.Refusal:
    """Answer an operator's command on an intervention with what then happens, or why it does not."""
    try:
        may_act(intervention, actor, command.do)
        bodies = _rule(intervention, command.do, actor, view, now)
        bodies = (*bodies, *contradicted(intervention.planned_test, bodies))
        seen = command.seen_decision
        decisive = any(body.type in e.DECISIVE for body in bodies)
        if decisive and seen is not None and seen != intervention.decision:
            raise Refused("changed_since_seen", number=intervention.number)
    except Refused as refused:
        return refused.refusal
    return bodies


def elsewhere(
    command: c.Command, actor: Actor, others: Iterable[Intervention]
) -> tuple[tuple[UUID, Bodies], ...]:
    """What a command that was agreed to makes happen to other interventions, in the same transaction.

    ``others``: every open intervention but the one it was given for.
    """
    if isinstance(command.do, c.Listen):
        return line.leave_for_another(others, actor)
    return ()


def _rule(state: Intervention, do: c.AnyCommand, actor: Actor, view: View, now: datetime) -> Bodies:
    match do:
        case c.Acknowledge():
            return taking.acknowledge(state, actor)
        case c.Release():
            return taking.release(state, actor, now)
        case c.TakeOver():
            return taking.take_over(state, do, actor)
        case c.Note():
            return taking.note(do)
        case c.OpenCasefile():
            return taking.open_casefile(state, actor)
        case c.Dispatch():
            return sending.dispatch(state, do, actor, view)
        case c.Recall():
            return sending.recall(state, do, actor, view)
        case c.Reserve():
            return sending.reserve(state, do, actor, view)
        case c.Request():
            return sending.request(state, do, actor, view)
        case c.Answered():
            return sending.answered(state, do, actor)
        case c.DangerPassed():
            return sending.danger_passed(state, do, actor, view)
        case c.Status():
            return sending.status(state, do, actor, view)
        case c.Saw():
            return sending.saw(state, do, actor, view)
        case c.Propose():
            return sending.propose(state, do, actor, view)
        case c.LetGo():
            return sending.let_go(state, do, actor, view)
        case c.ChangeZone():
            return sending.change_zone(state, do, actor, view)
        case c.KeepZone():
            return sending.keep_zone(state, actor)
        case c.ChooseFix():
            return sending.choose_fix(state, do, actor)
        case c.Listen():
            return line.listen(state, actor)
        case c.StopListening():
            return line.stop_listening(state, actor)
        case c.Mute():
            return line.mute(state)
        case c.Unmute():
            return line.unmute(state, do, actor, now)
        case c.Chat():
            return line.chat(state, do, actor, now)
        case c.Ring():
            return line.ring(state, do, actor, now)
        case c.Call():
            return line.call(state, do, actor, now)
        case c.Push():
            return line.push(state, do, actor, now)
        case c.HeardOnLine():
            return line.heard(state, do)
        case c.Afterwards():
            return by_hand.afterwards(state, do, now)
        case c.Support():
            return rooms.support(state, do, actor)
        case c.AcceptSupport():
            return rooms.accept_support(state, actor)
        case c.OfferLead():
            return rooms.offer_lead(state, do, actor)
        case c.AcceptLead():
            return rooms.accept_lead(state, actor)
        case c.Decline():
            return rooms.decline(state, do, actor, view)
        case c.TakeOverRoom():
            return rooms.take_over_room(state, do, actor)
        case c.Close():
            return ending.close(state, do, actor)
        case c.ConfirmTest():
            return ending.confirm_test(state, do, actor, now)
        case c.Reopen():
            return ending.reopen(state, do, view)
        case _:
            raise Refused("not_available", verb=do.verb)
