"""The debrief as one HTML page that needs nothing beside itself: it opens without a network, and prints on A4.

The word of the mode stands above and below every page, also in print: head and foot of one table that holds all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final
from xml.etree.ElementTree import Element

from console.domain.days import belgium
from console.domain.limits import DEFAULTS, Targets
from console.domain.rooms import ROOMS
from console.domain.zones import Zones
from console.locale import _, current
from console.locale.measures import age, clock_time, day
from console.locale.words import word
from console.training.debrief.drawing import axis_of, map_of
from console.training.debrief.markup import as_image, root, tag, written
from console.training.debrief.questions import questions
from console.training.debrief.run import Note, Run
from console.training.debrief.timeline import Happened, timeline
from console.training.history import History
from console.training.sheet import Phrase, Row, Target, Verdict
from console.training.warned import Warned
from console.training.words import (
    MARKS,
    Names,
    said,
    source_words,
    target_words,
    verdict_words,
    warned_words,
)

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may fetch for the page: nothing but what stands in it."""

WIDE: Final = 5
"""So many runs of a class have room for words; of more each verdict is its mark."""

BESIDE: Final = 12
"""So many runs stand beside each other on a page; more go into a table below."""


@dataclass(frozen=True)
class Reader:
    """For whom the page is made: how an event is said, what ids are called, the zones, and the room's times."""

    happened: Happened
    names: Names
    zones: Zones
    targets: Targets = DEFAULTS


def page_of(runs: Sequence[Run], reader: Reader, *, class_title: str | None = None) -> str:
    """The page of one run, of two side by side, or of a class (with its title), in the language in use."""
    modes = " · ".join(dict.fromkeys(word(run.mode) for run in runs))
    title = class_title or " / ".join(dict.fromkeys(run.title for run in runs))
    html = root("html", lang=current())
    head = tag(html, "head")
    tag(head, "meta", charset="utf-8")
    tag(head, "meta", **{"http-equiv": "Content-Security-Policy"}, content=POLICY)
    tag(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    tag(head, "title", f"{modes} – {title}")
    style = tag(head, "style")
    style.text = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    sheet = tag(tag(html, "body"), "table", class_="sheet")
    above, below = _("debrief"), _("stand-ins only; no appraisal of anybody")
    tag(tag(tag(sheet, "thead"), "tr"), "th", f"{modes} – {above}", class_="mode")
    tag(tag(tag(sheet, "tfoot"), "tr"), "td", f"{modes} – {below}", class_="mode")
    body = tag(tag(tag(sheet, "tbody"), "tr"), "td")
    tag(body, "h1", title)
    if class_title is not None:
        _class(body, runs)
    elif len(runs) > 1:
        _side_by_side(body, runs, reader)
        for run in runs:
            _run(body, run, reader, first=False, named=True)
    else:
        _run(body, runs[0], reader, first=True, named=False)
    return "<!DOCTYPE html>\n" + written(html)


def _run(body: Element, run: Run, reader: Reader, *, first: bool, named: bool) -> None:
    section = tag(body, "section", class_="run first" if first else "run")
    if named:
        tag(section, "h2", _name(run))
    _about(section, run)
    for history in run.histories:
        if len(run.histories) > 1:
            tag(section, "h2", history.number)
        _intervention(section, run, history, reader)
    if not run.histories:
        tag(
            section,
            "p",
            _("The recording holds no intervention from its beginning in which this seat acted."),
        )
    _notes(section, run)
    _questions(section, run)
    _pictures(section, run)


def _about(section: Element, run: Run) -> None:
    header = run.recording.header
    starts = header.starts_at.astimezone(belgium())
    facts = [
        (_("control room"), ROOMS.get(header.room, header.room)),
        (_("place"), header.place),
        (_("begins"), f"{day(starts.date())} {clock_time(header.starts_at)}"),
        (_("length"), age(header.length_s)),
        (_("trainee"), run.who),
        (_("scenario"), f"{header.scenario.name} ({header.scenario.seed})" if header.scenario else ""),
        *((_("teaches") if place == 0 else "", one) for place, one in enumerate(header.teaches)),
    ]
    about = tag(section, "dl", class_="about")
    for name, value in facts:
        if value:
            tag(about, "dt", name)
            tag(about, "dd", value)
    if run.stopped:
        tag(section, "p", stopped_words(), class_="warning-before")
    if header.content_warning:
        tag(section, "p", header.content_warning, class_="warning-before")


def stopped_words() -> str:
    """What is said of an exercise that the trainee ended: everybody may (W20)."""
    return _("The exercise was stopped before its end: nothing of it counts.")


def _intervention(section: Element, run: Run, history: History, reader: Reader) -> None:
    tag(section, "h3", _("Times"))
    section.append(axis_of(history, reader.targets))
    tag(section, "h3", _("Targets"))
    _targets(section, run.sheet.of(history.number), reader.names)
    _missed(section, run.missed(history.number), reader.names)
    tag(section, "h3", _("Map"))
    drawn = map_of(history, reader.zones, reader.names)
    if drawn is None:
        tag(section, "p", _("Nobody had a position."), class_="soft")
    else:
        figure = tag(section, "figure")
        figure.append(drawn)
        legend = _(
            "Blue: her positions with their radius at 95 %; crosses and broken circles: positions that were not believed; "
            "triangles: patrols; broken lines: borders of zones."
        )
        source = _("The zones are an approximation, no official map.") if reader.zones.approximate else ""
        tag(figure, "figcaption", f"{legend} {source}".strip())
        tag(figure, "figcaption", reader.zones.attribution)
    tag(section, "h3", _("Timeline"))
    rows = _table(section, (_("time"), _("what happened"), _("who")))
    for line in timeline(run, history, reader.happened, reader.names):
        row = tag(rows, "tr", class_=f"line-{line.kind}")
        tag(row, "td", f"{clock_time(line.at)}  {_since(line.since_s)}", class_="time")
        tag(row, "td", line.text, class_="text")
        tag(row, "td", line.by, class_="facts")


def _since(seconds: float) -> str:
    return f"+{age(seconds)}" if seconds >= 0 else ""


def _targets(section: Element, rows: Sequence[Row], names: Names) -> None:
    body = _table(
        section, (_("target"), _("result"), _("what was done"), _("what was possible"), _("rule and source"))
    )
    for one in rows:
        row = tag(body, "tr")
        tag(row, "td", target_words(one.target))
        tag(row, "td", _verdict(one.verdict), class_=f"verdict {one.verdict}")
        _parts(row, one.done, names)
        _parts(row, one.possible, names)
        tag(row, "td", f"{', '.join(one.rules)} · {source_words(one.source)}", class_="facts")


def _parts(row: Element, phrases: Iterable[Phrase], names: Names) -> None:
    cell = tag(row, "td")
    for one in phrases:
        tag(cell, "span", said(one, names), class_="part")


def _verdict(verdict: Verdict) -> str:
    return f"{MARKS[verdict]} {verdict_words(verdict)}"


def _missed(section: Element, missed: Sequence[Warned], names: Names) -> None:
    tag(section, "h3", _("Missed warnings"))
    if not missed:
        tag(section, "p", _("Every warning that stood was answered."), class_="soft")
        return
    rows = _table(section, (_("time"), _("what warned"), _("stood for")))
    for one in missed:
        row = tag(rows, "tr")
        tag(row, "td", clock_time(one.at), class_="time")
        tag(row, "td", warned_words(one, names))
        tag(row, "td", age(one.stood_s))


def _notes(section: Element, run: Run) -> None:
    tag(section, "h3", _("The trainer's notes"))
    written_down = [one for one in run.notes if one.text]
    if not written_down:
        tag(section, "p", _("No notes were made."), class_="soft")
        return
    rows = _table(section, (_("time"), _("note"), ""))
    for one in written_down:
        row = tag(rows, "tr")
        tag(row, "td", clock_time(one.at), class_="time")
        tag(row, "td", one.text)
        tag(row, "td", note_kind(one), class_="facts")


def note_kind(note: Note) -> str:
    """What kind of note it is; a later version's as it is written."""
    known = {
        "bookmark": _("bookmark"),
        "mark": _("mark of the trainer"),
        "inject": _("inject"),
        "seat": _("seat"),
    }
    return known.get(note.kind, note.kind)


def _questions(section: Element, run: Run) -> None:
    tag(section, "h3", _("Questions to ask"))
    asked = list(questions(run))
    if not asked:
        tag(section, "p", _("What would you tell somebody who takes the same alarm tomorrow?"))
        return
    several = len(run.histories) > 1
    items = tag(section, "ul", class_="questions")
    for one in asked:
        tag(items, "li", f"{one.number}: {one.said()}" if several else one.said())


def _pictures(section: Element, run: Run) -> None:
    shown = [
        (one, run.pictures[one.picture]) for one in run.notes if one.picture in run.pictures and one.picture
    ]
    if not shown:
        return
    tag(section, "h3", _("The screen at the marked moments"))
    for note, svg in shown:
        figure = tag(section, "figure")
        caption = f"{clock_time(note.at)} {note.text}".strip()
        tag(figure, "img", src=as_image(svg), alt=caption)
        tag(figure, "figcaption", f"{word(run.mode)} – {caption}")


def _side_by_side(body: Element, runs: Sequence[Run], reader: Reader) -> None:
    tag(body, "h2", _("Side by side"))
    rows = _table(body, (_("target"), *map(_name, runs)))
    for target in Target:
        row = tag(rows, "tr")
        tag(row, "td", target_words(target))
        for run in runs:
            cell = tag(row, "td")
            for one in run.sheet.rows:
                if one.target is target:
                    tag(cell, "span", _verdict(one.verdict), class_=f"part verdict {one.verdict}")
                    for phrase in one.done[:2]:
                        tag(cell, "span", said(phrase, reader.names), class_="part facts")


def _class(body: Element, runs: Sequence[Run]) -> None:
    tag(body, "p", _("Each mark is one intervention. There is no total: what counts is what is talked over."))
    wide = len(runs) <= WIDE
    if not wide:
        tag(body, "p", " · ".join(_verdict(one) for one in Verdict), class_="soft")
    for begin in range(0, len(runs), BESIDE):
        some = runs[begin : begin + BESIDE]
        rows = _table(body, (_("target"), *map(_name, some)))
        for target in Target:
            row = tag(rows, "tr")
            tag(row, "td", target_words(target))
            for run in some:
                cell = tag(row, "td")
                for one in run.sheet.rows:
                    if one.target is target:
                        text = _verdict(one.verdict) if wide else MARKS[one.verdict]
                        tag(cell, "span", text, class_=f"part {one.verdict}" if wide else one.verdict)


def _name(run: Run) -> str:
    return f"{run.name} · {run.who}" if run.who and run.who != run.name else run.name


def _table(parent: Element, headings: Sequence[str]) -> Element:
    table = tag(parent, "table", class_="rows")
    row = tag(tag(table, "thead"), "tr")
    for heading in headings:
        tag(row, "th", heading)
    return tag(table, "tbody")
