"""Health of the devices: what is wrong, since when, and that nothing of it is an alarm (class health)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.domain.health import Ailment, HealthKind, Reported, ailments, in_order

NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)


def wrong(
    hours: float, battery_pct: int | None = 80, linked: bool | None = True, allocated_at: datetime = LONG_AGO
) -> list[tuple[HealthKind, bool]]:
    last = Reported(
        button="B-1", at=NOW - timedelta(hours=hours), battery_pct=battery_pct, button_linked=linked
    )
    return [(one.kind, one.grave) for one in ailments("B-1", "5388", allocated_at, last, NOW)]


def test_a_phone_reports_once_a_day_late_after_26_hours_and_lost_after_48() -> None:
    assert wrong(25.9) == []
    assert wrong(26) == [(HealthKind.SILENT, False)]
    assert wrong(48) == [(HealthKind.SILENT, True)]


def test_a_battery_of_20_percent_does_not_reach_the_next_report() -> None:
    assert wrong(1, battery_pct=21) == []
    assert wrong(1, battery_pct=20) == [(HealthKind.BATTERY_LOW, False)]
    assert wrong(1, battery_pct=None) == []


def test_a_button_that_is_not_linked_would_not_work_now() -> None:
    assert wrong(1, linked=False) == [(HealthKind.NOT_LINKED, True)]
    assert wrong(1, linked=None) == []


def test_one_that_never_reported_is_silent_from_its_allocation_on() -> None:
    fresh = ailments("B-1", None, NOW - timedelta(hours=5), None, NOW)
    assert list(fresh) == []
    (silent,) = ailments("B-1", None, LONG_AGO, None, NOW)
    assert (silent.kind, silent.grave, silent.since) == (HealthKind.SILENT, True, LONG_AGO)


def test_the_grave_stands_first_then_what_has_been_so_longest() -> None:
    def one(button: str, grave: bool, hours: int) -> Ailment:
        since = NOW - timedelta(hours=hours)
        return Ailment(button=button, zone=None, kind=HealthKind.SILENT, since=since, grave=grave)

    listed = in_order((one("B-1", False, 30), one("B-2", True, 50), one("B-3", True, 90)))
    assert [each.button for each in listed] == ["B-3", "B-2", "B-1"]
