"""`msa-stub press`: one device by hand."""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
from typing import Annotated, Final

import typer

from backend_stub.cli.reaching import Url, UrlFile, addresses, tokens
from backend_stub.simulator.client import NotOneOfOurs
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.phone import TRACKED_S, Move, Phone, PhoneScript, Press, Sees, Step
from backend_stub.simulator.until_first import until_first
from console.domain.zones import looks_swapped
from console.wire.exits import ExitCode, Stop
from console.wire.field_frames import Receipt

PATIENCE_S: Final = 3.0
"""After so long without a receipt, whoever waits is told that it goes on."""


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
        float,
        typer.Option("--for", min=0, max=TRACKED_S, help="Go on reporting the position.", metavar="SECONDS"),
    ] = 0.0,
    token: Annotated[
        str | None, typer.Option(help="The device's token; without it, the one beside the URL file.")
    ] = None,
    url: Url = None,
    url_file: UrlFile = None,
) -> None:
    """Hold one button: press, print the receipt as JSON, try again until there is one.

    Example: msa-stub press --url-file /tmp/msa.url --button VBR-B-0042 --at 50.8787,4.7008 --move 5,90 --for 120
    """
    _check_name("--button", button, 64)
    if press_id is not None:
        _check_name("--press-id", press_id, 64)
    if token is not None:
        _check_name("--token", token, 128)
    steps: list[tuple[float, Step]] = []
    lon, lat = _position(at)
    if at is not None:
        steps.append((0.0, Sees(radius, confidence)))
    if move is not None:
        steps.append((0.0, _moving(move)))
    steps.append((0.0, Press()))
    servers = addresses(url, url_file)
    known = token or tokens(url_file).devices.get(button)
    if known is None:
        raise Stop(f"There is no token for {button}: give --token.", ExitCode.NOT_AUTHORISED)
    script = PhoneScript(button, lon, lat, tuple(steps))
    try:
        asyncio.run(_press(servers, known, script, press_id, for_, positioned=at is not None))
    except NotOneOfOurs as refused:
        raise Stop(f"The backend refuses {refused}.", ExitCode.NOT_AUTHORISED) from None


async def _press(
    servers: tuple[str, ...],
    token: str,
    script: PhoneScript,
    press_id: str | None,
    for_s: float,
    *,
    positioned: bool,
) -> None:
    receipts: asyncio.Queue[Receipt] = asyncio.Queue()
    phone = Phone(
        servers,
        token,
        script,
        Pace(),
        random.Random(secrets.randbits(64)),  # noqa: S311 - trembling of a position
        receipts.put_nowait,
        press_id,
        positioned=positioned,
    )

    async def until_over() -> None:
        receipt = await _first(receipts, servers[0])
        print(receipt.model_dump_json(exclude={"type"}), flush=True)
        await asyncio.sleep(for_s)

    await until_first(phone.run(), until_over())


async def _first(receipts: asyncio.Queue[Receipt], server: str) -> Receipt:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await receipts.get()
    except TimeoutError:
        print(
            f"No receipt from {server} yet; it is pressed until there is one. ctrl+c ends.", file=sys.stderr
        )
        return await receipts.get()


def _check_name(option: str, text: str, longest: int) -> None:
    if not 1 <= len(text) <= longest:
        raise Stop(f"{option}: 1 to {longest} letters, not {len(text)}.", ExitCode.USAGE)


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


def _moving(move: str) -> Move:
    kmh, bearing = _pair(move, "--move", "KMH,BEARING, for example 5,90")
    if not 0 <= kmh <= 250:
        raise Stop("--move: a speed lies between 0 and 250 km/h.", ExitCode.USAGE)
    if not 0 <= bearing <= 360:
        raise Stop("--move: a bearing lies between 0 and 360 degrees.", ExitCode.USAGE)
    return Move(kmh / 3.6, bearing)
