"""Frames between a console and the backend (`/console`, sub-protocol ``msa.1``).

What a console sends is strict: an unknown field is refused. What the backend sends keeps unknown fields, and a
frame type of a later version becomes an `UnknownFrame`: an old console lives beside a newer backend.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import ConfigDict, Discriminator, Field, Tag, TypeAdapter

from console.domain.casefile import CaseFile
from console.domain.commands import Command, Refusal
from console.domain.events import Event, Outcome
from console.domain.health import Ailment
from console.domain.intervention import State
from console.domain.patrols import Patrol
from console.domain.planned_test import AnnouncedTest
from console.domain.response import ResponseTimes
from console.domain.values import Frozen, Kept, Mode, OfWorld, Role, Utc
from console.wire.limits import PROTOCOL_VERSION

Text = Annotated[str, Field(max_length=2000)]


class Cursor(Kept):
    """Where a console stands in its control room's feed. Another ledger or epoch makes it worthless."""

    ledger: UUID
    epoch: int
    position: int


# console -> backend


class Login(Frozen):
    """The first frame: an operator with a password, or with the token of an earlier `Welcome`.

    ``mode``: only a console of an exercise says so, and only an exercise lets it in (S10).
    """

    type: Literal["login"] = "login"
    operator: str = Field(min_length=1, max_length=64)
    password: str | None = Field(default=None, max_length=256)
    token: str | None = Field(default=None, max_length=128)
    protocol: int = PROTOCOL_VERSION
    mode: OfWorld = None


class Resume(Frozen):
    """Start the feed: after ``cursor``, or with a snapshot if there is none."""

    type: Literal["resume"] = "resume"
    cursor: Cursor | None = None


class CommandFrame(Frozen):
    """Ask for something to be done. The same command id sent again has the same `Result`."""

    type: Literal["command"] = "command"
    command: Command


class AskCasefile(Frozen):
    """The full case file of a living intervention; each showing is logged (W7)."""

    about: Literal["casefile"] = "casefile"
    intervention: str = Field(max_length=64)


class AskHistory(Frozen):
    """Interventions raised on a day, latest first; ``text`` is looked for in number, zone, names and notes."""

    about: Literal["history"] = "history"
    day: date
    text: str = Field(default="", max_length=200)
    skip: int = Field(default=0, ge=0)


class AskTimeline(Frozen):
    """The whole timeline of one intervention, closed ones too."""

    about: Literal["timeline"] = "timeline"
    intervention: str = Field(max_length=64)


class AskVictims(Frozen):
    """The other victims of the same man, by name: for who handles a living alarm; each showing is logged (W11)."""

    about: Literal["victims"] = "victims"
    intervention: str = Field(max_length=64)


class AskTests(Frozen):
    """The planned tests announced in this control room whose window has not ended (W15)."""

    about: Literal["tests"] = "tests"


class AskHealth(Frozen):
    """What is wrong with the devices of this control room, the grave first (class health)."""

    about: Literal["health"] = "health"


class AskResponses(Frozen):
    """How quickly the alarms that this control room led were answered, of those pressed in the last ``hours``."""

    about: Literal["responses"] = "responses"
    hours: int = Field(default=8, ge=1, le=24 * 31)


class AskRecording(Frozen):
    """This console records from now on what it sees: it is written down first, and may be refused (S9)."""

    about: Literal["recording"] = "recording"


class Query(Frozen):
    """A question; its `Answer` carries the same id."""

    type: Literal["query"] = "query"
    id: UUID
    ask: (
        AskCasefile
        | AskHealth
        | AskHistory
        | AskRecording
        | AskResponses
        | AskTests
        | AskTimeline
        | AskVictims
    ) = Field(discriminator="about")


class Ack(Frozen):
    """Everything up to this feed position was handed to the screen (W7: logged as shown)."""

    type: Literal["ack"] = "ack"
    position: int


class Unlock(Frozen):
    """A locked console shows that its own operator is back: the `Answer` carries a refusal or none (W17)."""

    type: Literal["unlock"] = "unlock"
    id: UUID
    password: str = Field(max_length=256, repr=False)


FromConsole = Annotated[Login | Resume | CommandFrame | Query | Ack | Unlock, Field(discriminator="type")]
from_console: TypeAdapter[FromConsole] = TypeAdapter(FromConsole)


# backend -> console


class Operator(Kept):
    """Who is logged in."""

    id: str
    name: str
    role: Role
    room: str


class Welcome(Kept):
    """The answer to a login. ``token`` logs in again without the password, until logout or expiry.

    ``journal_key`` (base64, 256 bits) opens this operator's outbox on the console's disk: the disk alone does not.
    """

    type: Literal["welcome"] = "welcome"
    mode: Mode
    protocol: int = PROTOCOL_VERSION
    ledger: UUID
    epoch: int
    head: int
    now: Utc
    operator: Operator
    token: str
    journal_key: str


class Positioned(Kept):
    """An event at its position in this control room's feed."""

    position: int
    event: Event


class PassedOver(Kept):
    """A position of the feed alone: what stands there does not exist for who is logged in (W19)."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["event"]}})

    position: int


def _with_event(item: Any) -> str:
    named = "event" in item if isinstance(item, dict) else hasattr(item, "event")
    return "event" if named else "passed_over"


def entry(item: Positioned | PassedOver) -> tuple[int, Event | None]:
    """An item as `console.domain.room.Room.apply` takes it."""
    return item.position, item.event if isinstance(item, Positioned) else None


FeedItem = Annotated[
    Annotated[Positioned, Tag("event")] | Annotated[PassedOver, Tag("passed_over")],
    Discriminator(_with_event),
]


class Events(Kept):
    """Events in feed order, without gaps."""

    type: Literal["events"] = "events"
    items: tuple[FeedItem, ...]


class Snapshot(Kept):
    """Timelines of all open interventions at ``position``, in parts; ``last`` ends them."""

    type: Literal["snapshot"] = "snapshot"
    position: int
    events: tuple[Event, ...]
    last: bool


class InterventionSnapshot(Kept):
    """The timeline of one intervention that came into sight, in parts."""

    type: Literal["intervention.snapshot"] = "intervention.snapshot"
    position: int
    intervention: UUID
    events: tuple[Event, ...]
    last: bool


class InterventionWithdrawn(Kept):
    """Sight of an intervention was lost."""

    type: Literal["intervention.withdrawn"] = "intervention.withdrawn"
    position: int
    intervention: UUID


class PressUnrecorded(Kept):
    """A press that could not be stored rings all the same, and reads NOT RECORDED."""

    type: Literal["press.unrecorded"] = "press.unrecorded"
    button: str
    press_id: str
    received_at: Utc
    zone: str | None = None


class PressRecorded(Kept):
    """A press that was told as not recorded is in the ledger now. It may be in an intervention that this control room
    does not see: then nothing else says so here.
    """

    type: Literal["press.recorded"] = "press.recorded"
    button: str
    press_id: str


class Result(Kept):
    """What became of a command: done, or refused with a reason."""

    type: Literal["result"] = "result"
    id: UUID
    refusal: Refusal | None = None
    intervention: UUID | None = None
    number: str | None = None
    decision: int | None = None


class Summary(Kept):
    """One row of a day's history."""

    id: UUID
    number: str
    state: State
    raised_at: Utc
    closed_at: Utc | None = None
    zone: str | None = None
    victim: str | None = None
    handler: str | None = None
    outcome: Outcome | None = None
    presses: int = 1


class VictimToCheck(Kept):
    """Another victim of the same man (W11). ``number``: what is open for her already.

    Without a ``button`` she is another control room's: ``room`` is to be called.
    """

    zone: str
    room: str
    button: str | None = None
    name: str | None = None
    home: str | None = None
    number: str | None = None


class Answer(Kept):
    """The answer to a `Query` or an `Unlock`, in parts where it is long; ``last`` ends it.

    History pages: ``more`` says that older rows follow (ask again with ``skip``).
    """

    type: Literal["answer"] = "answer"
    id: UUID
    refusal: Refusal | None = None
    case_file: CaseFile | None = None
    history: tuple[Summary, ...] = ()
    events: tuple[Event, ...] = ()
    tests: tuple[AnnouncedTest, ...] = ()
    victims: tuple[VictimToCheck, ...] = ()
    health: tuple[Ailment, ...] = ()
    responses: tuple[ResponseTimes, ...] = ()
    more: bool = False
    last: bool = True


class Patrols(Kept):
    """Patrols that changed, at most once a second, the latest wins.

    ``complete`` begins a list of all of them, which goes on in the frames that follow until one is the ``last``.
    Positions of patrols are no events: they are not kept.
    """

    type: Literal["patrols"] = "patrols"
    patrols: tuple[Patrol, ...]
    complete: bool = False
    last: bool = True


class Heartbeat(Kept):
    """Every second: the backend's clock, the head of this room's feed, the backend's own troubles, and how much is
    wrong with the room's devices (class health: a number, never an alarm).
    """

    type: Literal["heartbeat"] = "heartbeat"
    now: Utc
    head: int
    trouble: tuple[str, ...] = ()
    health: int = 0


class Notice(Kept):
    """A code with facts that every console shows as a line, or the reason before a close."""

    type: Literal["notice"] = "notice"
    code: str
    facts: dict[str, str] = Field(default_factory=dict)


class UnknownFrame(Kept):
    """A frame of a later version: kept, and shown as "update needed"."""

    type: str = Field(json_schema_extra=lambda schema: schema.update({"not": {"enum": [*TO_CONSOLE]}}))


KnownToConsole = (
    Welcome
    | Events
    | Snapshot
    | InterventionSnapshot
    | InterventionWithdrawn
    | PressUnrecorded
    | PressRecorded
    | Result
    | Answer
    | Patrols
    | Heartbeat
    | Notice
)

TO_CONSOLE: dict[str, Any] = {frame.model_fields["type"].default: frame for frame in get_args(KnownToConsole)}
"""Every frame type that a backend of this version sends."""


def _tag(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return "known" if isinstance(kind, str) and kind in TO_CONSOLE else "unknown"


ToConsole = Annotated[
    Annotated[KnownToConsole, Field(discriminator="type"), Tag("known")]
    | Annotated[UnknownFrame, Tag("unknown")],
    Discriminator(_tag),
]
to_console: TypeAdapter[ToConsole] = TypeAdapter(ToConsole)
