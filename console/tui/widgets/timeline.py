"""What happened to the selected intervention: a sentence for each event, the latest first."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from console.domain import events as e
from console.domain.values import ActorKind
from console.locale import _, ngettext
from console.tui.glance import Glance
from console.tui.measures import clock_time
from console.tui.pane import Pane, entitle, one_line, sides, stacked, styled
from console.tui.sentences import happened


class Timeline(Pane):
    """As many events as there is room for; the whole is one key away."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """The latest events, and how many are earlier."""
        if glance.seen is None:
            entitle(self, _("TIMELINE"))
            return Content("")
        events = latest_first(glance.seen.timeline)
        earlier = len(events) - height
        left_out = ngettext("{n} earlier", "{n} earlier", earlier) if earlier > 0 else ""
        entitle(self, _("TIMELINE"), left_out)
        return stacked(sentence(event, glance, width) for event in events[:height])


def told(timeline: Sequence[e.Event]) -> list[e.Event]:
    """The events that have something to say: one that is withheld only counts up the version."""
    return [event for event in timeline if not isinstance(event.body, e.Withheld)]


def latest_first(timeline: Sequence[e.Event]) -> list[e.Event]:
    """The latest first; of the positions that moved the marker only the last: the map has the others."""
    kept: list[e.Event] = []
    moved = False
    for event in told(timeline)[::-1]:
        shown = isinstance(event.body, e.FixReported) and event.body.verdict == "shown"
        if not (shown and moved):
            kept.append(event)
        moved = moved or shown
    return kept


def sentence(event: e.Event, glance: Glance, width: int) -> Content:
    """Time, sentence, and who caused it where the sentence does not say so."""
    said = happened(event, glance.call_sign, glance.atlas.zone)
    style = _style(event.body)
    by = event.actor.id if event.actor.kind is ActorKind.OPERATOR and event.actor.id not in said else ""
    left = styled(clock_time(event.at), "$muted") + Content("  ") + styled(said, style)
    return sides(left, styled(by, "$muted"), width) if by else one_line(left, width)


def _style(body: e.AnyBody) -> str:
    match body:
        case e.AlarmRaised() | e.AlarmRepeated():
            return "bold"
        case (
            e.AlarmCancelledByDevice()
            | e.EscalationRaised()
            | e.PatrolOverdue()
            | e.LineLost()
            | e.ContactRuleOverridden()
            | e.LineUnmuted()
            | e.CasefileChanged()
            | e.EscalationPaged(fault=e.PageFault())
            | e.NoteAdded(code=e.NoteCode.PHONE_NOT_REACHED | e.NoteCode.WORDS_USED | e.NoteCode.NOBODY_THERE)
            | e.UnknownBody()
        ):
            return "bold $warning"
        case e.VictimSeen(finding=e.Finding.SEEN_ALONE):
            return "bold"
        case e.VictimSeen():
            return "bold $warning"
        case (
            e.LineHeard()
            | e.NoteAdded()
            | e.InterventionClosed()
            | e.PhoneRung()
            | e.PhoneCalled()
            | e.PushSent()
            | e.ChatSent()
        ):
            return "bold"
        case e.FixReported() | e.CasefileOpened():
            return "$muted"
        case _:
            return ""
