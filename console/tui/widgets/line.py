"""The voice line in its fixed place: open or lost, who listens, muted or not, what is heard, its keys (W2, W3)."""

from __future__ import annotations

from textual.content import Content

from console.domain.intervention import Intervention
from console.domain.listening import unheard_beside_others
from console.domain.voice_line import LineState, VoiceLine
from console.link.interface import Connection
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.measures import running
from console.tui.pane import Pane, joined, one_line, sides, styled
from console.tui.rooms import not_shown
from console.tui.widgets.who import allowed_now

LEAST_OF_RULE = 8
"""With less room than this nothing can be read of what is allowed."""


class LineStrip(Pane):
    """One line, always there."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """State and since when, listener, microphone, what was overridden and heard, the last caption."""
        title = styled(" " + _("LINE") + "  ", "$muted")
        if glance.seen is None:
            return title
        state = glance.seen.state
        if state.glimpsed:
            return title + styled(not_shown(), "$muted")
        line = state.line
        parts = [_state(line.state, running(glance.age_s(line.since)))]
        rule = allowed_now(glance) + " "
        if line.state in {LineState.OPEN, LineState.LOST}:
            parts += [_listens(state, glance), _microphone(line, glance)]
        if state.overridden:
            channels = ", ".join(map(word, state.overridden))
            parts.append(styled(_("RULE OVERRIDDEN: {channels}", channels=channels), "bold $warning"))
        if line.heard:
            parts.append(styled(_("heard: {what}", what=", ".join(map(word, line.heard))), "bold"))
        said = title + joined(parts)
        keys = Content("") if glance.connection is Connection.RECORDED else _keys(line)
        caption = f"“{line.caption}”" if line.caption and line.state is not LineState.ENDED else ""
        left = joined([said, caption])
        if left.cell_length + keys.cell_length + rule.cell_length < width:
            rule = keys + rule
        # The caption gives way before the rule, and what is allowed before the microphone and what was heard.
        room = width - said.cell_length - 1
        if rule.cell_length > room >= LEAST_OF_RULE and not forbids(rule):
            rule = one_line(allowed_now(glance, brief=True) + " ", room)
        return sides(left, rule, width)


def forbids(rule: Content) -> bool:
    """Nothing is allowed: this is never cut."""
    return rule.plain.startswith("✕")


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


def _listens(state: Intervention, glance: Glance) -> Content:
    line, operator = state.line, glance.picture.operator
    if line.listener is None:
        # As long as the line is open and the only one, its own time says it.
        if line.unheard_since == line.since and not unheard_beside_others(glance.picture.room, state):
            return styled(_("nobody listens"), "$warning")
        time = running(glance.age_s(line.unheard_since))
        return styled(_("nobody listens {time}", time=time), "bold $warning")
    if operator and line.listener == operator.id:
        return Content(_("you listen"))
    return Content(_("{by} listens", by=line.listener))


def _microphone(line: VoiceLine, glance: Glance) -> Content:
    if not line.live:
        return Content(_("MUTED on our side"))
    operator = glance.picture.operator
    if operator and line.listener == operator.id:
        return styled(" " + _("YOUR MICROPHONE IS LIVE") + " ", "bold reverse $warning")
    return styled(_("OUR MICROPHONE IS LIVE"), "bold $warning")


def _keys(line: VoiceLine) -> Content:
    """The keys of the line, where there is room: help and palette list them always."""
    if line.state not in {LineState.OPEN, LineState.LOST}:
        return Content("")
    speak = _("mute") if line.live else _("speak")
    keys = (("heard", _("heard")), ("microphone", speak), ("chat", _("chat")), ("ring", _("ring")))
    said = [styled(key_of(action), "$primary") + styled(f" {name}", "$muted") for action, name in keys]
    return joined(said) + "   "
