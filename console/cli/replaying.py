"""Watching a recording: what `msa replay` does in a terminal."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.first_look import first_look
from console.locale import use
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from console.tui.app import Rest


def watch(
    file: Path,
    key: str | None,
    *,
    at: str | None,
    speed: float,
    room: str | None,
    sound: bool,
    language: str | None,
    theme: str | None,
) -> int:
    """Show the recording until whoever watches leaves; then the exercise, if they take over.

    Raises:
        Stop: it cannot be shown, and why.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("A replay needs a terminal. Without one: msa replay FILE --check.", ExitCode.USAGE)
    flags: dict[str, object] = {"language": language, "theme": theme}
    first = first_look(os.environ, flags)
    use(first.language)
    from console.tui.replay.app import ReplayApp

    app = ReplayApp(
        lambda: _rest(file, key, flags, at, speed, room, sound), time.monotonic, theme=first.theme
    )
    app.file = file
    code = app.run()
    if app.stopped is not None:
        raise app.stopped
    if app.branch_at is not None:
        words = ["-P", "-m", "console", "exercise", str(file), "--from", app.branch_at]
        os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 - this same program, without a shell
    return code or ExitCode.DONE


def _rest(
    file: Path,
    key: str | None,
    flags: dict[str, object],
    at: str | None,
    speed: float,
    room: str | None,
    sound: bool,
) -> Rest:
    """Read the recording, in a thread, while the first frame is on the screen.

    Raises:
        Stop: it is none or has a fault, a setting is wrong, or there is no such moment or room.
    """
    import gc

    from console.cli.login import settings_with
    from console.cli.replay import recording_in
    from console.cli.run import atlas_of
    from console.training.bookmarks import beside, read_bookmarks
    from console.training.player import Player
    from console.tui.app import Look, Rest
    from console.tui.replay.boxes import seconds_of
    from console.tui.replay.link import ReplayLink, is_room

    settings = settings_with(flags)
    begin_s = None if at is None else seconds_of(at)
    if at is not None and begin_s is None:
        raise Stop("--at: write minutes and seconds, for example 12:30.", ExitCode.USAGE)
    if room is not None and not is_room(room):
        raise Stop(f"--room: there is no control room {room!r}; for example VBR.", ExitCode.USAGE)
    recording = recording_in(file, key)
    gc.collect()
    gc.freeze()  # a hundred thousand lines stay for good: nothing is gained by looking for garbage among them
    try:
        read_bookmarks(beside(file))
    except (OSError, ValueError) as wrong:
        raise Stop(f"{wrong}.") from None
    player = Player(recording, targets=settings.targets, room=room)
    begin = None if begin_s is None else player.starts_at + timedelta(seconds=begin_s)
    link = ReplayLink(player, time.monotonic, begin=begin, speed=speed)
    look = Look(bell=sound, keymap=settings.keymap, targets=settings.targets)
    return Rest(link, look, lambda: atlas_of(settings.zones))
