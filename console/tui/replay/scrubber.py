"""The last lines of a replay: where it is, how fast it goes, and what lies before and behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message

from console.locale import _
from console.locale.words import word
from console.training.bookmarks import Bookmarks
from console.training.marks import ORDER, Mark, MarkKind
from console.training.player import Player
from console.tui.actions import BY_NAME
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.measures import clock_time, running
from console.tui.pane import Pane, joined, one_line, sides, stacked, styled
from console.tui.replay.bindings import REPLAY_KEYS
from console.tui.replay.link import Stand
from console.tui.sentences import happened

SIGNS: Final = {MarkKind.PRESS: "▲", MarkKind.BREACH: "✖", MarkKind.DECISION: "◆", MarkKind.NOTE: "•"}
"""Each mark has a shape of its own; the colour only repeats it."""

INK: Final = {
    MarkKind.PRESS: "bold $error",
    MarkKind.BREACH: "bold $warning",
    MarkKind.DECISION: "$primary",
    MarkKind.NOTE: "$foreground",
}
BOOKMARK: Final = "★"
HERE: Final = "┃"


class Scrubber(Pane):
    """One line: state, place, track. Where there is room, a second one says what the last mark was. A click goes there."""

    class Clicked(Message):
        """A place of the track, as a share of the whole, 0..1."""

        def __init__(self, share: float) -> None:
            self.share = share
            super().__init__()

    def __init__(
        self, id: str, player: Player, stand: Callable[[], Stand], bookmarks: Callable[[], Bookmarks]
    ) -> None:
        super().__init__(id)
        self._player, self._stand, self._bookmarks = player, stand, bookmarks
        self._track = (0, 1)

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """The track, and what the last mark was."""
        line = self._line(width)
        return line if height < 2 else stacked([line, self._last(glance, width)])

    def _line(self, width: int) -> Content:
        stand, player = self._stand(), self._player
        at_s = (stand.moment.at - player.starts_at).total_seconds()
        state = styled(" ▶ " if stand.playing else " ‖ ", "bold reverse $primary")
        head = state + styled(f" {speed(stand.speed)}  ", "bold") + styled(running(at_s), "bold")
        head = head + styled(f" / {running(player.length_s)}  ", "$muted")
        room = max(8, width - head.cell_length - 3)
        self._track = (head.cell_length + 1, room)
        return head + styled("├", "$muted") + self._drawn(room, at_s) + styled("┤", "$muted")

    def _drawn(self, room: int, at_s: float) -> Content:
        length = max(1.0, self._player.length_s)

        def place(seconds: float) -> int:
            return max(0, min(room - 1, int(seconds / length * room)))

        here = place(at_s)
        cells = [styled("━" if cell < here else "─", "$muted") for cell in range(room)]
        for kind in reversed(ORDER):
            for mark in self._player.marks:
                if mark.kind is kind:
                    cells[place(self._since(mark.at))] = styled(SIGNS[kind], INK[kind])
        for note in self._bookmarks().notes:
            cells[place(self._since(note.at))] = styled(BOOKMARK, "bold $success")
        under = cells[here].plain
        cells[here] = styled(HERE if under in "━─" else under, "bold reverse $primary")
        return Content("").join(cells)

    def _since(self, at: datetime) -> float:
        return (at - self._player.starts_at).total_seconds()

    def _last(self, glance: Glance, width: int) -> Content:
        moment = self._stand().moment
        mark = next(
            (one for one in reversed(self._player.marks) if (one.at, one.index) <= (moment.at, moment.index)),
            None,
        )
        after = self._player.next_mark(moment)
        left = Content(" ") + (told(mark, glance) if mark else styled(_("no mark yet"), "$muted"))
        if after is None:
            return one_line(left, width)
        ahead_s = (after.at - moment.at).total_seconds()
        return sides(
            left,
            styled(_("next mark in {time}", time=running(ahead_s)) + f" {SIGNS[after.kind]} ", "$muted"),
            width,
        )

    def on_click(self, event: events.Click) -> None:
        """Go where the pointer is."""
        offset = event.get_content_offset(self)
        begins, room = self._track
        if offset is not None and offset.y == 0 and begins <= offset.x < begins + room:
            self.post_message(self.Clicked((offset.x - begins) / max(1, room - 1)))


def told(mark: Mark, glance: Glance) -> Content:
    """A mark in one line: time, sign, number, what."""
    sign = styled(SIGNS[mark.kind], INK[mark.kind])
    parts: Iterable[Content | str] = [
        styled(clock_time(mark.at), "$muted"),
        sign,
        styled(mark.number, "bold"),
        what(mark, glance),
    ]
    return joined(parts, "  ")


def what(mark: Mark, glance: Glance) -> str:
    """What a mark stands for, in words."""
    if mark.event is not None:
        return happened(mark.event, glance.call_sign, glance.atlas.zone)
    if mark.waited_for is not None:
        said = _("missed: {what}", what=word(mark.waited_for))
        return f"{said} ({glance.call_sign(mark.patrol)})" if mark.patrol else said
    return mark.note[1] or mark.note[0]


def speed(times: float) -> str:
    """A speed: ``0.25×``, ``60×``."""
    return f"{times:g}×"


class ReplayKeys(Pane):
    """The keys of a replay; a click is the key."""

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    _places: tuple[tuple[int, int, int, str], ...] = ()

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """Each with its word, in as many lines as there are."""
        lines: list[Content] = [Content(" ")]
        places: list[tuple[int, int, int, str]] = []
        for keys, label, name in _entries():
            entry = styled(keys, "bold $primary") + Content(f" {label}  ")
            if lines[-1].cell_length + entry.cell_length > width:
                if len(lines) == height:
                    break
                lines.append(Content(" "))
            start = lines[-1].cell_length
            places.append((len(lines) - 1, start, start + entry.cell_length - 2, name))
            lines[-1] = lines[-1] + entry
        self._places = tuple(places)
        return stacked(lines)

    def on_click(self, event: events.Click) -> None:
        """The key under the pointer."""
        offset = event.get_content_offset(self)
        for y, start, end, name in self._places:
            if offset is not None and offset.y == y and start <= offset.x < end:
                self.post_message(self.Pressed(name))


def _entries() -> Iterator[tuple[str, str, str]]:
    """Keys, word and name of each entry of the footer; help comes first, so that it is always there."""
    help_, leave = BY_NAME["keys"], BY_NAME["quit"]
    yield key_of(help_.name), _(help_.label), help_.name
    before = ""
    for one in REPLAY_KEYS:
        if one.with_next:
            before = key_of(one.id) + " "
        elif one.foot:
            yield before + key_of(one.id), _(one.label), one.name
            before = ""
    yield key_of(leave.name), _(leave.label), leave.name
