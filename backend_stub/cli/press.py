"""`msa-stub press`: one device by hand."""

from __future__ import annotations

import asyncio
import random
import secrets
from typing import Annotated

import typer

from backend_stub.cli.reaching import Url, UrlFile, address, tokens
from backend_stub.simulator.client import NotOneOfOurs
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.phone import Move, Phone, PhoneScript, Press, Sees, Step
from console.domain.zones import looks_swapped
from console.wire.exits import ExitCode, Stop
from console.wire.field_frames import Receipt


def command(
    button: Annotated[str, typer.Option(help="Id of the button.")],
    at: Annotated[
        str | None,
        typer.Option(help="Where she is; without it the phone has no position.", metavar="LAT,LON"),
    ] = None,
    radius: Annotated[float, typer.Option(min=0, max=100_000, help="Radius in metres.")] = 25.0,
    confidence: Annotated[
        float | None, typer.Option(min=0, max=100, help="Confidence of the radius, in percent.")
    ] = None,
    press_id: Annotated[
        str | None, typer.Option(help="Press again under the same id: it is one alarm.")
    ] = None,
    move: Annotated[
        str | None, typer.Option(help="She moves: 5,90 is 5 km/h to the east.", metavar="KMH,BEARING")
    ] = None,
    for_: Annotated[
        float, typer.Option("--for", min=0, help="Go on reporting the position.", metavar="SECONDS")
    ] = 0.0,
    token: Annotated[
        str | None, typer.Option(help="The device's token; without it, the one beside the URL file.")
    ] = None,
    url: Url = None,
    url_file: UrlFile = None,
) -> None:
    """Hold one button: press, print the receipt as JSON, try again until there is one.

    Example: msa-stub press --button VBR-B-0041 --at 50.8787,4.7008 --move 5,90 --for 120
    """
    server = address(url, url_file)
    known = token or tokens(url_file).devices.get(button)
    if known is None:
        raise Stop(f"There is no token for {button}: give --token.", ExitCode.NOT_AUTHORISED)
    steps: list[tuple[float, Step]] = [(0.0, Press())]
    if move is not None:
        kmh, bearing = _pair(move, "--move", "KMH,BEARING, for example 5,90")
        if not 0 <= kmh <= 250:
            raise Stop("--move: a speed lies between 0 and 250 km/h.", ExitCode.USAGE)
        steps.insert(0, (0.0, Move(kmh / 3.6, bearing)))
    lon, lat = _position(at)
    if at is not None:
        steps.insert(0, (0.0, Sees(radius, confidence)))
    script = PhoneScript(button, lon, lat, tuple(steps))
    try:
        asyncio.run(_press(server, known, script, press_id, for_, positioned=at is not None))
    except NotOneOfOurs as refused:
        raise Stop(f"The backend refuses {button}: {refused}.", ExitCode.NOT_AUTHORISED) from None


async def _press(
    server: str, token: str, script: PhoneScript, press_id: str | None, for_s: float, *, positioned: bool
) -> None:
    receipts: asyncio.Queue[Receipt] = asyncio.Queue()
    phone = Phone(
        server,
        token,
        script,
        Pace(),
        random.Random(secrets.randbits(64)),  # noqa: S311 - trembling of a position
        receipts.put_nowait,
        press_id,
        positioned=positioned,
    )
    life = asyncio.create_task(phone.run())
    first = asyncio.create_task(receipts.get())
    try:
        await asyncio.wait({life, first}, return_when=asyncio.FIRST_COMPLETED)
        if life.done():
            life.result()
        receipt = await first
        print(receipt.model_dump_json(exclude={"type"}), flush=True)
        if for_s:
            await asyncio.wait({life}, timeout=for_s)
    finally:
        life.cancel()
        first.cancel()


def _pair(text: str, option: str, form: str) -> tuple[float, float]:
    try:
        one, two = (float(part) for part in text.split(","))
    except ValueError:
        raise Stop(f"{option}: {text!r} is not {form}.", ExitCode.USAGE) from None
    return one, two


def _position(at: str | None) -> tuple[float, float]:
    """(lon, lat) from LAT,LON as people write it."""
    if at is None:
        return 0.0, 0.0
    lat, lon = _pair(at, "--at", "LAT,LON, for example 50.8787,4.7008")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Stop(f"--at: {at!r} is out of range: LAT,LON in degrees.", ExitCode.USAGE)
    if looks_swapped(lon, lat):
        raise Stop(f"--at: {at!r} looks swapped: latitude comes first, {lon:g},{lat:g}.", ExitCode.USAGE)
    return lon, lat
