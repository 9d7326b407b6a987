"""`msa-stub simulate`: phones and patrols as clients of a running backend."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer

from backend_stub.cli.reaching import Url, UrlFile, address, tokens
from backend_stub.pipe import stop_when_stdin_ends
from backend_stub.simulator.client import NotOneOfOurs
from backend_stub.simulator.content import simulated_content
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.stories import endless, homes_of
from backend_stub.simulator.stories import told as told_stories
from backend_stub.simulator.world import live
from console.domain.rooms import ROOMS
from console.wire.exits import ExitCode, Stop


def command(
    url: Url = None,
    url_file: UrlFile = None,
    rooms: Annotated[
        str,
        typer.Option(
            help="Control rooms whose patrols drive and whose victims press, or all.", metavar="CODES"
        ),
    ] = "VBR,BRU,ANT",
    seed: Annotated[int, typer.Option(help="The same seed tells the same stories.")] = 1,
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, help="How many times as fast as the wall clock.")
    ] = 1.0,
    every: Annotated[
        float, typer.Option(min=0.1, help="After the told stories, a press about every so many minutes.")
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
    """
    server = address(url, url_file)
    wanted = frozenset(ROOMS if rooms == "all" else (code.strip().upper() for code in rooms.split(",")))
    if unknown := wanted - ROOMS.keys():
        raise Stop(
            f"{', '.join(sorted(unknown))}: no control room; the codes are {', '.join(sorted(ROOMS))}.",
            ExitCode.USAGE,
        )
    content = simulated_content(zones)
    stream = random.Random(f"{seed}:presses")  # noqa: S311 - repeatable on purpose
    first = told_stories(homes_of(content)) if told else ()
    stories = itertools.chain(first, endless(content, wanted, every * 60, stream))
    world = live(
        server, tokens(url_file), content, stories, rooms=wanted, seed=seed, pace=Pace(speed), told=_tell
    )
    try:
        asyncio.run(_until_ended(world, for_, until_pipe_closes=until_pipe_closes))
    except* NotOneOfOurs as refused:
        reason = refused.exceptions[0]
        raise Stop(f"The backend refuses a token: {reason}.", ExitCode.NOT_AUTHORISED) from None


async def _until_ended(
    world: Coroutine[None, None, None], for_s: float | None, *, until_pipe_closes: bool
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
    living = asyncio.create_task(world)
    ending = asyncio.create_task(stop.wait())
    await asyncio.wait({living, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    living.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await living


def _tell(line: str) -> None:
    print(line, flush=True)
