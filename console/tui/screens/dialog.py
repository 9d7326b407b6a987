"""What opens over the desk: bound to the intervention and the decision that were seen when it opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Final, Generic, TypeVar
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from console.domain.room import Seen
from console.locale import N_, _
from console.tui.glance import Glance
from console.tui.pane import styled
from console.tui.widths import WIDTHS

T = TypeVar("T")
D = TypeVar("D", bound="Dialog[Any]")
M = TypeVar("M")


def late(take: Callable[[D, M], None]) -> Callable[[D, M], None]:
    """A box may be closed while its answer is under way: what comes to it then has nowhere to be shown (R11)."""

    @wraps(take)
    def taken(box: D, message: M) -> None:
        try:
            take(box, message)
        except NoMatches:
            if box in box.app.screen_stack:
                raise

    return taken


MOVES: Final[dict[str, Callable[[OptionList], None]]] = {
    "up": OptionList.action_cursor_up,
    "down": OptionList.action_cursor_down,
    "home": OptionList.action_first,
    "end": OptionList.action_last,
}
"""What keys do in a list."""


class Dialog(ModalScreen[T | None], Generic[T]):
    """A box that leaves header and queue in sight: a press is seen and heard while it is open.

    ``intervention`` and ``seen_decision`` are what was on screen when it opened; whatever it asks for is sent
    with these. If the intervention changes meanwhile the box says so, and what was typed stays.
    ``FIRST`` selects the widget that takes the keys. A ``BROAD`` box, to read in, takes the place of what is right of the queue as well.
    """

    CSS_PATH = "dialog.tcss"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BROAD = False
    AUTO_FOCUS = ""
    FIRST = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "cancel",
            N_("back"),
            priority=True,
            id="dialog.back",
            tooltip=N_("Do nothing, go back"),
        ),
        Binding(
            "enter",
            "enter",
            N_("go on"),
            show=False,
            priority=True,
            id="dialog.enter",
            tooltip=N_("Choose it, or go on with the line"),
        ),
        # Priority: keys that choose have it too, and none may overtake those that were pressed before it.
        *(
            Binding(
                key,
                f"move('{key}')",
                N_("choose"),
                show=False,
                priority=True,
                id=f"dialog.{key}",
                tooltip=N_("Choose it"),
            )
            for key in MOVES
        ),
    ]

    def __init__(self, title: str, seen: Seen | None = None, name: str | None = None) -> None:
        super().__init__(name=name, classes="-broad" if self.BROAD else "")
        self._heading = title
        self.intervention: UUID | None = seen.state.id if seen else None
        self.seen_decision: int | None = seen.state.decision if seen else None
        self.number = seen.state.number if seen else ""

    def compose(self) -> ComposeResult:
        """Title, what the kind of box asks, a line for what is wrong, the keys."""
        with Vertical(id="box") as box:
            box.border_title = styled(f"{self._heading} {self.number}".strip()).markup
            yield from self.body()
            yield Static("", id="wrong", markup=False)
            yield Static(styled(self.keys(), "$muted"), id="hint", markup=False)

    def body(self) -> ComposeResult:
        """What this kind of box asks."""
        yield Widget()

    def keys(self) -> str:
        """The line of keys."""
        return _("enter: go on · esc: back")

    def begin(self) -> None:
        """Take the keys at once: what is typed next belongs here, however fast it comes."""
        if self.FIRST:
            self.set_focus(self.query_one(self.FIRST))

    def show(self, glance: Glance) -> None:
        """A newer picture: say so if the intervention is no longer as it was when the box opened."""
        if self.intervention is None:
            return
        seen = glance.find(self.intervention)
        if seen is None or seen.state.decision != self.seen_decision:
            self.say_wrong(_("▲ It has changed since you opened this: press esc and look again."))

    @property
    def whole(self) -> bool:
        """All of it is there: not while it comes, widget by widget, nor while it goes."""
        return bool(self.query("#wrong")) and bool(self.query("#hint"))

    def fail(self) -> None:
        """It cannot show the newer picture."""
        if self.whole:
            self.say_wrong(_("✖ this pane failed – the others go on"))

    def say_wrong(self, sentence: str) -> None:
        """Say what is wrong; everything stays correctable."""
        self.query_one("#wrong", Static).update(styled(sentence, "bold $warning"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of `MOVES` belong to the lists; elsewhere they are what they are there."""
        if action == "move":
            return isinstance(self.focused, OptionList)
        return super().check_action(action, parameters)

    def action_move(self, key: str) -> None:
        """The cursor of the list moves."""
        if isinstance(options := self.focused, OptionList):
            MOVES[key](options)

    async def action_enter(self) -> None:
        """Choose, or go on with the line; returns once that is done, so that the next key goes to where it leads."""
        await self.typed_out()
        focused = self.focused
        if isinstance(focused, OptionList):
            focused.action_select()
        elif isinstance(focused, Input):
            await focused.action_submit()
        else:
            self.entered()
        if focused is not None:
            await self._carried_up(focused)

    def entered(self) -> None:
        """Enter where no line and no list has the keys."""

    async def _carried_up(self, child: Widget) -> None:
        """Wait until what a widget has just said has come up to this box, or the box is gone."""
        for node in child.ancestors_with_self:
            heard = asyncio.Event()
            if not isinstance(node, Widget) or not node.call_later(heard.set):
                return
            while not heard.is_set():
                if self.app.screen is not self:
                    return
                await asyncio.sleep(0.001)
            if node is self:
                return

    async def typed_out(self) -> None:
        """Wait until the line that has the keys holds every letter that was typed so far."""
        if (line := self.focused) is not None:
            done = asyncio.Event()
            line.call_later(done.set)
            await done.wait()

    def action_cancel(self) -> None:
        """Go back."""
        self.dismiss(None)
