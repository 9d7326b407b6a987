"""The voice line in its fixed place: open or lost, who listens, muted or not (W2)."""

from __future__ import annotations

from textual.content import Content

from console.domain.voice_line import LineState
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.measures import running
from console.tui.pane import Pane, joined, sides, styled
from console.tui.widgets.who import allowed_now


class LineStrip(Pane):
    """One line, always there."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """State and since when, listener, microphone, what was heard."""
        title = styled(" " + _("LINE") + "  ", "$muted")
        if glance.seen is None:
            return title
        line = glance.seen.state.line
        state = _state(line.state, running(glance.age_s(line.since)))
        rule = allowed_now(glance) + " "
        if line.state not in {LineState.OPEN, LineState.LOST}:
            return sides(title + state, rule, width)
        operator = glance.picture.operator
        if line.listener is None:
            listens = styled(_("nobody listens"), "$warning")
        elif operator and line.listener == operator.id:
            listens = Content(_("you listen"))
        else:
            listens = Content(_("{by} listens", by=line.listener))
        muted = (
            Content(_("MUTED on our side"))
            if line.muted
            else styled(_("OUR MICROPHONE IS LIVE"), "bold $warning")
        )
        heard = _("heard: {what}", what=", ".join(map(word, line.heard))) if line.heard else ""
        return sides(title + joined([state, listens, muted, styled(heard, "bold")]), rule, width)


def _state(state: LineState, since: str) -> Content:
    match state:
        case LineState.OPEN:
            return styled("● ", "$success") + Content(f"{word(state)} {since}")
        case LineState.LOST:
            return styled("▲ " + _("LOST") + f" {since}", "bold $warning")
        case LineState.ENDED:
            return styled(f"– {word(state)} {since}", "$muted")
        case LineState.NONE:
            return styled(f"– {word(state)}", "$muted")
