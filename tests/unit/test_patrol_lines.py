"""A line of the ranking in little room: what tells the patrols apart stands where it is not cut off."""

from __future__ import annotations

from datetime import UTC, datetime

from console.domain.patrols import Candidate, Patrol, PatrolState, Reason, ReasonCode, Service, Shortfall
from console.tui.widgets.patrols import candidate, shortfall

NARROW, WIDE = 42, 80


def patrol(state: PatrolState = PatrolState.FREE, service: Service = Service.LOCAL) -> Patrol:
    return Patrol(
        id="5388/L-12",
        call_sign="L-12",
        zone="5388",
        room="VBR",
        state=state,
        service=service,
        lon=4.7,
        lat=50.88,
        position_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_ahead_and_whose_patrol_it_is_come_before_why_it_was_chosen() -> None:
    reasons = (
        Reason(ReasonCode.SECOND_NEEDED, {"needed": 2}),
        Reason(ReasonCode.HIGHWAY),
        Reason(ReasonCode.AHEAD),
    )
    one = Candidate(patrol(service=Service.HIGHWAY), 1100.0, 6.0, reasons)
    assert "ahead, highway" in candidate(one, 2, NARROW, True).plain
    assert candidate(one, 2, WIDE, True).plain.endswith("ahead, highway police, 2 patrols needed")


def test_on_what_a_nearer_patrol_is_busy_is_never_cut_off() -> None:
    why = Reason(ReasonCode.BUSY, {"number": "VBR-2026-0410", "state": "busy"})
    lacking = Shortfall(patrol(PatrolState.BUSY), 800.0, 6.0, why)
    assert shortfall(lacking, WIDE).plain.rstrip().endswith("busy VBR-2026-0410")
    assert shortfall(lacking, NARROW - 4).plain.rstrip().endswith("busy 0410")
