"""`msa-stub exercise`: the backend, the victims and the patrols of one exercise, in one process."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from backend_stub.pipe import stop_when_stdin_ends
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from console.wire.scenario import Language, Scenario

PASSWORD_VARIABLE: Final = "MSA_EXERCISE_PASSWORD"  # noqa: S105 - the variable's name, not a password


def command(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario that ships, or a file.")],
    out: Annotated[Path, typer.Option(help="Folder of the run.", metavar="FOLDER")],
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
    from console.wire.scenario_file import ScenarioError, scenario_from

    if language not in LANGUAGES:
        raise Stop(f"--language: {language!r} is none of {', '.join(LANGUAGES)}.", ExitCode.USAGE)
    try:
        read = scenario_from(scenario)
    except ScenarioError as error:
        raise Stop(f"{error.faults and next(error.sentences())}.") from None
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    start_log(out / "exercise.log")
    asyncio.run(
        _run(
            read,
            out,
            seed,
            speed,
            language,
            trainee,
            held=held,
            until_over=until_over,
            pipe=until_pipe_closes,
        )
    )


async def _run(
    scenario: Scenario,
    out: Path,
    seed: int | None,
    speed: float,
    language: Language,
    trainee: str | None,
    *,
    held: bool,
    until_over: bool,
    pipe: bool,
) -> None:
    from backend_stub.exercise.control import controlled
    from backend_stub.exercise.run import RUN_FILE, announcement, begun

    loop = asyncio.get_running_loop()
    password = os.environ.get(PASSWORD_VARIABLE) or None
    async with (
        begun(
            scenario,
            out,
            seed=seed,
            speed=speed,
            language=language,
            password=password,
            trainee=trainee,
            held=held,
        ) as exercise,
        controlled(exercise) as (control, token),
    ):
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
