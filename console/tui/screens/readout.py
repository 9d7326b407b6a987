"""What is read to a patrol over the radio, in its language; repeated back, the danger counts as passed on (W10)."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.domain.days import day_in_belgium
from console.domain.hints import still_open
from console.domain.intervention import Intervention, State
from console.domain.places import NOTHING, known_addresses
from console.domain.readout import ReadOut, read_out
from console.domain.readout_words import PHRASES
from console.domain.room import Seen
from console.locale import N_, _
from console.tui.glance import Glance
from console.tui.pane import joined, stacked, styled
from console.tui.screens.dialog import Dialog

LANGUAGES = tuple(PHRASES)


class ReadOutDialog(Dialog[bool]):
    """Follows the picture: a new position or danger is in it at once. True: it was read and repeated back."""

    FIRST = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "passed",
            N_("repeated back"),
            priority=True,
            id="readout.passed",
            tooltip=N_("It was read and repeated back"),
        ),
        Binding(
            "space",
            "language",
            N_("language"),
            priority=True,
            id="readout.language",
            tooltip=N_("Read it in the next language"),
        ),
    ]

    def __init__(self, seen: Seen, glance: Glance) -> None:
        super().__init__(_("Read-out"), seen)
        self._glance = glance
        self.language = language_of(seen.state, glance)

    def body(self) -> ComposeResult:
        """For whom and how long; the text."""
        yield Static("", id="whom", markup=False)
        with VerticalScroll(id="scroll"):
            yield Static("", id="text", markup=False)

    def keys(self) -> str:
        """What the keys do."""
        return _("enter: read and repeated back · space: other language · esc: back")

    def on_mount(self) -> None:
        """Write it."""
        self._write()

    def show(self, glance: Glance) -> None:
        """A newer picture."""
        self._glance = glance
        self._write()

    def _write(self) -> None:
        seen = self._glance.find(self.intervention) if self.intervention else None
        if seen is None:
            return
        said = readout_of(seen.state, self.language, self._glance)
        unread = [self._glance.call_sign(one) for one in unread_of(seen.state)]
        whom = _("for {patrols}", patrols=", ".join(unread)) if unread else _("every patrol has it")
        long = Content(_("some {n} s", n=f"{said.seconds:.0f}"))
        self.query_one("#whom", Static).update(
            joined([styled(self.language.upper(), "bold"), Content(whom), long])
        )
        self.query_one("#text", Static).update(stacked([Content(""), *map(Content, said.lines)]))

    def action_language(self) -> None:
        """The next language."""
        self.language = LANGUAGES[(LANGUAGES.index(self.language) + 1) % len(LANGUAGES)]
        self._write()

    def action_passed(self) -> None:
        """A patrol that has not read it itself has repeated it; of several, which one is asked next."""
        seen = self._glance.find(self.intervention) if self.intervention else None
        unread = unread_of(seen.state) if seen is not None else ()
        if not unread:
            self.say_wrong(_("No patrol on it waits for the danger."))
            return
        self.dismiss(True)


def unread_of(state: Intervention) -> tuple[str, ...]:
    """Ids of the patrols on it that have not read the danger, nor repeated it."""
    return tuple(one.patrol for one in state.sent if one.read_danger_at is None)


def readout_of(state: Intervention, language: str, glance: Glance) -> ReadOut:
    """The read-out as the screen knows the place and the day."""
    places, fix = glance.atlas.places, state.fix
    place = NOTHING
    if places is not None and fix is not None:
        place = places.describe_fix(fix, state.trail, known_addresses(state.extract))
    states = (one.state for one in glance.picture.room.seen.values())
    closed = {one.number for one in states if one.state is State.CLOSED}
    same_man = still_open(state, lambda number: number not in closed)
    return read_out(state, language, day_in_belgium(glance.now or state.raised_at), place, same_man)


def language_of(state: Intervention, glance: Glance) -> str:
    """The language of the patrol that must hear it first: not read yet, else on it, else proposed."""
    advice = glance.recommendation
    proposed = [one.patrol.id for one in advice.best] if advice else []
    for patrol in (*unread_of(state), *(one.patrol for one in state.sent), *proposed):
        known = glance.picture.room.patrols.get(patrol)
        if known is not None and known.language in PHRASES:
            return known.language
    return LANGUAGES[0]
