"""Planned tests (W15): which are announced, announce one, take one back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import ClassVar
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.domain.commands import LONGEST_NAME, AnyCommand, WithdrawTest
from console.domain.planned_test import AnnouncedTest
from console.domain.typed import LONGEST_MINUTES, MistypedError, typed
from console.link.interface import Ask
from console.locale import N_, _
from console.locale.words import mistake
from console.tui.measures import clock_time
from console.tui.pane import styled
from console.tui.screens.dialog import Dialog, late
from console.wire.console_frames import Answer, AskTests

Send = Callable[[AnyCommand], UUID]

FIELDS = ("button", "minutes", "place", "officer")


class TestsDialog(Dialog[None]):
    """The announcements of the control room, and four lines for a new one. It stays open until the backend agrees."""

    __test__ = False  # the name is no test of ours
    BROAD = True
    FIRST = "#button"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "delete",
            "withdraw",
            N_("withdraw"),
            id="tests.withdraw",
            tooltip=N_("Take the announcement back"),
        ),
        # Priority: what is typed right after it then goes to the line that it leads to.
        Binding(
            "enter", "go_on", N_("go on"), show=False, priority=True, id="tests.go_on", tooltip=N_("Do it")
        ),
    ]

    class Answered(Message):
        """The list, or None: there was no answer."""

        def __init__(self, answer: Answer | None) -> None:
            self.answer = answer
            super().__init__()

    def __init__(self, ask: Callable[[Ask], Future[Answer]], send: Send, button: str = "") -> None:
        """``button``: the one of the selected intervention, to begin with."""
        super().__init__(_("Planned tests"))
        self._ask, self._send, self._button = ask, send, button
        self._tests: tuple[AnnouncedTest, ...] = ()
        self.command: UUID | None = None

    def body(self) -> ComposeResult:
        """What is announced, and the four lines."""
        yield Static(_("Announced"), classes="label", markup=False)
        yield OptionList(id="tests")
        yield Static(_("Button"), classes="label", markup=False)
        yield Input(self._button, max_length=LONGEST_NAME, id="button")
        yield Static(_("Minutes, at most {n}", n=LONGEST_MINUTES), classes="label", markup=False)
        yield Input(str(LONGEST_MINUTES), max_length=2, id="minutes")
        yield Static(_("Place: home, or latitude,longitude,name"), classes="label", markup=False)
        yield Input("home", max_length=200, id="place")
        yield Static(_("Officer beside her, who calls before she presses"), classes="label", markup=False)
        yield Input(max_length=LONGEST_NAME, id="officer")

    def keys(self) -> str:
        """What the keys do."""
        return _("enter: next line, announce on the last · tab: to the list · delete: withdraw · esc: back")

    def on_mount(self) -> None:
        """Ask for the list. Few are announced at a time, and the lines below must stay in sight."""
        self.query_one("#tests").styles.max_height = 4

        def heard(future: Future[Answer]) -> None:
            try:
                answer: Answer | None = future.result()
            except Exception:
                answer = None
            self.post_message(self.Answered(answer))

        self._ask(AskTests()).add_done_callback(heard)

    @late
    def on_tests_dialog_answered(self, message: Answered) -> None:
        """The list is here."""
        if message.answer is None:
            self.say_wrong(_("No answer: the link was lost."))
            return
        self._tests = message.answer.tests
        rows = self.query_one("#tests", OptionList)
        rows.clear_options()
        rows.add_options(Option(_row(one)) for one in self._tests)
        if not self._tests:
            rows.add_option(Option(styled(_("none"), "$muted"), disabled=True))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter belongs to the lines; in the list it chooses nothing."""
        if action == "go_on":
            return isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    async def action_go_on(self) -> None:
        """A line is complete: on to the next, or announce it."""
        await self.typed_out()
        focused = self.focused
        here = FIELDS.index(focused.id or FIELDS[-1]) if focused is not None else 0
        if here + 1 < len(FIELDS):
            self.set_focus(self.query_one(f"#{FIELDS[here + 1]}"))
            return
        button, minutes, place, officer = (self.query_one(f"#{one}", Input).value.strip() for one in FIELDS)
        try:
            do = typed("announce-test", [button, minutes, place, *officer.split()])
        except MistypedError as wrong:
            self.say_wrong(mistake(wrong))
        else:
            self._ask_for(do)

    def action_withdraw(self) -> None:
        """Take the one under the cursor back."""
        place = self.query_one("#tests", OptionList).highlighted
        if place is None or place >= len(self._tests):
            self.say_wrong(_("Choose an announcement first."))
        else:
            self._ask_for(WithdrawTest(button=self._tests[place].button))

    def _ask_for(self, do: AnyCommand) -> None:
        if self.command is None:
            self.say_wrong(_("sending…"))
            self.command = self._send(do)

    def refused(self, sentence: str) -> None:
        """The backend refused: its sentence, and everything as it was typed."""
        self.command = None
        self.say_wrong(sentence)


def _row(test: AnnouncedTest) -> Content:
    said = _(
        "until {time} at {place}, with {officer}",
        time=clock_time(test.until)[:5],
        place=test.place.name,
        officer=test.officer,
    )
    pressed = styled("  " + _("pressed"), "bold") if test.pressed else Content("")
    return styled(test.button, "bold") + Content(f"  {said}") + pressed
