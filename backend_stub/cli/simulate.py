"""`msa-stub simulate`: phones and patrols as clients of a running backend."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from backend_stub.cli.pacing import CaseName, Rooms, Speed, asked_for, rooms_for, rooms_of, speed_for
from backend_stub.cli.reaching import Url, UrlFile, addresses, tokens, until_written
from backend_stub.pipe import stop_when_stdin_ends
from backend_stub.simulator.client import NotOneOfOurs
from backend_stub.simulator.content import simulated_content
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.patrol import Habits
from backend_stub.simulator.stories import stories_of
from backend_stub.simulator.until_first import until_first
from backend_stub.simulator.world import OnDuty, live
from console.wire.exits import ExitCode, Stop


def command(
    url: Url = None,
    url_file: UrlFile = None,
    wait: Annotated[
        float, typer.Option(min=0, help="Wait so long for the URL file to be there.", metavar="SECONDS")
    ] = 0.0,
    rooms: Rooms = None,
    case: CaseName = None,
    seed: Annotated[int, typer.Option(help="The same seed tells the same stories.")] = 1,
    speed: Speed = None,
    every: Annotated[
        float,
        typer.Option(
            min=0.1, help="A press about every so many minutes, beside the told stories.", metavar="MINUTES"
        ),
    ] = 8.0,
    told: Annotated[
        bool, typer.Option("--told/--no-told", help="Begin with the demo's told stories.")
    ] = True,
    for_: Annotated[
        float | None, typer.Option("--for", min=0, help="End after so many seconds.", metavar="SECONDS")
    ] = None,
    zones: Annotated[Path | None, typer.Option(help="The map that the backend runs with.")] = None,
    until_pipe_closes: Annotated[
        bool, typer.Option("--until-pipe-closes", help="End when stdin ends.")
    ] = False,
) -> None:
    """Simulate phones and patrols: they press, walk, drive, lose their position, go silent, press twice.

    Example: msa-stub simulate --url-file /tmp/msa.url --rooms VBR --speed 4
    A case: msa-stub simulate --url-file /tmp/msa.url --case silent-line
    """
    played = asked_for(case)
    if played == "listed":
        return
    wanted = rooms_of(rooms_for(played, rooms))
    content = simulated_content(zones)
    if played:
        print(played.told(), flush=True)
        stories = iter(played.phones)
        on_duty = played.on_duty({unit.id: unit for unit in content.patrols})
    else:
        stories = stories_of(content, wanted, every * 60, seed, with_told=told)
        on_duty = [OnDuty(unit, Habits()) for unit in content.patrols if unit.room in wanted]
    pace = speed_for(played, speed, 1.0)

    async def world() -> None:
        if not url:
            await until_written(url_file, wait)
        await live(
            addresses(url, url_file),
            tokens(url_file),
            on_duty,
            stories,
            rooms=wanted,
            seed=seed,
            pace=Pace(pace),
            tell=_tell,
        )

    refused: list[BaseException] = []
    try:
        asyncio.run(_until_ended(world(), for_, until_pipe_closes=until_pipe_closes))
    except* NotOneOfOurs as found:
        refused += found.exceptions
    if refused:  # not from within: what is raised there comes out in a group, in some versions of Python
        raise Stop(f"The backend refuses {refused[0]}.", ExitCode.NOT_AUTHORISED)


async def _until_ended(
    world: Coroutine[Any, Any, None], for_s: float | None, *, until_pipe_closes: bool
) -> None:
    """Let the world live until a signal, the end of stdin, or the time that was asked for."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if until_pipe_closes:
        stop_when_stdin_ends(loop, stop)
    if for_s is not None:
        loop.call_later(for_s, stop.set)
    await until_first(world, stop.wait())


def _tell(line: str) -> None:
    print(line, flush=True)
