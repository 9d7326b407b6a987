"""What whoever sits here holds, and why the console must stay open for it (W17), in words."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.intervention import Intervention
from console.domain.locking import may_lock
from console.locale import _
from console.locale.words import refusal
from console.tui.glance import Glance


def states_of(glance: Glance) -> Iterator[Intervention]:
    """Every intervention of the picture."""
    return (one.state for one in glance.picture.room.seen.values())


def why_not_lock(glance: Glance) -> str:
    """Why this console must neither lock nor log out now, in a sentence; empty if it may."""
    operator = glance.picture.operator
    if operator is None:
        return _("Nobody is logged in yet.")
    refused = may_lock(states_of(glance), operator.id)
    return "" if refused is None else refusal(refused)
