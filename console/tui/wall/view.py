"""The screen of the wall: a header, a row for each open intervention, and how many there are (W18)."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from console.domain.intervention import State
from console.domain.rooms import ROOMS
from console.domain.wall import by_urgency, shown
from console.locale import _, ngettext
from console.tui.glance import Glance
from console.tui.measures import clock_time
from console.tui.pane import Pane, guarded, joined, one_line, sides, stacked, styled
from console.tui.wall.rows import ROW, row
from console.tui.widgets.banner import Banner
from console.tui.widgets.header import connection, mode


class WallHeader(Pane):
    """Which room, how the link stands, what time it is."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """One line."""
        operator = glance.picture.operator
        room = operator.room if operator else glance.picture.room.code
        left = joined([styled(ROOMS.get(room, room), "bold $primary"), mode(glance.picture.mode)], "  ")
        clock = styled(clock_time(glance.now) if glance.now else "--:--:--", "bold")
        return sides(left, joined([connection(glance), clock], "   "), width)


class WallRows(Pane):
    """The most urgent first; what has no room is counted in the last line."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """As many rows as fit."""
        if glance.now is None:
            return Content("")
        seen = by_urgency(glance.picture.room.seen.values(), glance.now, glance.targets)
        if not seen:
            return styled(_("Nothing is open."), "$muted")
        fits = max(1, (height + 1) // ROW)
        return stacked(line for one in seen[:fits] for line in row(one, glance, width))


class WallFoot(Pane):
    """How many presses wait, how many interventions are open, and how many rows had no room."""

    def __init__(self, id: str, rows: WallRows) -> None:
        super().__init__(id)
        self._rows = rows

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """One line."""
        seen = [one for one in glance.picture.room.seen.values() if one.state.state is not State.CLOSED]
        own = [one.state.state for one in seen if shown(one) is not None]
        new = own.count(State.RAISED)
        said = ngettext("{n} new", "{n} new", new)
        parts = [styled(f"▲ {said}", "bold $error") if new else styled(said, "$muted")]
        parts.append(styled(ngettext("{n} open", "{n} open", len(own) - new), "bold"))
        if elsewhere := len(seen) - len(own):
            parts.append(styled(ngettext("{n} elsewhere", "{n} elsewhere", elsewhere), "$muted"))
        fits = max(1, (self._rows.content_size.height + 1) // ROW)
        more = len(seen) - fits
        cut = (
            styled("▼ " + ngettext("{n} more", "{n} more", more), "bold $warning")
            if more > 0
            else Content("")
        )
        keys = styled(_("q quit · l language · t theme"), "$muted")
        return sides(joined([*parts, cut], "  "), keys, width) if width >= 60 else one_line(parts[0], width)


class Wall(Screen[None]):
    """Shows a glance and takes no key of its own; it can open nothing (W18)."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        rows = WallRows("wall-rows")
        yield WallHeader("wall-header")
        yield Banner("wall-banner")
        yield rows
        yield WallFoot("wall-foot", rows)

    def show(self, glance: Glance) -> None:
        """Hand it to every region; one that fails leaves the others alone (R11)."""
        for pane in self.query(Pane):
            guarded(pane, glance)
