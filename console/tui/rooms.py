"""Several control rooms on the screen: who leads, what is asked of us, and how we ask and answer (W8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from console.domain import commands as c
from console.domain.abroad import NAMES
from console.domain.intervention import Intervention, State
from console.domain.room import Seen
from console.domain.rooms import ROOMS, neighbours
from console.domain.watch import escalated_to
from console.locale import _
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.pane import styled

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk

ACCEPT_LEAD, ACCEPT_SUPPORT, DECLINE = "lead", "support", "decline"


def own_room(glance: Glance) -> str:
    """The code of the control room that sits here."""
    operator = glance.picture.operator
    return operator.room if operator else glance.picture.room.code


def led_elsewhere(state: Intervention, room: str) -> bool:
    """Another control room leads it."""
    return bool(room) and state.room != room


def asked_of(state: Intervention, room: str) -> str:
    """What waits for our answer, or for theirs; empty if nothing does."""
    if state.state is State.CLOSED:
        return ""
    if room == state.lead_offered_to:
        return _("{room} OFFERS THE LEAD: {key}", room=state.room, key=key_of("answer_room"))
    if room in state.asked:
        return _("{room} ASKS FOR HELP: {key}", room=state.room, key=key_of("answer_room"))
    if state.lead_offered_to is not None:
        return _("lead offered to {room}", room=state.lead_offered_to) + _nobody(
            state, (state.lead_offered_to,)
        )
    if state.asked:
        return _("asked to help: {rooms}", rooms=", ".join(state.asked)) + _nobody(state, state.asked)
    return ""


def _nobody(state: Intervention, rooms: tuple[str, ...]) -> str:
    """That nobody was logged in at some of these rooms when they were asked; or ""."""
    empty = [room for room in rooms if room in state.nobody_at]
    return " – " + _("NOBODY LOGGED IN AT {rooms}: TELEPHONE", rooms=", ".join(empty)) if empty else ""


def in_row(state: Intervention, room: str) -> list[str]:
    """What a row of the queue says of rooms and borders."""
    said = [_("{room} leads", room=state.room)] if led_elsewhere(state, room) else []
    if waits := asked_of(state, room):
        said.append(waits)
    if helping := [one for one in state.supporting if one != room]:
        said.append(_("{rooms} helps", rooms=", ".join(helping)))
    if state.abroad:
        said.append(_("ABROAD: call {desk}", desk=NAMES.get(state.abroad, state.abroad)))
    return said


def waiting_for_us(glance: Glance) -> int:
    """How many rooms wait for our answer."""
    room = own_room(glance)
    states = [one.state for one in glance.picture.room.seen.values()]
    return sum(
        state.state is not State.CLOSED and (room == state.lead_offered_to or room in state.asked)
        for state in states
    )


def not_shown() -> str:
    """What is not told to a room with a glimpse: it is there, or not, and nobody here may conclude which."""
    return _("not shown to this room")


def glimpsed(seen: Seen) -> tuple[Content, ...]:
    """What stands in the place of everything that a room with a glimpse does not see."""
    room = seen.state.room
    why = _("Here only age, zone and who leads it are known: it comes near, or the case file is kept here.")
    return styled(_("{room} leads", room=ROOMS.get(room, room)), "bold"), styled(why, "$muted")


def instead_of_a_step(glance: Glance) -> str:
    """What the line NEXT says where the next step is another control room's; empty where it is ours."""
    seen, room = glance.seen, own_room(glance)
    if seen is None or not led_elsewhere(seen.state, room) or escalated_to(seen.state, room):
        return ""
    return asked_of(seen.state, room) or _("{room} leads", room=seen.state.room)


async def ask_support(desk: Desk, seen: Seen) -> None:
    """Ask which room shall help."""
    await _which(desk, seen, _("Ask for support"), lambda room: c.Support(room=room))


async def offer_lead(desk: Desk, seen: Seen) -> None:
    """Ask to which room the lead is offered."""
    await _which(desk, seen, _("Offer the lead"), lambda room: c.OfferLead(room=room))


async def _which(desk: Desk, seen: Seen, title: str, make: Callable[[str], c.AnyCommand]) -> None:
    from console.tui.screens.pick import PickOne

    near = neighbours(seen.state.room)
    rooms = sorted(
        (room for room in ROOMS if room != seen.state.room), key=lambda one: (one not in near, one)
    )
    choices = [(room, _named(room, seen.state, room in near)) for room in rooms]

    def chosen(room: str | None) -> None:
        if room is not None:
            desk.send(make(room), seen.state.id, seen.state.decision)

    await desk.open(
        PickOne(title, seen, _("Which control room? The neighbours stand first."), choices), chosen
    )


def _named(room: str, state: Intervention, near: bool) -> Content:
    said = styled(f"{room}  ", "bold") + Content(ROOMS[room])
    if near:
        said += styled("  " + _("neighbour"), "$muted")
    for rooms, word in ((state.supporting, _("helps")), (state.asked, _("asked"))):
        if room in rooms:
            said += styled(f"  {word}", "$muted")
    if room in {*state.reached, *state.called}:
        said += styled("  " + _("she comes near it"), "bold $warning")
    return said


async def answer(desk: Desk, glance: Glance, seen: Seen) -> None:
    """Accept or refuse what is asked of us; our own offer can be taken back."""
    from console.tui.screens.pick import PickOne

    state, room = seen.state, own_room(glance)
    choices: list[tuple[str, Content]] = []
    if room == state.lead_offered_to:
        choices.append((ACCEPT_LEAD, styled(_("take the lead: victim and line are ours then"), "bold")))
    if room in state.asked:
        choices.append((ACCEPT_SUPPORT, styled(_("help: we send our own patrols"), "bold")))
    no = _("take the offer back") if room == state.room else _("refuse, or end our support")
    choices.append((DECLINE, styled(no, "bold")))
    deeds: dict[str, c.AnyCommand] = {ACCEPT_LEAD: c.AcceptLead(), ACCEPT_SUPPORT: c.AcceptSupport()}

    def chosen(key: str | None) -> None:
        if key is not None:
            desk.send(deeds.get(key, c.Decline()), state.id, state.decision)

    asked = asked_of(state, room) or _("{room} leads", room=state.room)
    await desk.open(PickOne(_("Answer"), seen, asked, choices), chosen)
