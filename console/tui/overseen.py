"""What a supervisor is told at once: that somebody overrode the contact rule of a case file (W3)."""

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
