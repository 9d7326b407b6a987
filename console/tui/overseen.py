"""What a supervisor is told at once: an override of the contact rule of a case file (W3), and what was given to them."""

from __future__ import annotations

from console.domain.events import ContactRuleOverridden
from console.domain.values import Role
from console.link.interface import Picture
from console.locale import _
from console.locale.words import word


def overridden(before: Picture, after: Picture) -> str:
    """A sentence on the latest override by somebody else that came between two pictures; empty: none did.

    What came with the first picture is not new; it stands in the queue and in the timeline.
    """
    who = after.operator
    if who is None or who.role is not Role.SUPERVISOR or not before.room.position:
        return ""
    said = ""
    for intervention, seen in after.room.seen.items():
        known = before.room.seen.get(intervention)
        if known is seen:
            continue
        version = known.state.version if known else 0
        for event in seen.timeline:
            body = event.body
            if (
                event.version > version
                and isinstance(body, ContactRuleOverridden)
                and event.actor.id != who.id
            ):
                said = _(
                    "{by} overrode the contact rule on {number} ({channel}): {reason}",
                    by=event.actor.id,
                    number=seen.state.number,
                    channel=word(body.channel),
                    reason=body.reason,
                )
    return said


def given(before: Picture, after: Picture) -> str:
    """A sentence on what was given to whoever sits here, because who handled it may no longer act (W17); or ""."""
    who = after.operator
    if who is None or not before.room.position:
        return ""
    for intervention, seen in after.room.seen.items():
        known, state = before.room.seen.get(intervention), seen.state
        new = known is None or known.state.given_at != state.given_at
        if new and state.given_at is not None and state.handler == who.id:
            return _("{number} is in your hands now: who handled it may no longer act", number=state.number)
    return ""
