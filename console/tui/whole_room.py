"""Taking over a whole control room (W8): which and why, then one question that says what will be taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.commands import TakeOverRoom
from console.domain.intervention import State
from console.domain.rooms import ROOMS, neighbours
from console.domain.rules.common import Refused
from console.domain.rules.rooms import may_take_over_room
from console.locale import _, ngettext
from console.locale.words import refusal
from console.tui.glance import Glance
from console.tui.rooms import own_room

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk

NAMED = 6
"""So many numbers are named in the question; more are counted."""


async def take_over_room(desk: Desk, glance: Glance) -> None:
    """Ask which control room and why, then once whether it is meant. Only for a supervisor."""
    from console.tui.screens.ask import AskChoice, Confirm

    own, actor = own_room(glance), glance.actor
    near = neighbours(own) if own in ROOMS else ()
    rooms = sorted((room for room in ROOMS if room != own), key=lambda one: (one not in near, one))
    if actor is None:
        return
    try:
        may_take_over_room(TakeOverRoom(room=rooms[0], reason="."), actor)
    except Refused as refused:
        desk.warn(refusal(refused.refusal))
        return

    async def ask_once(do: TakeOverRoom) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                desk.send(do, None, None)

        await desk.open(
            Confirm(_("Take over"), what_is_taken(do.room, desk.shown), name="take-over-room"), answered
        )

    def chosen(answer: tuple[str, str] | None) -> None:
        if answer is not None:
            desk.call_later(ask_once, TakeOverRoom(room=answer[0], reason=answer[1]))

    choices = [(room, f"{room}  {ROOMS[room]}" + _in_sight(room, glance)) for room in rooms]
    label = _("Which control room? The neighbours stand first.")
    await desk.open(AskChoice(_("Take over a control room"), None, label, choices, _("Reason")), chosen)


def what_is_taken(room: str, glance: Glance) -> str:
    """The question: whose, what of it is in sight here, and what follows."""
    numbers = _open_in(room, glance)
    named = ", ".join(numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "")
    seen = ngettext(
        "{n} in sight here: {numbers}", "{n} in sight here: {numbers}", len(numbers), numbers=named
    )
    return "\n\n".join(
        [
            _("Take over everything that is open in {room}?", room=ROOMS[room]),
            seen if numbers else _("None of it is in sight here; the backend knows what is open."),
            _(
                "Lead and lines pass to {room}. What nobody has acknowledged rings here.",
                room=own_room(glance),
            ),
        ]
    )


def _open_in(room: str, glance: Glance) -> list[str]:
    states = (seen.state for seen in glance.picture.room.seen.values())
    return [one.number for one in states if one.room == room and one.state is not State.CLOSED]


def _in_sight(room: str, glance: Glance) -> str:
    count = len(_open_in(room, glance))
    return "  · " + ngettext("{n} in sight", "{n} in sight", count) if count else ""
