"""`msa course`: one machine is the room of a course, the others join with a browser and a seat code (W20)."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import socket
import ssl
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from console.cli.listening import listening_on, tls_of
from console.cli.world import Stage, own_folder, world
from console.locale import _, preferred, use
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from console.training.seats import Seat, Seats
    from console.wire.scenario import Scenario

RUN_FILE: Final = "run.msarec.jsonl"
ABOUT_FILE: Final = "run.json"


def command(
    named: Annotated[
        str, typer.Argument(help="A scenario that ships, or a scenario's file.", metavar="SCENARIO")
    ],
    operators: Annotated[int, typer.Option(min=1, max=8, help="Seats of operators.")] = 2,
    patrols: Annotated[
        int, typer.Option(min=0, max=20, help="Seats of patrols, the first ones of the scenario.")
    ] = 0,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8090,
    name: Annotated[
        list[str] | None,
        typer.Option(help="A host name under which browsers reach it; may be given more than once."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="TLS certificate (PEM), needed outside this machine.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own: other chances.")] = None,
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, help="How many times as fast as the wall clock.")
    ] = 1.0,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the runs; without it one of your own.", metavar="FOLDER")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="nl, fr, de or en: of the instructor's screen and of what is heard.")
    ] = None,
) -> int:
    """Hold a course: seats join in a browser, the instructor leads the world from this terminal.

    The world begins when the instructor presses space, and ends with e twice. Nothing live is touched.

    Example: msa course clean-press-leuven --operators 2
    For other machines: msa course clean-press-leuven --host 10.0.0.5 --certificate c.pem --key k.pem
    """
    from console.training.seats import SeatKind
    from console.wire.scenario import LANGUAGES
    from console.wire.scenario_file import ScenarioError, scenario_from

    spoken = language or preferred(os.environ)
    if spoken not in LANGUAGES:
        raise Stop(f"--language: {spoken!r} is none of {', '.join(LANGUAGES)}.", ExitCode.USAGE)
    use(spoken)
    try:
        scenario = scenario_from(named)
    except ScenarioError as error:
        raise Stop(f"{next(error.sentences())}. All of it: msa exercise --check {named}") from None
    tls = tls_of(host, certificate, key)
    try:
        from console.web.guard import LOOPBACK
    except ImportError as missing:
        raise Stop(
            f"The browser's part is not installed ({missing.name} is missing): "
            "pip install 'stalking-alarm-console[web]'."
        ) from None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("A course is led from a terminal. Without one: msa-stub exercise.", ExitCode.USAGE)
    folder = out or own_folder(f"course-{scenario.name}")
    words = [named, "--out", str(folder), "--language", spoken, "--speed", str(speed), "--until-pipe-closes"]
    words += ["--held"] + ([] if seed is None else ["--seed", str(seed)])
    names = frozenset({*LOOPBACK, *(name or ())} if host in LOOPBACK else {host, *(name or ())})
    with listening_on(host, port) as listening:
        at = f"{'https' if tls else 'http'}://{(name or [host])[0]}:{listening.getsockname()[1]}"
        seats = _seats()
        with world(words) as stage:
            for number, operator in enumerate(stage.operators[:operators], 1):
                seats.add(f"operator-{number}", SeatKind.OPERATOR, operator)
            for number, plan in enumerate(scenario.patrols[:patrols], 1):
                seats.add(f"patrol-{number}", SeatKind.PATROL, plan.patrol)
            _password_for_consoles(stage)
            asyncio.run(_lead(scenario, stage, seats, at, names, listening, tls))
    return _ended(folder, seats.all)


def _seats() -> Seats:
    from console.training.seats import ALPHABET, Seats

    return Seats(
        chance=lambda signs: "".join(secrets.choice(ALPHABET) for _sign in range(signs)),
        clock=time.monotonic,
        new_key=lambda: secrets.token_urlsafe(32),
    )


def _password_for_consoles(stage: Stage) -> None:
    """The consoles of the seats inherit it; it opens nothing but this exercise, and no browser gets it."""
    os.environ.update({"MSA_PASSWORD": stage.password, "MSA_EXERCISE": "1", "MSA_TOUR": "no"})


async def _lead(
    scenario: Scenario,
    stage: Stage,
    seats: Seats,
    address: str,
    names: frozenset[str],
    listening: socket.socket,
    tls: ssl.SSLContext | None,
) -> None:
    """Serve the seats and show the instructor's screen, until it is left."""
    from console.link.world_line import world_line
    from console.locale import current
    from console.tui.course.app import CourseApp
    from console.tui.course.lead import Lead
    from console.tui.course.patrols import SeatedPatrols
    from console.web.course.site import Course, Site, Told, serving
    from console.wire.scenario import LANGUAGES

    told: dict[str, Told] = {
        one: Told(
            scenario.title.spoken(one), scenario.content_warning.spoken(one), scenario.briefing.spoken(one)
        )
        for one in LANGUAGES
    }
    lead = Lead(told[current()].title, address, stage.injects, seats)
    patrols = SeatedPatrols(lead)
    site = Site(Course(told, stage.url, names, seats, patrols.changed, patrols))

    async def free(seat: str) -> None:
        seats.give_up(seat)
        patrols.changed()
        await site.end_console(seat)

    lead.at_console, lead.free = site.at_console, free
    async with world_line(stage.control, stage.token, lead.hear) as line:
        lead.ask = line.ask
        async with serving(site, listening, tls):
            try:
                await CourseApp(lead).run_async()
            finally:
                seats.over = True


def _ended(folder: Path, seats: tuple[Seat, ...]) -> int:
    """A run of its own for each operator who joined and did not stop; says where they lie."""
    from console.training.seats import SeatKind, SeatState

    about = folder / ABOUT_FILE
    if not about.exists():
        raise Stop(f"The run could not be written; {folder / 'exercise.log'} says why.")
    facts = json.loads(about.read_text(encoding="utf-8"))
    operators = [seat for seat in seats if seat.kind is SeatKind.OPERATOR]
    counted = [seat for seat in operators if seat.state is SeatState.TAKEN]
    for seat in counted:
        own = folder / seat.name
        own.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(folder / RUN_FILE, own / RUN_FILE)
        # The instructor says when a course is over: so it counts, whatever was still to come.
        said = {
            **facts,
            "trainee": seat.name,
            "operator": seat.who,
            "language": seat.language,
            "ended": "over",
        }
        file = os.open(own / ABOUT_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(file, "w", encoding="utf-8") as written:
            written.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    for seat in counted:
        print(_("The run lies in {folder}. Look back at it: msa debrief {folder}", folder=folder / seat.name))
    if not counted:
        print(_("Nobody sat to the end: there is no run to look back at."))
    return ExitCode.DONE
