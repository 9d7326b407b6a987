"""A planned test (W15): announced beforehand, one press, at a named place, confirmed by the officer beside her.

Whatever does not fit makes it real, and nothing makes it a test again: a second press, another place, a heard
code, no confirmation in time. It is acknowledged like any press. Pure: no clock, no store.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import Field

from console.domain.events import (
    AlarmRepeated,
    Event,
    FixReported,
    Heard,
    InterventionReopened,
    KnownBody,
    LineHeard,
    NamedPlace,
    RealBecause,
    TestAnnounced,
    TestConfirmed,
    TestIsReal,
)
from console.domain.location import Fix, distance_m, is_nowhere, r95_of
from console.domain.values import Frozen, Kept, Utc

LONGEST: Final = timedelta(minutes=15)
"""So long an announcement may stand (W15)."""

CONFIRM_WITHIN: Final = timedelta(seconds=60)
"""From the press to the officer's confirmation; after it the press is real (W15)."""

PLACE_SLACK_M: Final = 200.0
"""A press counts as at the place up to so many metres beyond the r95 of its position."""

HEARD_IN_A_TEST: Final = frozenset({Heard.SILENCE, Heard.ALL_CLEAR_WORD})
"""What may be heard on the line of a test; every other code makes it real."""


class AnnouncedTest(Kept):
    """A test press that a control room announced: one press of ``button`` until ``until``, at ``place``.

    ``officer`` is beside her and tells the control room first. ``by`` announced it. ``pressed``: the
    intervention of its one press. ``withdrawn_by``: who took it back; from then on a press is real.
    """

    id: UUID
    room: str
    button: str
    place: NamedPlace
    officer: str = Field(max_length=64)
    by: str
    announced_at: Utc
    until: Utc
    pressed: UUID | None = None
    withdrawn_by: str | None = None

    def runs(self, now: datetime) -> bool:
        """A press now falls into its window."""
        return self.withdrawn_by is None and self.announced_at <= now <= self.until


class Standing(StrEnum):
    """Where a planned test stands."""

    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    REAL = "real"


class PlannedTest(Frozen):
    """What an intervention knows of the test that it was announced as.

    ``pressed_at`` is the moment of the press on the backend's clock: the confirmation counts from there.
    """

    officer: str
    place: NamedPlace | None
    until: Utc
    pressed_at: Utc
    confirmed_at: Utc | None = None
    real: RealBecause | None = None

    @property
    def standing(self) -> Standing:
        """Announced, confirmed, or real."""
        if self.real is not None:
            return Standing.REAL
        return Standing.ANNOUNCED if self.confirmed_at is None else Standing.CONFIRMED

    @property
    def confirm_until(self) -> datetime:
        """The last moment for the confirmation."""
        return self.pressed_at + CONFIRM_WITHIN

    def is_late(self, now: datetime) -> bool:
        """Nobody confirmed in time: it is real, whether or not the event of it has come yet."""
        return self.standing is Standing.ANNOUNCED and now > self.confirm_until


def folded(test: PlannedTest | None, event: Event) -> PlannedTest | None:
    """The planned test of an intervention after an event."""
    match event.body:
        case TestAnnounced() as body:
            return PlannedTest(officer=body.officer, place=body.place, until=body.until, pressed_at=event.at)
        case TestConfirmed() if test is not None:
            return test.model_copy(update={"confirmed_at": event.at})
        case TestIsReal(because=why) if test is not None:
            return test.model_copy(update={"real": why})
        case _:
            return test


def at_press(announced: AnnouncedTest | None, fix: Fix | None) -> tuple[KnownBody, ...]:
    """What a press inside an announced window means: the test, and at once real where it does not fit.

    ``announced``: the announcement that runs for the button, also one that has had its press (W15: one press).
    """
    if announced is None:
        return ()
    said = TestAnnounced(
        button=announced.button,
        until=announced.until,
        officer=announced.officer,
        place=announced.place,
    )
    if announced.pressed is not None:
        return said, TestIsReal(because=RealBecause.SECOND_PRESS)
    if fix is None or is_nowhere(fix.lon, fix.lat):
        return said, TestIsReal(because=RealBecause.NO_POSITION)
    if not is_at(announced.place, fix):
        return said, TestIsReal(because=RealBecause.ANOTHER_PLACE)
    return (said,)


def is_at(place: NamedPlace, fix: Fix) -> bool:
    """The position may be that of the place: within its r95 and `PLACE_SLACK_M` more."""
    return distance_m(place.lon, place.lat, fix.lon, fix.lat) <= r95_of(fix) + PLACE_SLACK_M


def contradicted(test: PlannedTest | None, bodies: Iterable[KnownBody]) -> tuple[TestIsReal, ...]:
    """The event that says the test is real, if one of these things does not belong to a test; else nothing."""
    if test is None or test.standing is Standing.REAL:
        return ()
    why = next((why for body in bodies if (why := _against(test, body)) is not None), None)
    return () if why is None else (TestIsReal(because=why),)


def _against(test: PlannedTest, body: KnownBody) -> RealBecause | None:
    match body:
        case AlarmRepeated():
            return RealBecause.SECOND_PRESS
        case LineHeard(code=Heard() as code) if code not in HEARD_IN_A_TEST:
            return RealBecause.HEARD
        case FixReported(fix=Fix() as fix, verdict="shown") if test.place and not is_at(test.place, fix):
            return RealBecause.ANOTHER_PLACE
        case InterventionReopened():
            return RealBecause.REOPENED
        case _:
            return None


def unconfirmed(test: PlannedTest | None, now: datetime) -> tuple[TestIsReal, ...]:
    """What is due at a moment: a test that nobody confirmed in time is real. Asked again, nothing more."""
    late = test is not None and test.is_late(now)
    return (TestIsReal(because=RealBecause.NOT_CONFIRMED),) if late else ()


def counts_in_times(test: PlannedTest | None) -> bool:
    """Whether an intervention's times belong in percentiles: those of a test that stayed a test do not (W15)."""
    return test is None or test.standing is Standing.REAL
