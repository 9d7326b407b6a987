"""Which control room leads an intervention, which ones help, and what its events make of it (W8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain import events as e
from console.domain.values import ActorKind

if TYPE_CHECKING:
    from console.domain.intervention import Intervention


def lead_after(state: Intervention, event: e.Event) -> dict[str, object]:
    """What an event changes of lead, support and sight, by field; empty for any other event."""
    match event.body:
        case e.RoomSupportRequested(room=room):
            return {"asked": _with(state.asked, room), "nobody_at": _without(state.nobody_at, room)}
        case e.RoomSupportAccepted(room=room):
            return {"asked": _without(state.asked, room), "supporting": _with(state.supporting, room)}
        case e.RoomSupportDeclined(room=room):
            return {"asked": _without(state.asked, room), "supporting": _without(state.supporting, room)}
        case e.RoomLeadOffered(room=room):
            return {"lead_offered_to": room, "nobody_at": _without(state.nobody_at, room)}
        case e.NoteAdded(code=e.NoteCode.NOBODY_THERE, words=room):
            return {"nobody_at": _with(state.nobody_at, room)}
        case e.RoomLeadDeclined():
            return {"lead_offered_to": None}
        case e.RoomLeadAccepted(room=room):
            return _passed(state, room, event)
        case e.RoomReached(room=room, why="press"):
            return {"called": _with(state.called, room)}
        case e.RoomReached(room=room):
            return {"reached": _with(state.reached, room)}
        case e.BelgiumLeft(desk=desk):
            return {"abroad": desk}
        case e.BelgiumEntered():
            return {"abroad": None}
        case _:
            return {}


def _passed(state: Intervention, room: str, event: e.Event) -> dict[str, object]:
    """The lead, the victim and the line go to ``room``; who led helps on: its patrols may be there."""
    unacknowledged = state.acknowledged_at is None
    taken_by = event.actor.id if event.actor.kind is ActorKind.OPERATOR else None
    return {
        "room": room,
        "handler": None if unacknowledged else taken_by,
        "given_at": None,
        "lead_offered_to": None,
        "asked": _without(state.asked, room),
        "supporting": _with(_without(state.supporting, room), state.room),
        "line": state.line.model_copy(update={"listener": None, "muted": True}),
    }


def _with(rooms: tuple[str, ...], room: str) -> tuple[str, ...]:
    return rooms if room in rooms else (*rooms, room)


def _without(rooms: tuple[str, ...], room: str) -> tuple[str, ...]:
    return tuple(one for one in rooms if one != room)
