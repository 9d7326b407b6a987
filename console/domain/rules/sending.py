"""Sending: which patrols go, where to, and what they are told."""

from __future__ import annotations

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.patrols import Patrol, PatrolState
from console.domain.rules.common import Bodies, Refused, View, in_hand
from console.domain.values import Actor


def dispatch(state: Intervention, do: c.Dispatch, actor: Actor, view: View) -> Bodies:
    """Send patrols that are free, or kept for this intervention."""
    in_hand(state, actor)
    chosen: list[Patrol] = []
    for name in do.patrols:
        patrol = named(name, view, state.zone)
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


def recall(state: Intervention, do: c.Recall, actor: Actor, view: View) -> Bodies:
    """Call a patrol back, with a reason."""
    in_hand(state, actor)
    return (e.PatrolReleased(patrol=on_it(state, do.patrol, view).id, reason=do.reason),)


def danger_passed(state: Intervention, do: c.DangerPassed, actor: Actor, view: View) -> Bodies:
    """The danger was read over the radio and repeated back (W10)."""
    in_hand(state, actor)
    return (e.DangerPassedOn(patrol=on_it(state, do.patrol, view).id),)


def change_zone(state: Intervention, do: c.ChangeZone, actor: Actor, view: View) -> Bodies:
    """The operator allocates another zone; nothing does it by itself."""
    in_hand(state, actor)
    if do.zone not in view.zones:
        raise Refused("unknown_zone", zone=do.zone)
    return (e.ZoneChanged(zone=do.zone),)


def choose_fix(state: Intervention, do: c.ChooseFix, actor: Actor) -> Bodies:
    """Of two disputed positions the operator chooses one."""
    in_hand(state, actor)
    if do.fix_id not in {fix.id for fix in (state.fix, state.disputed) if fix}:
        raise Refused("unknown_fix", number=state.number, fix=do.fix_id)
    return (e.FixChosen(fix_id=do.fix_id),)


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
