"""Several control rooms: one lead, any number that support, and who sees it coming (W8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from console.domain import commands as c
from console.domain import events as e
from console.domain.abroad import desk_for
from console.domain.allocation import Allocation
from console.domain.intervention import Intervention, State
from console.domain.location import Fix
from console.domain.patrols import Patrol
from console.domain.rooms import ROOMS
from console.domain.rules import line
from console.domain.rules.common import Bodies, Refused, View, in_hand, still_open
from console.domain.sight import rooms_seeing
from console.domain.values import Actor, Role

Why = Literal["share", "ahead", "file_zone", "press"]

_TAKEN_OVER: Final[Literal["room_taken_over"]] = "room_taken_over"


def support(state: Intervention, do: c.Support, actor: Actor) -> Bodies:
    """Ask another control room to help; it sees the extract from now on, to know what it is asked."""
    in_hand(state, actor)
    room = _another(do.room, state)
    if room in {*state.asked, *state.supporting}:
        raise Refused("room_helps", room=room, number=state.number)
    return (e.RoomSupportRequested(room=room),)


def accept_support(state: Intervention, actor: Actor) -> Bodies:
    """Help: from now on this room sends its own patrols; victim and line stay with the lead."""
    still_open(state)
    room = actor.room or ""
    if room not in state.asked:
        raise Refused("not_asked", room=room, number=state.number)
    return (e.RoomSupportAccepted(room=room),)


def offer_lead(state: Intervention, do: c.OfferLead, actor: Actor) -> Bodies:
    """Offer the lead; until it is accepted it stays. A later offer takes the place of an earlier one."""
    in_hand(state, actor)
    room = _another(do.room, state)
    if room == state.lead_offered_to:
        raise Refused("room_helps", room=room, number=state.number)
    return (e.RoomLeadOffered(room=room),)


def accept_lead(state: Intervention, actor: Actor) -> Bodies:
    """Take the lead that was offered: the only way but an evacuation in which it passes.

    Of an alarm that nobody has acknowledged, accepting the lead is the acknowledgement.
    """
    still_open(state)
    room = actor.room or ""
    if state.lead_offered_to != room:
        raise Refused("not_offered", room=room, number=state.number)
    taken = (e.Acknowledged(),) if state.state is State.RAISED else ()
    return e.RoomLeadAccepted(room=room), *line.with_the_lead(state), *taken


def decline(state: Intervention, do: c.Decline, actor: Actor, view: View) -> Bodies:
    """Refuse the lead or the support that is asked, end the support that is given, or take an offer back."""
    still_open(state)
    room = actor.room or ""
    if room == state.room and state.lead_offered_to is not None:
        in_hand(state, actor)
        return (e.RoomLeadDeclined(room=state.lead_offered_to, reason=do.reason),)
    if room == state.lead_offered_to:
        return (e.RoomLeadDeclined(room=room, reason=do.reason),)
    if room not in {*state.asked, *state.supporting}:
        raise Refused("not_asked", room=room, number=state.number)
    if any(_of(view.patrols.get(sent.patrol), room) for sent in state.sent):
        raise Refused("own_patrols_on_it", room=room, number=state.number)
    not_sent = (
        e.PatrolReleased(patrol=patrol, code="not_sent", reason=do.reason)
        for patrol in state.proposed
        if _of(view.patrols.get(patrol), room)
    )
    return *not_sent, e.RoomSupportDeclined(room=room, reason=do.reason)


def may_take_over_room(do: c.TakeOverRoom, actor: Actor) -> None:
    """A supervisor takes over another control room, for a reason that is written down."""
    if actor.role is not Role.SUPERVISOR:
        raise Refused("supervisor_needed")
    if do.room not in ROOMS:
        raise Refused("unknown_room", room=do.room)
    if do.room == actor.room:
        raise Refused("own_room", room=do.room)
    if not do.reason.strip():
        raise Refused("text_empty")


def take_over_room(state: Intervention, do: c.TakeOverRoom, actor: Actor) -> Bodies:
    """One intervention of the control room that is taken over: its lead passes by the supervisor's one act.

    One that nobody has acknowledged goes on ringing, in the new room.
    """
    may_take_over_room(do, actor)
    still_open(state)
    if state.room != do.room or actor.room is None:
        raise Refused("not_your_room", room=state.room)
    passed = e.RoomLeadAccepted(room=actor.room, code=_TAKEN_OVER, reason=do.reason)
    return passed, *line.with_the_lead(state)


def reached(state: Intervention, rooms: Iterable[tuple[str, Why]]) -> Bodies:
    """Tell rooms that do not see it yet; who pressed the button in a room's area tells it more than a glimpse."""
    bodies: list[e.RoomReached] = []
    for room, why in rooms:
        sees = {state.room, *state.called} if why == "press" else rooms_seeing(state)
        if room not in sees and all(body.room != room for body in bodies):
            bodies.append(e.RoomReached(room=room, why=why))
    return tuple(bodies)


def at_the_border(state: Intervention, fix: Fix, allocation: Allocation) -> Bodies:
    """She has left Belgium once no part of the circle lies in it, and is back once the position does (W8)."""
    if not any(share.zone for share in allocation.shares):
        desk = desk_for(fix.lon, fix.lat)
        return () if desk == state.abroad else (e.BelgiumLeft(desk=desk),)
    if state.abroad is not None and allocation.outside_m == 0:
        return (e.BelgiumEntered(),)
    return ()


def _another(room: str, state: Intervention) -> str:
    if room not in ROOMS:
        raise Refused("unknown_room", room=room)
    if room == state.room:
        raise Refused("room_leads", room=room, number=state.number)
    return room


def _of(patrol: Patrol | None, room: str) -> bool:
    return patrol is not None and patrol.room == room
