"""What a wall says of one intervention: three lines beside its age (W18)."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from console.domain import events as e
from console.domain.casefile import DangerState
from console.domain.intervention import Intervention, State
from console.domain.room import Seen
from console.domain.rooms import ROOMS
from console.domain.targets import Clock, Level
from console.domain.voice_line import LineState
from console.domain.wall import awaited, shown
from console.locale import _, ngettext
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.measures import running
from console.tui.pane import joined, one_line, sides, styled
from console.tui.sentences import whom, why
from console.tui.wall.figures import HIGH, large
from console.tui.widgets.queue_row import SHAPES

ROW: Final = HIGH + 1
"""Lines of a row, with the empty one under it."""

AGE: Final = 22
"""Cells of an age up to 99 hours, and the space beside it."""

NARROW: Final = 70
"""Beside the age: with fewer cells numbers are short, and only the gravest danger is named."""

_INK: Final = {
    Level.OK: "$muted",
    Level.AMBER: "bold $warning",
    Level.RED: "bold $error",
    Level.BREACH: "bold $error",
}


def row(seen: Seen, glance: Glance, width: int) -> list[Content]:
    """The lines of a row; colour only says again what a shape and a word say."""
    body = shown(seen)
    clock = awaited(seen, glance.now, glance.targets) if glance.now else None
    figures = large(_age(glance.age_s(seen.state.raised_at)))
    press = body is not None and seen.state.state is State.RAISED
    ink = "bold $error" if press else _INK[clock.level] if clock and clock.level is not Level.OK else "bold"
    room = max(1, width - AGE)
    if body is None:
        beside = _of_another_room(seen, glance)
    else:
        beside = _lines(seen.state, body, clock, glance, narrow=room < NARROW)
    lines = []
    for figure, (left, right) in zip(figures, beside, strict=True):
        spare = room - left.cell_length - 2  # what stands on the right gives way: state, zone and time do not
        said = sides(left, one_line(right, spare), room) if len(right) and spare > 4 else one_line(left, room)
        lines.append(styled(f"{figure:<{AGE}}", ink) + said)
    return [*lines, Content("")]


def _age(seconds: float) -> str:
    """``03:26`` up to an hour, then hours and minutes: ``1:05h``."""
    whole = running(seconds)
    return whole if seconds < 3600 else whole.rpartition(":")[0] + "h"


def _lines(
    state: Intervention, body: e.InterventionOnWall, clock: Clock | None, glance: Glance, *, narrow: bool
) -> list[tuple[Content, Content]]:
    press = state.state is State.RAISED
    head = joined(
        [
            styled(f"{SHAPES[state.state]} {word(state.state).upper()}", "bold $error" if press else "bold"),
            styled(state.number[-4:] if narrow else state.number, "bold"),
            styled(glance.atlas.zone(state.zone) or _("no zone"), "bold"),
        ],
        "  ",
    )
    return [
        (head, _danger(body, 1 if narrow else 2)),
        (_waiting(clock), _marks(body)),
        (_who(state, glance), _line(body, glance)),
    ]


def _of_another_room(seen: Seen, glance: Glance) -> list[tuple[Content, Content]]:
    state = seen.state
    zone = glance.atlas.zone(state.zone) or _("no zone")
    head = joined([styled(f"◌ {state.number}", "$muted"), styled(zone, "$muted")], "  ")
    leads = styled(_("{room} leads", room=ROOMS.get(state.room, state.room)), "$muted")
    return [(head, Content("")), (leads, Content("")), (Content(""), Content(""))]


def _danger(body: e.InterventionOnWall, most: int) -> Content:
    """A category and no more: what he did stands in the file (W18)."""
    if body.dangers:
        return styled("⚠ " + ", ".join(word(kind).upper() for kind in body.dangers[:most]), "bold $warning")
    if body.danger is DangerState.NOT_CHECKED:
        return styled(_("danger not checked"), "$muted")
    return styled(_("no danger known"), "$muted")


def _waiting(clock: Clock | None) -> Content:
    if clock is None:
        return styled(_("nothing is being waited for"), "$muted")
    patrol = f" {clock.patrol.rpartition('/')[2]}" if clock.patrol else ""
    if clock.left_s >= 0:
        left = _("{time} left", time=running(clock.left_s))
    else:
        left = _("{time} over", time=running(-clock.left_s))
    said = f"{word(clock.kind)}{patrol}: {left}"
    mark = "" if clock.level is Level.OK else f"  {word(clock.level).upper()}"
    return styled(said + mark, _INK[clock.level])


def _marks(body: e.InterventionOnWall) -> Content:
    marks = []
    if body.escalations:
        last = body.escalations[-1]
        marks.append(_("told: {who}", who=whom(last.to)) + f" ({why(last.code)})")
    if body.test:
        marks.append(_("PLANNED TEST"))
    if body.by_hand:
        marks.append(_("opened by hand"))
    if body.presses > 1:
        marks.append(ngettext("{n} press", "{n} presses", body.presses))
    if body.cancelled:
        marks.append(_("device asks to cancel"))
    if body.abroad:
        marks.append(_("outside Belgium"))
    marks += [_("{room} helps", room=room) for room in body.supporting]
    return styled(" · ".join(marks), "$warning")


def _who(state: Intervention, glance: Glance) -> Content:
    if not state.sent:
        return styled(_("no patrol"), "$muted")
    said = [f"{glance.call_sign(one.patrol)} {word(one.state)}" for one in state.sent]
    return styled(" · ".join(said))


def _line(body: e.InterventionOnWall, glance: Glance) -> Content:
    since = running(glance.age_s(body.line_since))
    match body.line:
        case LineState.OPEN if body.listened:
            return styled(_("line: listened to"), "$muted")
        case LineState.OPEN:
            return styled("▲ " + _("line open, NOBODY LISTENS"), "bold $warning")
        case LineState.LOST:
            return styled("▲ " + _("line lost {time}", time=since), "bold $warning")
        case _:
            return Content("")
