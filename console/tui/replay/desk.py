"""The desk of a replay: the same regions over a recording, with keys that go through it in the place of those that act."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget

from console.domain.commands import Refusal
from console.link.interface import Picture
from console.locale import _
from console.locale.words import refusal
from console.training.bookmarks import Bookmark, Bookmarks, beside, read_bookmarks, write_bookmarks
from console.training.marks import MarkKind
from console.training.player import Moment
from console.tui.advisor import Advisor
from console.tui.glance import Glance
from console.tui.keymap import key_of, keys_of, map_has
from console.tui.map import MapView
from console.tui.measures import running
from console.tui.pane import guarded, styled
from console.tui.replay.bindings import REPLAY_KEYS, replay_desk_bindings
from console.tui.replay.boxes import BookmarkDialog, BranchDialog, GoToDialog, LaterDialog, MarksDialog
from console.tui.replay.link import ReplayLink, Stand
from console.tui.replay.scrubber import ReplayKeys, Scrubber
from console.tui.screens.desk import REGIONS, Desk
from console.tui.screens.help import HelpDialog
from console.tui.widgets.command_line import CommandLine
from console.tui.widgets.feedback import Feedback
from console.tui.worn import wear

LOOKING: Final = frozenset(
    {
        "details",
        "read_out",
        "map",
        "history",
        "keys",
        "quit",
        "newest",
        "unfold",
        "language",
        "procedure",
        "shift",
        "timeline",
        "jump",
        "about",
    }
)
"""What the desk can do that changes nothing but the view. Everything else is refused: a recording cannot act (S10)."""

_ID = {one.name: one.id for one in REPLAY_KEYS}


class ReplayDesk(Desk, inherit_bindings=False):
    """Shows the pictures of a `ReplayLink`. ``file`` is the recording: the bookmarks lie beside it."""

    DEFAULT_CSS = """
    ReplayDesk Scrubber { height: 2; background: $panel; }
    ReplayDesk.-short Scrubber { height: 1; }
    ReplayDesk ReplayKeys { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*Screen.BINDINGS, *replay_desk_bindings()]
    CSS_PATH = "../screens/desk.tcss"

    def __init__(self, link: ReplayLink, clock: Callable[[], float], **more: Any) -> None:
        super().__init__(link, clock, **more)
        self._replay = link
        self._advisor = Advisor(self, self._recorded_s)  # the ranking follows the time of the recording
        self._jumps = 0
        self.file: Path | None = None
        self.bookmarks = Bookmarks()
        self.branch_at: str | None = None

    def foot(self) -> ComposeResult:
        """The scrubber over the keys."""
        yield Scrubber("scrubber", self._replay.player, lambda: self.stand, lambda: self.bookmarks)
        yield ReplayKeys("keys")

    def opened(self, file: Path) -> None:
        """This is the file: read what was noted beside it.

        Raises:
            ValueError: what lies there holds no notes.
            OSError: it cannot be read.
        """
        self.file, self.bookmarks = file, read_bookmarks(beside(file))

    @property
    def stand(self) -> Stand:
        """Where the replay is."""
        return self._replay.stand

    def _recorded_s(self) -> float:
        clock = self._picture.clock
        return 0.0 if clock is None else clock.now.timestamp()

    # What is shown

    def show(self, picture: Picture, crowd: int = 1) -> None:
        """Show a picture, each at once; after a jump nothing is left that belongs to the moment before it."""
        jumps = self.stand.jumps
        self._jumped, self._jumps = jumps != self._jumps, jumps
        if self._jumped:
            self.set_focus(None)
        super().show(picture)
        if self._jumped:
            self._count_alarms()
            self.hand_out()

    def _tell(self, before: Picture, picture: Picture) -> None:
        if not self._jumped:
            super()._tell(before, picture)

    def hand_out(
        self, regions: Collection[str] = REGIONS, how: Callable[[Widget, Glance], None] = guarded
    ) -> None:
        """Hand out a glance, to the scrubber as well."""
        super().hand_out(regions, how)
        if self.is_mounted:
            for scrubber in self.query(Scrubber):
                guarded(scrubber, self.shown)

    def wear(self, glance: Glance) -> None:
        """The frame, with the title of the recording at its foot."""
        wear(self, glance.picture.mode, self._replay.player.recording.header.title)

    # What is refused

    async def action_deed(self, name: str) -> None:
        """Do what only looks; refuse what would act."""
        if name == "quit":
            await self.leave()
        elif name in LOOKING:
            await super().action_deed(name)
        else:
            self.warn(self._refused())

    def _refused(self) -> str:
        more = _("{key} takes over from here in an exercise.", key=key_of("replay.branch"))
        return f"{refusal(Refusal(code='recorded'))} {more}"

    async def leave(self) -> None:
        """Leave at once: nothing is held here."""
        self.app.exit(0)

    async def help(self) -> None:
        """Every key of a replay."""
        await self.open(HelpDialog(replay_desk_bindings()))

    def more_deeds(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """The keys of the replay, for the palette."""
        for one in REPLAY_KEYS:
            yield f"{_(one.tooltip)} ({key_of(one.id)})", _(one.label), partial(self.action_replay, one.name)

    # What goes through the recording

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """As on the desk: a key belongs to the map where the map has the same."""
        if action == "replay":
            if isinstance(self.focused, CommandLine):
                return False
            if isinstance(self.focused, MapView):
                key = keys_of(_ID[str(parameters[0])])[0]
                return not (map_has(key) or self.focused.takes(key))
        return super().check_action(action, parameters)

    async def action_replay(self, name: str) -> None:
        """Do what a key of the replay stands for."""
        match name:
            case "play":
                self._play()
            case "back" | "forward":
                self._said(self._replay.step(back=name == "back"))
            case "slower" | "faster":
                self._replay.faster(1 if name == "faster" else -1)
            case "minute_back" | "minute_on":
                self._replay.go_by(60 if name == "minute_on" else -60)
            case "go_to":
                await self._go_to()
            case "later":
                await self._later()
            case "bookmark":
                await self._bookmark()
            case "marks":
                await self._marks()
            case "branch":
                await self._branch()
            case _:
                way, _sep, kind = name.partition("_")
                self._jump(MarkKind(kind), back=way == "previous")

    def on_scrubber_clicked(self, message: Scrubber.Clicked) -> None:
        """The track was clicked."""
        self._seek_s(message.share * self._replay.player.length_s)

    async def on_replay_keys_pressed(self, message: ReplayKeys.Pressed) -> None:
        """A key of the footer was clicked."""
        if message.name in _ID:
            await self.action_replay(message.name)
        else:
            await self.action_deed(message.name)

    def _play(self) -> None:
        before = self.stand
        self._replay.turn()
        if not before.playing and not self.stand.playing:
            self.say(_("The recording ends here."))

    def _said(self, went: bool) -> None:
        if not went:
            self.say(_("There is no event any more in this direction."))

    def _jump(self, kind: MarkKind, *, back: bool) -> None:
        mark = self._replay.jump(kind, back=back)
        if mark is None:
            self.say(_("There is no such mark any more in this direction."))
        else:
            self._turn_to(mark.intervention)

    def _turn_to(self, intervention: UUID | None) -> None:
        if intervention is not None:
            self.choose(intervention)

    def _seek_s(self, seconds: float) -> None:
        player = self._replay.player
        self._replay.go(player.seek(player.starts_at + timedelta(seconds=seconds)))

    def say(self, sentence: str) -> None:
        """Answer who watches."""
        self.query_one(Feedback).say(styled(sentence, "bold"), self._clock())

    async def _go_to(self) -> None:
        def answered(seconds: float | None) -> None:
            if seconds is not None:
                self._seek_s(seconds)

        await self.open(GoToDialog(self._replay.player.length_s), answered)

    async def _later(self) -> None:
        seen = self.shown.seen
        if seen is None:
            self.warn(_("Select an intervention first."))
            return
        moment = self._pause()
        later = self._replay.player.later(seen.state.id, moment)
        await self.open(LaterDialog(seen, self.shown, later, moment.at))

    def _pause(self) -> Moment:
        """Stand still while a box is open."""
        if self.stand.playing:
            self._replay.turn()
        return self.stand.moment

    def _place(self, moment: Moment) -> str:
        return running((moment.at - self._replay.player.starts_at).total_seconds())

    async def _bookmark(self) -> None:
        moment = self._pause()

        def answered(text: str | None) -> None:
            if text is not None and self._keep(Bookmark(at=moment.at, text=text)):
                self.say(_("Bookmark at {time}.", time=self._place(moment)))

        await self.open(BookmarkDialog(self._place(moment)), answered)

    def _keep(self, one: Bookmark) -> bool:
        """Write it beside the recording; say so if that cannot be done."""
        bookmarks = self.bookmarks.with_one(one)
        try:
            if self.file is not None:
                write_bookmarks(beside(self.file), bookmarks)
        except OSError as wrong:
            self.warn(_("The note could not be written: {why}", why=wrong.strerror or str(wrong)))
            return False
        self.bookmarks = bookmarks
        self.hand_out()
        return True

    async def _marks(self) -> None:
        moment, player = self._pause(), self._replay.player

        def answered(chosen: tuple[Any, int] | None) -> None:
            if chosen is None:
                return
            at, index = chosen
            self._replay.go(player.seek(at))
            here = [one for one in player.marks if (one.at, one.index) == (at, index)]
            self._turn_to(here[0].intervention if here else None)

        box = MarksDialog(player.marks, self.bookmarks.notes, self.shown, moment.at, player.starts_at)
        await self.open(box, answered)

    async def _branch(self) -> None:
        moment = self._pause()
        place = self._place(moment)
        named = str(self.file) if self.file else "FILE"

        def answered(yes: bool | None) -> None:
            if yes:
                self._keep(Bookmark(at=moment.at, branch=True))
                self.branch_at = place
                self.app.exit(0)

        command = f"msa exercise {shlex.quote(named)} --from {place}"
        await self.open(BranchDialog(command, place, self._why_no_exercise), answered)

    def _why_no_exercise(self) -> str:
        return "" if self.file else _("This recording lies in no file.")


DESK = ReplayDesk
