"""Seat codes of a course room (W20): used once, and not found by trying."""

from __future__ import annotations

import pytest

from console.training.seats import (
    ALPHABET,
    CODE_SIGNS,
    WITHIN_S,
    WRONG_OF_ALL,
    WRONG_OF_ONE,
    NotLetIn,
    Refused,
    SeatKind,
    Seats,
    SeatState,
)


class Clock:
    """Moves when it is told."""

    now = 1000.0

    def __call__(self) -> float:
        """The moment, in seconds."""
        return self.now


def course() -> tuple[Seats, Clock]:
    """Two seats with codes AAAAAA and BBBBBB; further ones follow."""
    clock, codes, keys = Clock(), iter("ABCDEFGH"), iter(range(99))
    seats = Seats(lambda signs: next(codes) * signs, clock, lambda: f"key-{next(keys)}")
    seats.add("operator-1", SeatKind.OPERATOR, "4711")
    seats.add("operator-2", SeatKind.OPERATOR, "4712")
    return seats, clock


def refusal(seats: Seats, code: str, address: str = "10.0.0.9") -> Refused | None:
    """Why a code is refused; None: it opens a seat."""
    try:
        seats.join(code, "nl", address)
    except NotLetIn as refused:
        return refused.why
    return None


def test_a_code_is_read_aloud_so_case_and_spaces_do_not_matter() -> None:
    seats, _clock = course()
    seat = seats.join(" aaa-aaa ", "fr", "10.0.0.9")
    assert (seat.name, seat.who, seat.state, seat.language) == ("operator-1", "4711", SeatState.TAKEN, "fr")
    assert seats.of_key(seat.key) == seat


def test_a_code_opens_its_seat_once() -> None:
    seats, _clock = course()
    assert refusal(seats, "AAAAAA") is None
    assert refusal(seats, "AAAAAA") is Refused.USED
    assert seats.all[1].state is SeatState.FREE


@pytest.mark.parametrize("code", ["", " ", "AAAAA", "AAAAAAA", "ZZZZZZ", "ÄAAAAA", "\N{SNOWMAN}"])
def test_what_is_no_code_opens_nothing(code: str) -> None:
    seats, _clock = course()
    assert refusal(seats, code) is Refused.WRONG_CODE


def test_after_a_few_wrong_codes_an_address_must_wait_also_with_the_right_one() -> None:
    seats, clock = course()
    for _ in range(WRONG_OF_ONE):
        assert refusal(seats, "ZZZZZZ") is Refused.WRONG_CODE
    assert refusal(seats, "AAAAAA") is Refused.TOO_MANY
    assert refusal(seats, "AAAAAA", "10.0.0.8") is None
    clock.now += WITHIN_S + 1
    assert refusal(seats, "BBBBBB") is None


def test_many_addresses_together_are_limited_too() -> None:
    seats, _clock = course()
    for number in range(WRONG_OF_ALL):
        assert refusal(seats, "ZZZZZZ", f"10.0.1.{number}") is Refused.WRONG_CODE
    assert refusal(seats, "AAAAAA", "10.0.0.8") is Refused.TOO_MANY


def test_a_seat_that_is_freed_has_another_code_and_its_old_browser_no_seat() -> None:
    seats, _clock = course()
    key = seats.join("AAAAAA", "nl", "10.0.0.9").key
    freed = seats.give_up("operator-1")
    assert seats.of_key(key) is None
    assert refusal(seats, "AAAAAA") is Refused.USED
    assert refusal(seats, freed.code) is None


def test_who_stops_has_no_seat_any_more_and_it_has_no_code() -> None:
    seats, _clock = course()
    key = seats.join("AAAAAA", "nl", "10.0.0.9").key
    assert seats.stop("operator-1").state is SeatState.STOPPED
    assert seats.of_key(key) is None
    assert seats.of_key("") is None
    assert refusal(seats, "") is Refused.WRONG_CODE


def test_at_the_end_no_code_opens_anything() -> None:
    seats, _clock = course()
    seats.over = True
    assert refusal(seats, "AAAAAA") is Refused.OVER


def test_no_code_can_be_found_by_trying_within_a_day() -> None:
    tries = WRONG_OF_ALL * 24 * 3600 / WITHIN_S
    assert tries * 20 / len(ALPHABET) ** CODE_SIGNS < 0.001
