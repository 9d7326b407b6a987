"""The interventions of a day, with search; one of them opens its whole timeline."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.domain.days import day_in_belgium
from console.link.interface import Ask
from console.locale import N_, _
from console.locale.words import refusal, word
from console.tui.glance import Glance
from console.tui.measures import clock_time, day
from console.tui.pane import joined, stacked, styled
from console.tui.screens.dialog import Dialog, late
from console.tui.widgets.timeline import sentence, told
from console.wire.console_frames import Answer, AskHistory, AskTimeline, Summary

MORE = "more"


class HistoryDialog(Dialog[None]):
    """Asks on opening, on enter in the search, and on another day."""

    BROAD = True
    FIRST = "#search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "pageup",
            "day(-1)",
            N_("day before"),
            priority=True,
            id="history.before",
            tooltip=N_("The day before"),
        ),
        Binding(
            "pagedown",
            "day(1)",
            N_("day after"),
            priority=True,
            id="history.after",
            tooltip=N_("The day after"),
        ),
    ]

    class Answered(Message):
        """An answer to the question ``ask``; None: there was none."""

        def __init__(self, ask: Ask, answer: Answer | None) -> None:
            self.ask, self.answer = ask, answer
            super().__init__()

    def __init__(self, glance: Glance, ask: Callable[[Ask], Future[Answer]]) -> None:
        super().__init__(_("History"))
        self._glance, self._ask = glance, ask
        self._day: date = day_in_belgium(glance.now) if glance.now else date.min
        self._rows: list[Summary] = []
        self._asked: Ask | None = None

    def body(self) -> ComposeResult:
        """Day, search, rows, and the timeline of one."""
        yield Static("", id="day", markup=False)
        yield Input(placeholder=_("number, zone, name, words of a note"), max_length=200, id="search")
        yield OptionList(id="rows")
        with VerticalScroll():
            yield Static("", id="events", markup=False)

    def keys(self) -> str:
        """What the keys do."""
        return _("enter: search, or open a row · page up/down: another day · tab: next · esc: back")

    def on_mount(self) -> None:
        """Ask for today."""
        self._look()

    async def action_day(self, steps: int) -> None:
        """Another day, with every letter of the search that was typed before."""
        await self.typed_out()
        self._day += timedelta(days=steps)
        self._look()

    def on_input_submitted(self) -> None:
        """Search."""
        self._look()

    def _look(self, skip: int = 0) -> None:
        self.query_one("#day", Static).update(styled(day(self._day), "bold"))
        self._put(AskHistory(day=self._day, text=self.query_one("#search", Input).value, skip=skip))

    def _put(self, ask: Ask) -> None:
        self._asked = ask

        def heard(future: Future[Answer]) -> None:
            try:
                answer: Answer | None = future.result()
            except Exception:
                answer = None
            self.post_message(self.Answered(ask, answer))

        self._ask(ask).add_done_callback(heard)

    @late
    def on_history_dialog_answered(self, message: Answered) -> None:
        """Show rows or a timeline; an answer to an earlier question is left."""
        answer = message.answer
        if message.ask is not self._asked:
            return
        if answer is None:
            self.say_wrong(_("No answer: the link was lost."))
        elif answer.refusal is not None:
            self.say_wrong(refusal(answer.refusal))
        elif isinstance(message.ask, AskHistory):
            self._list(message.ask, answer)
        else:
            lines = [sentence(event, self._glance, 400) for event in told(answer.events)]
            self.query_one("#events", Static).update(stacked(lines))

    def _list(self, ask: AskHistory, answer: Answer) -> None:
        self.say_wrong("")
        self._rows = [*(self._rows if ask.skip else ()), *answer.history]
        rows = self.query_one("#rows", OptionList)
        rows.clear_options()
        rows.add_options(Option(self._row(one), id=str(one.id)) for one in self._rows)
        if answer.more:
            rows.add_option(Option(styled(_("… older ones"), "$muted"), id=MORE))
        if not self._rows:
            self.say_wrong(_("Nothing on this day."))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a row, or fetch older ones."""
        if event.option.id == MORE:
            self._look(skip=len(self._rows))
        elif event.option.id is not None:
            self._put(AskTimeline(intervention=event.option.id))

    def _row(self, one: Summary) -> Content:
        ended = word(one.outcome) if one.outcome else word(one.state)
        parts = [one.victim or "", one.handler or ""]
        head = f"{clock_time(one.raised_at)[:5]}  {one.number}  {self._glance.atlas.zone(one.zone):<18} "
        return (
            Content(head)
            + styled(f"{ended:<24}", "bold")
            + styled(" ")
            + joined([styled(p, "$muted") for p in parts])
        )
