"""`msa debrief`: a run talked over, on the screen or as a page to print (W20)."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from console.domain.limits import Targets
    from console.training.debrief.page import Reader
    from console.training.debrief.run import Run

MOST_SIDE_BY_SIDE = 2


def command(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[RUN] [RUN2]", help="The folder of a run, or a recording; two stand side by side."
        ),
    ] = None,
    class_: Annotated[
        Path | None, typer.Option("--class", metavar="FOLDER", help="Every run of a folder, in one table.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write one page that prints well, instead of the screen."),
    ] = None,
    language: Annotated[str | None, typer.Option(help="nl, fr, de or en: the reader's.")] = None,
    pictures: Annotated[
        bool, typer.Option(help="On the page: the screen at the marked moments, a second or two for each.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the score sheets, for scripts.")] = False,
) -> int:
    """Talk a run over: its timeline, targets, missed warnings, the trainer's notes and questions to ask.

    Nothing is added up, and nobody is named: seats and pseudonyms only.

    Example: msa debrief runs/2026-03-01 --html debrief.html --language nl
    """
    from console.cli.login import settings_with
    from console.cli.procedures import procedures_read
    from console.training.debrief.run import UnusableRunError, read_run, runs_in

    named = runs or []
    if bool(named) is (class_ is not None):
        raise Stop("Give a run, or two, or --class with the folder of a class's runs.", ExitCode.USAGE)
    if len(named) > MOST_SIDE_BY_SIDE:
        raise Stop("Two runs stand side by side; for more give --class with their folder.", ExitCode.USAGE)
    settings = settings_with({"language": language})
    procedures = procedures_read(settings.procedures)
    try:
        paths = list(runs_in(class_)) if class_ is not None else named
        read = [read_run(path, procedures, settings.targets) for path in paths]
    except UnusableRunError as wrong:
        raise Stop(str(wrong), ExitCode.BAD_INPUT) from None
    title = None if class_ is None else class_.resolve().name
    if as_json:
        print(json.dumps({"runs": [_facts(run) for run in read]}, ensure_ascii=False, indent=1))
        return ExitCode.DONE
    reader = _reader(settings.zones, settings.targets, read)
    if html is not None:
        if pictures and title is None:
            read = [_pictured(run, settings.zones, settings.targets) for run in read]
        _write(html, read, reader, title)
        return ExitCode.DONE
    if not sys.stdout.isatty():
        raise Stop("The screen needs a terminal: give --html FILE, or --json.", ExitCode.USAGE)
    from console.tui.debrief.app import DebriefApp

    return DebriefApp(read, reader, class_title=title, theme=settings.theme).run() or ExitCode.DONE


def _facts(run: Run) -> dict[str, object]:
    return {
        "name": run.name,
        "mode": run.mode,
        "title": run.title,
        "trainee": run.who,
        **run.sheet.as_json(),
        "missed_warnings": [
            {"intervention": one.number, "code": warned.code, "at": warned.at.isoformat()}
            for one in run.histories
            for warned in run.missed(one.number)
        ],
    }


def _pictured(run: Run, zones_path: Path | None, targets: Targets) -> Run:
    from console.cli.run import atlas_of
    from console.tui.debrief.pictures import with_pictures

    return with_pictures(run, partial(atlas_of, zones_path), targets)


def _reader(zones_path: Path | None, targets: Targets, runs: list[Run]) -> Reader:
    from console.training.debrief.page import Reader
    from console.training.words import Names
    from console.tui.sentences import happened
    from console.wire.zones_file import read_zones

    zones = read_zones(zones_path)
    recorded = {zone.id: zone for run in runs for zone in run.recording.header.zones}

    def zone(id: str) -> str:
        if id in zones.by_id:
            return zones.by_id[id].label
        return f"{recorded[id].code or id} {recorded[id].name}" if id in recorded else id

    names = Names(zone=zone)
    return Reader(lambda event: happened(event, names.patrol, names.zone), names, zones, targets)


def _write(file: Path, runs: list[Run], reader: Reader, title: str | None) -> None:
    """Whole or not at all, readable by its owner alone."""
    from console.training.debrief.page import page_of

    page = page_of(runs, reader, class_title=title)
    beside = file.with_name(f".{file.name}.new")
    try:
        with open(
            beside, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)
        ) as out:
            out.write(page)
        os.replace(beside, file)
    except OSError as wrong:
        beside.unlink(missing_ok=True)
        raise Stop(
            f"{str(file)!a} cannot be written ({(wrong.strerror or 'the system refuses').lower()}): "
            "give the path of a file in a folder that is there.",
            ExitCode.BAD_INPUT,
        ) from None
