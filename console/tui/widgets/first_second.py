"""What a dispatcher must be able to read in the first second, in its order (docs/domain.md, "First second")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from textual.content import Content

from console.domain.casefile import FileChange
from console.domain.intervention import State
from console.domain.targets import Level, most_urgent
from console.locale import _, ngettext
from console.locale.words import word
from console.tui.changed_file import marked
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.measures import running
from console.tui.pane import Pane, entitle, one_line, sides, stacked, styled, wrapped
from console.tui.planned_tests import planned_test
from console.tui.rooms import glimpsed, in_row, own_room
from console.tui.unanswered import in_full, watching
from console.tui.widgets.also import also
from console.tui.widgets.tight import tight
from console.tui.widgets.where import where, zone
from console.tui.widgets.who import contact_rule, danger, perpetrator, victim

LABEL_WIDTH = 13
"""At most so many cells for a label and the space after it; less where there is little room."""


class Room(Enum):
    """How much room there is, from plenty to little: the first one that fits is taken."""

    SPACED = auto()  # all that is known, an empty line between the points
    FULL = auto()  # all that is known
    SHORT = auto()  # each point in short, in as many lines as it takes
    BRIEF = auto()  # each thing on one line


@dataclass(frozen=True, slots=True)
class Entry:
    """A label with what stands beside it. ``whole``: it is never cut to one line."""

    label: str
    said: tuple[Content, ...]
    whole: bool = False


class FirstSecond(Pane):
    """Seven points, danger before all that can wait; what does not fit is one key away."""

    def show_first(self, glance: Glance) -> None:
        """Of a new alarm its number and headline, with nothing of the former one left under them (decision 124)."""
        seen, before = glance.seen, self.glance.seen if self.glance else None
        width, height = self.content_size
        if seen is None or not (width and height) or (before and before.state.id == seen.state.id):
            return
        if seen.state.glimpsed:
            self.show(glance)
            return
        self.glance = glance
        entitle(self, _escaped(seen.state.number))
        self.paint(stacked(headline(glance, width)[:height]))

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """In full if there is room, else each thing said on one line."""
        seen = glance.seen
        if seen is None:
            entitle(self, _("ALARM"))
            return styled(_("No open intervention."), "$muted")
        number = _escaped(seen.state.number)
        if seen.state.glimpsed:
            entitle(self, number)
            title = styled(" ◌ " + running(glance.age_s(seen.state.raised_at)) + " ", "bold reverse")
            said = glance.atlas.zone(seen.state.zone) or _("no zone")
            return stacked(
                [
                    title + styled(f"  {said}", "bold"),
                    *(line for part in glimpsed(seen) for line in wrapped(part, width)),
                ]
            )
        for room in Room:
            entered = entries(glance, room)
            lines = [*headline(glance, width), *_laid_out(entered, width, room)]
            if len(lines) <= height:
                entitle(self, number)
                return stacked(lines)
        head = headline(glance, width)
        points, less = tight(glance, tuple(watch(glance)), width, height - len(head))
        if less:
            entitle(self, f"{number}  " + _("… {key} the whole file", key=key_of("details")))
        else:
            entitle(self, number)
        return stacked([*head, *points])


def headline(glance: Glance, width: int) -> list[Content]:
    """What it is, how old, which press; on a second line what is too long for one."""
    seen = glance.seen
    assert seen is not None
    state = seen.state
    urgent = most_urgent(state, glance.now, glance.targets) if glance.now else None
    age = running(glance.age_s(state.raised_at))
    kinds = [_press(glance), *in_row(state, own_room(glance))]
    if (test := planned_test(state, glance.now)) is not None:
        kinds.append(test)
    if state.cancel_unchecked:
        kinds.append(_("DEVICE ASKS TO CANCEL: check"))
    if seen.update_needed:
        kinds.append(_("update needed"))
    said = styled(" · ".join(kinds), "bold")
    match state.state:
        case State.RAISED:
            title = styled(" ▲ " + _("STALKING ALARM") + f" {age} ", "bold $background on $error")
        case State.CLOSED:
            title = styled(" ✓ " + _("CLOSED") + " ", "$background on $secondary")
            said = styled(word(state.closings[-1].outcome), "bold")
        case _:
            title = styled(" " + _("STALKING ALARM") + f" {age} ", "bold reverse")
    rights = [Content("")]
    if urgent is not None and urgent.level is not Level.OK and state.state is not State.RAISED:
        style = "bold $warning" if urgent.level is Level.AMBER else "bold $error"
        rights = [
            styled(f"▲ {word(urgent.kind)}: {word(urgent.level)}", style),
            styled(f"▲ {word(urgent.level)}", style),
        ]
    whole = title + "  " + said
    for right in rights:
        if whole.cell_length + 1 + right.cell_length <= width:
            return [sides(whole, right, width)]
    for right in rights:
        if title.cell_length + 1 + right.cell_length <= width:
            return [sides(title, right, width), *wrapped(said, width)]
    return [one_line(title, width), *wrapped(said, width)]


def _press(glance: Glance) -> str:
    assert glance.seen is not None
    state = glance.seen.state
    if not state.presses:
        return _("opened by hand")
    times = len(state.presses)
    said = _("first press") if times == 1 else ngettext("pressed {n} time", "pressed {n} times", times)
    if state.button_status is not None and state.button_status != "allocated":
        said += " · " + _("BUTTON") + f" {word(state.button_status).upper()}"
    return said


def entries(glance: Glance, room: Room) -> Iterator[Entry]:
    """The points after the headline, in their order."""
    seen = glance.seen
    assert seen is not None
    brief = room in {Room.SHORT, Room.BRIEF}
    yield Entry(_("WATCH"), tuple(watch(glance)), whole=True)
    yield Entry(_("WHERE"), tuple(where(glance, brief)))
    yield Entry(_("ZONE"), tuple(zone(glance, brief)))
    state = seen.state
    dangerous = marked(_("DANGER"), state, FileChange.DANGER)
    yield Entry(dangerous, tuple(danger(state, room is Room.BRIEF)), whole=True)
    yield Entry(marked(_("WHO"), state, FileChange.WHO, FileChange.ORDERS), tuple(perpetrator(glance, brief)))
    contact = marked(_("CONTACT"), state, FileChange.CHANNELS, FileChange.WORDS)
    yield Entry(contact, tuple(contact_rule(glance, brief)))
    yield Entry(_("ALSO"), tuple(also(glance, brief)))
    yield Entry(marked(_("VICTIM"), state, FileChange.VICTIM), tuple(victim(state, brief)))


def watch(glance: Glance) -> Iterator[Content]:
    """What must be watched, on one line: a silent phone, a lost line, a late patrol. Nothing where all is well."""
    assert glance.seen is not None
    if found := watching(glance, glance.seen.state):
        yield styled(" · ".join(in_full(one, glance) for one in found), "bold $warning")


def _laid_out(entries: Iterator[Entry], width: int, room: Room) -> Iterator[Content]:
    """Labels on the left, what they say wrapped beside them; an empty line between where there is room."""
    listed = list(entries)
    longest = max((len(entry.label) for entry in listed), default=0)
    label_width = min(longest + 2, LABEL_WIDTH if width >= 50 else 9)
    for entry in listed:
        if not entry.said:
            continue
        if room is Room.SPACED:
            yield Content("")
        label = styled(entry.label[: label_width - 1].ljust(label_width), "$muted")
        for said in entry.said:
            if room is not Room.BRIEF or entry.whole:
                for line in wrapped(said, width - label_width):
                    yield label + line
                    label = Content(" " * label_width)
            else:
                yield label + one_line(said, width - label_width)
                label = Content(" " * label_width)


def _escaped(text: str) -> str:
    return Content(text).markup
