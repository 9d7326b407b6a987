"""What others changed of the selected intervention a moment ago: a key that acts at once may have been on its way to
what stood there before, so it asks.
"""

from __future__ import annotations

from typing import Final

from console.domain import commands as c
from console.domain.events import DECISIVE, Event
from console.domain.room import Seen
from console.tui.glance import Glance
from console.tui.line_keys import microphone

AT_ONCE: Final = frozenset({"acknowledge", "undo", "listen", "microphone", "passed_on"})
"""Actions that send with the key itself. All others open a box, which names what it acts on as it is then."""


def acts_at_once(action: str, glance: Glance) -> bool:
    """The key sends without a box. To switch our microphone off never waits: he may hear it."""
    return action in AT_ONCE and not (action == "microphone" and isinstance(microphone(glance), c.Mute))


def changed_by_others(before: Seen | None, now: Seen | None, operator: str) -> Event | None:
    """The last decision on it that this operator did not take themselves, since ``before`` was shown; else None."""
    if before is None or now is None or before.state.decision == now.state.decision:
        return None
    news = [one for one in now.timeline if one.version > before.state.version and one.body.type in DECISIVE]
    return news[-1] if news and news[-1].actor.id != operator else None
