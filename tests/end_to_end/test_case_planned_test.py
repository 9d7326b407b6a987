"""The cases `planned-test` and `planned-test-real`: announced, confirmed; and a second press, which is real (W15)."""

from __future__ import annotations

import pytest

from tests.backend import RunningBackend
from tests.end_to_end.case import (
    bodies,
    close_with,
    happened_in_order,
    kinds,
    ledger_of,
    never,
    number_of,
    played,
)
from tests.end_to_end.pictures import taken
from tests.end_to_end.terminal import Terminal
from tests.end_to_end.test_press_to_close import console
from tests.programs import msa

pytestmark = pytest.mark.timeout(180)  # a case has its own time, however busy the machine

BUTTON, OFFICER = "VBR-B-0041", "Insp. V. Model"


def announce(terminal: Terminal) -> None:
    """In the box of the planned tests: this button, 15 minutes, at home, with the officer."""
    terminal.send("f8")
    terminal.until("Officer beside her, who calls before she presses")
    terminal.send(BUTTON, "enter", "enter", "enter", OFFICER)
    terminal.until(OFFICER)
    terminal.send("enter")
    terminal.until_gone("Officer beside her")


def take_and_confirm(terminal: Terminal) -> None:
    """The press is acknowledged like any; then the officer is on the phone."""
    terminal.until("planned test")
    terminal.until("FIREARM")
    terminal.until_bell()  # W15: it rings like any press
    terminal.send("a")
    terminal.until("acknowledged by 4711")
    terminal.until(f"have {OFFICER} on the phone, confirm the test")
    terminal.send("f")
    terminal.until("did they call you first?")
    terminal.send("y")
    terminal.until("the test is confirmed")


@pytest.mark.soak_only  # the other one announces and confirms too; integration tests close one as a test
def test_a_planned_test_is_announced_confirmed_and_closed_as_one(backend: RunningBackend) -> None:
    with console(backend) as terminal:
        announce(terminal)
        (listed,) = msa(backend, "list", "--tests", "--json").lines
        assert (listed["button"], listed["officer"]) == (BUTTON, OFFICER)
        with played(backend, "planned-test", speed=60):
            number = number_of(terminal)
            take_and_confirm(terminal)
            taken(terminal, "planned-test-1")
            terminal.send("c")
            terminal.until("Outcome")
            terminal.send(*("down",) * 6, "space")
            terminal.until("● test press")
            terminal.send("down", "down", "down", "space")
            terminal.until("● contact officer")
            terminal.send("the test of this month", "enter")
            terminal.until("CLOSED")
    told = ledger_of(backend, number)
    happened_in_order(
        told,
        "alarm.raised",
        "test.announced",
        "zone.allocated",
        "intervention.acknowledged",
        "test.confirmed",
        "intervention.closed",
    )
    never(told, "test.is_real", "alarm.repeated", "patrol.dispatched")
    (closed,) = bodies(told, "intervention.closed")
    assert (closed["outcome"], closed["verified_by"]) == ("test_press", "contact_officer"), "W13"


def test_a_second_press_makes_a_confirmed_test_real_once_and_for_good(backend: RunningBackend) -> None:
    with console(backend) as terminal:
        announce(terminal)
        with played(backend, "planned-test-real", speed=12):
            number = number_of(terminal)
            take_and_confirm(terminal)
            terminal.until("NO TEST: IT IS REAL")
            shown = terminal.until("send L-11 and L-12")
            assert "the test is confirmed" not in shown
            taken(terminal, "planned-test-real-1")
            terminal.send("c")
            terminal.until("Outcome")
            terminal.send(*("down",) * 6, "space")
            terminal.until("close it as what it was.")
            terminal.send("escape")
            terminal.until_gone("Outcome")
            no = msa(
                backend, "act", number, "close", "test_press", "a", "test", "--verified-by", "contact_officer"
            )
            assert (no.code, no.json["refusal"]["code"]) == (1, "not_a_planned_test")
            terminal.send("d")
            terminal.until("[✓] 2 L-12")
            terminal.send("enter")
            terminal.until("L-11 on scene")
            close_with(terminal, "space", "he stood in the hall", "enter", shows="CLOSED")
    told = ledger_of(backend, number)
    happened_in_order(
        told,
        "alarm.raised",
        "test.announced",
        "intervention.acknowledged",
        "test.confirmed",
        "alarm.repeated",
        "test.is_real",
        "patrol.dispatched",
        "patrol.dispatched",
        "patrol.on_scene",
        "intervention.closed",
        "patrol.released",
    )
    assert [body["because"] for body in bodies(told, "test.is_real")] == ["second_press"], "W15: one press"
    assert kinds(told).count("test.confirmed") == 1, "W15: nothing makes it a test again"
    (closed,) = bodies(told, "intervention.closed")
    assert closed["outcome"] == "arrest"
