"""What the instructor's screen knows of its course: the world as it said last, what happened, who sits where."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from console.domain.events import Event
from console.domain.values import ActorKind
from console.link.world_line import CannotHappenError
from console.locale import N_, _
from console.training.seats import Seat, Seats
from console.tui.sentences import happened

KEPT: Final = 500
"""Lines of the story."""

QUIET: Final = frozenset({"fix.reported", "patrol.position"})
"""Too many to be read, and seen on the consoles."""

NOTES: Final[Mapping[str, str]] = {
    "inject": N_("inject: {words}"),
    "mark": N_("mark: {words}"),
    "told": N_("told: {words}"),
    "pause": N_("the world stands still"),
    "go_on": N_("the world goes on"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event or a note of the exercise."""

    at: datetime
    event: Event | None
    note: str = ""
    text: str = ""

    def sentence(self) -> str:
        """In the language in use."""
        if self.event is not None:
            return happened(self.event, call_sign, str)
        return _(NOTES[self.note], words=self.text) if self.note in NOTES else f"{self.note}: {self.text}"


async def _nobody(_do: str, **_words: object) -> None:
    """Before the line to the world stands."""
    raise CannotHappenError("The world of the exercise does not answer.")


@dataclass
class Lead:
    """``ask`` asks the world; ``at_console``: names of the seats whose console is open; ``free``: free a seat."""

    title: str
    address: str
    injects: Mapping[str, str]
    seats: Seats
    at_console: Callable[[], Collection[str]] = tuple
    free: Callable[[str], Awaitable[None]] = _nobody
    ask: Callable[..., Awaitable[None]] = _nobody
    state: Mapping[str, Any] = field(default_factory=dict)
    story: deque[Happened] = field(default_factory=lambda: deque(maxlen=KEPT))
    last: dict[str, Happened] = field(default_factory=dict)
    """The last deed of each operator."""
    begun: bool = False
    """The world has run."""

    def hear(self, frame: Mapping[str, Any]) -> None:
        """Take what the world says."""
        if frame["type"] == "state":
            self.state = frame
            self.begun = self.begun or not frame["paused"]
            return
        for item in frame.get("items", ()):
            self._take(item)

    def _take(self, item: Mapping[str, Any]) -> None:
        at = datetime.fromisoformat(item["at"])
        if "event" not in item:
            self.story.append(Happened(at, None, item["note"], item["text"]))
            return
        event = Event.model_validate(item["event"])
        one = Happened(at, event)
        if event.actor.kind is ActorKind.OPERATOR and event.actor.id:
            self.last[event.actor.id] = one
        if event.type not in QUIET:
            self.story.append(one)

    def work_of(self, seat: Seat) -> list[Mapping[str, Any]]:
        """The open interventions that this seat's operator handles."""
        return [one for one in self.state.get("interventions", ()) if one["handler"] == seat.who]


def call_sign(patrol: str) -> str:
    """``5388/L-12`` is called L-12."""
    return patrol.rpartition("/")[2]
