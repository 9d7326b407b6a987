"""Health of the devices (class health): what will fail before it is needed. A list on demand, never an alarm.

Each phone reports once a day: battery, and whether button and phone are linked. A phone that is silent for longer than
a day and two hours is late, after two days it counts as lost. No name is in it: a button and the zone that keeps the
file, which tells her over the safe channel only (W22).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from console.domain.limits import DEFAULTS
from console.domain.values import Frozen, Utc

LATE_AFTER: Final = timedelta(seconds=DEFAULTS.health.amber)
LOST_AFTER: Final = timedelta(seconds=DEFAULTS.health.red)
LOW_PCT: Final = 20
"""A battery at or below this does not reach the next report."""


class HealthKind(StrEnum):
    """What is wrong with a device."""

    SILENT = "silent"
    NOT_LINKED = "not_linked"
    BATTERY_LOW = "battery_low"


class Reported(Frozen):
    """What a device last said of itself. None: it did not say."""

    button: str
    at: Utc
    battery_pct: int | None = None
    button_linked: bool | None = None


class Ailment(Frozen):
    """One thing that is wrong with a device, since when; ``grave``: it would not work if she pressed now."""

    button: str
    zone: str | None
    kind: HealthKind
    since: Utc
    grave: bool = False
    battery_pct: int | None = None


def ailments(
    button: str, zone: str | None, allocated_at: datetime, last: Reported | None, now: datetime
) -> Iterator[Ailment]:
    """What is wrong with a device at a moment; one that never reported is silent from its allocation on."""
    heard = last.at if last is not None else allocated_at
    silent = now - heard
    if silent >= LATE_AFTER:
        grave = silent >= LOST_AFTER
        yield Ailment(button=button, zone=zone, kind=HealthKind.SILENT, since=heard, grave=grave)
    if last is None:
        return
    if last.button_linked is False:
        yield Ailment(button=button, zone=zone, kind=HealthKind.NOT_LINKED, since=last.at, grave=True)
    if last.battery_pct is not None and last.battery_pct <= LOW_PCT:
        yield Ailment(
            button=button,
            zone=zone,
            kind=HealthKind.BATTERY_LOW,
            since=last.at,
            battery_pct=last.battery_pct,
        )


def in_order(found: Iterator[Ailment] | tuple[Ailment, ...]) -> tuple[Ailment, ...]:
    """The grave first, then the longest."""
    return tuple(sorted(found, key=lambda one: (not one.grave, one.since, one.button)))
