"""What a patrol says by voice: of the victim (W13), or how far it is. Whose word it is and what, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.commands import PatrolStep, Saw, Status
from console.domain.events import Finding
from console.domain.intervention import State
from console.domain.reports import stepped
from console.domain.room import Seen
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.pane import styled

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk


_STEPS = (PatrolStep.ON_SCENE, PatrolStep.EN_ROUTE, PatrolStep.ACCEPTED, PatrolStep.REFUSED)
"""In the order in which they are most often told by voice."""


async def ask_how_far(desk: Desk, glance: Glance, seen: Seen) -> None:
    """Ask which patrol says what of itself: only what is news is offered."""
    from console.tui.screens.pick import PickOne

    steps = {
        f"{sent.patrol} {step}": Status(patrol=sent.patrol, step=step)
        for sent in sorted(seen.state.sent, key=lambda one: one.state is State.ON_SCENE)
        for step in _STEPS
        if stepped(sent, step) and (sent.state is not State.ON_SCENE or step is not PatrolStep.REFUSED)
    }
    if not steps:
        desk.warn(_("Every patrol on {number} is on scene.", number=seen.state.number))
        return
    choices = [
        (key, styled(f"{glance.call_sign(do.patrol)}  {word(do.step)}", "bold")) for key, do in steps.items()
    ]

    def picked(key: str | None) -> None:
        if key is not None:
            desk.send(steps[key], seen.state.id, seen.state.decision)

    label = _("What the patrol says. It counts from now, as if its terminal had said so.")
    await desk.open(PickOne(_("Status by voice"), seen, label, choices), picked)


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
