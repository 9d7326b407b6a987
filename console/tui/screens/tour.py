"""The tour: what stands where, in one minute. It can be skipped, and an alarm ends it at once."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from console.domain.intervention import State
from console.locale import N_, _
from console.tui.alerts import waiting
from console.tui.first_time import TOUR
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog

EACH_S: Final = 10.0
"""Seconds for each part: six of them are a minute."""

PARTS: Final = (
    (
        "queue",
        N_("The queue"),
        N_(
            "Every open intervention of this control room. ▲ is a press that nobody has taken: it flashes and "
            "rings until somebody does. {up} and {down} choose; meanwhile the order stands still."
        ),
    ),
    (
        "first-second",
        N_("The first second"),
        N_(
            "What counts, in this order: how old the press is, where, which zone, the danger with its source, "
            "who threatens, the order in force, what is allowed towards her. {details} opens the whole file."
        ),
    ),
    (
        "patrols",
        N_("Map and patrols"),
        N_(
            "The map shows her, her circle and the patrols; {map} brings it on a small screen. Below are the patrols "
            "in the order in which they are proposed, with the reason. {dispatch} chooses and sends."
        ),
    ),
    (
        "next",
        N_("The next step"),
        N_(
            "NEXT says what the procedure asks for now, why, and how long is left. {next} does it; patrols are "
            "named before anything is sent."
        ),
    ),
    (
        "keys",
        N_("Keys"),
        N_(
            "A dim key cannot act now and says why when it is pressed. {keys} lists every key, {line} takes a typed "
            "command, {jump} puts a letter on each pane, ctrl+p finds every action by name."
        ),
    ),
    (
        "header",
        N_("Yours"),
        N_(
            "{language} changes the language, {settings} the settings: colours, keys, bell. {lock} locks. The first "
            "line says whether the link is live: when it is not, nothing may look as if it were."
        ),
    ),
)
"""The pane that is meant, its title, and what is said of it; the names in braces are actions, shown as their keys."""


def nothing_open(glance: Glance) -> bool:
    """Whether the console is quiet: the tour is shown only then."""
    room = glance.picture.room
    return not waiting(glance.picture) and all(one.state.state is State.CLOSED for one in room.seen.values())


class TourDialog(Dialog[None]):
    """One part after another; enter or the time leads on, esc ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", N_("skip"), priority=True, id="tour.skip", tooltip=N_("End the tour")),
        Binding(
            "enter,space,right", "go(1)", N_("on"), priority=True, id="tour.on", tooltip=N_("The next part")
        ),
        Binding("left", "go(-1)", N_("back"), id="tour.back", tooltip=N_("The part before")),
    ]

    def __init__(self) -> None:
        super().__init__(_("The console in one minute"), name=TOUR)
        self._part = 0

    def body(self) -> ComposeResult:
        """The part that is shown."""
        yield Static("", id="part", markup=False)

    def keys(self) -> str:
        """What the keys do."""
        return _("enter: on · esc: skip · an alarm ends it")

    def on_mount(self) -> None:
        """From the first part on."""
        self._timer = self.set_interval(EACH_S, lambda: self.action_go(1))
        self._say()

    def show(self, glance: Glance) -> None:
        """An alarm goes before everything."""
        if not nothing_open(glance):
            self.dismiss(None)

    def action_go(self, by: int) -> None:
        """Another part; after the last one it ends."""
        self._timer.reset()
        self._part = max(0, self._part + by)
        if self._part >= len(PARTS):
            self.dismiss(None)
        else:
            self._say()

    def on_unmount(self) -> None:
        """Nothing stays marked."""
        self._mark("")

    def _say(self) -> None:
        pane, title, said = PARTS[self._part]
        keys = {name: key_of(name) for name in _NAMED}
        lines = (
            styled(f"{self._part + 1}/{len(PARTS)}  {_(title)}", "bold $primary"),
            styled(""),
            styled(_(said, **keys)),
        )
        self.query_one("#part", Static).update(stacked(lines))
        self._mark(pane)

    def _mark(self, pane: str) -> None:
        desk = self.app.screen_stack[1] if len(self.app.screen_stack) > 1 else None
        for name, _title, _said in PARTS:
            if desk is not None:
                desk.query(f"#{name}").set_class(name == pane, "-meant")


_NAMED: Final = (
    "up",
    "down",
    "details",
    "map",
    "dispatch",
    "next",
    "keys",
    "line",
    "jump",
    "language",
    "settings",
    "lock",
)
