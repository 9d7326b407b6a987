"""The desk of the dispatcher: the regions in their fixed places, and what is handed out to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from console.domain.commands import Acknowledge, AnyCommand, Dispatch, OpenByHand
from console.domain.events import Event
from console.domain.intervention import State
from console.domain.procedure import Procedures, StepCode
from console.domain.room import Seen
from console.domain.targets import DEFAULTS, Targets
from console.link.interface import Ask, Connection, Link, Pending, Picture, Waiting
from console.link.streets import Streets
from console.locale import _, current
from console.locale.words import refusal
from console.tui.actions import BY_NAME, why_not
from console.tui.advisor import Advisor, Recommended
from console.tui.alerts import Alerts, Sound, bright, waiting
from console.tui.atlas import Atlas
from console.tui.bindings import desk_bindings
from console.tui.deeds import Deeds
from console.tui.first_time import TOUR, FirstTime
from console.tui.folding import Fold
from console.tui.glance import Glance
from console.tui.hand import offer
from console.tui.keymap import keys_of, map_has
from console.tui.locker import Locker
from console.tui.map import MapView
from console.tui.overseen import given, overridden
from console.tui.pace import Pace, only_more_of_the_same
from console.tui.pane import attempt, first_of, guarded, styled
from console.tui.screens.announced import TestsDialog
from console.tui.screens.by_hand import OpenDialog
from console.tui.screens.channel import ChannelDialog
from console.tui.screens.closing import CloseDialog
from console.tui.screens.dialog import Dialog
from console.tui.screens.help import HelpDialog
from console.tui.screens.legend import LegendDialog
from console.tui.screens.lock import LockScreen
from console.tui.sentences import asked, happened
from console.tui.step_guard import QUIET_S, StepGuard
from console.tui.street import wanted
from console.tui.underneath import acts_at_once, changed_by_others
from console.tui.widgets.banner import Banner
from console.tui.widgets.command_line import CommandLine
from console.tui.widgets.feedback import Feedback
from console.tui.widgets.first_second import FirstSecond
from console.tui.widgets.header import Header
from console.tui.widgets.keys import Keys
from console.tui.widgets.line import LineStrip
from console.tui.widgets.map_pane import MapPane
from console.tui.widgets.next_step import NextStep
from console.tui.widgets.patrols import PatrolsPane
from console.tui.widgets.queue import Queue
from console.tui.widgets.timeline import Timeline
from console.tui.widths import HEIGHTS, WIDTHS
from console.tui.worn import wear
from console.wire.console_frames import Answer
from console.wire.failure import note_failure
from console.wire.procedures_file import shipped_procedures

if TYPE_CHECKING:
    from console.settings_file import OwnSettings

T = TypeVar("T")

REGIONS = (
    "header",
    "queue",
    "map",
    "first-second",
    "patrols",
    "line",
    "timeline",
    "next",
    "feedback",
    "keys",
    "banner",
)
"""Everything that shows a glance, from what the eye looks for first."""

ALARM_REGIONS = ("header", "queue", "first-second", "banner")
"""Where a new press is seen at once, in a frame of a few lines at the top; the rest follows right after."""

REST_AFTER_S = 0.01
"""From the first lines of a new press to everything: long enough for them to be painted by themselves."""

LEAVE_QUEUE_AFTER_S = 10.0
"""The cursor leaves the queue by itself after so long without a key, and its order goes on."""


class Desk(Screen[None]):
    """Shows one picture after another; a key becomes a command. Nothing else changes what is seen."""

    CSS_PATH = "desk.tcss"
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [*desk_bindings()]

    def __init__(
        self,
        link: Link,
        clock: Callable[[], float],
        *,
        targets: Targets = DEFAULTS,
        procedures: Procedures | None = None,
        test_every_days: int = 15,
        sound: Sound | None = None,
        lock_after_s: float = 0.0,
        streets: Streets | None = None,
        own: OwnSettings | None = None,
        tour: FirstTime | None = None,
    ) -> None:
        super().__init__()
        self.own, self._tour = own, tour
        self._link, self._clock, self._targets = link, clock, targets
        self._procedures = shipped_procedures() if procedures is None else procedures
        self._test_every_days = test_every_days
        self._streets = streets
        self._deeds = Deeds(self)
        self._guard = StepGuard(clock)
        self._advisor = Advisor(self, clock)
        self.locker = Locker(self, clock, lock_after_s)
        self._alerts = Alerts(self, sound or Sound(), self._blink)
        self._atlas = Atlas()
        self._picture = Picture()
        self._fold = Fold()
        self._moved_s = float("-inf")
        self._selected: UUID | None = None
        self._touched_s = float("-inf")
        self._mine: dict[UUID, tuple[AnyCommand, str]] = {}
        self._live_since_s = float("-inf")
        self.dropped: Pending | None = None
        self._rest: Timer | None = None
        self._changed: Event | None = None
        self._changed_s = float("-inf")
        self._pace = Pace()
        self._next: Picture | None = None
        self._due: Timer | None = None
        self.shown = Glance(self._picture, 0.0)

    def compose(self) -> ComposeResult:
        """The regions, in the order in which the grid places them."""
        yield Header("header")
        with Container(id="regions"):
            yield Queue("queue")
            yield MapPane("map")
            yield FirstSecond("first-second")
            yield PatrolsPane("patrols")
        yield LineStrip("line")
        yield Timeline("timeline")
        yield NextStep("next")
        with Horizontal(id="answer"):
            yield Feedback("feedback")
            yield CommandLine(lambda: self.shown, self._clock, self._line_done)
            yield Static("", id="line-hint", markup=False)
        yield from self.foot()
        yield Banner("banner")

    def foot(self) -> ComposeResult:
        """The last lines: the keys."""
        yield Keys("keys")

    def wear(self, glance: Glance) -> None:
        """An exercise wears its frame."""
        wear(self, glance.picture.mode)

    def more_deeds(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """What the palette offers beside the table of actions: name, help, and what is then called."""
        yield from ()

    async def help(self) -> None:
        """Every key and what it does."""
        await self.open(HelpDialog(desk_bindings()))

    def on_mount(self) -> None:
        """One clock for everything that ticks."""
        self.set_interval(1.0, self._tick)
        self.hand_out()

    # What is shown

    def show(self, picture: Picture, crowd: int = 1) -> None:
        """Show a picture: the only way in which anything on the desk changes.

        ``crowd``: how many have come since the last one, this one included. In a storm it may wait (`Pace`).
        """
        before = self._picture
        if (self._due is not None or self._pace.wait_s(crowd) > 0) and self._may_wait(before, picture):
            self._next = picture
            self._due = self._due or self.set_timer(self._pace.wait_s(crowd), self._show_next)
            return
        with self._pace.work():
            self._show(before, picture)

    def _may_wait(self, before: Picture, picture: Picture) -> bool:
        """It holds nothing that calls the operator, answers them, or changes what their keys act on."""
        if not only_more_of_the_same(before, picture) or waiting(picture) > waiting(before):
            return False
        if self._selected is None:
            return True
        one, two = (room.seen.get(self._selected) for room in (before.room, picture.room))
        return one is not None and two is not None and one.state.decision == two.state.decision

    def _note_change(self, before: Picture, picture: Picture) -> None:
        if self._selected is not None:
            was, now = (room.seen.get(self._selected) for room in (before.room, picture.room))
            operator = picture.operator.id if picture.operator else ""
            if (changed := changed_by_others(was, now, operator)) is not None:
                self._changed, self._changed_s = changed, self._clock()

    def _show_next(self) -> None:
        if self._due is not None:
            self._due.stop()
            self._due = None
        if (picture := self._next) is not None:
            self.show(picture)

    def _show(self, before: Picture, picture: Picture) -> None:
        self._picture, self._next = picture, None
        attempt("changes", lambda: self._note_change(before, picture))
        if picture.connection is Connection.LIVE and before.connection is not Connection.LIVE:
            self._live_since_s = self._clock()
        attempt("results", lambda: self._hear_results(before, picture))
        attempt("told", lambda: self._tell(before, picture))
        attempt("selection", lambda: self._select(picture))
        if waiting(picture) > waiting(before):
            self.hand_out(ALARM_REGIONS, first_of)
            self._rest = self._rest or self.set_timer(REST_AFTER_S, self.hand_out)
        else:
            self.hand_out()
        self._call()

    def _tell(self, before: Picture, picture: Picture) -> None:
        """Say what others have done that concerns who sits here."""
        if told := given(before, picture) or overridden(before, picture):
            self.query_one(Feedback).say(styled(f"▲ {told}", "bold $warning"), self._clock())

    def _call(self) -> None:
        """Ring and lock as the room asks for; a sound that cannot be decided on is made."""
        if not attempt("alerts", lambda: self._alerts.show(self.shown)) and waiting(self._picture):
            self.app.bell()
        attempt("lock", lambda: self.locker.look(self.shown))

    def lay(self, atlas: Atlas) -> None:
        """Take what is known of the country."""
        self._atlas = atlas
        if atlas.ground is not None:
            for pane in self.query(MapPane):  # none while the desk comes or goes
                pane.lay(atlas.ground, atlas.approximate)
        self.hand_out()

    @property
    def link(self) -> Link:
        """The connection."""
        return self._link

    @property
    def ready(self) -> bool:
        """The map has its ground, and whatever is selected and open has its ranking."""
        seen = self.shown.seen
        unranked = seen is None or seen.state.state is State.CLOSED or seen.state.glimpsed
        ranked = unranked or self.shown.recommendation is not None
        return self._atlas.ground is not None and ranked

    def hand_out(
        self, regions: Collection[str] = REGIONS, how: Callable[[Widget, Glance], None] = guarded
    ) -> None:
        """Hand one glance to every region, or to some, and to the box that is open over them."""
        if not self.is_mounted:
            return
        glance = Glance(
            picture=self._picture,
            at_s=self._clock(),
            seen=self._picture.room.seen.get(self._selected) if self._selected else None,
            recommendation=self._advisor.of(self._selected),
            atlas=self._atlas,
            targets=self._targets,
            procedures=self._procedures,
            test_every_days=self._test_every_days,
            streets=self._streets,
            language=current(),
            flash=bright(self._clock()),
            fold=self._fold,
        )
        self.shown = glance
        self._guard.selected(self._selected)
        self.set_class(not glance.answers, "-stale")
        self.wear(glance)
        step_before = self.query_one(NextStep).step
        for region in regions:
            how(self.query_one(f"#{region}"), glance)
        step = self.query_one(NextStep).step
        if (step and (step.code, step.patrols)) != (step_before and (step_before.code, step_before.patrols)):
            self._guard.changed()
        for screen in self.app.screen_stack:
            # One that is still coming, or on its way out, has nothing to show it in.
            there = screen.whole if isinstance(screen, Dialog) else screen.is_mounted and screen.children
            if isinstance(screen, Dialog | LockScreen) and there:
                guarded(screen, glance)
        if regions is REGIONS:
            if self._rest is not None:
                self._rest.stop()
                self._rest = None
            attempt("ranking", lambda: self._advisor.look(glance))
            if (streets := self._streets) is not None:
                attempt("streets", lambda: streets.want(wanted(glance)))

    def _tick(self) -> None:
        if self.query_one(Queue).has_focus and self._clock() - self._touched_s > LEAVE_QUEUE_AFTER_S:
            self.set_focus(None)
        attempt("flood", self._count_alarms)
        if self._next is not None:
            self._show_next()
        else:
            with self._pace.work():
                self.hand_out()
                self._call()
        self._show_tour()

    def adopt(self, *, bell: bool, targets: Targets, test_every_days: int, lock_after_s: float) -> None:
        """Take changed settings into use."""
        self._targets, self._test_every_days = targets, test_every_days
        self._alerts.ring_bell(bell)
        self.locker.lock_after(lock_after_s)

    def _show_tour(self) -> None:
        """Once somebody is logged in and nothing is open, if it is due (`FirstTime`)."""
        if self._tour is not None and self.app.screen is self and self.shown.live and self.shown.actor:
            from console.tui.screens.tour import TourDialog, nothing_open

            if nothing_open(self.shown):
                tour, self._tour = self._tour, None
                if tour.due:
                    tour.shown()
                    self.call_later(self.open, TourDialog())

    def _count_alarms(self) -> None:
        """In a flood the queue folds all but the presses. Once a second is enough: a press is never folded."""
        clock = self._picture.clock
        now = None if clock is None else clock.at(self._clock())
        self._fold = self._fold.next(self._picture.room, now, self._targets)

    def turn_fold(self) -> None:
        """Unfold the queue in a flood, or fold it again; its order goes on."""
        self.set_focus(None)
        self._fold = self._fold.turned()
        self.hand_out()

    def on_queue_unfold(self) -> None:
        """The row of what is folded away was clicked."""
        self.turn_fold()

    def _select(self, picture: Picture) -> None:
        """Keep what is selected; a press is selected by itself only where nothing open would lose its place."""
        seen = picture.room.seen.get(self._selected) if self._selected else None
        if seen is None or (seen.state.state is State.CLOSED and not self._engaged):
            queue = picture.room.queue()
            first = queue[0] if queue else None
            if seen is None or (first is not None and first.state.state is State.RAISED):
                before, self._selected = self._selected, first.state.id if first else None
                if before is not None and before != self._selected:
                    self._moved_s = self._clock()

    @property
    def _engaged(self) -> bool:
        """The operator is in the queue or in a box: the selection must not move under the hand."""
        box = self.app.screen is not self and self.app.screen.name != TOUR
        return box or self.query_one(Queue).has_focus

    def on_recommended(self, message: Recommended) -> None:
        """The ranking is here."""
        self._advisor.keep(message)
        self.hand_out()

    def _blink(self) -> None:
        guarded(self.query_one(Queue), replace(self.shown, flash=bright(self._clock())))

    # What the operator does

    async def leave(self) -> None:
        """Leave the console, whatever is open over the desk."""
        await self._deeds.quit(self.shown)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key belongs to the line that is typed in, or to the map where the map has the same key."""
        focused = self.focused
        if action in {"deed", "move"} and isinstance(focused, CommandLine):
            return False
        if action == "deed" and isinstance(focused, MapView):
            key = keys_of(str(parameters[0]))[0]
            return not (map_has(key) or focused.takes(key))
        return True

    async def open(self, box: Dialog[T], then: Callable[[T | None], None] | None = None) -> None:
        """Open a box; returns once the keys go to it, so that none that was typed into it acts on the desk."""
        box.set_class(self.has_class("-worn"), "-worn")  # inside the frame
        await self.app.push_screen(box, then)
        box.begin()

    async def action_deed(self, name: str) -> None:
        """Do what a key stands for, or say why it cannot be done now."""
        action, glance = BY_NAME[name], self.shown
        if name != "next":
            self.set_focus(None)
        if reason := why_not(action, glance):
            self.warn(reason)
        elif action.of_one and glance.seen is not None and self._clock() - self._moved_s < QUIET_S:
            number = glance.seen.state.number
            self.warn(
                _("{number} has just been selected by itself: press again if you mean it.", number=number)
            )
        elif (
            glance.seen is not None
            and acts_at_once(name, glance)
            and self._changed is not None
            and self._clock() - self._changed_s < QUIET_S
        ):
            number = glance.seen.state.number
            what = happened(self._changed, glance.call_sign, glance.atlas.zone)
            self.warn(
                _("{number} has just changed: {what}. Press again if you mean it.", number=number, what=what)
            )
        else:
            try:
                await self._deeds.do(name, glance)
            except Exception as wrong:  # a box that cannot be opened must not take the alarms from the screen
                note_failure(f"the key {name}", wrong)
                self.warn(_("This key failed; nothing was sent by it. Use another way, or the radio."))

    def send(self, do: AnyCommand, intervention: UUID | None, seen_decision: int | None) -> UUID:
        """Send a command, and remember that it is ours. What is opened by hand acts on no intervention."""
        seen = self._picture.room.seen.get(intervention) if intervention else None
        command = self._link.send(do, intervention, seen_decision)
        self._mine[command] = (do, seen.state.number if seen else "")
        return command

    def ask(self, ask: Ask) -> Future[Answer]:
        """Ask the backend something."""
        return self._link.ask(ask)

    def take_step(self) -> None:
        """Do the step that the line NEXT shows; what it does not show is not done."""
        line = self.query_one(NextStep)
        meant = self._guard.meant()
        step, seen = line.step, self.shown.seen
        if step is None or seen is None or not meant:
            return
        if line.subject != (seen.state.id, seen.state.decision):
            return
        if not step.by_key:
            self.warn(_("The next step is not done by the space bar: it needs your decision."))
        elif step.code is StepCode.ACKNOWLEDGE:
            self.send(Acknowledge(), seen.state.id, seen.state.decision)
        elif step.code is StepCode.DISPATCH:
            self.send(Dispatch(patrols=step.patrols), seen.state.id, seen.state.decision)

    def on_descendant_focus(self) -> None:
        """Whoever goes to the queue by tab is there: it is not left at the next tick."""
        self._touched_s = self._clock()

    def choose(self, intervention: UUID) -> None:
        """Select an intervention."""
        self._touched_s = self._clock()
        self._moved_s = self._changed_s = float("-inf")
        self._selected = intervention
        self.hand_out()

    def warn(self, sentence: str) -> None:
        """Answer the operator with why something is not done."""
        self.query_one(Feedback).say(styled(f"✕ {sentence}", "bold $warning"), self._clock())

    def open_line(self) -> None:
        """Open the command line in the place of the answer, with a line below it that helps."""
        line = self.query_one(CommandLine)
        self._typing(True)
        line.open(self.shown)
        self.set_focus(line)

    def _typing(self, typing: bool) -> None:
        self.query_one(Feedback).display, self.query_one(CommandLine).display = not typing, typing
        self.set_class(typing, "-typing")

    def on_command_line_hint(self, message: CommandLine.Hint) -> None:
        """What follows, what fits, or what is wrong."""
        self.query_one("#line-hint", Static).update(message.said)

    def _line_done(self, do: AnyCommand | None, seen: Seen | None) -> None:
        """A command was typed, or not."""
        self.set_focus(None)
        self._typing(False)
        if do is not None and seen is not None:
            self.send(do, seen.state.id, seen.state.decision)
        elif do is not None:
            self.send(do, None, None)

    def on_queue_chosen(self, message: Queue.Chosen) -> None:
        """The cursor of the queue moved."""
        self.choose(message.intervention)

    async def on_keys_pressed(self, message: Keys.Pressed) -> None:
        """A key of the footer was clicked."""
        await self.action_deed(message.action.name)

    async def on_map_view_legend_asked(self) -> None:
        """All signs of the map."""
        await self.open(LegendDialog())

    async def on_next_step_pressed(self) -> None:
        """The line NEXT was clicked."""
        await self.action_deed("next")

    def action_move(self, steps: int) -> None:
        """Move the cursor of the queue, whose order then stands still. Above what was seen it goes on."""
        queue = self.query_one(Queue)
        if queue.at_first_seen and steps < 0:
            self.action_leave()
            return
        self.set_focus(queue)
        if (reached := queue.reached(steps)) is not None:
            self.choose(reached)

    def action_leave(self) -> None:
        """Leave the queue: its order goes on."""
        self.set_focus(None)
        self.hand_out()

    def action_confirm(self) -> None:
        """Send the oldest command that asks."""
        if command := self._asking():
            self._link.confirm(command)

    def action_note_unrecorded(self) -> None:
        """Take note of the press that was not recorded and rings longest."""
        if self._picture.unrecorded.rings:
            self._link.note_unrecorded()

    def action_discard(self) -> None:
        """Drop the oldest command that asks."""
        if command := self._asking():
            self.dropped = self._picture.pending[command]
            self._link.discard(command)
            self.warn(offer())

    def forget(self, command: UUID) -> None:
        """Drop a command that was done by voice and is entered as such."""
        self.dropped = None
        self._link.discard(command)

    def _asking(self) -> UUID | None:
        asking = [
            (one.since_s, key) for key, one in self._picture.pending.items() if one.waiting is Waiting.ASKS
        ]
        return min(asking)[1] if asking else None

    # What comes back

    def _hear_results(self, before: Picture, picture: Picture) -> None:
        """Say what became of our commands."""
        known = {one.id for one in before.results}
        for result in picture.results:
            if result.id in known or result.id not in self._mine:
                continue
            do, number = self._mine.pop(result.id)
            box = self.app.screen
            waiting = (
                box
                if isinstance(box, CloseDialog | ChannelDialog | OpenDialog | TestsDialog)
                and box.command == result.id
                else None
            )
            if result.refusal is None:
                said = styled("✓ ", "bold $success") + Content(f"{asked(do, self.shown.call_sign)}  {number}")
                self.query_one(Feedback).say(said, self._clock())
                if waiting:
                    waiting.dismiss(None)
                if isinstance(do, OpenByHand) and result.intervention:
                    self.choose(result.intervention)
            elif waiting:
                waiting.refused(refusal(result.refusal))
            else:
                late = before.pending.get(result.id)
                overtaken = late is not None and late.since_s < self._live_since_s
                self.warn(refusal(result.refusal) + (f" {offer()}" if overtaken else ""))


DESK = Desk
