"""Every key that can be given another: those of the desk, of the program and of the map, by the ids of the settings.

In a box the keys are fixed: what stands on its last line is all that there is.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from textual.binding import Binding

from console.locale import N_
from console.tui.actions import ACTIONS
from console.tui.map import MapView

QUEUE_BINDINGS: Final = (
    Binding(
        "up", "move(-1)", N_("up"), show=False, priority=True, id="up", tooltip=N_("The intervention above")
    ),
    Binding(
        "down",
        "move(1)",
        N_("down"),
        show=False,
        priority=True,
        id="down",
        tooltip=N_("The intervention below"),
    ),
    Binding(
        "home",
        "move(-9999)",
        N_("first"),
        show=False,
        priority=True,
        id="first",
        tooltip=N_("The first intervention"),
    ),
    Binding(
        "end",
        "move(9999)",
        N_("last"),
        show=False,
        priority=True,
        id="last",
        tooltip=N_("The last intervention"),
    ),
    Binding(
        "escape",
        "leave",
        N_("leave"),
        show=False,
        id="leave",
        tooltip=N_("Let the order of the queue go on"),
    ),
    Binding(
        "f9", "confirm", N_("send it now"), show=False, id="confirm", tooltip=N_("Send a waiting command")
    ),
    Binding("f10", "discard", N_("drop it"), show=False, id="discard", tooltip=N_("Drop a waiting command")),
    Binding(
        "f12",
        "note_unrecorded",
        N_("noted"),
        show=False,
        id="note_unrecorded",
        tooltip=N_("Take note of a press that was NOT RECORDED: it rings no more"),
    ),
)
"""Keys of the desk that are no action: the queue's cursor, and what is done with a command that waits."""


@cache
def desk_bindings() -> tuple[Binding, ...]:
    """What a key does on the desk, in the order of the footer."""
    return (*(action.binding() for action in ACTIONS), *QUEUE_BINDINGS)


@cache
def map_bindings() -> tuple[Binding, ...]:
    """What a key does while the map has the focus."""
    return tuple(one for one in MapView.BINDINGS if isinstance(one, Binding))
