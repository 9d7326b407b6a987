"""Patrols, and which of them to send: a recommendation with its reasons, and why better ones are missing."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from console.domain.values import Frozen, Lat, Lon, Utc


class Service(StrEnum):
    """Whose patrol it is. Federal highway and railway patrols belong to no zone (W8)."""

    LOCAL = "local"
    HIGHWAY = "highway"
    RAILWAY = "railway"


class PatrolState(StrEnum):
    """What a patrol is doing, as far as the backend knows."""

    FREE = "free"
    RESERVED = "reserved"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    BUSY = "busy"
    OFF_DUTY = "off_duty"


class Patrol(Frozen):
    """A patrol as last known. ``id`` is ``zone/call sign`` (``5388/L-12``; federal: ``WPR/A-31``)."""

    id: str
    call_sign: str
    zone: str | None
    service: Service = Service.LOCAL
    room: str
    language: str = "nl"
    state: PatrolState = PatrolState.FREE
    intervention: UUID | None = None
    busy_with: str | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    position_at: Utc | None = None
