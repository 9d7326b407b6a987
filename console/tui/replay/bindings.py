"""The keys of a replay. Two of them do something else on the desk, where they act: those are not there in a replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from textual.binding import Binding

from console.locale import N_
from console.tui.bindings import desk_bindings


@dataclass(frozen=True, slots=True)
class ReplayKey:
    """What a key does in a replay. ``name`` is the end of the method of `console.tui.replay.desk.ReplayDesk`.

    ``foot``: it stands in the footer; ``with_next``: beside the one before it, with one word for both.
    """

    name: str
    key: str
    label: str
    tooltip: str
    foot: bool = True
    with_next: bool = False

    @property
    def id(self) -> str:
        """Its name in the settings."""
        return f"replay.{self.name}"

    def binding(self) -> Binding:
        """Its binding, with priority as those of the desk."""
        return Binding(
            self.key, f"replay('{self.name}')", self.label, priority=True, tooltip=self.tooltip, id=self.id
        )


REPLAY_KEYS: Final = (
    ReplayKey("play", "space", N_("play"), N_("Play, or pause")),
    ReplayKey("back", "left", N_("event"), N_("Back to the event before"), with_next=True),
    ReplayKey("forward", "right", N_("event"), N_("On to the next event")),
    ReplayKey("slower", "less_than_sign", N_("speed"), N_("Slower, down to 0.25×"), with_next=True),
    ReplayKey("faster", "greater_than_sign", N_("speed"), N_("Faster, up to 60×")),
    ReplayKey("next_press", "A", N_("press"), N_("On to the next press")),
    ReplayKey("previous_press", "ctrl+a", N_("press"), N_("Back to the press before"), foot=False),
    ReplayKey("next_decision", "D", N_("decision"), N_("On to the next decision")),
    ReplayKey("previous_decision", "ctrl+d", N_("decision"), N_("Back to the decision before"), foot=False),
    ReplayKey("next_breach", "X", N_("missed"), N_("On to the next target that is missed")),
    ReplayKey(
        "previous_breach",
        "ctrl+x",
        N_("missed"),
        N_("Back to the target that was missed before"),
        foot=False,
    ),
    ReplayKey("minute_back", "pageup", N_("minute"), N_("A minute back"), foot=False),
    ReplayKey("minute_on", "pagedown", N_("minute"), N_("A minute on"), foot=False),
    ReplayKey("go_to", "G", N_("go to"), N_("Go to a moment: 2:30")),
    ReplayKey("later", "V", N_("what came later"), N_("What then was not known of the selected alarm")),
    ReplayKey("bookmark", "N", N_("bookmark"), N_("A bookmark here, with a note of yours")),
    ReplayKey("marks", "K", N_("marks"), N_("Presses, decisions, missed targets and notes: go to one")),
    ReplayKey(
        "branch", "b", N_("take over here"), N_("Act from this moment on: the command of the exercise")
    ),
)
"""Every key, in the order of the footer."""

ACTING_KEYS: Final = frozenset({"next", "ring"})
"""Actions of the desk that would act, and whose keys a replay has for itself."""


def replay_bindings() -> Iterator[Binding]:
    """The keys that only a replay has."""
    return (one.binding() for one in REPLAY_KEYS)


@cache
def replay_desk_bindings() -> tuple[Binding, ...]:
    """What a key does on the desk of a replay."""
    return (*replay_bindings(), *(one for one in desk_bindings() if one.id not in ACTING_KEYS))
