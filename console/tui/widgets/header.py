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


class Header(Pane):
    """One line; what does not fit is left out from the least needed on."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """Left: room, operator, mode. Right: link, counts, clock."""
        picture, operator = glance.picture, glance.picture.operator
        room = operator.room if operator else picture.room.code
        name = ROOMS.get(room, room) if width >= 100 else room
        who = (f"{operator.id} {operator.name}".strip() if width >= 120 else operator.id) if operator else ""
        left = joined(
            [
                styled("MSA", "bold $primary"),
                styled(name, "bold"),
                styled(who, "$muted"),
                mode(picture.mode),
            ],
            "  ",
        )
        clock = styled(clock_time(glance.now) if glance.now else "--:--:--", "bold")
        streets = _streets(glance) if width >= 100 else Content("")
        right = joined([connection(glance), counts(glance), streets, clock], "   " if width >= 100 else "  ")
        return sides(left, right, width)


def connection(glance: Glance) -> Content:
    """How the link stands: shape, word, and a figure."""
    latency = glance.picture.latency_ms
    match glance.connection:
        case Connection.LIVE:
            figure = "" if latency is None else f" {latency:.0f} ms"
            if glance.silent_s >= LATE_S:  # a beat is late: what stands here is as old as that
                figure = f" {age(glance.silent_s)}"
            where = " " + _("(backup)") if glance.picture.backup else ""
            return styled("● ", "$success") + styled(_("live") + where + figure, "$muted")
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


def counts(glance: Glance) -> Content:
    """How many presses wait, and how many interventions are open."""
    room = own_room(glance)
    states = [
        one.state.state for one in glance.picture.room.seen.values() if not led_elsewhere(one.state, room)
    ]
    new = states.count(State.RAISED) + len(glance.picture.unrecorded.rings)
    opened = len([state for state in states if state not in {State.RAISED, State.CLOSED}])
    said = ngettext("{n} new", "{n} new", new)
    waiting = styled(f"▲ {said}", "bold $error") if new else styled(said, "$muted")
    open_here = styled(ngettext("{n} open", "{n} open", opened), "$muted" if not opened else "")
    return joined([*_of_other_rooms(glance), waiting, open_here, *_health(glance)])


def _health(glance: Glance) -> list[Content]:
    """Class health: a number and no more, whatever it is (docs/domain.md, "Alarm load")."""
    wrong = glance.picture.health
    return [styled(_("health {n}", n=wrong), "$muted")] if wrong else []


def _streets(glance: Glance) -> Content:
    """That the geocoder is down: no street is awaited then, and nothing else is amiss."""
    down = glance.streets is not None and glance.streets.trouble is not None
    return styled(_("no streets"), "$muted") if down else Content("")


def _of_other_rooms(glance: Glance) -> list[Content]:
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
    if theirs:
        said.append(styled(ngettext("{n} elsewhere", "{n} elsewhere", len(theirs)), "$muted"))
    return said


def mode(runs: Mode | None) -> Content:
    """What the ledger is for; a live one wears no word."""
    if runs is None or runs is Mode.LIVE:
        return Content("")
    return styled(f" {word(runs)} ", "bold reverse $warning")
