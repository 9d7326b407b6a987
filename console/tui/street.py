"""Which positions a street is asked for, and how it is said: with its origin, beside the position, never for it."""

from __future__ import annotations

from textual.content import Content

from console.domain.intervention import State
from console.domain.location import COARSE_FLOOR_M, Fix, r95_of
from console.link.streets import Trouble
from console.locale import _
from console.tui.glance import Glance
from console.tui.pane import styled


def wanted(glance: Glance) -> list[tuple[float, float]]:
    """The position (lon, lat) of the selected intervention, then those of new presses; no others are asked for.

    A circle wider than a block of houses names no street: it is not asked for.
    """
    states = [glance.seen.state] if glance.seen else []
    states += [one.state for one in glance.picture.room.queue() if one.state.state is State.RAISED]
    return [
        (fix.lon, fix.lat)
        for state in states
        if (fix := state.fix) is not None and state.state is not State.CLOSED and _fine(fix)
    ]


def street(glance: Glance, fix: Fix, brief: bool = False) -> Content:
    """The street at a position as the geocoder names it, and that it does; empty while it is not known."""
    if glance.streets is None or not _fine(fix):
        return Content("")
    name = glance.streets.of(fix.lon, fix.lat, town=not brief)
    if not name:
        return Content("")
    if brief:  # what is cut where there is no room is the name, never whose word it is
        return styled(_("geocoder: {street}", street=name))
    return Content(name) + styled(" " + _("(street by geocoder)"), "$muted")


def how_streets_stand(glance: Glance) -> str:
    """One sentence for the case file's sheet: whether a geocoder names streets, and if not, why not."""
    if glance.streets is None:
        return _("Streets: no geocoder is set; no position leaves the control room.")
    server = glance.streets.server
    match glance.streets.trouble:
        case None:
            return _("Streets: by the geocoder {server}.", server=server)
        case Trouble.UNREACHABLE:
            return _("Streets: the geocoder {server} cannot be reached.", server=server)
        case Trouble.SLOW:
            return _("Streets: the geocoder {server} does not answer in time.", server=server)
        case Trouble.REFUSED:
            return _("Streets: the geocoder {server} refuses to answer.", server=server)
        case Trouble.UNREADABLE:
            return _("Streets: the answer of the geocoder {server} cannot be read.", server=server)


def _fine(fix: Fix) -> bool:
    return r95_of(fix) <= COARSE_FLOOR_M
