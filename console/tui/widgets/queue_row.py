"""A row of the queue: what its two lines say, without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final
from uuid import UUID

from rich.cells import cell_len, set_cell_size

from console.domain.alarm_load import may_fold
from console.domain.casefile import danger_summary
from console.domain.events import ButtonStatus
from console.domain.hints import Looked, same_man_in_queue
from console.domain.intervention import Intervention, State
from console.domain.listening import unheard_beside_others
from console.domain.location import r95_of
from console.domain.room import Seen
from console.domain.targets import Level, most_urgent
from console.locale import _, ngettext
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.measures import age, clock_time, distance, running
from console.tui.planned_tests import planned_test
from console.tui.rooms import in_row, own_room
from console.tui.unanswered import in_short, told, watching
from console.wire.console_frames import PressUnrecorded

LINES: Final = 2
"""Lines of a row."""

PIECES: Final = 3
"""Of the first line of an intervention of this room: age, state, zone."""

SHAPES: Final = {
    State.RAISED: "▲",
    State.ACKNOWLEDGED: "○",
    State.DISPATCHED: "◔",
    State.EN_ROUTE: "●",
    State.ON_SCENE: "◆",
    State.CLOSED: "✓",
}
"""Every state has a shape of its own beside its word."""

WATCHED_S: Final = 600
"""Up to here an age counts in seconds; later in minutes."""

Piece = tuple[str, str]
"""Text and the kind of ink: press, open, muted, amber, red."""


Said = tuple[tuple[tuple[Piece, ...], str], ...]
"""Pieces on the left and a word on the right, for each line of a row."""


class Row:
    """What a row shows; it is put into words when somebody looks, since of a thousand rows some twenty are in view.

    ``key`` is the intervention, or a name for a press that could not be recorded. ``press``: it waits
    unacknowledged. ``say`` gives its lines, and the ink of the words on the right.
    """

    __slots__ = ("_said", "_say", "key", "press")

    def __init__(self, key: UUID | str, press: bool, say: Callable[[], tuple[Said, str]]) -> None:
        self.key, self.press = key, press
        self._say, self._said = say, None

    _said: tuple[Said, str] | None

    def __eq__(self, other: object) -> bool:
        """Whether it shows the same."""
        return isinstance(other, Row) and (self.key, self.press, self.said) == (
            other.key,
            other.press,
            other.said,
        )

    def __hash__(self) -> int:
        """As it is equal."""
        return hash((self.key, self.press))

    @property
    def said(self) -> tuple[Said, str]:
        """Its lines, and the ink of the words on the right."""
        if self._said is None:
            self._said = self._say()
        return self._said

    @property
    def lines(self) -> Said:
        """For each of its lines, pieces on the left and a word on the right."""
        return self.said[0]

    @property
    def level(self) -> str:
        """The ink of the words on the right."""
        return self.said[1]


_linked = Looked(lambda _seen, room: same_man_in_queue(room))


FOLDED: Final = "folded"
"""The key of the row that stands for what is folded away."""

_NONE: Final[Collection[UUID | str]] = frozenset()


def rows_of(glance: Glance, folded: bool = False, kept: Collection[UUID | str] = _NONE) -> tuple[Row, ...]:
    """Every row in the room's order; presses that could not be recorded come first: they ring as well.

    ``folded``: in a flood all but presses, what is selected and what is ``kept`` is one row, the last.
    """
    lost = [_lost(one, glance, rings=True) for one in glance.picture.unrecorded.rings]
    lost += [_lost(one, glance, rings=False) for one in glance.picture.unrecorded.noted]
    room = glance.picture.room
    linked = _linked(None, room)
    shown, away = room.queue(), []
    if folded:
        selected = glance.seen.state.id if glance.seen else None
        away = [
            one
            for one in shown
            if may_fold(one.state.state) and one.state.id != selected and one.state.id not in kept
        ]
        gone = {one.state.id for one in away}
        shown = tuple(one for one in shown if one.state.id not in gone)
    rows = (*lost, *(row_of(seen, glance, seen.state.id in linked) for seen in shown))
    return (*rows, Row(FOLDED, False, lambda: _away(away, glance))) if away else rows


def _away(away: Sequence[Seen], glance: Glance) -> tuple[Said, str]:
    """What is folded away, in numbers, and the key that shows it."""
    closed = sum(one.state.state is State.CLOSED for one in away)
    opened, watched = len(away) - closed, sum(bool(watching(glance, one.state)) for one in away)
    counted = [
        ngettext("{n} open", "{n} open", opened),
        ngettext("{n} closed", "{n} closed", closed) if closed else "",
    ]
    first = ((" ▸ ", "open"), (" · ".join(filter(None, counted)), "open"), ("  " + _("F: unfold"), "muted"))
    said = ngettext("{n} to be watched", "{n} to be watched", watched)
    second = ((f"   ◇ {said}", "amber") if watched else ("   " + _("folded away: flood of alarms"), "muted"),)
    return ((first, ""), (second, "")), "muted"


def _lost(one: PressUnrecorded, glance: Glance, *, rings: bool) -> Row:
    """A press that could not be recorded: it rings until it is, or the operator took note of it (R10)."""
    ink = "press" if rings else "muted"
    said = f"   {one.button}  {clock_time(one.received_at)}  " + (
        _("{key} noted", key=key_of("note_unrecorded")) if rings else _("noted")
    )
    first = ((" ▲ ", ink), (_("NOT RECORDED"), ink), (f"  {glance.atlas.zone(one.zone)}", "open"))
    lines = ((first, ""), (((said, "muted"),), ""))
    return Row(f"{one.button}/{one.press_id}", rings, lambda: (lines, "red" if rings else "muted"))


def row_of(seen: Seen, glance: Glance, same_man: bool = False) -> Row:
    """The row of one intervention. ``same_man``: his other victim has an alarm too (W11)."""
    state = seen.state
    if state.glimpsed:
        return Row(state.id, False, lambda: _glimpsed(seen, glance))
    return Row(state.id, state.state is State.RAISED, lambda: _said(seen, glance, same_man))


def _said(seen: Seen, glance: Glance, same_man: bool) -> tuple[Said, str]:
    state = seen.state
    press, closed = state.state is State.RAISED, state.state is State.CLOSED
    ink = "press" if press else "muted" if closed else "open"
    said = word(state.state).upper()
    urgent = most_urgent(state, glance.now, glance.targets) if glance.now else None
    grave = urgent is not None and urgent.level is not Level.OK
    level = (
        {Level.AMBER: "amber", Level.RED: "red", Level.BREACH: "red"}.get(urgent.level, "muted")
        if urgent
        else "muted"
    )
    zone = glance.atlas.zone(state.zone) or _("no zone")
    first = (
        (f" {SHAPES[state.state]} {_since(seen, glance):<6} ", ink),
        (f"{said}  ", ink),
        (zone, "muted" if closed else "open"),
    )
    watched = in_short(watching(glance, state))
    rest = (_("SAME MAN") + " · " if same_man else "") + _second(seen, glance)
    second = ((f"   {watched} · ", "amber"), (rest, "muted")) if watched else ((f"   {rest}", "muted"),)
    mark = f"{word(urgent.level)}" if urgent and grave else ""
    return ((first, ""), (second, mark)), level


def _glimpsed(seen: Seen, glance: Glance) -> tuple[Said, str]:
    """Of another room's intervention only age, zone and owner (W8)."""
    state = seen.state
    zone = glance.atlas.zone(state.zone) or _("no zone")
    first = ((f" ◌ {_since(seen, glance):<6} ", "muted"), (zone, "muted"))
    second = ((f"   {_('{room} leads', room=state.room)}", "muted"),)
    return ((first, ""), (second, "")), "muted"


def narrowed(first: tuple[Piece, ...], room: int) -> tuple[Piece, ...]:
    """The first line of a row in ``room`` cells: its age, its state, its zone.

    Of the zone the whole words that fit; its code, which says it all by itself, always. Before that is cut, the word
    of the state is: it has its shape beside it.
    """
    if len(first) != PIECES or sum(cell_len(text) for text, _ink in first) <= room:
        return first
    (since, ink), (state, state_ink), (zone, zone_ink) = first
    words = zone.split(" ")
    left = room - cell_len(since) - cell_len(state)
    while len(words) > 1 and cell_len(" ".join(words)) > left:
        words.pop()
    zone = " ".join(words).rstrip(" -/,")
    left = room - cell_len(since) - cell_len(zone)
    if cell_len(state) > left:
        state = state.rstrip() + " "
        if cell_len(state) > left:
            state = set_cell_size(state, max(0, left - 2)).rstrip() + "… "
    return (since, ink), (state, state_ink), (zone, zone_ink)


def _since(seen: Seen, glance: Glance) -> str:
    if seen.state.state is State.CLOSED:
        return clock_time(seen.state.closings[-1].at)[:5]
    seconds = glance.age_s(seen.state.raised_at)
    return running(seconds) if seconds < WATCHED_S else age(seconds)


def _of_the_line(state: Intervention, glance: Glance) -> list[str]:
    """What the supervisor must see at once (W3), and of two open lines the one that nobody listens to (W2)."""
    parts = []
    if state.overridden:
        channels = ", ".join(map(word, state.overridden))
        parts.append(_("RULE OVERRIDDEN: {channels}", channels=channels))
    if unheard_beside_others(glance.picture.room, state):
        parts.append(_("{time} nobody listens", time=running(glance.age_s(state.line.unheard_since))))
    return parts


def _second(seen: Seen, glance: Glance) -> str:
    """Before anybody is sent: the gravest danger, and how sure the place is. Then: who is on it. Danger goes first: it
    is never what is cut off.
    """
    state = seen.state
    if state.state is State.CLOSED:
        return f"{state.number[-4:]} {word(state.closings[-1].outcome)}"
    parts = [*in_row(state, own_room(glance)), *_of_the_line(state, glance)]
    if len(state.presses) > 1:
        parts.append(ngettext("{n} press", "{n} presses", len(state.presses)))
    if state.button_status not in {None, ButtonStatus.ALLOCATED}:
        parts.append(_("button: {status}", status=word(state.button_status)))
    if reached := told(state):
        parts.append(reached)
    if (test := planned_test(state, glance.now)) is not None:
        parts.append(test)
    if state.cancel_unchecked:
        parts.append(_("device asks to cancel"))
    if seen.update_needed:
        parts.append(_("update needed"))
    if state.sent:
        parts += [f"{glance.call_sign(one.patrol)} {word(one.state)}" for one in state.sent]
    else:
        if state.sealed:
            parts.append(_("file sealed"))
        elif state.extract and (dangers := danger_summary(state.extract.perpetrator).dangers):
            parts.insert(0, word(dangers[0].kind))
        parts.append(f"~{distance(r95_of(state.fix))}" if state.fix else _("no position"))
    operator = glance.picture.operator
    if state.handler and (operator is None or state.handler != operator.id):
        parts.append(state.handler)
    return " · ".join(parts)
