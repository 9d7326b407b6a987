"""The pace of pictures in a storm."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from console.link.interface import Connection, Picture
from console.tui.pace import CROWD, LONGEST_S, Pace, only_more_of_the_same
from console.wire.console_frames import Result
from tests.still_link import Hands


def painted(clock: Hands, seconds: float) -> Pace:
    """A picture has just been painted, and took so long."""
    pace = Pace(clock)
    with pace.work():
        clock.move(seconds)
    return pace


def test_a_picture_that_comes_alone_never_waits() -> None:
    pace = painted(Hands(), 0.5)
    assert pace.wait_s(crowd=1) == 0
    assert pace.wait_s(crowd=CROWD - 1) == 0


def test_in_a_storm_nine_tenths_of_the_time_are_for_keys() -> None:
    clock = Hands()
    pace = painted(clock, 0.02)
    assert round(pace.wait_s(CROWD), 3) == 0.18
    clock.move(0.2)
    assert pace.wait_s(CROWD) == 0


def test_however_slow_the_machine_is_what_is_seen_is_no_older_than_a_second() -> None:
    assert round(painted(Hands(), 4.0).wait_s(50), 3) == LONGEST_S


def test_a_result_or_a_change_of_the_link_is_more_than_the_same() -> None:
    before = Picture(connection=Connection.LIVE)
    assert only_more_of_the_same(before, replace(before, head=9, heard_s=3.0, latency_ms=2.0))
    assert not only_more_of_the_same(before, replace(before, connection=Connection.STALE))
    assert not only_more_of_the_same(before, replace(before, results=(Result(id=UUID(int=1)),)))
