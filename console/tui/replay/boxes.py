"""The boxes of a replay: what came later, a bookmark, the marks, a moment to go to, a branch."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.domain import events as e
from console.domain.room import Seen
from console.locale import _, ngettext
from console.training.bookmarks import Bookmark
from console.training.marks import Mark
from console.tui.glance import Glance
from console.tui.measures import clock_time, running
from console.tui.pane import joined, stacked, styled
from console.tui.replay.scrubber import BOOKMARK, told
from console.tui.screens.dialog import Dialog
from console.tui.widgets.timeline import sentence


class LaterDialog(Dialog[None]):
    """What happened to an intervention after this moment: then it was not known."""

    CSS_PATH = "../screens/dialog.tcss"
    BROAD = True
    FIRST = "VerticalScroll"

    def __init__(self, seen: Seen, glance: Glance, later: Sequence[e.Event], at: datetime) -> None:
        super().__init__(_("LATER – not known then"), seen)
        self._glance, self._later, self._at = glance, later, at

    def body(self) -> ComposeResult:
        """Each event with how much later it came; of the positions between two others only the last."""
        shown = [
            event
            for event, after in zip(self._later, (*self._later[1:], None), strict=True)
            if not isinstance(event.body, e.Withheld)
            and not (
                after is not None
                and isinstance(event.body, e.FixReported)
                and isinstance(after.body, e.FixReported)
            )
        ]
        head = ngettext(
            "{n} event after {time}", "{n} events after {time}", len(self._later), time=clock_time(self._at)
        )
        lines = [styled(head, "$muted"), Content("")]
        for event in shown:
            ahead = running(max(0.0, (event.at - self._at).total_seconds()))
            lines.append(styled(f"+{ahead:<8}", "bold $primary") + sentence(event, self._glance, 400))
        if not shown:
            lines.append(Content(_("Nothing more happened to it in this recording.")))
        with VerticalScroll():
            yield Static(stacked(lines), markup=False)

    def keys(self) -> str:
        """How to leave."""
        return _("↑↓: scroll · esc: back")

    def show(self, glance: Glance) -> None:
        """It stays as it was when it was opened."""


class BookmarkDialog(Dialog[str]):
    """A note on this moment."""

    CSS_PATH = "../screens/dialog.tcss"
    FIRST = "#words"

    def __init__(self, at: str) -> None:
        super().__init__(_("Bookmark at {time}", time=at))

    def body(self) -> ComposeResult:
        """The line."""
        yield Static(
            _("Your note (it may stay empty). It lies beside the recording, not in it."),
            classes="label",
            markup=False,
        )
        yield Input(max_length=2000, id="words")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done."""
        self.dismiss(event.value.strip())


class MarksDialog(Dialog[tuple[datetime, int]]):
    """Everything that is marked, in order; the answer is a moment: its time, and how many lines are known (-1: all)."""

    CSS_PATH = "../screens/dialog.tcss"
    BROAD = True
    FIRST = "#rows"

    def __init__(
        self,
        marks: Sequence[Mark],
        bookmarks: Sequence[Bookmark],
        glance: Glance,
        here: datetime,
        begins: datetime,
    ) -> None:
        super().__init__(_("Marks"))
        rows: list[tuple[datetime, int, Content]] = [(one.at, one.index, told(one, glance)) for one in marks]
        rows += [
            (
                one.at,
                -1,
                joined(
                    [
                        styled(clock_time(one.at), "$muted"),
                        styled(BOOKMARK, "bold $success"),
                        _("taken over from here") if one.branch else one.text or _("bookmark"),
                    ],
                    "  ",
                ),
            )
            for one in bookmarks
        ]
        self._rows = sorted(rows, key=lambda row: (row[0], row[1]))
        self._here, self._begins = here, begins

    def body(self) -> ComposeResult:
        """A row each, with its place in the recording; the cursor on the last that has been."""
        yield OptionList(
            *(
                Option(
                    styled(f"{running((at - self._begins).total_seconds()):>8}  ", "bold") + text,
                    id=str(place),
                )
                for place, (at, _index, text) in enumerate(self._rows)
            ),
            id="rows",
        )

    def on_mount(self) -> None:
        """The cursor."""
        been = [place for place, (at, _index, _text) in enumerate(self._rows) if at <= self._here]
        self.query_one("#rows", OptionList).highlighted = been[-1] if been else 0
        if not self._rows:
            self.say_wrong(_("Nothing is marked in this recording."))

    def keys(self) -> str:
        """What the keys do."""
        return _("↑↓: choose · enter: go there · esc: back")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go there."""
        at, index, _text = self._rows[int(event.option.id or 0)]
        self.dismiss((at, index))


class GoToDialog(Dialog[float]):
    """A moment as a time from the beginning; the answer is in seconds."""

    CSS_PATH = "../screens/dialog.tcss"
    FIRST = "#words"

    def __init__(self, length_s: float) -> None:
        super().__init__(_("Go to"))
        self._length_s = length_s

    def body(self) -> ComposeResult:
        """The line."""
        label = _(
            "A time from the beginning, up to {length}: 2:30 or 1:02:30", length=running(self._length_s)
        )
        yield Static(label, classes="label", markup=False)
        yield Input(max_length=10, id="words")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done, or what is wrong."""
        seconds = seconds_of(event.value)
        if seconds is None:
            self.say_wrong(_("Write minutes and seconds: 2:30."))
        else:
            self.dismiss(seconds)


_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):([0-5]\d)(?:\.\d+)?")


def seconds_of(text: str) -> float | None:
    """Seconds of a time that is written ``2:30`` or ``1:02:30``; None: it is none."""
    found = _TIME.fullmatch(text.strip())
    if found is None or (found[1] and int(found[2]) > 59):
        return None
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])


class BranchDialog(Dialog[bool]):
    """Taking over from here: the command, and enter does it."""

    CSS_PATH = "../screens/dialog.tcss"

    def __init__(self, command: str, at: str, may: Callable[[], str]) -> None:
        super().__init__(_("Take over at {time}", time=at))
        self._command, self._may = command, may

    def body(self) -> ComposeResult:
        """What will happen, and the command."""
        yield Static(
            _(
                "From this moment on you act, in an exercise: patrols and victim react to what you do. The replay ends."
            ),
            markup=False,
        )
        yield Static("", markup=False)
        yield Static(styled(self._command, "bold $primary"), id="command", markup=False)
        yield Static("", markup=False)

    def keys(self) -> str:
        """Two ways."""
        return _("enter: begin the exercise · esc: back")

    def entered(self) -> None:
        """Begin."""
        if wrong := self._may():
            self.say_wrong(wrong)
        else:
            self.dismiss(True)
