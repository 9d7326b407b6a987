"""What each key does: ask what is missing, then send a command bound to what was seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from console.domain import commands as c
from console.domain.casefile import Channel
from console.domain.events import Heard
from console.domain.intervention import State
from console.domain.patrols import PatrolState
from console.domain.room import Seen
from console.domain.rules.line import permitted
from console.locale import LANGUAGES, _, current, use
from console.locale.words import word
from console.tui import endings, hand, rooms
from console.tui.glance import Glance
from console.tui.held import why_not_lock
from console.tui.how_she_is import ask_how_far, ask_how_she_is
from console.tui.line_keys import listening, microphone
from console.tui.whole_room import take_over_room

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk


class Deeds:
    """The hands of the desk. Each method is named as its `Action`; ``glance`` is what was painted last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def do(self, name: str, glance: Glance) -> None:
        """Do what the action of this name does. Returns once a box that it opens takes the keys."""
        deed: Callable[[Glance], Awaitable[None]] = getattr(self, name)
        await deed(glance)

    def _seen(self, glance: Glance) -> Seen:
        assert glance.seen is not None, "the table of actions lets nobody act on nothing"
        return glance.seen

    def _send(self, do: c.AnyCommand, seen: Seen) -> None:
        self._desk.send(do, seen.state.id, seen.state.decision)

    async def acknowledge(self, glance: Glance) -> None:
        """Take the alarm."""
        self._send(c.Acknowledge(), self._seen(glance))

    async def undo(self, glance: Glance) -> None:
        """Take the acknowledgement back."""
        self._send(c.Release(), self._seen(glance))

    async def listen(self, glance: Glance) -> None:
        """Listen on the open line, or let go of it."""
        self._send(listening(glance), self._seen(glance))

    async def microphone(self, glance: Glance) -> None:
        """Our microphone: off at once; on only where the file allows it, else after a reason (W3)."""
        do, seen = microphone(glance), self._seen(glance)
        if isinstance(do, c.Mute) or (
            glance.now and permitted(seen.state, Channel.SPEAK, glance.now).allowed
        ):
            self._send(do, seen)
        else:
            await self._channel(Channel.SPEAK, glance)

    async def chat(self, glance: Glance) -> None:
        """Write to her app."""
        await self._channel(Channel.CHAT, glance)

    async def ring(self, glance: Glance) -> None:
        """Make her phone ring: only after a look at what the file says of it."""
        await self._channel(Channel.RING, glance)

    async def call(self, glance: Glance) -> None:
        """Call her: only after a look at what the file says of it."""
        await self._channel(Channel.CALL, glance)

    async def push(self, glance: Glance) -> None:
        """Put a message on her screen."""
        await self._channel(Channel.PUSH, glance)

    async def saw(self, glance: Glance) -> None:
        """What a patrol says by voice of the victim."""
        await ask_how_she_is(self._desk, glance, self._seen(glance))

    async def status(self, glance: Glance) -> None:
        """What a patrol says by voice of itself: how far it is."""
        await ask_how_far(self._desk, glance, self._seen(glance))

    async def _channel(self, channel: Channel, glance: Glance) -> None:
        from console.tui.screens.channel import ChannelDialog

        seen, now = self._seen(glance), glance.now
        if now is None:
            return
        answer = permitted(seen.state, channel, now)
        dialog = ChannelDialog(
            seen, answer, lambda do: self._desk.send(do, seen.state.id, seen.state.decision)
        )
        await self._desk.open(dialog)

    async def passed_on(self, glance: Glance) -> None:
        """The danger was read to a patrol that has not read it itself; of several, who repeated it is asked."""
        await self._repeated(self._seen(glance), glance)

    async def _repeated(self, seen: Seen, glance: Glance) -> None:
        from console.tui.screens.pick import ALL, of_those_who_repeat
        from console.tui.screens.readout import unread_of

        unread = unread_of(seen.state)

        def picked(patrol: str | None) -> None:
            for one in unread if patrol == ALL else (patrol,) if patrol else ():
                self._send(c.DangerPassed(patrol=one), seen)

        if len(unread) > 1:
            await self._desk.open(of_those_who_repeat(seen, unread, glance), picked)
        else:
            picked(next(iter(unread), seen.state.sent[0].patrol))

    async def dispatch(self, glance: Glance) -> None:
        """Choose patrols and send them."""
        from console.tui.screens.dispatch import DispatchDialog

        seen = self._seen(glance)
        dialog = DispatchDialog(seen, glance.recommendation)

        def chosen(patrols: tuple[str, ...] | None) -> None:
            send, ask = dialog.parted(patrols or ())
            if send:
                self._send(c.Dispatch(patrols=send), seen)
            for patrol in ask:
                self._send(c.Propose(patrol=patrol), seen)

        await self._desk.open(dialog, chosen)

    async def reserve(self, glance: Glance) -> None:
        """Keep patrols for this one."""
        from console.tui.screens.reserve import ReserveDialog

        seen, advice = self._seen(glance), glance.recommendation
        if advice is None:
            self._desk.warn(_("The ranking is being computed: press again."))
            return

        def chosen(patrols: tuple[str, ...] | None) -> None:
            if patrols:
                self._send(c.Reserve(patrols=patrols), seen)

        await self._desk.open(ReserveDialog(seen, advice), chosen)

    async def read_out(self, glance: Glance) -> None:
        """What is read to a patrol; repeated back, the danger is passed on."""
        from console.tui.screens.readout import ReadOutDialog

        seen = self._seen(glance)

        def answered(repeated: bool | None) -> None:
            if repeated and (now := self._desk.shown.find(seen.state.id)) is not None:
                self._desk.call_later(self._repeated, now, self._desk.shown)

        await self._desk.open(ReadOutDialog(seen, glance), answered)

    async def services(self, glance: Glance) -> None:
        """Ask for another service, or note its answer."""
        from console.tui.screens.services import ServicesDialog

        seen = self._seen(glance)

        def answered(do: c.Request | c.Answered | None) -> None:
            if do is not None:
                self._send(do, seen)

        await self._desk.open(ServicesDialog(seen, glance), answered)

    async def choose_fix(self, glance: Glance) -> None:
        """Which of two positions is shown."""
        from console.tui.screens.pick import of_two_fixes

        seen = self._seen(glance)

        def picked(fix: str | None) -> None:
            if fix is not None:
                self._send(c.ChooseFix(fix_id=fix), seen)

        if (dialog := of_two_fixes(seen, glance)) is not None:
            await self._desk.open(dialog, picked)

    async def zone(self, glance: Glance) -> None:
        """Take the proposed zone, or keep ours."""
        from console.tui.screens.pick import KEEP, of_two_zones

        seen = self._seen(glance)

        def picked(zone: str | None) -> None:
            if zone is not None:
                self._send(c.KeepZone() if zone == KEEP else c.ChangeZone(zone=zone), seen)

        if (dialog := of_two_zones(seen, glance)) is not None:
            await self._desk.open(dialog, picked)

    async def note(self, glance: Glance) -> None:
        """Write a note."""
        seen = self._seen(glance)
        await self._line(_("Note"), _("What is to be known"), seen, lambda words: c.Note(words=words))

    async def reopen(self, glance: Glance) -> None:
        """Go on with a closed one."""
        seen = self._seen(glance)
        await self._line(_("Reopen"), _("Reason"), seen, lambda words: c.Reopen(reason=words))

    async def take_over(self, glance: Glance) -> None:
        """Take it from another operator; a reason may be given."""
        seen = self._seen(glance)
        label = _("From {by}. Reason, if there is one", by=seen.state.handler or "–")
        await self._line(_("Take over"), label, seen, lambda words: c.TakeOver(reason=words), needed=False)

    async def _line(
        self, title: str, label: str, seen: Seen, make: Callable[[str], c.AnyCommand], *, needed: bool = True
    ) -> None:
        from console.tui.screens.ask import AskLine

        def answered(words: str | None) -> None:
            if words is not None:
                self._send(make(words), seen)

        await self._desk.open(AskLine(title, label, seen, needed=needed), answered)

    async def recall(self, glance: Glance) -> None:
        """Call a patrol back."""
        from console.tui.screens.ask import AskChoice

        seen = self._seen(glance)
        patrols = [
            (one.patrol, f"{glance.call_sign(one.patrol)}  {word(one.state)}") for one in seen.state.sent
        ]
        patrols += [
            (one, f"{glance.call_sign(one)}  {word(PatrolState.RESERVED)}") for one in seen.state.reserved
        ]
        patrols += [(one, f"{glance.call_sign(one)}  " + _("asked for")) for one in seen.state.proposed]

        def answered(answer: tuple[str, str] | None) -> None:
            if answer is None:
                return
            patrol, reason = answer
            if patrol in seen.state.proposed:
                self._send(c.LetGo(patrol=patrol, reason=reason), seen)
            else:
                self._send(c.Recall(patrol=patrol, reason=reason), seen)

        dialog = AskChoice(_("Recall a patrol"), seen, _("Patrol"), patrols, _("Reason"))
        await self._desk.open(dialog, answered)

    async def heard(self, glance: Glance) -> None:
        """Log what is heard on the line."""
        from console.tui.screens.heard import HeardDialog

        seen = self._seen(glance)

        def answered(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                self._send(c.HeardOnLine(code=Heard(answer[0]), words=answer[1]), seen)

        await self._desk.open(HeardDialog(seen), answered)

    async def support(self, glance: Glance) -> None:
        """Ask another control room to help."""
        await rooms.ask_support(self._desk, self._seen(glance))

    async def offer_lead(self, glance: Glance) -> None:
        """Offer the lead."""
        await rooms.offer_lead(self._desk, self._seen(glance))

    async def answer_room(self, glance: Glance) -> None:
        """Answer what another control room asks."""
        await rooms.answer(self._desk, glance, self._seen(glance))

    async def take_over_room(self, glance: Glance) -> None:
        """Take over a whole control room."""
        await take_over_room(self._desk, glance)

    async def close(self, glance: Glance) -> None:
        """End it."""
        from console.tui.screens.closing import CloseDialog

        seen = self._seen(glance)
        dialog = CloseDialog(seen, lambda do: self._desk.send(do, seen.state.id, seen.state.decision))
        await self._desk.open(dialog)

    async def details(self, glance: Glance) -> None:
        """The full case file and timeline."""
        from console.tui.screens.details import DetailsDialog

        await self._desk.open(DetailsDialog(self._seen(glance), glance, self._desk.ask))

    async def timeline(self, glance: Glance) -> None:
        """The whole timeline, from its top."""
        from console.tui.screens.details import DetailsDialog

        dialog = DetailsDialog(self._seen(glance), glance, self._desk.ask)
        await self._desk.open(dialog)
        dialog.call_after_refresh(lambda: dialog.query_one("#events").scroll_visible(top=True, animate=False))

    async def jump(self, glance: Glance) -> None:
        """A letter on every pane."""
        from console.tui.jumping import jump

        await jump(self._desk, glance)

    async def settings(self, glance: Glance) -> None:
        """Show the settings, and change them."""
        from console.tui.screens.settings import SettingsDialog

        if (own := self._desk.own) is not None:
            await self._desk.open(SettingsDialog(self._desk, own))

    async def by_hand(self, glance: Glance) -> None:
        """Open an intervention without a press."""
        await hand.open_by_hand(self._desk)

    async def afterwards(self, glance: Glance) -> None:
        """Enter what was done by voice."""
        await hand.enter_afterwards(self._desk, glance)

    async def others(self, glance: Glance) -> None:
        """The same man's other victims."""
        await hand.check_others(self._desk, glance)

    async def confirm_test(self, glance: Glance) -> None:
        """The announced officer is on the phone: it is the planned test."""
        await endings.confirm_test(self._desk, glance)

    async def planned_tests(self, glance: Glance) -> None:
        """Which tests are announced."""
        await endings.planned_tests(self._desk, glance)

    async def procedure(self, glance: Glance) -> None:
        """The steps of this kind of alarm."""
        await endings.procedure(self._desk, glance)

    async def health(self, glance: Glance) -> None:
        """What is wrong with the devices."""
        from console.tui.screens.health import HealthDialog

        await self._desk.open(HealthDialog(glance, self._desk.ask))

    async def shift(self, glance: Glance) -> None:
        """The sheet for the next shift."""
        from console.tui.screens.shift import ShiftDialog

        await self._desk.open(ShiftDialog(glance, self._desk.ask))

    async def history(self, glance: Glance) -> None:
        """The interventions of a day."""
        from console.tui.screens.history import HistoryDialog

        await self._desk.open(HistoryDialog(glance, self._desk.ask))

    async def next(self, glance: Glance) -> None:
        """Do what the line NEXT says, if a person can have meant it (W16)."""
        self._desk.take_step()

    async def newest(self, glance: Glance) -> None:
        """Select the press that has waited longest."""
        for one in glance.picture.room.queue():
            if one.state.state is State.RAISED:
                self._desk.choose(one.state.id)
                return
        self._desk.warn(_("No press waits."))

    async def unfold(self, glance: Glance) -> None:
        """In a flood: what is folded away, or fold it again."""
        self._desk.turn_fold()

    async def map(self, glance: Glance) -> None:
        """On a small screen: the map in the place of the first second, or back."""
        self._desk.toggle_class("-map")

    async def line(self, glance: Glance) -> None:
        """Type a command."""
        self._desk.open_line()

    async def language(self, glance: Glance) -> None:
        """The next language."""
        use(LANGUAGES[(LANGUAGES.index(current()) + 1) % len(LANGUAGES)])
        self._desk.hand_out()

    async def keys(self, glance: Glance) -> None:
        """Every key and what it does."""
        await self._desk.help()

    async def lock(self, glance: Glance) -> None:
        """Lock this console."""
        self._desk.locker.by_hand(glance)

    async def about(self, glance: Glance) -> None:
        """This program, its map and their licences."""
        from console.tui.screens.about import AboutDialog

        await self._desk.open(AboutDialog(glance))

    async def quit(self, glance: Glance) -> None:
        """Leave; with something open, only after a question."""
        from console.tui.screens.ask import Confirm

        opened = [
            one.state.number for one in glance.picture.room.queue() if one.state.state is not State.CLOSED
        ]
        if not opened:
            self._desk.app.exit(0)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._desk.app.exit(0)

        question = _("Still open: {numbers}. Leave the console all the same?", numbers=", ".join(opened[:8]))
        if held := why_not_lock(glance):
            more = _("If you leave, they stay yours and you are not logged out.")
            question = f"{question}\n\n{held} {more}"
        await self._desk.open(Confirm(_("Leave"), question, name="leave"), answered)
