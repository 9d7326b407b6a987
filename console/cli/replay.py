"""`msa replay`: a recording on the screen of a dispatcher, or only checked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from console.domain.room import Room
from console.domain.values import rfc3339
from console.wire.exits import ExitCode, Stop, printable
from console.wire.recording import Recording, RecordingFault, folded, read_recording

KEY_LENGTH: Final = 64


def command(
    file: Annotated[Path, typer.Argument(help="The recording: NAME.msarec.jsonl.", metavar="FILE")],
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether it is whole, and what is in it.")
    ] = False,
    key: Annotated[
        str | None,
        typer.Option(
            help="The public key of the exporter: refuse the recording of anybody else.", metavar="HEX"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --check: one JSON object.")] = False,
    at: Annotated[str | None, typer.Option(help="Begin at this moment.", metavar="MM:SS")] = None,
    speed: Annotated[float, typer.Option(min=0.25, max=60, help="Times as fast as it was.")] = 1.0,
    room: Annotated[
        str | None, typer.Option(help="See it as this control room; without it, as the one it is of.")
    ] = None,
    sound: Annotated[bool, typer.Option("--sound", help="Ring as it rang then.")] = False,
    language: Annotated[
        str | None, typer.Option(help="nl, fr, de or en; l switches it on the screen.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="One of those of msa run.")] = None,
) -> int:
    """Watch a recording: the same screen, with what was known then. It can do nothing; ? shows the keys.

    With --check: is it whole, who signed it, what is in it. A fault is told with its line; exit code 3.

    Example: msa replay night.msarec.jsonl --at 12:30 --speed 4

    Only check it: msa replay night.msarec.jsonl --check
    """
    if not check:
        from console.cli.replaying import watch

        return watch(file, key, at=at, speed=speed, room=room, sound=sound, language=language, theme=theme)
    recording = recording_in(file, key)
    found = contents(recording)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for line in _told(found):
            print(line)
    return ExitCode.BAD_INPUT if found["not_whole"] else ExitCode.DONE


def recording_in(file: Path, key: str | None = None) -> Recording:
    """The recording in a file, signed by ``key`` if one is given.

    Raises:
        Stop: it is none, has a fault, or is not of that exporter.
    """
    if key is not None and (
        len(key) != KEY_LENGTH or any(digit not in "0123456789abcdef" for digit in key.lower())
    ):
        raise Stop(f"--key: a public key is {KEY_LENGTH} hexadecimal digits.", ExitCode.USAGE)
    try:
        recording = read_recording(file)
    except RecordingFault as fault:
        raise Stop(f"{file.name}, {fault}.") from None
    if key is not None and not (recording.signed and recording.header.exporter_key == key.lower()):
        who = recording.header.exporter_key if recording.signed else "nobody"
        raise Stop(f"{file.name} is signed by {who}: not by the exporter that you name.", ExitCode.REFUSED)
    return recording


def contents(recording: Recording) -> dict[str, Any]:
    """What is in a recording, as facts. ``not_whole``: interventions of which events are missing in it."""
    header = recording.header
    room = Room(code=header.room)
    seen: dict[str, str] = {}
    missing: set[str] = set()
    for item in recording.items:
        room = folded(room, item)
        missing |= {str(intervention) for intervention in room.missing}
        if item.type in {"event", "sight"}:
            seen.update((str(key), one.state.number) for key, one in room.seen.items())
    return {
        "ok": not missing,
        "title": header.title,
        "version": header.version,
        "mode": header.mode,
        "language": header.language,
        "place": header.place,
        "room": header.room,
        "starts_at": rfc3339(header.starts_at),
        "length_s": header.length_s,
        "teaches": list(header.teaches),
        "content_warning": header.content_warning,
        "deidentified": header.deidentified,
        "original_place": header.original_place,
        "approved_by": list(header.approved_by),
        "exporter_key": header.exporter_key,
        "signed": recording.signed,
        "lines": dict(sorted(Counter(item.type for item in recording.items).items())),
        "interventions": sorted(seen.values()),
        "not_whole": sorted(missing),
    }


def _told(found: dict[str, Any]) -> list[str]:
    minutes, seconds = divmod(round(found["length_s"]), 60)
    who = "de-identified" if found["deidentified"] else "NOT DE-IDENTIFIED: real people may be in it"
    where = ", at the original place" if found["original_place"] else ", moved in time and space"
    told = [
        f"{found['mode'].upper()}  {found['title']}",
        f"{found['room']} {found['place']}, {found['starts_at']}, {minutes} min {seconds:02d} s, {found['language']}",
        who + where + (f", agreed by {', '.join(found['approved_by'])}" if found["approved_by"] else ""),
        f"signed by {found['exporter_key']}" if found["signed"] else "not signed",
        "lines: " + ", ".join(f"{count} {kind}" for kind, count in found["lines"].items()),
        "interventions: " + (", ".join(found["interventions"]) or "none"),
    ]
    if found["content_warning"]:
        told.insert(1, f"content: {found['content_warning']}")
    told += [f"teaches: {what}" for what in found["teaches"]]
    if found["not_whole"]:
        told.append(f"NOT WHOLE: events are missing of {', '.join(found['not_whole'])}. Export it again.")
    else:
        told.append("whole: every line is as it was written")
    return [printable(line) for line in told]
