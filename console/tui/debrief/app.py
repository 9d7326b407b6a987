"""The debrief as a program for the terminal: it shows one part of a run at a time, and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from console.first_look import ThemeName
from console.locale import LANGUAGES, N_, _, current, use
from console.locale.words import word
from console.training.debrief.page import Reader
from console.training.debrief.run import Run
from console.tui.debrief.parts import NAMES, Part, lines_of
from console.tui.pane import entitle, joined, one_line, sides, stacked, styled
from console.tui.theme import THEMES
from console.wire.exits import ExitCode
from console.wire.failure import note_failure

BINDINGS: tuple[Binding, ...] = (
    *(
        Binding(
            str(place), f"part('{part}')", NAMES[part], show=False, id=f"debrief_{part}", tooltip=NAMES[part]
        )
        for place, part in enumerate(Part, start=1)
    ),
    Binding(
        "right,tab", "turn(1)", N_("next part"), show=False, id="debrief_next", tooltip=N_("The next part")
    ),
    Binding(
        "left,shift+tab",
        "turn(-1)",
        N_("part before"),
        show=False,
        id="debrief_before",
        tooltip=N_("The part before"),
    ),
    Binding("n", "run(1)", N_("next run"), show=False, id="debrief_next_run", tooltip=N_("The next run")),
    Binding(
        "p", "run(-1)", N_("run before"), show=False, id="debrief_run_before", tooltip=N_("The run before")
    ),
    Binding(
        "l", "language", N_("language"), show=False, id="debrief_language", tooltip=N_("The next language")
    ),
    Binding("t", "theme", N_("theme"), show=False, id="debrief_theme", tooltip=N_("The next theme")),
    Binding(
        "q,escape,ctrl+q,ctrl+c",
        "leave",
        N_("quit"),
        show=False,
        priority=True,
        id="debrief_quit",
        tooltip=N_("End the debrief"),
    ),
)
"""What each key does; up, down and the page keys move the text."""


class Debriefing(Screen[None]):
    """One part of a run. The frame wears the word of the mode above and below; the text takes the arrow keys."""

    AUTO_FOCUS: ClassVar[str | None] = "#debrief-body"

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Static("", id="debrief-head", markup=False)
        yield Static("", id="debrief-parts", markup=False)
        with VerticalScroll(id="debrief-body"):
            yield Static("", id="debrief-text", markup=False)
        yield Static("", id="debrief-foot", markup=False)


class DebriefApp(App[int]):
    """``runs`` as read; several stand side by side in a part of their own. ``class_title``: of a class's folder."""

    TITLE = "MSA"
    CSS_PATH = "debrief.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(BINDINGS)

    def __init__(
        self,
        runs: Sequence[Run],
        reader: Reader,
        *,
        class_title: str | None = None,
        theme: ThemeName = "dark",
    ) -> None:
        super().__init__()
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = THEMES[theme].name
        self._runs, self._reader, self._class_title = tuple(runs), reader, class_title
        self._shown = 0
        self.part = Part.TOGETHER if len(self._runs) > 1 else Part.TARGETS
        self.debriefing = Debriefing()

    def get_default_screen(self) -> Debriefing:
        """There is one screen."""
        return self.debriefing

    def on_mount(self) -> None:
        """Paint, once everything is there."""
        self.call_after_refresh(self.look)

    def on_resize(self, event: Resize) -> None:
        """Lines are broken anew."""
        self.call_after_refresh(self.look)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that there are: side by side needs two runs."""
        return tuple(one for one in Part if one is not Part.TOGETHER or len(self._runs) > 1)

    def look(self) -> None:
        """Show how it stands."""
        if not self.debriefing.query("#debrief-foot"):
            return
        run = self._runs[self._shown]
        mode = word(run.mode)
        entitle(self.debriefing, f" {mode} ", f" {mode} ")
        width = self.size.width - 4
        title = self._class_title if self.part is Part.TOGETHER and self._class_title else run.title
        name = "" if self.part is Part.TOGETHER else (run.who or run.name)
        head = sides(
            joined([styled(f" {mode} ", "bold reverse $warning"), styled(title, "bold")], "  "),
            styled(name, "$muted"),
            width,
        )
        self._put("head", head)
        tabs = [
            styled(
                f" {list(Part).index(one) + 1} {_(NAMES[one])} ", "bold reverse" if one is self.part else ""
            )
            for one in self.parts
        ]
        tabs_line = joined(tabs, " ")
        if tabs_line.cell_length > width:
            here = self.part
            tabs_line = joined(
                [
                    styled(f" {list(Part).index(one) + 1} {_(NAMES[one])} ", "bold reverse")
                    if one is here
                    else styled(f" {list(Part).index(one) + 1} ", "")
                    for one in self.parts
                ],
                " ",
            )
        self._put("parts", one_line(tabs_line, width))
        lines = lines_of(self.part, self._runs, self._shown, self._reader, width - 1)
        self._put("text", stacked(lines))
        self._put("foot", styled(self._keys(width), "$muted"))

    def _keys(self, width: int) -> str:
        """The keys, as many as fit; what is left out is the least needed."""
        several = len(self._runs) > 1
        keys = [
            _("1–{last} ←→ part", last=len(self.parts)),
            _("q quit"),
            *([_("n p another run")] if several else []),
            _("↑↓ text"),
            _("l language"),
            _("t theme"),
        ]
        while len(" · ".join(keys)) > width and len(keys) > 1:
            keys.pop()
        return " · ".join(keys)

    def _put(self, region: str, content: Content) -> None:
        self.debriefing.query_one(f"#debrief-{region}", Static).update(content)

    def action_part(self, part: str) -> None:
        """Show a part by its digit."""
        if Part(part) in self.parts:
            self.part = Part(part)
            self._top()

    def action_turn(self, by: int) -> None:
        """The next part, or the one before."""
        self.part = self.parts[(self.parts.index(self.part) + by) % len(self.parts)]
        self._top()

    def action_run(self, by: int) -> None:
        """Another run of the same class."""
        self._shown = (self._shown + by) % len(self._runs)
        if self.part is Part.TOGETHER:
            self.part = Part.TARGETS
        self._top()

    def _top(self) -> None:
        self.debriefing.query_one("#debrief-body").scroll_home(animate=False)
        self.look()

    def action_language(self) -> None:
        """The next language."""
        use(LANGUAGES[(LANGUAGES.index(current()) + 1) % len(LANGUAGES)])
        self.look()

    def action_theme(self) -> None:
        """The next theme."""
        names = [one.name for one in THEMES.values()]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def action_leave(self) -> None:
        """Nothing is held here."""
        self.exit(ExitCode.DONE)

    def _fatal_error(self) -> None:
        # Textual would print the traceback with every local variable.
        if (wrong := self._exception) is not None:
            note_failure("the debrief", wrong)
        self.panic("The debrief stopped because of an error of its own. Start it again.")
