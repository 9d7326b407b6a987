"""`msa-stub exercise`: the backend, the victims and the patrols of one exercise, in one process."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from backend_stub.pipe import stop_when_stdin_ends
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from backend_stub.exercise.run import Exercise

Begins = AbstractAsyncContextManager["Exercise"]

PASSWORD_VARIABLE: Final = "MSA_EXERCISE_PASSWORD"  # noqa: S105 - the variable's name, not a password


def command(
    named: Annotated[
        str,
        typer.Argument(help="A scenario that ships, a scenario's file, or a recording.", metavar="NAME|FILE"),
    ],
    out: Annotated[Path, typer.Option(help="Folder of the run.", metavar="FOLDER")],
    begin_at: Annotated[
        str | None, typer.Option("--from", help="Of a recording: from this moment on.", metavar="MM:SS")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="How many times as fast as the wall.")] = 1.0,
    language: Annotated[str, typer.Option(help="nl, fr, de or en.")] = "nl",
    trainee: Annotated[str | None, typer.Option(help="Pseudonym or seat, for run.json.")] = None,
    held: Annotated[
        bool,
        typer.Option("--held", help="Begin when the control line says go_on, not when somebody logs in."),
    ] = False,
    until_over: Annotated[bool, typer.Option("--until-over", help="End by itself once it is over.")] = False,
    until_pipe_closes: Annotated[
        bool, typer.Option("--until-pipe-closes", help="End when stdin ends.")
    ] = False,
) -> None:
    """Run an exercise's world. Prints one line of JSON: url, operator, password, control, token, folder, injects.

    Example: msa-stub exercise clean-press-leuven --out run --language nl
    """
    from backend_stub.log import start_log
    from console.wire.scenario import LANGUAGES

    if language not in LANGUAGES:
        raise Stop(f"--language: {language!r} is none of {', '.join(LANGUAGES)}.", ExitCode.USAGE)
    begins = _of_recording if begin_at is not None else _of_scenario
    ways: dict[str, Any] = {
        "seed": seed,
        "speed": speed,
        "language": language,
        "trainee": trainee,
        "held": held,
        "password": os.environ.get(PASSWORD_VARIABLE) or None,
    }
    exercise = begins(named, begin_at, out, ways)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    start_log(out / "exercise.log")
    asyncio.run(_run(exercise, out, until_over=until_over, pipe=until_pipe_closes))


def _of_scenario(named: str, _begin_at: str | None, out: Path, ways: dict[str, Any]) -> Begins:
    from backend_stub.exercise.run import begun
    from console.wire.scenario_file import ScenarioError, scenario_from

    try:
        return begun(scenario_from(named), out, **ways)
    except ScenarioError as error:
        raise Stop(f"{next(error.sentences())}.") from None


def _of_recording(named: str, begin_at: str | None, out: Path, ways: dict[str, Any]) -> Begins:
    from backend_stub.exercise.run import RUN_FILE, branched
    from console.wire.recording import RecordingFault, read_recording

    parts = (begin_at or "").split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isdigit() for part in parts):
        raise Stop(f"--from: {begin_at!r} is no moment; write MM:SS.", ExitCode.USAGE)
    at_s = 0
    for part in parts:
        at_s = at_s * 60 + int(part)
    path = Path(named) / RUN_FILE if Path(named).is_dir() else Path(named)
    try:
        recording = read_recording(path)
    except RecordingFault as fault:
        raise Stop(f"{path.name}: {fault}.") from None
    return branched(recording, float(at_s), out, **ways)


async def _run(begins: Begins, out: Path, *, until_over: bool, pipe: bool) -> None:
    from backend_stub.exercise.control import controlled
    from backend_stub.exercise.run import RUN_FILE, announcement

    loop = asyncio.get_running_loop()
    async with begins as exercise, controlled(exercise) as (control, token):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, exercise.end)
        if pipe:
            stop_when_stdin_ends(loop, exercise.ended)
        print(announcement(exercise, control, token), flush=True)
        if until_over:
            waits = [asyncio.ensure_future(one.wait()) for one in (exercise.ended, exercise.world.over)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for one in waits:
                one.cancel()
        else:
            await exercise.ended.wait()
    print(out / RUN_FILE, flush=True)
