"""`msa procedures`: what a control room does in each kind of alarm, and whether a file of its own is sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from console.cli.login import settings_with
from console.domain.procedure import AlarmKind, Procedures, ProcedureStep, within_s
from console.domain.targets import Targets
from console.locale import _, current
from console.locale.words import word
from console.wire.exits import ExitCode, Stop

app = typer.Typer(help="Show the procedures of each kind of alarm; check a file of them.")

File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="A file of procedures; without it, the one that the console uses."),
]


@app.command(epilog="Example: msa procedures check ours.json")
def check(file: File = None) -> None:
    """Say whether a file can be used; if not, everything that is wrong in it. Exit code 3: it cannot."""
    path, _targets = _meant(file)
    procedures_read(path)
    typer.echo(f"{_named(path)}: in order, {len(AlarmKind)} kinds of alarm.")


@app.command(epilog="Example: msa procedures show --kind planned_test")
def show(
    file: File = None,
    kind: Annotated[AlarmKind | None, typer.Option(help="Only this kind of alarm.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object, for scripts.")] = False,
) -> None:
    """Print the steps of each kind of alarm: what, who, by when, and why."""
    path, targets = _meant(file)
    procedures = procedures_read(path)
    kinds = [one for one in AlarmKind if kind in {None, one}]
    if as_json:
        told = {one: [_facts(step, targets) for step in procedures[one]] for one in kinds}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    print("\n".join(_lines(procedures, kinds, targets)))


@app.command(epilog="Example: msa procedures example > ours.json")
def example() -> None:
    """Print the file that ships, to begin one of your own with."""
    from console.wire.procedures_file import PACKAGED
    from console.wire.zones_file import packaged_bytes

    print(packaged_bytes(PACKAGED).decode("utf-8"), end="")


def procedures_read(path: Path | None) -> Procedures:
    """The procedures of a file, or those that ship.

    Raises:
        Stop: the file cannot be used; the sentences say why.
    """
    from console.domain.procedure_file import ProcedureFileError
    from console.wire.procedures_file import procedures_of

    try:
        return procedures_of(path)
    except ProcedureFileError as wrong:
        raise Stop(f"{_named(path)} cannot be used.\n{wrong}", ExitCode.BAD_INPUT) from None


def _meant(file: Path | None) -> tuple[Path | None, Targets]:
    """The file that is named or, without one, that of the settings; and the control room's times."""
    settings = settings_with({})
    return file or settings.procedures, settings.targets


def _named(path: Path | None) -> str:
    return "The procedures that ship" if path is None else str(path)


def _lines(procedures: Procedures, kinds: list[AlarmKind], targets: Targets) -> Iterator[str]:
    for kind in kinds:
        yield word(kind).upper()
        for place, step in enumerate(procedures[kind], start=1):
            key = " · " + _("space bar") if step.key else ""
            yield f" {place}. {word(step.step)} · {word(step.who)}{_when(step, targets)}{key}"
            yield f"    {step.said(current())}"
        yield ""


def _when(step: ProcedureStep, targets: Targets) -> str:
    seconds = within_s(step.by, targets)
    return "" if seconds is None else " · " + _("within {seconds} s", seconds=f"{seconds:.0f}")


def _facts(step: ProcedureStep, targets: Targets) -> dict[str, object]:
    return {
        "step": step.step,
        "who": step.who,
        "by": step.by,
        "seconds": within_s(step.by, targets),
        "key": step.key,
        "reason": dict(step.reason),
    }
