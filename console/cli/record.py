"""`msa record`: what a console sees, as it comes, as a recording that may leave."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

import typer

from console.cli.login import operator_of, settings_with
from console.cli.login_options import Operator, Url
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from console.cli.talk import Talk
    from console.domain.room import Seen
    from console.link.interface import Picture
    from console.link.recorder import Recorder
    from console.wire.recording import Recording

KEPT_EVERY_S: Final = 60.0
"""So much is lost at most when the machine stops: the file is written anew, whole, this often."""

EVERY_S: Final = 0.2
"""Five pictures a second: what happened in between is in their timelines."""

ANSWER_WITHIN_S: Final = 15.0

Language = Literal["nl", "fr", "de", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@dataclass(frozen=True, slots=True)
class _Label:
    """What the header says."""

    title: str
    language: Language
    teaches: tuple[str, ...]
    content_warning: str | None


def command(
    file: Annotated[Path, typer.Argument(help="A new file: NAME.msarec.jsonl.", metavar="FILE")],
    url: Url = None,
    operator: Operator = None,
    intervention: Annotated[
        str | None, typer.Option(help="Only this one; it ends when this one is closed.", metavar="NUMBER")
    ] = None,
    minutes: Annotated[float | None, typer.Option(min=0.01, help="End after so many minutes.")] = None,
    title: Annotated[str, typer.Option(help="Title of the recording.")] = "Recording",
    language: Annotated[str, typer.Option(help="nl, fr, de or en: of the texts in it.")] = "nl",
    teaches: Annotated[
        list[str] | None, typer.Option(help="What it teaches; may be given more than once.")
    ] = None,
    content_warning: Annotated[
        str | None, typer.Option(help="What a trainee should know beforehand.")
    ] = None,
) -> int:
    """Record what a trainer or supervisor sees, until ctrl+c, with stand-ins and moved in time and space.

    Example: msa record night.msarec.jsonl --operator 4790 --intervention VBR-2026-0412

    That it is recorded is written down by the backend; without that nothing is. The original place and text come from
    the ledger alone, with four eyes: msa-stub ledger export --recording.
    """
    from console.cli.talk import talking
    from console.link.recorder import Recorder

    known = next((one for one in LANGUAGES if one == language), None)
    if known is None:
        raise Stop(f"{language!r} is none of {', '.join(LANGUAGES)}.", ExitCode.USAGE)
    if file.exists():
        raise Stop(f"{file} is there already: give the name of a new file.", ExitCode.USAGE)
    if not file.parent.is_dir():
        raise Stop(f"{file.parent} is no folder: make it first.", ExitCode.USAGE)
    settings = settings_with({"url": url, "operator": operator})
    label = _Label(title, known, tuple(teaches or ()), content_warning)
    recorder = Recorder(_only(intervention))
    with talking(settings.url, operator_of(settings)) as talk:
        _may_record(talk)
        if intervention is not None and talk.link.picture.room.find(intervention) is None:
            raise Stop(f"There is no {intervention} in this control room: msa list shows what is open.")
        print(f"msa: recording to {file}; ctrl+c ends it", flush=True)
        with suppress(KeyboardInterrupt):
            _follow(talk, recorder, label, file, intervention, minutes)
        picture = _heard(talk, recorder)
    made = _kept(recorder, picture, label, file)
    print(f"{file}: {len(made.items) + 2} lines; msa replay {file} --check")
    return ExitCode.DONE


def _only(intervention: str | None) -> Callable[[Seen], bool] | None:
    if intervention is None:
        return None
    wanted = intervention.strip().casefold()
    return lambda seen: wanted in {str(seen.state.id), seen.state.number.casefold()}


def _may_record(talk: Talk) -> None:
    """Have it written down that this console records.

    Raises:
        Stop: it may not, or it could not be written down.
    """
    from console.locale.words import refusal
    from console.wire.console_frames import AskRecording

    try:
        said = talk.link.ask(AskRecording()).result(timeout=ANSWER_WITHIN_S)
    except (ConnectionError, TimeoutError):
        raise Stop(
            "The backend has not written down that it is recorded, so nothing is: try again.",
            ExitCode.NOT_REACHABLE,
        ) from None
    if said.refusal is not None:
        raise Stop(f"{said.refusal.code}: {refusal(said.refusal)}", ExitCode.REFUSED)


def _follow(
    talk: Talk, recorder: Recorder, label: _Label, file: Path, intervention: str | None, minutes: float | None
) -> None:
    """Take picture after picture until it ends."""
    from console.domain.intervention import State

    until = None if minutes is None else time.monotonic() + minutes * 60
    kept_at, kept = time.monotonic(), 0
    while until is None or time.monotonic() < until:
        picture = _heard(talk, recorder)
        now = time.monotonic()
        one = picture.room.find(intervention) if intervention is not None else None
        if one is not None and one.state.state is State.CLOSED:
            return
        if now - kept_at > KEPT_EVERY_S:
            kept_at = now
            if len(recorder.items) > kept:
                kept = len(_kept(recorder, picture, label, file).items)
        talk.check()
        time.sleep(EVERY_S)


def _heard(talk: Talk, recorder: Recorder) -> Picture:
    picture = talk.link.picture
    if picture.clock is not None:
        recorder.heard(picture.room, picture.clock.at(time.monotonic()))
    return picture


def _kept(recorder: Recorder, picture: Picture, label: _Label, file: Path) -> Recording:
    """Write what there is, whole.

    Raises:
        Stop: nothing came, or it cannot be made fit to leave.
    """
    from random import SystemRandom

    from console.domain.values import Mode
    from console.wire.deidentified import NotFitError, deidentified
    from console.wire.recording import Header, Recording, write_recording
    from console.wire.zones_file import read_zone_map

    items = recorder.items
    if not items:
        raise Stop("Nothing came, so there is no recording.")
    header = Header(
        title=label.title,
        language=label.language,
        teaches=label.teaches,
        content_warning=label.content_warning,
        mode=Mode.EXERCISE if picture.mode is Mode.EXERCISE else Mode.REPLAY,
        room=picture.room.code,
        starts_at=items[0].at,
    )
    try:
        made = deidentified(Recording(header, items), read_zone_map, SystemRandom())
    except NotFitError as unfit:
        raise Stop(f"The recording cannot leave: {unfit}.", ExitCode.REFUSED) from None
    write_recording(made, file)
    return made
