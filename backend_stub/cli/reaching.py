"""How a command finds a running backend: its address and the tokens beside its URL file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from backend_stub.registry.tokens import Tokens
from backend_stub.token_file import read_tokens, tokens_path
from console.wire.exits import ExitCode, Stop

LOOKS_EVERY_S: Final = 0.05

Url = Annotated[
    list[str] | None,
    typer.Option(
        "--url",
        help="Address of the backend; without it, what the URL file says. Given more than once: the others are "
        "backups, in this order.",
        metavar="WS-URL",
        show_default=False,
    ),
]
UrlFile = Annotated[
    Path | None,
    typer.Option("--url-file", help="The file that serve --url-file wrote; its tokens lie beside it."),
]


def default_url_file() -> Path:
    """Where `serve --demo` of this user writes its address if it was told nothing else."""
    from platformdirs import user_data_path

    return user_data_path("stalking-alarm-console") / "demo.url"


def addresses(urls: Sequence[str] | None, url_file: Path | None) -> tuple[str, ...]:
    """The backend's addresses in the order in which they are tried, without a path.

    Raises:
        Stop: none was given and none is written, or one is no websocket address.
    """
    return tuple(_address(url) for url in urls or (_written(url_file or default_url_file()),))


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"ws", "wss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Stop(f"{url!r} is no address of a backend: it looks like ws://127.0.0.1:8765.", ExitCode.USAGE)
    return f"{parts.scheme}://{parts.netloc}"


async def until_written(url_file: Path | None, within_s: float) -> None:
    """Wait until the URL file is there, or the time is over: a backend writes it once it listens."""
    file = url_file or default_url_file()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while not file.exists():  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(LOOKS_EVERY_S)


def tokens(url_file: Path | None) -> Tokens:
    """The tokens beside the URL file.

    Raises:
        Stop: there is no such file, or it is no token file.
    """
    return read_tokens(tokens_path(url_file or default_url_file()))


def _written(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise Stop(
            f"No backend is known: {file} is not there. Give --url, or start one with "
            "msa-stub serve --demo --url-file FILE and give the same --url-file here.",
            ExitCode.NOT_REACHABLE,
        ) from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is no URL file: serve --url-file writes one.") from None
