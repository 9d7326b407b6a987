"""How a command finds a running backend: its address and the tokens beside its URL file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from backend_stub.registry.demo_fill import Tokens
from backend_stub.token_file import read_tokens, tokens_path
from console.wire.exits import ExitCode, Stop

Url = Annotated[
    str | None,
    typer.Option(
        "--url", help="Address of the backend; without it, what the URL file says.", metavar="WS-URL"
    ),
]
UrlFile = Annotated[
    Path | None,
    typer.Option("--url-file", help="The file that serve --url-file wrote; its tokens lie beside it."),
]


def default_url_file() -> Path:
    """Where the demo of this user writes its address."""
    from platformdirs import user_data_path

    return user_data_path("stalking-alarm-console") / "demo.url"


def address(url: str | None, url_file: Path | None) -> str:
    """The backend's address, without a path.

    Raises:
        Stop: none was given and none is written, or it is no websocket address.
    """
    if url is None:
        file = url_file or default_url_file()
        try:
            url = file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise Stop(
                f"No backend is known: {file} is not there. Give --url, or start one with serve --url-file.",
                ExitCode.NOT_REACHABLE,
            ) from None
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise Stop(f"{url!r} is no address of a backend: it looks like ws://127.0.0.1:8765.", ExitCode.USAGE)
    return f"{parts.scheme}://{parts.netloc}"


def tokens(url_file: Path | None) -> Tokens:
    """The tokens beside the URL file.

    Raises:
        Stop: there is no such file.
    """
    return read_tokens(tokens_path(url_file or default_url_file()))
