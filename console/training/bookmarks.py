"""A trainer's bookmarks: notes on moments of a recording, in a file of their own beside it.

A recording is chained and may be signed; nothing is written into it.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from console.domain.values import Kept, Utc

FORMAT: Final = "msa-notes"
MAX_BYTES: Final = 4 * 1024 * 1024


class Bookmark(Kept):
    """A note on a moment; ``branch``: from there somebody took over in an exercise."""

    at: Utc
    text: Annotated[str, Field(max_length=2_000)] = ""
    branch: bool = False


class Bookmarks(Kept):
    """All of one recording, in the order of their moments."""

    format: Literal["msa-notes"] = "msa-notes"
    version: Literal[1] = 1
    notes: tuple[Bookmark, ...] = ()

    def with_one(self, one: Bookmark) -> Bookmarks:
        """One more; the same once."""
        notes = sorted({*self._keys(), (one.at, one.text, one.branch)}, key=lambda key: key[0])
        return Bookmarks(notes=tuple(Bookmark(at=at, text=text, branch=branch) for at, text, branch in notes))

    def without(self, one: Bookmark) -> Bookmarks:
        """One less."""
        return self.model_copy(update={"notes": tuple(note for note in self.notes if note != one)})

    def _keys(self) -> set[tuple[datetime, str, bool]]:
        return {(one.at, one.text, one.branch) for one in self.notes}


def beside(recording: Path) -> Path:
    """Where the notes of a recording lie."""
    return recording.with_name(recording.name + ".notes.json")


def read_bookmarks(path: Path) -> Bookmarks:
    """The notes in a file; none if there is no file.

    Raises:
        ValueError: it holds no notes of a recording; it is then never written over.
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Bookmarks()
    try:
        return Bookmarks.model_validate_json(text)
    except ValidationError:
        raise ValueError(
            f"{path.name} holds no notes of a recording. Move it away, and begin them anew"
        ) from None


def write_bookmarks(path: Path, bookmarks: Bookmarks) -> None:
    """Write them whole or not at all, readable by their owner alone.

    Raises:
        OSError: they cannot be written; what stood there before stands.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(bookmarks.model_dump_json(indent=1).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
