"""The first line: where this is, who sits here, how the link stands, what waits, what time it is."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from console.domain.intervention import State
from console.domain.rooms import ROOMS
from console.domain.values import Mode
from console.link.interface import Connection
from console.locale import _, ngettext
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.measures import age, clock_time
from console.tui.pane import Pane, joined, sides, styled
from console.tui.rooms import led_elsewhere, own_room, waiting_for_us

LATE_S: Final = 2.5
"""The backend is heard every second: later than this, the age of what was heard says more than a round trip."""

ROOMY: Final = 100
"""From so many columns on names stand in full."""

LEFT_OUT: Final = ((True, True, True), (False, True, True), (False, False, True), (False, False, False))
"""What goes as room gets scarce, the least needed first: the round trip, the class health, what others lead."""


class Header(Pane):
    """One line; what does not fit is left out from the least needed on."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """Left: room, operator, mode. Right: link, counts, clock."""
        picture, operator = glance.picture, glance.picture.operator
        room = operator.room if operator else picture.room.code
        name = ROOMS.get(room, room) if width >= ROOMY else room
        sits = (f"{operator.id} {operator.name}".strip() if width >= 120 else operator.id) if operator else ""
        who, runs = styled(sits, "$muted"), mode(picture.mode)
        program, place = styled("MSA", "bold $primary"), styled(name, "bold")
        left = joined([program, place, who, runs], "  ")
        # Where that is too much the mode comes first: that this is an exercise must not be what is cut off.
        least = joined([program, place, runs], "  ")
        shorter = joined([least, who], "  ")
        rights = [_right(glance, width, *said) for said in LEFT_OUT]
        if left.cell_length + rights[0].cell_length < width:
            return sides(left, rights[0], width)
        fits = [right for right in rights if least.cell_length + right.cell_length < width]
        return sides(shorter, fits[0] if fits else rights[-1], width)


def _right(glance: Glance, width: int, figure: bool, health: bool, elsewhere: bool) -> Content:
    """Link, counts, clock; what is not asked for is left out."""
    clock = styled(clock_time(glance.now) if glance.now else "--:--:--", "bold")
    streets = _streets(glance) if width >= ROOMY else Content("")
    link, waiting = connection(glance, figure=figure), counts(glance, health=health, elsewhere=elsewhere)
    return joined([link, waiting, streets, clock], "   " if width >= ROOMY else "  ")


def connection(glance: Glance, *, figure: bool = True) -> Content:
    """How the link stands: shape, word, and a figure; ``figure`` off leaves a round trip out, never an age."""
    latency = glance.picture.latency_ms
    match glance.connection:
        case Connection.LIVE:
            said = "" if latency is None or not figure else f" {latency:.0f} ms"
            if glance.silent_s >= LATE_S:  # a beat is late: what stands here is as old as that
                said = f" {age(glance.silent_s)}"
            where = " " + _("(backup)") if glance.picture.backup else ""
            return styled("● ", "$success") + styled(_("live") + where + said, "$muted")
        case Connection.RECORDED:
            return styled("○ " + _("recorded"), "$muted")
        case Connection.STALE:
            return styled("▲ " + _("STALE") + f" {age(glance.silent_s)}", "bold $warning")
        case Connection.LOST:
            return styled("✖ " + _("LOST") + f" {age(glance.silent_s)}", "bold $error")
        case Connection.CONNECTING:
            return styled("○ " + _("connecting"), "$warning")
        case Connection.LOGIN_NEEDED:
            return styled("○ " + _("log in"), "$warning")
        case Connection.CLOSED:
            return styled("✖ " + _("closed"), "bold $error")


def counts(glance: Glance, *, health: bool = True, elsewhere: bool = True) -> Content:
    """How many presses wait, and how many interventions are open; ``health`` and ``elsewhere`` may be left out."""
    room = own_room(glance)
    states = [
        one.state.state for one in glance.picture.room.seen.values() if not led_elsewhere(one.state, room)
    ]
    new = states.count(State.RAISED) + len(glance.picture.unrecorded.rings)
    opened = len([state for state in states if state not in {State.RAISED, State.CLOSED}])
    said = ngettext("{n} new", "{n} new", new)
    waiting = styled(f"▲ {said}", "bold $error") if new else styled(said, "$muted")
    open_here = styled(ngettext("{n} open", "{n} open", opened), "$muted" if not opened else "")
    return joined(
        [
            *_of_other_rooms(glance, elsewhere),
            waiting,
            open_here,
            *(_health(glance) if health else []),
        ]
    )


def _health(glance: Glance) -> list[Content]:
    """Class health: a number and no more, whatever it is (docs/domain.md, "Alarm load")."""
    wrong = glance.picture.health
    return [styled(_("health {n}", n=wrong), "$muted")] if wrong else []


def _streets(glance: Glance) -> Content:
    """That the geocoder is down: no street is awaited then, and nothing else is amiss."""
    down = glance.streets is not None and glance.streets.trouble is not None
    return styled(_("no streets"), "$muted") if down else Content("")


def _of_other_rooms(glance: Glance, elsewhere: bool) -> list[Content]:
    """What other rooms ask of us, and how many of theirs are in sight; nothing where there is none (W8)."""
    room = own_room(glance)
    theirs = [
        one.state
        for one in glance.picture.room.seen.values()
        if led_elsewhere(one.state, room) and one.state.state is not State.CLOSED
    ]
    said = []
    if asked := waiting_for_us(glance):
        said.append(styled("▲ " + ngettext("{n} asked of us", "{n} asked of us", asked), "bold $warning"))
    if theirs and elsewhere:
        said.append(styled(ngettext("{n} elsewhere", "{n} elsewhere", len(theirs)), "$muted"))
    return said


def mode(runs: Mode | None) -> Content:
    """What the ledger is for; a live one wears no word."""
    if runs is None or runs is Mode.LIVE:
        return Content("")
    return styled(f" {word(runs)} ", "bold reverse $warning")
