"""What a patrol says by voice of the victim: whose word it is and what, in one list, and words if needed (W13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.commands import Saw
from console.domain.events import Finding
from console.domain.intervention import State
from console.domain.room import Seen
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk


async def ask_how_she_is(desk: Desk, glance: Glance, seen: Seen) -> None:
    """Ask for the word of a patrol; who is on scene stands first."""
    from console.tui.screens.ask import AskChoice

    sent = sorted(seen.state.sent, key=lambda one: one.state is not State.ON_SCENE)
    words = {
        f"{place}.{finding}": (one.patrol, finding) for place, one in enumerate(sent) for finding in Finding
    }
    choices = [
        (key, f"{glance.call_sign(patrol)}  {word(finding)}") for key, (patrol, finding) in words.items()
    ]

    def answered(answer: tuple[str, str] | None) -> None:
        if answer is not None:
            patrol, finding = words[answer[0]]
            do = Saw(patrol=patrol, finding=finding, words=answer[1])
            desk.send(do, seen.state.id, seen.state.decision)

    label = _("What the patrol says. Only “seen alone” proves that she is safe.")
    await desk.open(
        AskChoice(_("How she is"), seen, label, choices, _("In words, if needed"), needed=False), answered
    )
