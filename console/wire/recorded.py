"""What stands in a recording: its header, and what happened in the order in which the control room knew it.

`console.wire.recording` reads and writes the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from console.domain.casefile import CaseFile
from console.domain.events import Event
from console.domain.patrols import Patrol
from console.domain.values import Kept, Mode, Utc

if TYPE_CHECKING:
    from console.domain.room import Room

FORMAT: Final = "msa-recording"
VERSION: Final = 1
SUFFIX: Final = ".msarec.jsonl"

Sentence = Annotated[str, Field(max_length=4_000)]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class RecordedZone(Kept):
    """A police zone that the recording names, so that a reader without this map can name it too."""

    id: str
    code: str | None = None
    name: str
    room: str


class RosterEntry(Kept):
    """Somebody who acts in the recording: an operator, or a seat of an exercise."""

    id: str
    name: str
    role: str
    room: str | None = None


class ScenarioRef(Kept):
    """The scenario and the seed from which an exercise was run."""

    name: str
    seed: int


class Header(Kept):
    """What the recording is, for who chooses one from a shelf.

    ``mode``: the word that every screen and export wears. ``room``: whose feed it is; ``starts_at`` and ``length_s``
    (seconds) its span; ``place`` where, in words. ``teaches``: what can be learned from it. ``content_warning``: what
    a trainee should know beforehand. ``deidentified``: people and objects are stand-ins; ``original_place``: the
    positions are those of the event. ``approved_by``: the roles of who agreed to
    what is not so (four eyes); their names stand in the ledger's records alone. ``exporter_key``: the public
    key (Ed25519) of who signed it.
    """

    type: Literal["header"] = "header"
    format: Literal["msa-recording"] = "msa-recording"
    version: Literal[1] = 1
    title: Annotated[str, Field(min_length=1, max_length=200)]
    language: Literal["nl", "fr", "de", "en"] = "nl"
    place: Annotated[str, Field(max_length=200)] = ""
    mode: Literal[Mode.EXERCISE, Mode.REPLAY] = Mode.REPLAY
    room: str
    starts_at: Utc
    length_s: Annotated[float, Field(ge=0)] = 0.0
    teaches: tuple[Sentence, ...] = ()
    content_warning: Sentence | None = None
    deidentified: bool = False
    original_place: bool = True
    approved_by: tuple[str, ...] = ()
    zones: tuple[RecordedZone, ...] = ()
    roster: tuple[RosterEntry, ...] = ()
    scenario: ScenarioRef | None = None
    exporter_key: Hex32 | None = None


class _Item(Kept):
    """A line between header and end. ``at``: when it was known; it never goes back from one line to the next."""

    type: str
    at: Utc


class RecordedEvent(_Item):
    """An event as the control room got it, at its ``position`` of the recording's own feed."""

    type: Literal["event"] = "event"
    position: int
    event: Event


class RecordedSight(_Item):
    """An intervention came into sight whole (its ``events`` up to then), or no longer is (none)."""

    type: Literal["sight"] = "sight"
    position: int
    intervention: UUID
    events: tuple[Event, ...] = ()


class RecordedPatrols(_Item):
    """Patrols as last known; ``complete``: these are all there are."""

    type: Literal["patrols"] = "patrols"
    patrols: tuple[Patrol, ...]
    complete: bool = False


class RecordedCaseFile(_Item):
    """The full case file at a revision that events name, as it stood."""

    type: Literal["casefile"] = "casefile"
    case_file: CaseFile


class NoteKind(StrEnum):
    """What a note beside the events is. A later version may have more."""

    BOOKMARK = "bookmark"
    MARK = "mark"
    INJECT = "inject"
    SEAT = "seat"


class RecordedNote(_Item):
    """A word beside the events: a bookmark, an instructor's mark, an inject, what a seat did.

    ``picture``: the name of a file in the folder ``pictures`` beside the recording; a name, never a path.
    """

    type: Literal["note"] = "note"
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,39}$")]
    text: Sentence = ""
    picture: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$")] | None = None


class End(Kept):
    """The last line: how many lines there are with this one, and the exporter's signature if there is one.

    It is made with Ed25519 over ``msa-recording 1 `` and the chain of the line before.
    """

    type: Literal["end"] = "end"
    lines: int
    signature: Hex64 | None = None


Recorded = RecordedEvent | RecordedSight | RecordedPatrols | RecordedCaseFile | RecordedNote
AnyItem = Annotated[Recorded, Field(discriminator="type")]
AnyLine = Annotated[Header | Recorded | End, Field(discriminator="type")]

item_adapter: TypeAdapter[Recorded] = TypeAdapter(AnyItem)


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole recording. ``signed``: the file carried a signature, and it was checked against ``exporter_key``."""

    header: Header
    items: tuple[Recorded, ...] = ()
    signed: bool = False

    def events(self) -> Iterator[Event]:
        """Every event, in order; those of an intervention that came into sight whole among them."""
        for item in self.items:
            match item:
                case RecordedEvent():
                    yield item.event
                case RecordedSight():
                    yield from item.events

    def closed_up(self) -> Recording:
        """The recording with the span of its items in the header."""
        if not self.items:
            return self
        first, last = self.items[0].at, max(self.items[-1].at, self.header.starts_at)
        starts = min(self.header.starts_at, first)
        length = (last - starts) / timedelta(seconds=1)
        header = self.header.model_copy(update={"starts_at": starts, "length_s": length})
        return Recording(header, self.items, self.signed)


def folded(room: Room, item: Recorded) -> Room:
    """The picture of the control room after one more line: as the console's link folds its feed, so does this."""
    match item:
        case RecordedEvent():
            return room.apply([(item.position, item.event)])[0]
        case RecordedSight(events=()):
            return room.without(item.intervention)
        case RecordedSight():
            return room.with_intervention(item.position, item.events)
        case RecordedPatrols():
            return room.with_patrols(item.patrols, complete=item.complete)
        case _:
            return room


def schema() -> dict[str, Any]:
    """JSON Schema of one line of the file, with the number and the hash that every line carries."""
    made = TypeAdapter(AnyLine).json_schema()
    made["title"] = "One line of a recording"
    made["required"] = ["n", "type", "chain"]
    made["properties"] = {
        "n": {"type": "integer", "minimum": 1, "description": "the number of the line"},
        "chain": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 of the chain of the line before and the text of this one up to its chain",
        },
    }
    return made
