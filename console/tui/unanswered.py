"""What nobody has answered yet, and what must be watched, in words: for the banner, the queue and the first second."""

from __future__ import annotations

from console.domain.chain import ChainStep
from console.domain.intervention import Escalation, Intervention
from console.domain.rooms import ROOMS
from console.domain.values import Role
from console.domain.watch import Watched, standing, watched
from console.link.interface import Picture
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.measures import running
from console.tui.sentences import whom, why

SHAPE = "◇"
"""The shape of class watch; a press has ▲."""


def escalated(glance: Glance) -> str:
    """The escalations that call who sits here, in one line; "" where there are none.

    A step to the supervisor stands on the supervisors' consoles at once (W6), and on that of who has it in hand.
    """
    said = []
    for seen in glance.picture.room.seen.values():
        state = seen.state
        mine = [one for one in standing(state) if _calls(one, state, glance.picture)]
        if mine:
            since = state.unsent_since or state.raised_at
            told = ", ".join(dict.fromkeys(map(_reached, mine)))
            said.append(
                _(
                    "▲ {number}: {why}, for {time} – told: {who}",
                    number=state.number,
                    why=why(mine[-1].code),
                    time=running(glance.age_s(since)),
                    who=told,
                )
            )
    return "  ".join(said)


def _reached(one: Escalation) -> str:
    """Whom a step calls, and that paging did not reach them."""
    return whom(one.to) + (" " + _("(NOT REACHED: telephone)") if one.paged is False else "")


def told(state: Intervention) -> str:
    """Whom the chain has reached; "" while nobody had to be told."""
    steps = standing(state)
    return _("told: {who}", who=whom(steps[-1].to)) if steps else ""


def watching(glance: Glance, state: Intervention) -> tuple[Watched, ...]:
    """What must be watched of an intervention now."""
    return watched(state, glance.now, glance.targets, glance.picture.room.patrols) if glance.now else ()


def in_short(found: tuple[Watched, ...]) -> str:
    """For a row: the shape of the class, the first thing, and how many more; in no language too long for it."""
    if not found:
        return ""
    more = f" +{len(found) - 1}" if len(found) > 1 else ""
    return f"{SHAPE} {word(found[0].kind)}{more}"


def in_full(one: Watched, glance: Glance) -> str:
    """For the first second: shape, what, of whom, since when."""
    patrol = f"{glance.call_sign(one.patrol)} " if one.patrol else ""
    return f"{SHAPE} {patrol}{word(one.kind)} {running(glance.age_s(one.since))}"


def _calls(one: Escalation, state: Intervention, picture: Picture) -> bool:
    operator = picture.operator
    if operator is None:
        return False
    if one.to in ROOMS:
        return operator.room in {one.to, state.room}
    if operator.room != state.room:
        return False
    return one.to != ChainStep.SUPERVISOR or operator.role is Role.SUPERVISOR or state.handler == operator.id
