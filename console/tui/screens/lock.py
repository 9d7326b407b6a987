"""The lock over everything: nothing of a case can be read, and no alarm is missed (W17).

For each press that waits its age, kind and zone, no more. One key takes the one that the line names; then the
password is asked. What is typed goes to the password by itself, all but the space bar, which is that key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from console.domain.commands import Acknowledge, Command, Refusal
from console.domain.decide import View, decide
from console.domain.intervention import Intervention, State
from console.domain.procedure import kind_of
from console.domain.sounds import unsent
from console.domain.watch import calling
from console.link.interface import Link, Waiting
from console.locale import N_, _, ngettext
from console.locale.words import refusal, word
from console.tui.glance import Glance
from console.tui.held import why_not_lock
from console.tui.keymap import key_of
from console.tui.measures import clock_time, running
from console.tui.pane import Pane, guarded, one_line, stacked, styled
from console.tui.step_guard import StepGuard
from console.tui.widgets.header import Header
from console.tui.widths import WIDTHS

if TYPE_CHECKING:
    from console.tui.locker import Locker


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the lock: age, kind and zone of what calls, and nothing else of it.

    ``decision``: as seen, if it may be acknowledged from here; ``mine``: whoever sits here has it in hand.
    """

    key: UUID | None
    age: str
    kind: str
    zone: str
    decision: int | None = None
    mine: bool = False

    @property
    def said(self) -> str:
        """The three, in one line."""
        return f"{self.age}  {self.kind}  {self.zone}"


def calls_of(glance: Glance) -> tuple[Call, ...]:
    """What calls this console: presses that wait, the oldest first, then what sounds for want of a patrol."""
    lost = (
        Call(
            None,
            running(glance.age_s(one.received_at)),
            _("NOT RECORDED"),
            glance.atlas.zone(one.zone) or "–",
        )
        for one in glance.picture.unrecorded.rings
    )
    return *lost, *_of_room(glance)


def _of_room(glance: Glance) -> Iterator[Call]:
    now, room, operator = glance.now, glance.picture.room, glance.picture.operator
    if now is None or operator is None:
        return
    for seen in room.queue():
        state = seen.state
        age = running(glance.age_s(state.raised_at))
        zone = glance.atlas.zone(state.zone) or _("no zone")
        if calling(state, room.code):
            takes = state.decision if _may_take(glance, state) else None
            yield Call(state.id, age, word(kind_of(state, now)), zone, takes)
        elif state.state is State.CLOSED or state.glimpsed:
            continue
        elif state.handler == operator.id:
            yield Call(state.id, age, _("in your hands"), zone, mine=True)
        elif unsent(state, room.code, now, glance.targets):
            yield Call(state.id, age, _("acknowledged, nothing sent"), zone)


def _may_take(glance: Glance, state: Intervention) -> bool:
    actor, now = glance.actor, glance.now
    if actor is None or now is None:
        return False
    asked = Command(id=UUID(int=0), do=Acknowledge())
    return not isinstance(decide(state, asked, actor, View(), now), Refusal)


class Calls(Pane):
    """What calls, one line each; what does not fit is counted."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """Shape, age, kind, zone."""
        found = calls_of(glance)
        if not found:
            return styled(_("No alarm waits."), "$muted")
        shown = found if len(found) <= height else found[: max(0, height - 1)]
        kinds = max(len(one.kind) for one in shown) if shown else 0
        lines = [one_line(_line(one, kinds), width) for one in shown]
        if len(found) > len(shown):
            lines.append(styled(ngettext("… {n} more", "… {n} more", len(found) - len(shown)), "bold $error"))
        return stacked(lines)


def _line(one: Call, kinds: int) -> Content:
    said = f"{one.age:<8}{one.kind:<{kinds}}  {one.zone}"
    if one.mine:
        return styled(f" ○ {said} ", "bold reverse")
    return styled(f" ▲ {said} ", "bold $background on $error")


class Offer(Pane):
    """The press that the space bar takes, named; a click is the key."""

    class Pressed(Message):
        """It was clicked."""

    one: Call | None = None

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """Its age, kind and zone, or what became of the key."""
        self.one = next((one for one in calls_of(glance) if one.decision is not None), None)
        for pending in glance.picture.pending.values():
            if isinstance(pending.command.do, Acknowledge):
                sent = pending.waiting is Waiting.SENT
                said = _("acknowledging …") if sent else _("NOT SENT – USE RADIO: acknowledge")
                return styled(said, "bold $warning")
        if self.one is None:
            return Content("")
        return one_line(
            styled("␣ ", "bold $primary") + styled(_("acknowledge") + f"  ▲ {self.one.said}", "bold"), width
        )

    def on_click(self) -> None:
        """The key, by mouse."""
        self.post_message(self.Pressed())


class PasswordField(Input):
    """The password. A space bar that is still held from taking an alarm types nothing into it."""

    def __init__(self, guard: StepGuard) -> None:
        super().__init__(
            placeholder=_("password"),
            password=True,
            max_length=256,
            select_on_focus=False,
            id="lock-password",
        )
        self._guard = guard

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space" and not self.value and not self._guard.meant():
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)


class LockScreen(Screen[None]):
    """Covers the desk until the operator's own password was right."""

    CSS_PATH = "lock.tcss"
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority: what is typed next goes to where the key led.
        Binding("space", "take", N_("acknowledge"), show=False, priority=True, id="lock.take"),
        Binding("enter", "enter", N_("go on"), show=False, priority=True, id="lock.enter"),
        Binding("escape", "back", N_("back"), show=False, priority=True, id="lock.back"),
    ]

    def __init__(self, link: Link, clock: Callable[[], float], locker: Locker) -> None:
        super().__init__()
        self._link, self._locker = link, locker
        self._guard = StepGuard(clock)
        self._glance: Glance | None = None
        self._subject: UUID | None = None
        self._checking = False
        self._leaving = False
        self.first: Glance | None = None

    def compose(self) -> ComposeResult:
        """Header, who locked it, what calls, the key, the password."""
        yield Header("header")
        yield Static("", id="lock-title", markup=False)
        yield Static("", id="lock-link", markup=False)
        yield Calls("lock-calls")
        yield Offer("lock-offer")
        yield PasswordField(self._guard)
        yield Static("", id="lock-said", markup=False)
        yield Static("", id="lock-keys", markup=False)

    def on_mount(self) -> None:
        """Nothing of what was there is seen for a moment."""
        if self.first is not None:
            self.show(self.first)

    @property
    def _field(self) -> PasswordField:
        return self.query_one(PasswordField)

    def show(self, glance: Glance) -> None:
        """A newer picture."""
        self._glance = glance
        operator = glance.picture.operator
        who = operator.id if operator else "–"
        self.query_one("#lock-title", Static).update(
            styled(_("LOCKED – {operator} is logged in", operator=who))
        )
        self.query_one("#lock-link", Static).update(styled(_of_the_link(glance)))
        self.query_one("#lock-keys", Static).update(
            styled(
                _(
                    "type the password, enter: unlock · {key}: leave, log {operator} out",
                    key=key_of("app.quit"),
                    operator=who,
                )
            )
        )
        for pane in ("header", "lock-calls", "lock-offer"):
            guarded(self.query_one(f"#{pane}"), glance)
        subject = self._offered.key if self._offered else None
        self._guard.selected(subject)
        if self._subject is None and subject is not None and not self._field.value and not self._checking:
            self.set_focus(None)  # nobody is typing: the space bar belongs to the alarm
        self._subject = subject

    def fail(self) -> None:
        """Something in it could not be shown; the alarms and the password go on."""
        self.say(_("✖ this pane failed – the others go on"))

    def say(self, sentence: str) -> None:
        """Answer a key."""
        for said in self.query("#lock-said").results(Static):  # gone already while the console is being left
            said.update(styled(sentence))

    def leave(self) -> None:
        """Leave the console: asked twice, and never while an alarm waits or something is held."""
        glance = self._glance
        if glance is None:
            return
        if reason := why_not_lock(glance):
            self.say(reason)
        elif calls_of(glance):
            self.say(_("An alarm waits: this console goes on ringing until somebody has acknowledged it."))
        elif self._leaving:
            self.app.exit(0)
        else:
            self._leaving = True
            who = glance.picture.operator.id if glance.picture.operator else "–"
            self.say(
                _(
                    "{key} again leaves the console and logs {operator} out.",
                    key=key_of("app.quit"),
                    operator=who,
                )
            )

    # keys and mouse

    async def on_key(self, event: events.Key) -> None:
        """A letter that is typed before the field was entered belongs to the password."""
        if event.is_printable and event.character and self.focused is None:
            event.stop()
            self.set_focus(self._field)
            self._field.insert_text_at_cursor(event.character)

    def action_take(self) -> None:
        """The space bar takes the alarm; while the password is typed it is a space."""
        if self._guard.meant():
            self._take()

    def on_offer_pressed(self) -> None:
        """The line was clicked."""
        if self._guard.meant():
            self._take()

    def action_enter(self) -> None:
        """To the password, or it is complete."""
        field = self._field
        if self.focused is field:
            # Through the field's own queue: what was typed before this key is in it by then.
            field.call_later(self._submit)
        else:
            self.set_focus(field)

    def action_back(self) -> None:
        """What was typed is gone, and the space bar acknowledges again."""
        self._leaving = False
        self._field.value = ""
        self.set_focus(None)
        self.say("")

    @property
    def _offered(self) -> Call | None:
        return self.query_one(Offer).one

    def _take(self) -> None:
        one = self._offered
        if one is None or one.key is None or one.decision is None:
            self.say(_("No press waits."))
            return
        self._locker.acknowledge(one.key, one.decision)
        self.set_focus(self._field)
        self.say(_("Your password, to go on with it."))

    def _submit(self) -> None:
        password, self._field.value = self._field.value, ""
        if password and not self._checking:
            self._checking = True
            self.say(_("checking the password …"))
            self.run_worker(self._check(password))

    async def _check(self, password: str) -> None:
        """Ask; a wrong one waits longer each time, at the backend as at the login."""
        try:
            answer = await asyncio.wrap_future(self._link.unlock(password))
        except ConnectionError:
            self.say(_("The link was lost meanwhile: type the password again."))
            return
        finally:
            self._checking = False
        if answer.refusal is None:
            self._locker.proved()
        else:
            self.say(refusal(answer.refusal))


def _of_the_link(glance: Glance) -> str:
    if glance.live:
        return ""
    last = clock_time(glance.picture.clock.now) if glance.picture.clock else "–"
    return _(
        "✖ NO LINK since {time}: newer alarms are not shown – USE RADIO. The password of your login here unlocks.",
        time=last,
    )
