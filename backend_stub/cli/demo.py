"""`msa-stub demo`: backend, simulator and console together, each a process of its own.

The stage (backend and simulator) is set by a process of its own, which lives as long as a pipe from here. Then this
process becomes the console: however that one ends, quit, killed or with its terminal, the pipe ends with it, and
the stage is cleared.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from backend_stub.cli.pacing import CaseName, Rooms, Speed, asked_for, rooms_for, rooms_of, speed_for
from backend_stub.pipe import when_stdin_ends
from backend_stub.registry.passwords import made_up_password
from backend_stub.stage import PASSWORD_VARIABLE, Wanted, our_program, play
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from backend_stub.simulator.cases.case import Case

READY: Final = "Backend: "

SECOND_CONSOLES: Final = {"VBR": "4712", "ANT": "3711"}
"""Who sits at a second console of a control room."""


def command(
    operator: Annotated[
        str,
        typer.Option(
            help="Who is logged in: 4711, 4712, 4700 (supervisor) of VBR, 3711 and 3700 (supervisor) of ANT."
        ),
    ] = "4711",
    speed: Speed = None,
    rooms: Rooms = None,
    case: CaseName = None,
    directory: Annotated[
        Path | None, typer.Option(help="Keep database and logs here; without it they go at the end.")
    ] = None,
    console: Annotated[
        bool, typer.Option("--console/--no-console", help="Without it, backend and simulator alone.")
    ] = True,
    until_pipe_closes: Annotated[
        bool, typer.Option("--until-pipe-closes", help="With --no-console: end when stdin ends.")
    ] = False,
) -> int:
    """Show an alarm on a dispatcher's screen: a backend, simulated phones and patrols, and the console.

    Example: msa-stub demo --speed 8
    Two control rooms: msa-stub demo --rooms VBR,ANT prints how to open the other one's console.
    A case: msa-stub demo --case silent-line
    """
    played = asked_for(case)
    if played == "listed":
        return ExitCode.DONE
    codes = rooms_for(played, rooms)
    rooms_of(codes)
    password = os.environ.get(PASSWORD_VARIABLE) or made_up_password()
    pace = speed_for(played, speed, 4.0)
    wanted = Wanted(codes, pace, password, directory, played.name if played else None)
    if not console:
        if played and not until_pipe_closes:
            print(played.told(), flush=True)
        return _stage(wanted, until_pipe_closes=until_pipe_closes)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("The console needs a terminal. Without one: msa-stub demo --no-console.", ExitCode.USAGE)
    return _with_console(wanted, operator, played)


def _stage(wanted: Wanted, *, until_pipe_closes: bool) -> int:
    """Backend and simulator until a signal or, if asked for, the end of stdin."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    if until_pipe_closes:
        when_stdin_ends(stop.set)

    def ready(url: str, folder: Path) -> None:
        print(f"{READY}{url}   operators 4711 4712 4700 (VBR) 3711 3700 (ANT) 4790 (trainer)")
        for room in sorted(rooms_of(wanted.rooms) & SECOND_CONSOLES.keys(), reverse=True):
            print(
                f"A console of {room} in another terminal: "
                f"MSA_PASSWORD={wanted.password} msa run --url {url} --operator {SECOND_CONSOLES[room]}"
            )
        if until_pipe_closes:
            sys.stdout.flush()
            _go_on_in(folder / "demo.log")
        else:
            print("ctrl+c ends it.", flush=True)

    play(wanted, ready, lambda line: print(line, flush=True), stop)
    return ExitCode.DONE


def _go_on_in(log: Path) -> None:
    """From now on the terminal belongs to the console: what is still to be said goes to a file."""
    with log.open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())


def _with_console(wanted: Wanted, operator: str, case: Case | None) -> int:
    """Set the stage, then become the console. Returns only if that was not to be."""
    if case is not None:
        print(case.told())
        if not _told_to_go_on("enter: begin"):
            return ExitCode.INTERRUPTED
    print("Starting the backend …", flush=True)
    kept = () if wanted.directory is None else ("--directory", str(wanted.directory))
    with subprocess.Popen(
        our_program("backend_stub", "demo", "--no-console", "--until-pipe-closes", *wanted.story, *kept),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, PASSWORD_VARIABLE: wanted.password},
        start_new_session=True,
    ) as stage:
        assert stage.stdin is not None
        assert stage.stdout is not None
        url = None
        try:
            for line in stage.stdout:
                print(line, end="", flush=True)
                if line.startswith(READY):
                    url = line.split()[1]
            several = case is not None and len(case.rooms) > 1
            going_on = not (several and url) or _told_to_go_on("enter: open the console here")
        except KeyboardInterrupt:
            going_on = False
        if not going_on:
            stage.stdin.close()
            stage.wait()
            return ExitCode.INTERRUPTED
        if url is not None:
            os.set_inheritable(stage.stdin.fileno(), True)
            words = our_program("console", "run", "--url", url, "--operator", operator)
            # The first alarm is there before a tour could be read.
            # A ctrl+c while the console loads waits until it can answer it (`console.wire.exits.answer`).
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            os.execve(words[0], words, {"MSA_TOUR": "no", **os.environ, "MSA_PASSWORD": wanted.password})  # noqa: S606 - no shell
        return stage.wait()  # it has said why


def _told_to_go_on(what: str) -> bool:
    """Wait for enter; False: ctrl+c or ctrl+d instead."""
    try:
        input(what + " ")
    except (EOFError, KeyboardInterrupt):
        print()
        return False
    return True
