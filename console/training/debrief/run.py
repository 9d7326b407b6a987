"""A run as a debrief needs it: the recording, its score sheet, what warned, the trainer's notes, and pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from console.domain.limits import DEFAULTS, Targets
from console.domain.procedure import STANDING, Procedures
from console.domain.values import Mode
from console.training.bookmarks import beside, read_bookmarks
from console.training.history import History, histories
from console.training.scoring import of_seat, score
from console.training.sheet import ScoreSheet
from console.training.warned import Warned, warnings
from console.wire.cleaning import clean
from console.wire.recorded import SUFFIX, RecordedNote, Recording
from console.wire.recording import RecordingFault, read_recording

RUN_FILE: Final = f"run{SUFFIX}"
ABOUT_FILE: Final = "run.json"
STOPPED: Final = "stopped"
PICTURES: Final = "pictures"
LONGEST_BYTES: Final = 8 * 1024 * 1024
"""So large a file of notes, or a picture, may be."""


class UnusableRunError(ValueError):
    """A run that cannot be used; the sentence says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Note:
    """A word of the trainer or of the exercise. ``picture``: the name of a picture of that moment, if there is one."""

    at: datetime
    kind: str
    text: str
    picture: str | None = None


@dataclass(frozen=True)
class Run:
    """One run. ``who``: the trainee's seat or pseudonym, "" if nobody is named; never a name.

    ``pictures``: SVG by name, of the screen at a moment that was marked. ``stopped``: the trainee stopped the exercise
    before its end, so that nothing of it counts (W20).
    """

    name: str
    who: str
    recording: Recording
    histories: tuple[History, ...]
    sheet: ScoreSheet
    warned: Mapping[str, tuple[Warned, ...]]
    notes: tuple[Note, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    stopped: bool = False

    @property
    def mode(self) -> Mode:
        """The word that every page and line wears."""
        return self.recording.header.mode

    @property
    def title(self) -> str:
        """What it is called."""
        return self.recording.header.title

    def missed(self, number: str) -> tuple[Warned, ...]:
        """What warned and was not answered."""
        return tuple(one for one in self.warned[number] if one.missed)


def run_of(
    recording: Recording,
    name: str,
    *,
    who: str = "",
    notes: tuple[Note, ...] = (),
    pictures: Mapping[str, str] | None = None,
    stopped: bool = False,
    seat: str = "",
    procedures: Procedures = STANDING,
    targets: Targets = DEFAULTS,
) -> Run:
    """Make a run of a recording: judge it, and gather what warned.

    ``seat``: of a room with several, the operator whose run it is; then only what that seat had a hand in.
    """
    held = histories(recording)
    sheet = score(recording, procedures, targets)
    if seat:
        held = tuple(one for one in held if any(each.event.actor.id == seat for each in one.moments))
        sheet = of_seat(sheet, seat, {one.number for one in held})
    marked = tuple(
        Note(item.at, item.kind, item.text, item.picture)
        for item in recording.items
        if isinstance(item, RecordedNote)
    )
    return Run(
        name=name,
        who=who,
        recording=recording,
        histories=held,
        sheet=sheet,
        warned={one.number: warnings(one, targets) for one in held},
        notes=tuple(sorted((*marked, *notes), key=lambda one: one.at)),
        pictures=pictures or {},
        stopped=stopped,
    )


def read_run(path: Path, procedures: Procedures = STANDING, targets: Targets = DEFAULTS) -> Run:
    """Read a run: the folder of an exercise, or any recording with the notes beside it.

    Raises:
        UnusableRunError: there is none, it cannot be read, or it shows people who are no stand-ins.
    """
    file = path / RUN_FILE if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        raise UnusableRunError(f"{str(path)!a} has no {RUN_FILE}: give the folder of a run, or a recording.")
    try:
        recording = read_recording(file)
    except RecordingFault as fault:
        raise UnusableRunError(f"{str(file)!a}, {fault}.") from None
    except OSError as wrong:
        why = (wrong.strerror or "the system refuses").lower()
        raise UnusableRunError(
            f"{str(file)!a} cannot be read ({why}): give the folder of a run, or a recording."
        ) from None
    header = recording.header
    if header.mode is not Mode.EXERCISE and not header.deidentified:
        raise UnusableRunError(
            f"{str(file)!a} is not de-identified, and a debrief shows no real person: "
            "export the recording anew, de-identified."
        )
    notes = tuple(_notes(beside(file)))
    name = path.name if path.is_dir() else file.name.removesuffix(SUFFIX)
    about = _document(path / ABOUT_FILE) if path.is_dir() else None
    facts = about if isinstance(about, dict) else {}
    pictures = dict(_pictures(file.parent / PICTURES))
    return run_of(
        recording,
        clean(name, 80),
        who=_text(facts, "trainee"),
        notes=notes,
        pictures=pictures,
        stopped=facts.get("ended") == STOPPED,
        seat=_text(facts, "operator"),
        procedures=procedures,
        targets=targets,
    )


def runs_in(folder: Path) -> tuple[Path, ...]:
    """The runs of a class: every folder with a run in it, and every recording, by name.

    Raises:
        UnusableRunError: it is no folder, or there is no run in it.
    """
    if not folder.is_dir():
        raise UnusableRunError(f"{str(folder)!a} is no folder: give the one that holds the runs of a class.")
    found = [
        one
        for one in sorted(folder.iterdir())
        if (one.is_dir() and (one / RUN_FILE).is_file()) or one.name.endswith(SUFFIX)
    ]
    if not found:
        raise UnusableRunError(f"{str(folder)!a} holds no run: each is a folder with {RUN_FILE} in it.")
    return tuple(found)


def _document(file: Path) -> Any:
    """A JSON document, or None where there is none."""
    if not file.is_file():
        return None
    try:
        if file.stat().st_size > LONGEST_BYTES:
            raise ValueError("it is too large")
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as wrong:
        raise UnusableRunError(f"{str(file)!a} cannot be read ({wrong}): mend it or take it away.") from None


def _text(about: Mapping[str, Any], name: str) -> str:
    found = about.get(name)
    return clean(found, 64) if isinstance(found, str) else ""


def _notes(file: Path) -> Iterator[Note]:
    """The trainer's bookmarks, written beside a recording."""
    try:
        found = read_bookmarks(file)
    except ValueError as wrong:
        raise UnusableRunError(f"{str(file.parent)!a}: {wrong}.") from None
    except OSError as wrong:
        why = (wrong.strerror or "the system refuses").lower()
        raise UnusableRunError(f"{str(file)!a} cannot be read ({why}): mend it or take it away.") from None
    for one in found.notes:
        yield Note(one.at, "bookmark", clean(one.text))


def _pictures(folder: Path) -> Iterator[tuple[str, str]]:
    if not folder.is_dir():
        return
    for file in sorted(folder.glob("*.svg")):
        if file.stat().st_size <= LONGEST_BYTES:
            yield file.name, file.read_text(encoding="utf-8", errors="replace")
