"""`msa training`: who has done a course, for a zone's person responsible; details for trainee and trainer alone (W20)."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.wire.exits import ExitCode, Stop, printable

if TYPE_CHECKING:
    from console.training.records import TrainingRecords

app = typer.Typer(help="Who has done a course, and until when it counts.")

Store = Annotated[
    Path | None, typer.Option(help="The file of the records; without it this user's.", metavar="FILE")
]
Trainee = Annotated[str, typer.Argument(help="As the zone knows them: a number, never a name.")]
Zone = Annotated[str, typer.Option(help="Id of the police zone: 5388.")]


@app.callback()
def training() -> None:
    """Who has done a course, and until when it counts. No appraisal: nobody but the two sees how it went."""


@app.command()
def expect(
    trainees: Annotated[list[str], typer.Argument(help="As the zone knows them: numbers, never names.")],
    zone: Zone,
    store: Store = None,
) -> int:
    """Say who is to be trained: until then they stand as not done.

    Example: msa training expect 5388-017 5388-018 --zone 5388
    """
    with _records(store) as records:
        for trainee in trainees:
            records.expect(trainee, zone)
    return ExitCode.DONE


@app.command()
def done(
    run: Annotated[Path, typer.Argument(help="The folder of the run, or its recording.", metavar="RUN")],
    trainee: Annotated[str, typer.Option(help="As the zone knows them: a number, never a name.")],
    zone: Zone,
    store: Store = None,
) -> int:
    """Record that a trainee has done a course. The details are sealed with a code of each of the two.

    Example: msa training done runs/2026-03-01 --trainee 5388-017 --zone 5388

    The codes are asked, or taken from MSA_TRAINEE_CODE and MSA_TRAINER_CODE. A run that the trainee stopped counts for
    nothing, and nothing of it is kept.
    """
    from console.training.debrief.run import UnusableRunError, read_run

    try:
        read = read_run(run)
    except UnusableRunError as wrong:
        raise Stop(str(wrong)) from None
    if read.stopped:
        raise Stop("The trainee stopped this run: nothing of it counts or is kept.", ExitCode.REFUSED)
    details = json.dumps(
        {"title": read.title, "rows": [row.as_json() for row in read.sheet.rows]}, ensure_ascii=False
    )
    codes = _code("MSA_TRAINEE_CODE", "Code of the trainee"), _code("MSA_TRAINER_CODE", "Code of the trainer")
    with _records(store) as records:
        records.done(trainee, zone, details, *codes)
    return ExitCode.DONE


@app.command("list")
def list_trained(
    zone: Annotated[str | None, typer.Option(help="Only of this zone.")] = None, store: Store = None
) -> int:
    """Print the list for the zone's person responsible as CSV: done, not_done or renewal, and no more.

    Example: msa training list --zone 5388 > training.csv
    """
    from console.training.records import csv_lines

    with _records(store) as records:
        for line in csv_lines(records.of_zone(zone), _today()):
            print(line)
    return ExitCode.DONE


@app.command()
def details(trainee: Trainee, store: Store = None) -> int:
    """Show the trainee or the trainer how the last course went, as JSON. The code is asked, or MSA_TRAINING_CODE.

    Example: msa training details 5388-017
    """
    with _records(store) as records:
        found = records.details(trainee, _code("MSA_TRAINING_CODE", "Code"))
    print(printable(found))
    return ExitCode.DONE


@app.command()
def forget(trainee: Trainee, store: Store = None) -> int:
    """Delete all that is known of a trainee.

    Example: msa training forget 5388-017
    """
    with _records(store) as records:
        if not records.forget(trainee):
            raise Stop(f"Nothing is known of {trainee}.", ExitCode.REFUSED)
    return ExitCode.DONE


@contextmanager
def _records(store: Path | None) -> Iterator[TrainingRecords]:
    """The records, open.

    Raises:
        Stop: the file cannot be used, or what is asked cannot be done.
    """
    import sqlite3

    from platformdirs import user_data_path

    from console.training.records import RecordsFault, TrainingRecords

    path = store or user_data_path("msa") / "training.db"
    try:
        records = TrainingRecords(path, _today())
    except (OSError, sqlite3.Error):
        raise Stop(f"{path} cannot be used: give a file that is one of records, or a new one.") from None
    try:
        yield records
    except RecordsFault as wrong:
        raise Stop(f"{wrong}.", ExitCode.REFUSED) from None
    finally:
        records.close()


def _code(variable: str, asked: str) -> str:
    given = os.environ.get(variable)
    if given:
        return given
    if not sys.stdin.isatty():
        raise Stop(f"No code: set {variable}, or run it in a terminal.", ExitCode.NOT_AUTHORISED)
    return getpass.getpass(f"{asked}: ", stream=sys.stderr)


def _today() -> date:
    from console.domain.days import day_in_belgium

    return day_in_belgium(datetime.now(UTC))
