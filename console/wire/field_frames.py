"""Frames between the field and the backend: devices (`/device`) and patrols (`/patrol`).

What comes from outside is strict: an unknown field, a coordinate out of range, NaN or a clock that was never
set is refused with an `ErrorFrame`, and the connection goes on.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from console.domain.casefile import PerpetratorExtract, VictimExtract
from console.domain.commands import LineChange, PatrolStep
from console.domain.events import CaseFileRef, Finding
from console.domain.location import Fix, Method
from console.domain.values import Frozen, Kept, Lat, Lon, Metres, OfWorld, Utc

Name = Annotated[str, Field(min_length=1, max_length=64)]
Token = Annotated[str, Field(min_length=1, max_length=128)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class FixSent(Frozen):
    """A position as the phone measured it. Radius in metres at ``confidence_pct`` percent."""

    lon: Lon
    lat: Lat
    radius_m: Metres
    confidence_pct: float | None = Field(default=None, ge=0, le=100)
    method: Method = Method.UNKNOWN
    speed_mps: float | None = Field(default=None, ge=0, le=400)
    heading_deg: float | None = Field(default=None, ge=0, le=360)
    taken_at: Utc


# device -> backend


class DeviceHello(Frozen):
    """The first frame of a device. ``mode``: the world that it belongs to; None is the live one (S10)."""

    type: Literal["hello"] = "hello"
    button: Name
    token: Token
    mode: OfWorld = None


class PressFrame(Frozen):
    """The button was held. Sent again until its receipt comes; (button, press id) is its identity."""

    type: Literal["press"] = "press"
    press_id: Name
    pressed_at: Utc
    fix: FixSent | None = None


class FixFrame(Frozen):
    """Where the phone is now; None: it has no position."""

    type: Literal["fix"] = "fix"
    fix: FixSent | None = None


class CancelFrame(Frozen):
    """The device asks to cancel."""

    type: Literal["cancel"] = "cancel"


class LineFrame(Frozen):
    """The open voice line changed; a caption says what is to be heard (no sound travels here)."""

    type: Literal["line"] = "line"
    change: LineChange
    words: str = Field(default="", max_length=2000)


class ChatFrame(Frozen):
    """A chat message, in both directions."""

    type: Literal["chat"] = "chat"
    words: Words


class HealthFrame(Frozen):
    """The daily report of a device: battery in percent, Bluetooth link between button and phone."""

    type: Literal["health"] = "health"
    battery_pct: int | None = Field(default=None, ge=0, le=100)
    button_linked: bool | None = None


FromDevice = Annotated[
    DeviceHello | PressFrame | FixFrame | CancelFrame | LineFrame | ChatFrame | HealthFrame,
    Field(discriminator="type"),
]
from_device: TypeAdapter[FromDevice] = TypeAdapter(FromDevice)


# patrol -> backend


class PatrolHello(Frozen):
    """The first frame of a patrol; ``patrol`` is its id (``5388/L-12``). ``mode``: as in a device's (S10)."""

    type: Literal["hello"] = "hello"
    patrol: Name
    token: Token
    mode: OfWorld = None


class PatrolPosition(Frozen):
    """Where the patrol is."""

    type: Literal["position"] = "position"
    lon: Lon
    lat: Lat
    speed_mps: float | None = Field(default=None, ge=0, le=400)
    heading_deg: float | None = Field(default=None, ge=0, le=360)
    taken_at: Utc


class PatrolAvailability(Frozen):
    """Free, busy with something else (``busy_with``: a word or number), or off duty."""

    type: Literal["availability"] = "availability"
    state: Literal["free", "busy", "off_duty"]
    busy_with: str | None = Field(default=None, max_length=64)


class PatrolStatus(Frozen):
    """A step of its task: accepted, refused, en route, on scene."""

    type: Literal["status"] = "status"
    step: PatrolStep


class PatrolVictim(Frozen):
    """How the victim is, as the patrol sees her (W13)."""

    type: Literal["victim"] = "victim"
    finding: Finding
    words: str = Field(default="", max_length=2000)


class PatrolReadFrame(Frozen):
    """The danger was read."""

    type: Literal["read"] = "read"


FromPatrol = Annotated[
    PatrolHello | PatrolPosition | PatrolAvailability | PatrolStatus | PatrolReadFrame | PatrolVictim,
    Field(discriminator="type"),
]
from_patrol: TypeAdapter[FromPatrol] = TypeAdapter(FromPatrol)


# backend -> field


class Receipt(Kept):
    """The press is stored durably. Silent and dark on the phone (W3)."""

    type: Literal["receipt"] = "receipt"
    press_id: str
    id: UUID
    received_at: Utc


class Ring(Kept):
    """Make the phone ring."""

    type: Literal["ring"] = "ring"


class Call(Kept):
    """Her phone is called."""

    type: Literal["call"] = "call"


class Push(Kept):
    """A message for the screen of the phone."""

    type: Literal["push"] = "push"
    words: Words


class Stop(Kept):
    """The intervention is over: stop sending positions."""

    type: Literal["stop"] = "stop"


class ErrorFrame(Kept):
    """What was wrong with a frame, for its sender; nothing of it was done."""

    type: Literal["error"] = "error"
    code: str
    sentence: str


ToDevice = Annotated[
    Receipt | ChatFrame | Ring | Call | Push | Stop | ErrorFrame, Field(discriminator="type")
]
to_device: TypeAdapter[ToDevice] = TypeAdapter(ToDevice)


class Task(Kept):
    """A patrol is sent: where, and the extract (W7), never the full file.

    ``readout``: what it must hear before it arrives, in its own language (W10).
    """

    type: Literal["task"] = "task"
    intervention: UUID
    number: str
    zone: str | None = None
    fix: Fix | None = None
    case_file: CaseFileRef | None = None
    victim: VictimExtract | None = None
    perpetrator: PerpetratorExtract | None = None
    readout: str | None = None


class UpdateKind(StrEnum):
    """What has changed for a patrol under way (W9, W10)."""

    POSITION = "position"
    ZONE = "zone"
    SECOND_PRESS = "second_press"
    DANGER = "danger"
    SAME_MAN = "same_man"
    CASE_FILE = "case_file"


class Update(Kept):
    """Something changed that a patrol under way must know: where she is, the zone, a second press, a new danger.

    ``fix`` and ``zone`` are as they stand now. All but a new position bring the read-out anew; the patrol says
    again that it has read a new danger. ``same_man``: another victim of the same man has an alarm (W11);
    ``words`` are its number and zone, no name. ``case_file``, or ``danger`` if it adds one: the registry changed the
    file; the extract is as it is from now on.
    """

    type: Literal["update"] = "update"
    intervention: UUID
    kind: UpdateKind = UpdateKind.POSITION
    fix: Fix | None = None
    zone: str | None = None
    readout: str | None = None
    words: str = ""
    case_file: CaseFileRef | None = None
    victim: VictimExtract | None = None
    perpetrator: PerpetratorExtract | None = None


class ReleaseFrame(Kept):
    """The patrol is no longer on the intervention."""

    type: Literal["release"] = "release"
    intervention: UUID
    code: str


ToPatrol = Annotated[Task | Update | ReleaseFrame | ErrorFrame, Field(discriminator="type")]
to_patrol: TypeAdapter[ToPatrol] = TypeAdapter(ToPatrol)
