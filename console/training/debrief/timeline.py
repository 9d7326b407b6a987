"""The timeline of an intervention: what happened, what warned and what the trainer noted, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain import events as e
from console.locale import _
from console.training.debrief.run import Run
from console.training.history import History
from console.training.warned import WarningKind
from console.training.words import Names, warned_words

Happened = Callable[[e.Event], str]
"""An event in a sentence, in the language in use."""


class LineKind(StrEnum):
    """What a line of the timeline is."""

    EVENT = "event"
    KEY = "key"
    WARNED = "warned"
    MISSED = "missed"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``since_s``: seconds since the press. ``by``: the seat, patrol or device; "" for the system."""

    at: datetime
    since_s: float
    kind: LineKind
    text: str
    by: str = ""


_KEY = (
    e.AlarmRaised,
    e.AlarmRepeated,
    e.InterventionOpenedByHand,
    e.Acknowledged,
    e.PatrolDispatched,
    e.PatrolOnScene,
    e.VictimSeen,
    e.InterventionClosed,
    e.TestIsReal,
    e.AlarmCancelledByDevice,
)
"""What a timeline is read by."""

_SILENT = frozenset({WarningKind.POSITION_SILENT, WarningKind.POSITION_STUCK, WarningKind.NO_POSITION})
"""Warnings that no event of the timeline tells of."""


def timeline(run: Run, history: History, happened: Happened, names: Names) -> tuple[Line, ...]:
    """Its lines. Positions that only moved the marker are left out: the map has them."""
    began = history.moments[0].at
    last = history.over_at if history.number else history.ends_at

    def line(at: datetime, kind: LineKind, text: str, by: str = "") -> Line:
        return Line(at, (at - began).total_seconds(), kind, text, by)

    def lines() -> Iterator[Line]:
        for one in history.moments:
            match one.event.body:
                case e.FixReported(verdict="shown") | e.Withheld() | e.CasefileOpened():
                    continue
                case body:
                    kind = LineKind.KEY if isinstance(body, _KEY) else LineKind.EVENT
                    system = one.event.actor.kind.value == "system"
                    by = "" if system else names.patrol(one.event.actor.id)
                    yield line(one.at, kind, happened(one.event), by)
        for warned in run.warned[history.number]:
            if not warned.missed and warned.code not in _SILENT:
                continue  # what an event says stands there already
            kind = LineKind.MISSED if warned.missed else LineKind.WARNED
            yield line(warned.at, kind, warned_words(warned, names))
        for note in run.notes:
            if began <= note.at <= max(last, history.ends_at):
                yield line(note.at, LineKind.NOTE, note.text or _("a mark without words"))

    return tuple(sorted(lines(), key=lambda one: one.at))
