"""From a look at the room to what the map draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from console.domain.casefile import Address
from console.domain.location import Fix, could_be_now_m, heading_of, position_age_s, r95_of, stuck
from console.domain.patrols import PatrolState
from console.domain.targets import Level, position_level
from console.locale import _
from console.tui.glance import Glance
from console.tui.map.scene import AddressMark, OtherFix, PatrolMark, Scene, Victim, Whose
from console.tui.measures import age

TRAIL_AGES: Final = 4
"""So many ages stand along a trail at most."""


def scene_of(glance: Glance) -> Scene:
    """The scene of the selected intervention; without one, the patrols of the room."""
    patrols = _patrols(glance)
    if glance.seen is None:
        return Scene(patrols=patrols)
    state = glance.seen.state
    return Scene(
        subject=state.number,
        victim=_victim(glance),
        no_position=state.fix is None and not state.glimpsed,
        other_fixes=(OtherFix(state.disputed.lon, state.disputed.lat, r95_of(state.disputed)),)
        if state.disputed
        else (),
        patrols=patrols,
        addresses=_addresses(glance),
        zone=state.zone,
    )


def _victim(glance: Glance) -> Victim | None:
    assert glance.seen is not None
    state = glance.seen.state
    fix = state.fix
    if fix is None:
        return None
    now = glance.now
    earlier = [one for one in state.trail if one.id != fix.id]
    old = now is not None and position_level(fix, now, glance.targets) is not Level.OK
    return Victim(
        lon=fix.lon,
        lat=fix.lat,
        r95_m=r95_of(fix),
        could_be_now_m=could_be_now_m(fix, now, state.trail) if now else None,
        trail=tuple((one.lon, one.lat) for one in earlier),
        trail_notes=_ages(earlier, now) if now else (),
        heading_deg=heading_of(fix, state.trail),
        note=_note(glance, fix, old=old),
    )


def _ages(trail: Sequence[Fix], now: datetime) -> tuple[str, ...]:
    """How old each place of a trail is, in whole minutes: four figures at most, the others are ""."""
    minutes = [int(position_age_s(one, now)) // 60 for one in trail]
    step = max(1, -(-max(minutes, default=0) // TRAIL_AGES))
    said: list[str] = []
    told = 0
    for old in reversed(minutes):
        tells = old >= told + step
        told = old if tells else told
        said.append(_("{n} min", n=old) if tells else "")
    return tuple(reversed(said))


def _note(glance: Glance, fix: Fix, *, old: bool) -> str:
    """What stands beside her mark: that the position is stuck, or how old it is."""
    assert glance.seen is not None
    if stuck(glance.seen.state.trail):
        return _("STUCK")
    return _("{age} old", age=age(position_age_s(fix, glance.now))) if glance.now and old else ""


def _patrols(glance: Glance) -> tuple[PatrolMark, ...]:
    sent = {one.patrol for one in glance.seen.state.sent} if glance.seen else set()
    advice = glance.recommendation
    if not sent and advice is not None:
        sent = {one.patrol.id for one in advice.proposed}
    return tuple(
        PatrolMark(one.call_sign, one.state, one.lon, one.lat, one.id in sent)
        for one in glance.picture.room.patrols.values()
        if one.lon is not None and one.lat is not None and one.state is not PatrolState.OFF_DUTY
    )


def _addresses(glance: Glance) -> tuple[AddressMark, ...]:
    assert glance.seen is not None
    extract = glance.seen.state.extract
    if extract is None:
        return ()

    def marks(addresses: tuple[Address, ...], whose: Whose) -> tuple[AddressMark, ...]:
        return tuple(AddressMark(one.kind, whose, one.lon, one.lat) for one in addresses)

    return marks(extract.victim.addresses, Whose.VICTIM) + marks(
        extract.perpetrator.addresses, Whose.PERPETRATOR
    )
