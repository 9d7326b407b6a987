"""`msa web`: the console in a browser."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from console.cli.listening import listening_on, tls_of
from console.cli.login_options import Operator, Url
from console.wire.exits import ExitCode, Stop

MOST_SEATS = 200


def command(
    url: Url = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
    name: Annotated[
        list[str] | None,
        typer.Option(help="A host name under which browsers reach it; may be given more than once."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="TLS certificate (PEM), needed outside this machine.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    seats: Annotated[
        int, typer.Option(min=1, max=MOST_SEATS, help="So many browsers at once; each is a process.")
    ] = 12,
    wall: Annotated[
        bool,
        typer.Option(
            "--wall", help="The wall view, logged in by the server itself: --operator, MSA_PASSWORD."
        ),
    ] = False,
    operator: Operator = None,
    language: Annotated[str | None, typer.Option(help="nl, fr, de or en.")] = None,
    theme: Annotated[str | None, typer.Option(help="The colours: see msa config show.")] = None,
) -> int:
    """Serve the console to browsers. Each browser logs in for itself; no password is known here.

    With --wall whoever may open the page sees the wall view: no names, addresses, words or plates (W18).

    Example: msa web --url wss://backend.example:8765 --host 10.0.0.5 --name desk.example --certificate c.pem --key k.pem
    """
    from console.cli.login import settings_with

    # What is wrong is said here, and not in every browser.
    settings_with({"url": url, "operator": operator, "language": language, "theme": theme})
    tls = tls_of(host, certificate, key)
    try:
        from console.web.guard import LOOPBACK
        from console.web.server import Serving, serve
    except ImportError as missing:
        raise Stop(
            f"The browser's part is not installed ({missing.name} is missing): "
            "pip install 'stalking-alarm-console[web]'."
        ) from None
    if not wall:
        os.environ.pop("MSA_PASSWORD", None)  # everyone who opens the page would be logged in with it
    elif not os.environ.get("MSA_PASSWORD"):
        raise Stop("The wall logs in by itself: set MSA_PASSWORD to that of --operator.", ExitCode.USAGE)
    words = [sys.executable, "-P", "-m", "console", "wall" if wall else "run"]
    flags = {"operator": operator, "language": language, "theme": theme}
    for flag, value in (*(("url", one) for one in url or ()), *flags.items()):
        words += [] if value is None else [f"--{flag}", value]
    serving = Serving(
        command="exec " + shlex.join(words),
        names=frozenset({*LOOPBACK, *(name or ())} if host in LOOPBACK else {host, *(name or ())}),
        seats=seats,
        title="MSA",
    )
    with listening_on(host, port) as listening:
        scheme, at = "https" if tls else "http", (name or [host])[0]
        print(f"{scheme}://{at}:{listening.getsockname()[1]}  (ctrl+c ends it)", flush=True)
        serve(serving, listening, tls)
    return ExitCode.DONE
