"""A command and what is known -> event bodies, or a refusal. Pure.

The only door to what may happen to an intervention. The rules themselves stand in `console.domain.rules`, one
module a part of the work; this is the table from verb to rule.
"""

from __future__ import annotations

from datetime import datetime

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.rules import by_hand, ending, line, sending, taking
from console.domain.rules.common import Bodies, Refused, View, may_act
from console.domain.values import Actor

__all__ = ["View", "decide"]


def decide(
    intervention: Intervention, command: c.Command, actor: Actor, view: View, now: datetime
) -> Bodies | c.Refusal:
    """Answer an operator's command on an intervention with what then happens, or why it does not."""
    try:
        may_act(intervention, actor)
        bodies = _rule(intervention, command.do, actor, view, now)
        seen = command.seen_decision
        decisive = any(body.type in e.DECISIVE for body in bodies)
        if decisive and seen is not None and seen != intervention.decision:
            raise Refused("changed_since_seen", number=intervention.number)
    except Refused as refused:
        return refused.refusal
    return bodies


def _rule(state: Intervention, do: c.AnyCommand, actor: Actor, view: View, now: datetime) -> Bodies:
    match do:
        case c.Acknowledge():
            return taking.acknowledge(state)
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
        case c.ChangeZone():
            return sending.change_zone(state, do, actor, view)
        case c.KeepZone():
            return sending.keep_zone(state, actor)
        case c.ChooseFix():
            return sending.choose_fix(state, do, actor)
        case c.Listen():
            return line.listen(state, actor)
        case c.HeardOnLine():
            return line.heard(state, do)
        case c.Afterwards():
            return by_hand.afterwards(state, do, now)
        case c.Close():
            return ending.close(state, do, actor)
        case c.Reopen():
            return ending.reopen(state, do)
        case _:
            raise Refused("not_available", verb=do.verb)
