"""Taking the alarm: acknowledge, take back, take over, write down, open the case file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.rules import line
from console.domain.rules.common import Bodies, Refused, in_hand, still_open
from console.domain.values import Actor, Role

GRACE: Final = timedelta(seconds=5)
"""How long an acknowledgement can be taken back (W16)."""


def acknowledge(state: Intervention, actor: Actor) -> Bodies:
    """An alarm is acknowledged once; who comes second is told who was first (R5).

    A control room to which it was escalated takes the lead with it: its own did not answer (W6).
    """
    still_open(state)
    if state.state is not State.RAISED:
        raise Refused("already_acknowledged", by=state.handler or "?", number=state.number)
    if actor.room is not None and actor.room != state.room:
        passed = e.RoomLeadAccepted(room=actor.room, code="escalated")
        return passed, *line.with_the_lead(state), e.Acknowledged()
    return (e.Acknowledged(),)


def release(state: Intervention, actor: Actor, now: datetime) -> Bodies:
    """Who acknowledged can take it back for a moment, unless something was sent; what was reserved is free again (W16).

    Whoever took it over since did not touch a key by mistake: for them the alarm must not begin to ring again.
    """
    in_hand(state, actor)
    if state.acknowledged_by != actor.id:
        raise Refused("not_your_acknowledgement", by=state.acknowledged_by or "?", number=state.number)
    if state.sent:
        raise Refused("patrols_sent", number=state.number)
    if state.acknowledged_at is None or now - state.acknowledged_at > GRACE:
        raise Refused("grace_over", seconds=f"{GRACE.total_seconds():.0f}")
    return *(e.PatrolReleased(patrol=patrol) for patrol in state.reserved), e.Released()


def take_over(state: Intervention, do: c.TakeOver, actor: Actor) -> Bodies:
    """Another operator of the room handles it from now on."""
    if state.handler == actor.id:
        raise Refused("already_yours", number=state.number)
    if state.state is State.RAISED:
        raise Refused("not_acknowledged", number=state.number)
    still_open(state)
    return (e.TakenOver(from_operator=state.handler, reason=do.reason),)


def note(do: c.Note) -> Bodies:
    """Anyone of the room may write a note, also on what is closed."""
    return (e.NoteAdded(words=do.words),)


def open_casefile(state: Intervention, actor: Actor) -> Bodies:
    """The full case file opens only while the intervention lives, to who handles it or supervises (W7)."""
    if state.case_file is None:
        raise Refused("no_case_file", number=state.number)
    if actor.role is not Role.SUPERVISOR:
        in_hand(state, actor)
    still_open(state)
    return (e.CasefileOpened(case_file=state.case_file.id, revision=state.case_file.revision),)
