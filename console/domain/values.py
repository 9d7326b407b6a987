"""Plain values that every room of the house shares: frozen models, time, place, who acts, what is sealed."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class Frozen(BaseModel):
    """Base of every value: immutable, and a field that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Kept(BaseModel):
    """Base of what the backend sends: immutable; fields of a later version are kept, never dropped."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)


def to_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC, cut to milliseconds.

    Raises:
        ValueError: no time zone, or a year outside 2000-2099 (a clock that was never set).
    """
    if moment.tzinfo is None:
        raise ValueError("a time needs a time zone, for example 2026-03-01T14:03:10.000Z")
    if not EARLIEST <= moment < LATEST:
        raise ValueError("a time must lie between 2000 and 2100")
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc3339(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with milliseconds: ``2026-03-01T14:03:10.000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


Utc = Annotated[datetime, AfterValidator(to_utc), PlainSerializer(rfc3339, return_type=str, when_used="json")]
Lon = Annotated[float, Field(ge=-180, le=180, description="degrees east, WGS84")]
Lat = Annotated[float, Field(ge=-90, le=90, description="degrees north, WGS84")]
HiddenFrom = Annotated[tuple[str, ...], Field(exclude_if=lambda staff: not staff)]
"""Ids of staff for whom something does not exist (W19). In events it stays in the backend: no frame carries it."""
Metres = Annotated[float, Field(ge=0, le=20_100_000, description="metres")]


class Seal(StrEnum):
    """Whose key a field is stored under (`docs/ledger.md`). A field without a seal is a clear fact."""

    CASE = "case"
    PERPETRATOR = "perpetrator"


class Role(StrEnum):
    """What someone who is logged in may be."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    WALL = "wall"


class ActorKind(StrEnum):
    """Who caused an event."""

    OPERATOR = "operator"
    DEVICE = "device"
    PATROL = "patrol"
    SYSTEM = "system"


class Actor(Frozen):
    """Who acts: an operator with role and control room, a device, a patrol, or the system itself."""

    kind: ActorKind
    id: str
    role: Role | None = None
    room: str | None = None

    def __str__(self) -> str:
        return self.id


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="system")


class Mode(StrEnum):
    """What a ledger is for, fixed at its creation. Every mode but live wears its word on screen and in exports."""

    LIVE = "live"
    DEMO = "demo"
    EXERCISE = "exercise"
    REPLAY = "replay"


def same_world(ledger: Mode, said: Mode | None) -> bool:
    """Say whether who says to belong to a mode may talk to a ledger of another (S10).

    Nobody of an exercise reaches a ledger that is none, and nobody else reaches an exercise's. Who says nothing
    belongs to no exercise. A replay talks to no ledger at all.
    """
    if Mode.REPLAY in {ledger, said}:
        return False
    return (ledger is Mode.EXERCISE) is (said is Mode.EXERCISE)


OfWorld = Annotated[Mode | None, Field(exclude_if=lambda mode: mode is None)]
"""The mode of an exercise, said by whoever belongs to one; who does not leaves it out."""
