"""One line that answers the operator: what is being sent, what was refused and why, what was not sent."""

from __future__ import annotations

from textual.content import Content

from console.link.interface import Pending, Waiting
from console.locale import _
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.measures import age
from console.tui.pane import Pane, one_line, styled
from console.tui.sentences import asked

SAID_FOR_S = 20.0
"""So long an answer stays if nothing else is said."""


class Feedback(Pane):
    """What waits comes before what was answered; it never takes the focus."""

    said = Content("")
    said_s = float("-inf")

    def say(self, content: Content, at_s: float) -> None:
        """Answer the operator, at a moment of the monotonic clock."""
        self.said, self.said_s = content, at_s
        if self.glance is not None:
            self.show(self.glance)

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """The gravest waiting command, else the last answer."""
        waiting = sorted(
            glance.picture.pending.values(), key=lambda one: (_ORDER.index(one.waiting), one.since_s)
        )
        if waiting and waiting[0].waiting is not Waiting.SENT:
            return one_line(Content(" ") + pending(waiting[0], glance), width)
        if self.said and glance.at_s - self.said_s < SAID_FOR_S:
            said = self.said
            if waiting:
                said = said + styled("   " + _("sending…"), "$muted")
            return one_line(Content(" ") + said, width)
        if waiting:
            return one_line(Content(" ") + pending(waiting[0], glance), width)
        return Content("")


_ORDER = (Waiting.ASKS, Waiting.QUEUED, Waiting.SENT)


def pending(one: Pending, glance: Glance) -> Content:
    """A command without a result."""
    what = asked(one.command.do, glance.call_sign)
    number = _number(one, glance)
    match one.waiting:
        case Waiting.SENT:
            return styled(_("sending… {what} {number}", what=what, number=number), "$muted")
        case Waiting.QUEUED:
            said = (
                _("NOT KNOWN WHETHER DONE – USE RADIO: {what} {number}", what=what, number=number)
                if one.went_out
                else _("NOT SENT – USE RADIO: {what} {number}", what=what, number=number)
            )
            return styled(f" {said} ", "bold reverse $error")
        case Waiting.ASKS:
            old = age(glance.at_s - one.since_s)
            said = (
                _("NOT KNOWN WHETHER DONE, {age} old: {what} {number}", age=old, what=what, number=number)
                if one.went_out
                else _("NOT SENT, {age} old: {what} {number}", age=old, what=what, number=number)
            )
            return styled(f" {said} ", "bold reverse $warning") + Content(
                " "
                + _("{send} send it now · {drop} drop it", send=key_of("confirm"), drop=key_of("discard"))
                + " · "
                + _("{key} done by voice", key=key_of("afterwards"))
            )


def _number(one: Pending, glance: Glance) -> str:
    seen = glance.picture.room.find(one.command.intervention or "")
    return seen.state.number if seen else ""
