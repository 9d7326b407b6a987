"""The open voice line of an intervention, and what its events make of it (W2).

It opens muted on our side, and comes back muted after it was lost: nobody can know who is at the other end by
then. A lost line closes nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from console.domain.events import (
    Event,
    Heard,
    LineEnded,
    LineHeard,
    LineListenerChanged,
    LineLost,
    LineMuted,
    LineOpened,
    LineRestored,
    LineUnmuted,
    NoteAdded,
    NoteCode,
)
from console.domain.values import Frozen, Utc

WORDS: Final = frozenset({Heard.ALL_CLEAR_WORD, Heard.DURESS_WORD})
"""The two words of W4: once one of them was used, both are changed."""


class LineState(StrEnum):
    """Where the open voice line stands (W2)."""

    NONE = "none"
    OPEN = "open"
    LOST = "lost"
    ENDED = "ended"


class VoiceLine(Frozen):
    """The voice line as it stands.

    ``since``: when it came into its state. ``listener``: the operator who listens on our side.
    ``unheard_since``: from when nobody has listened on a line that was opened; None while somebody does.
    ``muted``: our microphone is off. ``heard``: codes, each once, in the order of their first time.
    ``caption``: what was to be heard last. ``words_used``: one of the two words was heard since they were
    last said to be due for a change (W4).
    """

    state: LineState = LineState.NONE
    since: Utc | None = None
    listener: str | None = None
    unheard_since: Utc | None = None
    muted: bool = True
    heard: tuple[Heard, ...] = ()
    caption: str = ""
    words_used: bool = False

    @property
    def live(self) -> bool:
        """Our microphone is live: what is said here is heard at the other end."""
        return self.state is LineState.OPEN and not self.muted

    @property
    def unheard(self) -> bool:
        """It is open and nobody listens."""
        return self.state is LineState.OPEN and self.listener is None

    def without_proof(self) -> VoiceLine:
        """What she said before a new press or a reopening proves nothing of now (W13); the timeline keeps it."""
        heard = tuple(code for code in self.heard if code is not Heard.ALL_CLEAR_WORD)
        return self.model_copy(update={"heard": heard})

    def after(self, event: Event) -> VoiceLine:
        """The line after an event; itself if the event is not about it."""
        change = self._change(event)
        return self.model_copy(update=change) if change else self

    def _change(self, event: Event) -> dict[str, object]:
        body = event.body
        match body:
            case LineOpened() | LineRestored():
                unheard = None if self.listener else self.unheard_since or event.at
                return {
                    "state": LineState.OPEN,
                    "since": event.at,
                    "muted": True,
                    "unheard_since": unheard,
                }
            case LineLost():
                return {"state": LineState.LOST, "since": event.at, "muted": True}
            case LineEnded():
                return {
                    "state": LineState.ENDED,
                    "since": event.at,
                    "muted": True,
                    "listener": None,
                    "unheard_since": None,
                }
            case LineListenerChanged():
                return {
                    "listener": body.operator,
                    "unheard_since": None if body.operator else event.at,
                }
            case LineMuted():
                return {"muted": True}
            case LineUnmuted():
                return {"muted": False}
            case LineHeard(code=Heard() as code):
                heard = self.heard if code in self.heard else (*self.heard, code)
                return {"heard": heard, "words_used": self.words_used or code in WORDS}
            case LineHeard():
                return {"caption": body.words}
            case NoteAdded(code=NoteCode.WORDS_USED):
                return {"words_used": False}
            case _:
                return {}
