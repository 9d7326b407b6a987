"""The same man's other victims, by name, for who handles the alarm; one of them is sent a check (W11)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.domain.room import Seen
from console.domain.rooms import ROOMS
from console.link.interface import Ask
from console.locale import _
from console.locale.words import refusal
from console.tui.glance import Glance
from console.tui.pane import joined, styled
from console.tui.screens.dialog import Dialog, late
from console.wire.console_frames import Answer, AskVictims, VictimToCheck


class OthersDialog(Dialog[str]):
    """The names are asked for when it opens, and the showing is logged. The answer is the button to check."""

    FIRST = "#victims"

    class Answered(Message):
        """The backend answered; or the link was lost (None)."""

        def __init__(self, answer: Answer | None) -> None:
            self.answer = answer
            super().__init__()

    def __init__(self, seen: Seen, glance: Glance, ask: Callable[[Ask], Future[Answer]]) -> None:
        super().__init__(_("His other victims"), seen)
        self._glance, self._ask = glance, ask
        self._victims: tuple[VictimToCheck, ...] = ()

    def body(self) -> ComposeResult:
        """A line for each."""
        yield Static(
            _("Enter: send a check – it opens an intervention for her"), classes="label", markup=False
        )
        yield OptionList(id="victims", markup=False)

    def keys(self) -> str:
        """What the keys do."""
        return _("enter: send a check · esc: back")

    def on_mount(self) -> None:
        """Ask for them."""
        self._ask(AskVictims(intervention=str(self.intervention))).add_done_callback(self._heard)

    def _heard(self, future: Future[Answer]) -> None:
        self.post_message(self.Answered(None if future.exception() else future.result()))

    @late
    def on_others_dialog_answered(self, message: Answered) -> None:
        """Show them, or why they are not shown."""
        answer = message.answer
        if answer is None:
            self.say_wrong(_("No answer: the link was lost."))
        elif answer.refusal is not None:
            self.say_wrong(refusal(answer.refusal))
        elif not answer.victims:
            self.say_wrong(_("No other victim of his is known."))
        else:
            self._victims = answer.victims
            victims = self.query_one("#victims", OptionList)
            victims.add_options(Option(self._written(one)) for one in answer.victims)
            victims.highlighted = 0

    def _written(self, one: VictimToCheck) -> Content:
        zone = self._glance.atlas.zone(one.zone)
        if one.button is None:
            room = ROOMS.get(one.room, one.room)
            return styled(_("call {room}", room=room), "bold") + Content(f"  {zone}")
        stands = (
            styled("  " + _("open: {number}", number=one.number), "$warning") if one.number else Content("")
        )
        name = styled(one.name or _("file sealed"), "bold")
        return joined([name, Content(one.button), Content(one.home or ""), Content(zone)]) + stands

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Send her a check, if it is ours to send and nothing is open for her."""
        one = self._victims[event.option_index]
        if one.number is not None:
            self.say_wrong(_("{number} is open for her already.", number=one.number))
        elif one.button is None:
            self.say_wrong(
                _("She belongs to another control room: call {room}.", room=ROOMS.get(one.room, one.room))
            )
        else:
            self.dismiss(one.button)
