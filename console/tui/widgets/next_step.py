"""The line NEXT: what the procedure asks for now, which key does it, and how long is left."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message

from console.domain.procedure import Step
from console.domain.targets import Level
from console.link.interface import Connection
from console.locale import _
from console.tui.glance import Glance
from console.tui.keymap import key_of, keys_of
from console.tui.measures import age
from console.tui.pane import Pane, joined, one_line, styled
from console.tui.rooms import instead_of_a_step
from console.tui.steps import step_of, what, why

DONE_BY = {
    "acknowledge": "acknowledge",
    "dispatch": "dispatch",
    "danger-passed": "passed_on",
    "close": "close",
    "confirm-test": "confirm_test",
}
"""The action whose key does a step that the space bar does not do."""


class NextStep(Pane):
    """``step`` is the one that stands there: what the key does is what was read (W16)."""

    step: Step | None = None
    subject: object = None

    class Pressed(Message):
        """The line was clicked."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """Key, step, why, time."""
        step = step_of(glance)
        self.step = step
        self.subject = (glance.seen.state.id, glance.seen.state.decision) if glance.seen else None
        title = styled(" ▶ " + _("NEXT") + "  ", "bold $primary")
        if glance.seen is None:
            return title
        recorded = glance.connection is Connection.RECORDED
        if not recorded and (said := instead_of_a_step(glance)):
            self.step = None
            return one_line(title + styled(said, "bold"), width)
        if step is None:
            return title + styled("…", "$muted")
        head, left = title + (Content("") if recorded else _key(step)), _left(step)
        do, because = styled(what(step, glance), "bold"), Content(why(step.why, step))
        also = [styled(said, "bold $warning") for one in step.also if (said := why(one, step))]
        line = head + joined([do, because, *also])
        if line.cell_length + left.cell_length <= width:
            return line + left
        # Too narrow: what warns and the time that is left stay, the reason gives way.
        return one_line(head + joined([do, *also, because]), max(0, width - left.cell_length)) + left

    def on_click(self, event: events.Click) -> None:
        """A click is the key."""
        self.post_message(self.Pressed())


def _key(step: Step) -> Content:
    if step.by_key:
        key = _("space") if keys_of("next")[0] == "space" else key_of("next")
        return styled(f" {key} ", "bold reverse $primary") + Content(" ")
    action = DONE_BY.get(step.action or "")
    return styled(f" {key_of(action)} ", "reverse $muted") + Content(" ") if action else Content("")


def _left(step: Step) -> Content:
    if step.left_s is None:
        return Content("")
    style = {Level.OK: "$muted", Level.AMBER: "bold $warning"}.get(step.level, "bold $error")
    if step.left_s >= 0:
        said = _("{time} left", time=age(step.left_s))
    else:
        said = _("{time} too late", time=age(-step.left_s))
    mark = "" if step.level is Level.OK else "▲ "
    return styled(f"   {mark}{said}", style)
