"""A wrong password costs time, more each time, and locks nobody out (S4). On a clock of its own."""

from __future__ import annotations

from backend_stub.delays import FORGOTTEN_AFTER_S, KEPT, LONGEST_S, Delays


def test_the_delay_grows_and_has_an_end() -> None:
    delays, now = Delays(), 0.0
    waits = []
    for _ in range(10):
        wait = delays.begin("4711", "192.0.2.1", now)
        assert wait is not None
        waits.append(wait)
        now += wait
    assert waits[:3] == [0.0, 0.0, 0.0], "people mistype"
    assert waits[3:] == [1.0, 2.0, 4.0, LONGEST_S, LONGEST_S, LONGEST_S, LONGEST_S]


def test_guesses_from_elsewhere_do_not_delay_an_operator() -> None:
    delays = Delays()
    for _ in range(100):
        delays.begin("4711", "192.0.2.66", 0.0)
    assert delays.begin("4711", "192.0.2.1", 0.0) == 0.0


def test_guesses_at_one_operator_do_not_delay_another() -> None:
    delays = Delays()
    for _ in range(100):
        delays.begin("4711", "192.0.2.1", 0.0)
    assert delays.begin("4712", "192.0.2.1", 0.0) == 0.0


def test_many_guesses_at_once_wait_for_each_other_and_then_are_turned_away() -> None:
    delays = Delays()
    waits = [delays.begin("4711", "192.0.2.1", 0.0) for _ in range(20)]
    waiting = [wait for wait in waits if wait is not None]
    assert waiting == sorted(waiting)
    assert len(set(waiting)) > 4
    assert waits[-1] is None
    assert delays.begin("4711", "192.0.2.1", 60.0) is not None, "later it may try again"


def test_a_right_password_and_a_quarter_of_an_hour_forget() -> None:
    for forget in (True, False):
        delays = Delays()
        for _ in range(4):
            delays.begin("4711", "192.0.2.1", 0.0)
        if forget:
            delays.succeeded("4711", "192.0.2.1")
        assert delays.begin("4711", "192.0.2.1", 0.0 if forget else FORGOTTEN_AFTER_S + 1) == 0.0


def test_the_list_of_guessers_stays_small() -> None:
    delays = Delays()
    for number in range(KEPT + 100):
        delays.begin(str(number), "192.0.2.1", 0.0)
    assert len(delays._attempts) == KEPT
