"""The step that the procedure asks for now (`console.domain.procedure`), in words for the line NEXT."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.intervention import State
from console.domain.patrols import recommend
from console.domain.procedure import Step, StepCode, StepWhy, next_step
from console.link.interface import Connection
from console.locale import _, ngettext
from console.tui.glance import Glance
from console.tui.keymap import key_of


def step_of(glance: Glance) -> Step | None:
    """The step for the selected intervention; None while it cannot be said yet."""
    seen, now = glance.seen, glance.now
    if seen is None or now is None:
        return None
    advice = glance.recommendation
    if advice is None:
        if seen.state.state not in {State.RAISED, State.CLOSED}:
            return None
        # Before it is acknowledged and after it is closed the step does not depend on patrols.
        advice = recommend((), None, None, None, now)
    watcher = glance.picture.operator
    # Whoever watches a recording sees what was asked of who handled it.
    recorded = glance.connection is Connection.RECORDED
    operator = seen.state.handler if recorded else watcher.id if watcher else None
    return next_step(
        seen.state,
        advice,
        glance.targets,
        now,
        operator=operator,
        procedures=glance.procedures,
    )


def what(step: Step, glance: Glance) -> str:
    """What is to be done, with the patrols named before anything is sent (W16)."""
    named = _and(glance.call_sign(one) for one in step.patrols)
    match step.code:
        case StepCode.ACKNOWLEDGE:
            return _("acknowledge")
        case StepCode.CONFIRM_TEST:
            return _("have {officer} on the phone, confirm the test", officer=step.facts.get("officer", ""))
        case StepCode.DISPATCH if step.patrols and step.why is not StepWhy.PLACE_UNKNOWN:
            return _("send {patrols}", patrols=named)
        case StepCode.DISPATCH:
            return _("find a patrol")
        case StepCode.WAIT_ACCEPT:
            return ngettext(
                "wait until {patrols} accepts",
                "wait until {patrols} accept",
                len(step.patrols),
                patrols=named,
            )
        case StepCode.READ_DANGER:
            return _("read the danger to {patrols} by radio", patrols=named)
        case StepCode.WAIT_ARRIVAL:
            return _("{patrols} under way", patrols=named)
        case StepCode.WELFARE_CHECK:
            return _("{patrols}: see the victim alone, report how she is", patrols=named)
        case StepCode.CLOSE:
            return _("close with an outcome")
        case StepCode.NONE:
            return ""


def why(one: StepWhy, step: Step) -> str:
    """Why, or what must be known beside it; empty where the step says it all."""
    match one:
        case StepWhy.TEST_NOT_CONFIRMED:
            return _("planned test, not confirmed")
        case StepWhy.TEST_CONFIRMED:
            return _("the test is confirmed")
        case StepWhy.TEST_IS_REAL:
            return _("NO TEST: IT IS REAL")
        case StepWhy.MORE_NEEDED:
            return _("{needed} needed, {sent} sent", **_whole(step))
        case StepWhy.NOBODY_TO_SEND if "short" in step.facts:
            return _("{short} too few can be sent: ask the neighbours", **_whole(step))
        case StepWhy.NOBODY_TO_SEND:
            return _("nobody can be sent: ask the neighbours")
        case StepWhy.PLACE_UNKNOWN:
            return _("nothing says who is near: choose with {key}", key=key_of("dispatch"))
        case StepWhy.NO_ANSWER:
            return _("no answer: call by radio")
        case StepWhy.OVERDUE:
            return _("overdue: call by radio")
        case StepWhy.CANCELLED_BY_DEVICE:
            return _("the device asked to cancel: check, never close on it")
        case StepWhy.DURESS_WORD:
            return _("DURESS WORD heard")
        case StepWhy.SEEN_ALONE:
            return _("a patrol saw her alone")
        case StepWhy.NOT_ALONE:
            return _("she is not alone: see her where nobody hears her")
        case StepWhy.INJURED:
            return _("she is injured: ambulance with {key}", key=key_of("services"))
        case StepWhy.NOT_FOUND:
            return _("she is not found: go on searching")
        case StepWhy.ALL_CLEAR_WORD:
            return _("the all-clear word was heard")
        case StepWhy.HANDLED_BY:
            return _("{by} handles it", by=step.facts.get("by", ""))
        case StepWhy.CLOSED:
            return _("closed")
        case _:
            return ""


def _whole(step: Step) -> dict[str, str]:
    return {
        name: f"{value:.0f}" if isinstance(value, float) else str(value) for name, value in step.facts.items()
    }


def _and(names: Iterable[str]) -> str:
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return _("{some} and {last}", some=", ".join(listed[:-1]), last=listed[-1])
