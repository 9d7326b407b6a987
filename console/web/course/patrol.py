"""The page of a patrol seat, made for a phone: the extract, and what a patrol reports of its task (W20, W10)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final, Protocol

from aiohttp import web

from console.domain.commands import PatrolStep
from console.domain.events import Finding
from console.locale import N_, _
from console.locale.words import word
from console.training.seats import Seat
from console.web.course.pages import page

NEWS: Final[Mapping[str, str]] = {
    "zone": N_("She is in another zone now."),
    "second_press": N_("She pressed again."),
    "danger": N_("A new danger: read the extract again, and confirm it."),
    "same_man": N_("Another victim of the same man has an alarm."),
    "case_file": N_("Her file was changed."),
}


SAYS: Final = frozenset({*PatrolStep, *Finding, "read", "busy", "free", "radio"})
"""What a patrol can say; ``radio`` with words."""

WHY_NOT: Final[Mapping[str, str]] = {
    "paused": N_("The world stands still: wait until it goes on."),
    "no_task": N_("You were not sent anywhere: there is nothing to report on."),
    "nothing_open": N_("Nothing is open: there is nothing to say it on."),
}


def why_not(code: str | None) -> str | None:
    """Why it cannot be, as words; None: it is done."""
    if code is None:
        return None
    return _(WHY_NOT[code]) if code in WHY_NOT else _("The room does not answer.")


class Patrols(Protocol):
    """The patrols of the exercise, as their seats see them."""

    def view(self, patrol: str) -> tuple[Mapping[str, Any], bool]:
        """What the patrol knows; and whether the world stands still."""

    async def says(self, patrol: str, says: str, words: str) -> str | None:
        """Say something as the patrol: a step, ``read``, how she is, ``busy``, ``free``, or ``radio`` with words.

        Returns:
            The code of why it cannot be; None: it is done.
        """


def patrol_page(seat: Seat, title: str) -> web.Response:
    """The page; what changes on it comes once a second."""
    return page(
        "patrol.html",
        {
            "steps": "".join(_button(one, word(one)) for one in PatrolStep if one is not PatrolStep.REFUSED),
            "findings": "".join(_button(one, word(one)) for one in Finding),
        },
        title=title,
        seat=seat.who,
        read=_("I have read the danger"),
        how=_("How she is"),
        refuse=_("We cannot come"),
        busy=_("Not available"),
        free=_("Available"),
        radio=_("Over the radio"),
        say=_("Say"),
        clear=_("Clear"),
        clear_words=_("Clear: we are leaving."),
        gone=_("The room does not answer."),
        stop=_("Stop"),
        sure=_("Yes, I stop: nothing of mine counts"),
    )


def shown_to_patrol(view: Mapping[str, Any], *, paused: bool) -> dict[str, Any]:
    """What the page shows now, as words."""
    if paused:
        stands = _("The world stands still.")
    elif not view.get("number"):
        stands = _("No task. Wait to be sent.")
    else:
        stands = word(PatrolStep(view["step"])) if view.get("step") else _("You are sent. Accept, or refuse.")
    if view.get("left_m") is not None and view.get("number"):
        stands += f" · {view['left_m'] / 1000:.1f} km"
    return {
        "stands": stands,
        "task": f"{view['number']}" if view.get("number") else "",
        "readout": view.get("readout") or "",
        "news": [_(NEWS[one]) for one in view.get("news", ()) if one in NEWS],
        "step": view.get("step"),
        "read": bool(view.get("read")),
        "finding": view.get("finding"),
        "busy": bool(view.get("busy")),
    }


def _button(code: str, name: str) -> str:
    return f'<button type="button" data-says="{escape(code)}">{escape(name)}</button>'
