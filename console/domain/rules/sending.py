"""Sending: which patrols go, where to, and what they are told."""

from __future__ import annotations

from typing import Final

from console.domain import commands as c
from console.domain import events as e
from console.domain.could_be_now import zone_news
from console.domain.intervention import Intervention, State
from console.domain.patrols import Patrol, PatrolState, Service
from console.domain.reports import seen_by, stepped
from console.domain.rules.common import Bodies, Refused, View, in_hand, sendable, sends, still_open
from console.domain.values import Actor

SHOWN_FIX: Final = "shown"
OTHER_FIX: Final = "other"
"""What the two disputed positions may be called instead of by their ids."""


def dispatch(state: Intervention, do: c.Dispatch, actor: Actor, view: View) -> Bodies:
    """Send patrols that are free, or kept for this intervention; each room its own (W8)."""
    sends(state, actor)
    chosen: list[Patrol] = []
    for name in do.patrols:
        patrol = named(name, view, state.zone)
        sendable(patrol, actor)
        if patrol in chosen:
            raise Refused("patrol_named_twice", patrol=name)
        _free(state, patrol)
        chosen.append(patrol)
    return tuple(e.PatrolDispatched(patrol=patrol.id) for patrol in chosen)


def reserve(state: Intervention, do: c.Reserve, actor: Actor, view: View) -> Bodies:
    """Keep free patrols for this intervention: nobody else can send them, and they are not told yet."""
    sends(state, actor)
    chosen: list[Patrol] = []
    for name in do.patrols:
        patrol = named(name, view, state.zone)
        sendable(patrol, actor)
        if patrol in chosen:
            raise Refused("patrol_named_twice", patrol=name)
        if patrol.id in state.reserved:
            raise Refused("patrol_reserved_already", patrol=patrol.call_sign, number=state.number)
        _free(state, patrol)
        chosen.append(patrol)
    return tuple(e.PatrolReserved(patrol=patrol.id) for patrol in chosen)


def recall(state: Intervention, do: c.Recall, actor: Actor, view: View) -> Bodies:
    """Call a patrol back, or let go of one that was reserved, with a reason; the lead any, a helper its own."""
    sends(state, actor)
    meant = {key: one for key, one in view.patrols.items() if do.patrol in {key, one.call_sign}}
    kept = View(patrols={key: one for key, one in meant.items() if key in state.reserved})
    if kept.patrols and not any(state.patrol(key) for key in meant):
        patrol = named(do.patrol, kept, state.zone)
    else:
        patrol = on_it(state, do.patrol, view)
    if actor.room != state.room:
        sendable(patrol, actor)
    return (e.PatrolReleased(patrol=patrol.id, reason=do.reason),)


def request(state: Intervention, do: c.Request, actor: Actor, view: View) -> Bodies:
    """Ask another emergency service or zone to come along; asked twice only after an answer."""
    in_hand(state, actor)
    if do.service not in set(e.Rescue) and do.service not in view.zones:
        raise Refused("unknown_service", service=do.service)
    if _waits(state, do.service):
        raise Refused("service_asked_already", service=do.service, number=state.number)
    return (e.ServiceRequested(service=do.service),)


def answered(state: Intervention, do: c.Answered, actor: Actor) -> Bodies:
    """Write down what the service answered."""
    in_hand(state, actor)
    if not _waits(state, do.service):
        raise Refused("service_not_asked", service=do.service, number=state.number)
    return (e.ServiceAnswered(service=do.service, answer=do.answer),)


def danger_passed(state: Intervention, do: c.DangerPassed, actor: Actor, view: View) -> Bodies:
    """The danger was read over the radio and repeated back (W10); a supporting room says so of its own alone."""
    sends(state, actor)
    patrol = on_it(state, do.patrol, view)
    if actor.room != state.room:
        sendable(patrol, actor)
    return (e.DangerPassedOn(patrol=patrol.id),)


def status(state: Intervention, do: c.Status, actor: Actor, view: View) -> Bodies:
    """A patrol said by voice how far it is; a supporting room enters the word of its own. Clocks run as if its
    terminal had said so. One that stands at her door does not refuse any more: it is recalled, with a reason.
    """
    sends(state, actor)
    patrol = on_it(state, do.patrol, view)
    if actor.room != state.room:
        sendable(patrol, actor)
    sent = state.patrol(patrol.id)
    assert sent is not None
    if do.step is c.PatrolStep.REFUSED and sent.state is State.ON_SCENE:
        raise Refused("patrol_has_arrived", patrol=patrol.call_sign)
    bodies = stepped(sent, do.step)
    if not bodies:
        raise Refused("patrol_step_known", patrol=patrol.call_sign, state=sent.state)
    return bodies


def saw(state: Intervention, do: c.Saw, actor: Actor, view: View) -> Bodies:
    """A patrol said by voice how the victim is (W13); a supporting room enters the word of its own."""
    sends(state, actor)
    patrol = on_it(state, do.patrol, view)
    if actor.room != state.room:
        sendable(patrol, actor)
    sent = state.patrol(patrol.id)
    assert sent is not None
    return seen_by(state, sent, do.finding, do.words)


def propose(state: Intervention, do: c.Propose, actor: Actor, view: View) -> Bodies:
    """Ask for a patrol that cannot be sent from here (W11). One of another control room: that room is asked to help,
    so that it sees what it is asked for. One on another alarm is marked there; who has it in hand decides.
    """
    in_hand(state, actor)
    patrol = named(do.patrol, view, state.zone)
    if state.patrol(patrol.id):
        raise Refused("patrol_already_on_it", patrol=patrol.call_sign, number=state.number)
    if patrol.id in state.proposed:
        raise Refused("patrol_proposed_already", patrol=patrol.call_sign, number=state.number)
    theirs = patrol.service is Service.LOCAL and patrol.room != actor.room
    ours = patrol.state is PatrolState.RESERVED and patrol.intervention == state.id
    if not theirs and (patrol.state is PatrolState.FREE or ours):
        raise Refused("patrol_can_be_sent", patrol=patrol.call_sign)
    if patrol.state is PatrolState.OFF_DUTY:
        raise Refused("patrol_not_free", patrol=patrol.call_sign, state=patrol.state)
    asked = theirs and patrol.room not in {*state.asked, *state.supporting}
    support = (e.RoomSupportRequested(room=patrol.room),) if asked else ()
    return *support, e.PatrolProposed(patrol=patrol.id)


def let_go(state: Intervention, do: c.LetGo, actor: Actor, view: View) -> Bodies:
    """Not to send a patrol that was asked for: said by the lead, or by the room that it belongs to."""
    still_open(state)
    waiting = View(patrols={key: one for key, one in view.patrols.items() if key in state.proposed})
    if not any(do.patrol in {key, one.call_sign} for key, one in waiting.patrols.items()):
        raise Refused("patrol_not_proposed", patrol=do.patrol, number=state.number)
    patrol = named(do.patrol, waiting, state.zone)
    if actor.room not in {state.room, patrol.room}:
        raise Refused("not_your_room", room=state.room)
    return (e.PatrolReleased(patrol=patrol.id, code="not_sent", reason=do.reason),)


def change_zone(state: Intervention, do: c.ChangeZone, actor: Actor, view: View) -> Bodies:
    """The operator allocates another zone; nothing does it by itself."""
    in_hand(state, actor)
    if do.zone not in view.zones:
        raise Refused("unknown_zone", zone=do.zone)
    return (e.ZoneChanged(zone=do.zone),)


def keep_zone(state: Intervention, actor: Actor) -> Bodies:
    """The operator keeps the zone: the same other one is not proposed again (W9)."""
    in_hand(state, actor)
    if state.proposed_zone is None:
        raise Refused("no_zone_proposed", number=state.number)
    return (e.ZoneKept(zone=state.proposed_zone),)


def choose_fix(state: Intervention, do: c.ChooseFix, actor: Actor) -> Bodies:
    """Of two disputed positions the operator chooses one; the chosen one may lie in another zone."""
    in_hand(state, actor)
    other = state.disputed
    if other is None:
        raise Refused("nothing_disputed", number=state.number)
    named_so = {OTHER_FIX: other.id} | ({SHOWN_FIX: state.fix.id} if state.fix else {})
    chosen = named_so.get(do.fix_id, do.fix_id)
    if chosen not in named_so.values():
        raise Refused("unknown_fix", number=state.number, fix=do.fix_id)
    news = zone_news(state, state.disputed_allocation) if chosen == other.id else ()
    return e.FixChosen(fix_id=chosen), *news


def _free(state: Intervention, patrol: Patrol) -> None:
    """It can be sent to this intervention: free, or kept for it."""
    if state.patrol(patrol.id):
        raise Refused("patrol_already_on_it", patrol=patrol.call_sign, number=state.number)
    if patrol.state is PatrolState.FREE:
        return
    if patrol.state is PatrolState.RESERVED and patrol.intervention == state.id:
        return
    if patrol.busy_with:
        raise Refused("patrol_busy", patrol=patrol.call_sign, state=patrol.state, number=patrol.busy_with)
    raise Refused("patrol_not_free", patrol=patrol.call_sign, state=patrol.state)


def _waits(state: Intervention, service: str) -> bool:
    """It was asked for, and has not answered."""
    return any(one.service == service and one.answer is None for one in state.services)


def named(name: str, view: View, zone: str | None) -> Patrol:
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


def on_it(state: Intervention, name: str, view: View) -> Patrol:
    """The patrol of this name that is on the intervention: among its own, a call sign is rarely ambiguous."""
    own = View(patrols={key: patrol for key, patrol in view.patrols.items() if state.patrol(key)})
    known = own if any(name in {one.id, one.call_sign} for one in own.patrols.values()) else view
    patrol = named(name, known, state.zone)
    if state.patrol(patrol.id) is None:
        raise Refused("patrol_not_on_it", patrol=patrol.call_sign, number=state.number)
    return patrol
