"""`msa wall`: what a supervisor's wall or a projector shows of a control room (W18)."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from typing import Annotated

import typer

from console.cli.login import world_of
from console.cli.login_options import Operator, Url
from console.web.seat import end_with_parent, in_a_browser
from console.wire.exits import ExitCode, Stop


def command(
    url: Url = None,
    operator: Operator = None,
    language: Annotated[
        str | None, typer.Option(help="nl, fr, de or en; l switches it on the screen.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="One of those of msa run; t switches it.")] = None,
) -> int:
    """Show the control room on a wall: ages, states and what is waited for; no names, addresses, words or plates.

    It needs an account of its own, with the role `wall`, which may do and open nothing.

    Example: MSA_PASSWORD=… msa wall --url ws://127.0.0.1:8765 --operator 4780
    """
    from console.cli.login import operator_of, settings_with
    from console.cli.run import atlas_of
    from console.cli.talk import password_of

    settings = settings_with({"url": url, "operator": operator, "language": language, "theme": theme})
    who = operator_of(settings)
    web = in_a_browser(os.environ)
    if not web and not sys.stdout.isatty():
        raise Stop("The wall view needs a terminal.", ExitCode.USAGE)
    password = password_of(who)

    from console.link.live import LiveLink
    from console.tui.wall.app import WallApp

    link = LiveLink(settings.url, mode=world_of(os.environ))
    link.login(who, password)
    app = WallApp(
        link,
        time.monotonic,
        partial(atlas_of, settings.zones),
        theme=settings.theme,
        targets=settings.targets,
    )
    if web:
        end_with_parent(lambda: app.call_from_thread(app.exit))
    code = app.run()
    if app.stopped is not None:
        raise app.stopped
    return code or ExitCode.DONE
