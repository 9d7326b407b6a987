"""The parts of a debrief as lines of text: pure, for a width in cells."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from textual.content import Content

from console.locale import N_, _
from console.locale.measures import age, clock_time
from console.training.debrief.page import Reader, note_kind, stopped_words
from console.training.debrief.questions import questions
from console.training.debrief.run import Run
from console.training.debrief.timeline import LineKind, timeline
from console.training.sheet import Phrase, Row, Target, Verdict
from console.training.words import MARKS, said, source_words, target_words, verdict_words, warned_words
from console.tui.pane import styled


class Part(StrEnum):
    """A part of the debrief; each has a digit in this order."""

    TARGETS = "targets"
    TIMELINE = "timeline"
    WARNINGS = "warnings"
    NOTES = "notes"
    QUESTIONS = "questions"
    TOGETHER = "together"


NAMES: Final = {
    Part.TARGETS: N_("targets"),
    Part.TIMELINE: N_("timeline"),
    Part.WARNINGS: N_("missed warnings"),
    Part.NOTES: N_("notes"),
    Part.QUESTIONS: N_("questions"),
    Part.TOGETHER: N_("side by side"),
}

STYLES: Final = {
    Verdict.MET: "bold $success",
    Verdict.MISSED: "bold $error",
    Verdict.NOT_APPLICABLE: "$muted",
    Verdict.CANNOT_BE_JUDGED: "$muted",
}
"""The colour of a verdict, beside its shape and its word."""

_LINE: Final = {
    LineKind.EVENT: ("  ", ""),
    LineKind.KEY: ("  ", "bold"),
    LineKind.WARNED: ("⚑ ", "$muted"),
    LineKind.MISSED: ("✗ ", "bold $error"),
    LineKind.NOTE: ("✎ ", "bold"),
}

NARROWEST: Final = 20


def lines_of(part: Part, runs: Sequence[Run], shown: int, reader: Reader, width: int) -> list[Content]:
    """The lines of a part, for the run that is shown (of several: all of them side by side)."""
    width = max(NARROWEST, width)
    if part is Part.TOGETHER:
        return list(_together(runs, reader, width))
    parts: dict[Part, Callable[[Run, Reader, int], Iterable[Content]]] = {
        Part.TARGETS: _targets,
        Part.TIMELINE: _timeline,
        Part.WARNINGS: _warnings,
        Part.NOTES: _notes,
        Part.QUESTIONS: _questions,
    }
    return list(parts[part](runs[shown], reader, width))


def _heading(run: Run, number: str) -> Iterator[Content]:
    if len(run.histories) > 1:
        yield styled(number, "bold underline")


def _targets(run: Run, reader: Reader, width: int) -> Iterator[Content]:
    if run.stopped:
        yield from _hung("", stopped_words(), width, "bold $warning")
        yield Content("")
    if not run.histories:
        yield styled(
            _("The recording holds no intervention from its beginning in which this seat acted."), "$muted"
        )
    for history in run.histories:
        yield from _heading(run, history.number)
        for row in run.sheet.of(history.number):
            yield from _row(row, reader, width)
        yield Content("")


def _row(row: Row, reader: Reader, width: int) -> Iterator[Content]:
    verdict = f"{MARKS[row.verdict]} {verdict_words(row.verdict)}"
    name = target_words(row.target)
    rules = ", ".join(row.rules)
    if row.verdict is Verdict.NOT_APPLICABLE:
        yield from _hung(f"{MARKS[row.verdict]} ", f"{name}: {_listed(row.done, reader)}", width, "$muted")
        return
    gap = max(1, width - len(name) - len(verdict) - 2 - len(rules))
    yield (
        styled(verdict, STYLES[row.verdict])
        + Content("  ")
        + styled(name, "bold")
        + Content(" " * gap)
        + styled(rules, "$muted")
    )
    yield from _hung("    ", _listed(row.done, reader), width)
    if row.possible:
        yield from _hung("    ", _("possible: {what}", what=_listed(row.possible, reader)), width, "$muted")
    yield from _hung("    ", _("source: {what}", what=source_words(row.source)), width, "$muted")


def _listed(phrases: Iterable[Phrase], reader: Reader) -> str:
    return " · ".join(said(one, reader.names) for one in phrases)


def _timeline(run: Run, reader: Reader, width: int) -> Iterator[Content]:
    for history in run.histories:
        yield from _heading(run, history.number)
        for line in timeline(run, history, reader.happened, reader.names):
            mark, style = _LINE[line.kind]
            by = f"  [{line.by}]" if line.by and line.by not in line.text else ""
            since = f"+{age(line.since_s)}" if line.since_s >= 0 else ""
            lead = f"{clock_time(line.at)} {since:>7} {mark}"
            yield from _hung(lead, f"{line.text}{by}", width, style)
        yield Content("")


def _warnings(run: Run, reader: Reader, width: int) -> Iterator[Content]:
    missed = [(history.number, one) for history in run.histories for one in run.missed(history.number)]
    if not missed:
        yield styled(_("Every warning that stood was answered."), "$muted")
    for number, one in missed:
        before = f"{number}  " if len(run.histories) > 1 else ""
        stood = _("stood for {seconds}", seconds=age(one.stood_s))
        yield from _hung(
            f"{clock_time(one.at)} ✗ ", f"{before}{warned_words(one, reader.names)} · {stood}", width
        )


def _notes(run: Run, _reader: Reader, width: int) -> Iterator[Content]:
    written_down = [one for one in run.notes if one.text]
    if not written_down:
        yield styled(_("No notes were made."), "$muted")
    for one in written_down:
        yield from _hung(f"{clock_time(one.at)} ✎ ", f"{one.text}  [{note_kind(one)}]", width)


def _questions(run: Run, _reader: Reader, width: int) -> Iterator[Content]:
    several = len(run.histories) > 1
    for one in questions(run):
        yield from _hung("• ", f"{one.number}: {one.said()}" if several else one.said(), width)
        yield Content("")


def _together(runs: Sequence[Run], _reader: Reader, width: int) -> Iterator[Content]:
    """Targets below each other, runs beside each other; each mark is one intervention, and nothing is added up."""
    first = min(36, max(width // 3, width - 20 * len(runs)))
    column = max(6, (width - first) // max(1, len(runs)))
    names = [one.who or one.name for one in runs]
    yield styled(" " * first + "".join(_cell(name, column) for name in names), "bold")
    for target in Target:
        line = Content(_cell(target_words(target), first))
        for run in runs:
            verdicts = [row.verdict for row in run.sheet.rows if row.target is target]
            alone = len(verdicts) == 1 and column >= 22
            cells = [f"{MARKS[one]} {verdict_words(one)}" if alone else MARKS[one] for one in verdicts]
            used = 0
            for one, text in zip(verdicts, cells, strict=True):
                if used + len(text) + 1 > column:
                    break
                line += styled(text + " ", STYLES[one])
                used += len(text) + 1
            line += Content(" " * (column - used))
        yield line
    yield Content("")
    legend = "  ".join(f"{MARKS[one]} {verdict_words(one)}" for one in Verdict)
    yield from _hung("", legend, width, "$muted")


def _cell(text: str, width: int) -> str:
    return f"{text[: width - 2]}… " if len(text) >= width else text.ljust(width)


def _hung(lead: str, text: str, width: int, style: str = "") -> Iterator[Content]:
    """A text with its continuation under its first word."""
    room = max(NARROWEST // 2, width - len(lead))
    for place, line in enumerate(textwrap.wrap(text, room) or [""]):
        before = lead if place == 0 else " " * len(lead)
        yield styled(before, "$muted" if style == "" else style) + styled(line, style)
