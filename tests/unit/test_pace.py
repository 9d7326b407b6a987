"""How fast one sender may talk: a flood is bounded, a press is not (R9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend_stub.pace import BAD_PER_S, PER_S, Pace
from backend_stub.unrecorded import KEPT_FOR, MOST, Unrecorded
from console.wire.console_frames import PressUnrecorded

NOW = datetime(2026, 3, 1, 14, 3, tzinfo=UTC)


def test_a_flood_of_health_reports_is_bounded_and_holds_nobody_else_back() -> None:
    pace = Pace(burst=30)
    taken = sum(pace.allows("B-1", "health", second / 1000) for second in range(10_000))
    assert 30 <= taken <= 30 + 10 * PER_S["health"] + 1
    assert pace.allows("B-1", "fix", 10.0)
    assert pace.allows("B-2", "health", 10.0)


def test_a_press_is_never_held_back() -> None:
    pace = Pace(burst=5)
    assert all(pace.allows("B-1", "press", 0.0) for _ in range(10_000))


def test_a_sender_may_talk_again_after_a_while_and_is_told_once() -> None:
    pace = Pace(burst=2)
    assert [pace.allows("B-1", "health", 0.0) for _ in range(3)] == [True, True, False]
    assert pace.allows("B-1", "health", 1.5)
    assert [pace.says("B-1", second) for second in (0.0, 5.0, 11.0)] == [True, False, True]


def test_frames_that_are_none_make_their_sender_wait_and_nobody_else() -> None:
    pace = Pace(burst=5)
    pauses = [pace.pause_s("B-1", 0.0) for _ in range(30)]
    assert pauses == [0.0] * 20 + [1 / BAD_PER_S] * 10
    assert pace.pause_s("B-2", 0.0) == 0.0
    assert pace.pause_s("B-1", 1.0) == 0.0, "a few a second are read"
    assert pace.allows("B-1", "fix", 0.0), "what can be understood has a pace of its own"


def unrecorded(number: int, at: datetime = NOW) -> PressUnrecorded:
    return PressUnrecorded(button="B-1", press_id=f"p{number}", received_at=at, zone=None)


def test_presses_that_are_not_stored_are_kept_within_bounds_until_they_are() -> None:
    kept = Unrecorded()
    for number in range(MOST + 5):
        kept.add("VBR", unrecorded(number))
    assert len(kept.of("VBR", "4711", NOW)) == MOST
    assert kept.of("ANT", "4711", NOW) == ()
    kept.stored("B-1", "p900")
    assert "p900" not in {press.press_id for press in kept.of("VBR", "4711", NOW)}
    assert kept.of("VBR", "4711", NOW + KEPT_FOR + timedelta(seconds=1)) == ()
