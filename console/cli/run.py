"""`msa run`: the console. What is heavy is loaded by the screen itself, after its first frame."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.login_options import Operator, Url
from console.first_look import THEMES, first_look
from console.locale import use
from console.web.seat import end_with_parent, in_a_browser
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from pathlib import Path

    from console.domain.procedure import Procedures
    from console.link.interface import Link
    from console.link.streets import Streets
    from console.settings import Settings
    from console.tui.app import Rest
    from console.tui.atlas import Atlas


def command(
    url: Url = None,
    operator: Operator = None,
    language: Annotated[
        str | None, typer.Option(help="nl, fr, de or en; l switches it on the screen.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help=f"{', '.join(THEMES[:-1])} or {THEMES[-1]}.")] = None,
    zones: Annotated[
        str | None, typer.Option(help="A map of the zones, instead of the one that ships.")
    ] = None,
    procedures: Annotated[
        str | None, typer.Option(help="A file of procedures, instead of the one that ships.")
    ] = None,
    tour: Annotated[bool, typer.Option("--tour", help="Show the tour of one minute again.")] = False,
) -> int:
    """Open the console of an operator. Without MSA_PASSWORD it asks for the password.

    Example: msa run --url wss://backend.example:8765 --url wss://backup.example:8765 --operator 4711
    """
    flags: dict[str, object] = {"url": url, "operator": operator, "language": language, "theme": theme}
    flags |= {"zones": zones, "procedures": procedures}
    web = in_a_browser(os.environ)
    if not web and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("The console needs a terminal. For scripts: msa tail, msa list, msa act.", ExitCode.USAGE)
    password = os.environ.get("MSA_PASSWORD")
    first = first_look(os.environ, flags)
    use(first.language)
    from console.tui.app import ConsoleApp

    app = ConsoleApp(
        lambda: _rest(flags, password, web=web, tour=tour),
        time.monotonic,
        theme=first.theme,
        url=first.url,
        operator=first.operator,
        ask_login=not (first.operator and password),
    )
    if web:
        end_with_parent(lambda: app.call_from_thread(app.exit))
    code = app.run()
    if app.stopped is not None:
        raise app.stopped
    return code or ExitCode.DONE


def _rest(flags: Mapping[str, object], password: str | None, *, web: bool, tour: bool) -> Rest:
    """What the console needs beyond its first frame. Runs in a thread, while the login is on the screen.

    Raises:
        Stop: a setting that is not what it must be.
    """
    from platformdirs import user_state_path

    from console.cli.login import settings_with
    from console.settings_file import OwnSettings
    from console.tui.app import Look, Rest
    from console.tui.first_time import FirstTime

    settings = settings_with(flags)
    _check(settings)
    look = Look(
        bell=settings.sound.bell,
        bell_every_s=settings.sound.every_s,
        sound_command=settings.sound.command is not None,
        lock_after_s=settings.lock_after * 60,
        keymap=settings.keymap,
        targets=settings.targets,
        procedures=_procedures(settings.procedures),
        test_every_days=settings.test_every_days,
        own=OwnSettings(os.environ, flags, fixed=web),
        tour=FirstTime(user_state_path("msa") / "tour-shown", asked=tour)
        if tour or (settings.tour and not web)
        else None,
    )
    return Rest(_link(settings, password), look, lambda: atlas_of(settings.zones), _streets(settings))


def _check(settings: Settings) -> None:
    """What would stop the console later is said now."""
    from console.link.address import console_url
    from console.tui.keymap import checked

    try:
        for url in settings.url:
            console_url(url)
    except ValueError as wrong:
        raise Stop(f"{wrong}.", ExitCode.USAGE) from wrong
    _check_sound(settings.sound.command)
    checked(settings.keymap)
    if settings.zones is not None:
        from console.cli.names import zones_of

        zones_of(settings.zones)


def _procedures(path: Path | None) -> Procedures | None:
    """Those of a file; None: those that ship, which are read after the first frame."""
    if path is None:
        return None
    from console.cli.procedures import procedures_read

    return procedures_read(path)


def _check_sound(command: str | None) -> None:
    """A command that cannot make a sound is found out now, and not by the first alarm."""
    import shlex
    import shutil

    if command is None:
        return
    try:
        words = shlex.split(command)
    except ValueError as wrong:
        raise Stop(f"sound.command cannot be read ({str(wrong).lower()}): {command!r}.") from wrong
    if not words or shutil.which(words[0]) is None:
        name = words[0] if words else command
        raise Stop(
            f"sound.command: there is no program {name!r} here; leave it out to ring the terminal's bell."
        )


def _link(settings: Settings, password: str | None) -> Link:
    """The live link; logged in if everything is known."""
    from platformdirs import user_state_path

    from console.cli.login import world_of
    from console.link.live import LiveLink
    from console.link.ringer import ringer_of

    sound = settings.sound
    ringer = ringer_of(sound.command, sound.every_s, time.monotonic, settings.targets)
    link = LiveLink(
        settings.url,
        journal_directory=user_state_path("msa"),
        ringer=ringer,
        mode=world_of(os.environ),
    )
    if settings.operator and password:
        link.login(settings.operator, password)
    return link


def _streets(settings: Settings) -> Streets | None:
    """Who names streets, if anybody.

    Raises:
        Stop: no server of ours is named.
    """
    if settings.geocoder == "none":
        return None
    from console.link.geocoders import reverse_of, server_of
    from console.link.streets import Streets

    try:
        server = server_of(settings.geocoder, settings.geocoder_url)
    except ValueError as wrong:
        raise Stop(f"{wrong}.", ExitCode.USAGE) from wrong
    return Streets(reverse_of(server), f"{server.kind} {server.host}")


def atlas_of(path: Path | None) -> Atlas:
    """Zones, the map's ground and the named places."""
    from console.tui.atlas import read_atlas
    from console.wire.zones_file import PACKAGED, given_bytes, packaged_bytes

    zones = packaged_bytes(PACKAGED) if path is None else given_bytes(path)
    return read_atlas(zones.decode("utf-8"), packaged_bytes("places.json").decode("utf-8"))
