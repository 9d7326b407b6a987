"""The case `two-victims-at-night`: one man, two victims, one operator alone (W2, W6, W11)."""

from __future__ import annotations

from pathlib import Path

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
from tests.end_to_end.test_press_to_close import console

pytestmark = pytest.mark.timeout(180)  # a case has its own time, however busy the machine

CHAIN = """
[default]
consoles = 3600
supervisor = 3600
officer_on_call = 3600
neighbour = 3600
empty = 3600
accept = 3600
arrive = 3600
[VBR]
consoles = 1
supervisor = 2
officer_on_call = 3
neighbour = 4
unsent = 2
accept = 3600
arrive = 3600
room = "BRU"
"""
"""A chain as fast as the night of this test: its fourteen minutes take some ten seconds."""


def test_one_operator_alone_has_two_alarms_of_one_man(idle_backend: RunningBackend, tmp_path: Path) -> None:
    chain = tmp_path / "night.toml"
    chain.write_text(CHAIN)
    idle_backend.start("--chain", str(chain))
    with console(idle_backend) as terminal, played(idle_backend, "two-victims-at-night", speed=100):
        first = number_of(terminal)
        terminal.send("a")
        terminal.until("acknowledged by 4711")
        assert "1 other victim of his has not pressed" in terminal.until("line open, muted on our side")
        terminal.send("i")
        terminal.until("you listen")
        terminal.until(f"{first}: no patrol has been sent")
        second = first[:-1] + "2"
        terminal.until("1 new")
        shown = terminal.until(f"{second}: nobody has acknowledged")
        assert "SAME MAN" in shown, "W11: already in the queue"
        terminal.until("send L-11")
        terminal.until("THE SAME MAN: another victim of his has an alarm")
        taken(terminal, "two-victims-at-night-1")
        terminal.send("g")
        terminal.until("told: CIC Brussel/Bruxelles")
        terminal.send("a")
        terminal.until(f"acknowledge  {second}")
        shown = terminal.until("▲0001 of another zone: 5388, nearest")
        for words in ("s apart", "37 km", "both stay alarms", f"SAME MAN {first}"):
            assert words in shown, f"W11: {words} is missing in\n{shown}"
        terminal.send("i")
        terminal.until("you listen")
        assert "SAME MAN · blade · 00:0" in terminal.until(" nobody"), "W2: for how long nobody has listened"
        taken(terminal, "two-victims-at-night-2")
        terminal.send("d")
        terminal.until("[✓] 1 L-11")
        terminal.send("space", "down", "space", "enter")
        terminal.until("L-12 sent")
        terminal.send("up")
        terminal.until("I. Modelnaam")
        terminal.until("blade · 00:")
        terminal.until("send L-11")
        terminal.send("d")
        terminal.until("[✓] 1 L-11")
        terminal.send("enter")
        terminal.until("L-11 on scene", within=40)
        close_with(
            terminal,
            "down",
            "down",
            "space",
            "he had left when L-11 came",
            "enter",
            shows=f"close: perpetrator gone  {first}",
        )
        terminal.send("up")  # what is closed stands below what is open
        terminal.until("Q. Proefnaam")
        terminal.until("L-12 on scene", within=40)
        close_with(terminal, "space", "arrested in her street", "enter", shows=f"close: arrest  {second}")
    one, other = ledger_of(idle_backend, first), ledger_of(idle_backend, second)
    happened_in_order(
        one,
        "alarm.raised",
        "intervention.acknowledged",
        "line.listener_changed",
        "escalation.raised",
        "note.added",
        "line.listener_changed",
        "patrol.dispatched",
        "patrol.on_scene",
        "intervention.closed",
        "patrol.released",
    )
    happened_in_order(
        other,
        "alarm.raised",
        "escalation.raised",
        "escalation.raised",
        "escalation.raised",
        "escalation.raised",
        "intervention.acknowledged",
        "line.listener_changed",
        "patrol.dispatched",
        "patrol.on_scene",
        "intervention.closed",
        "patrol.released",
    )
    unsent = [(body["code"], body["to"]) for body in bodies(one, "escalation.raised")]
    assert unsent == [("nothing_sent", "supervisor")], "W6: acknowledged and nothing sent, told once"
    told = [(body["code"], body["to"]) for body in bodies(other, "escalation.raised")]
    assert told[:4] == [
        ("unacknowledged", "consoles"),
        ("unacknowledged", "supervisor"),
        ("unacknowledged", "officer_on_call"),
        ("unacknowledged", "BRU"),
    ], "W6: along the chain, each once"
    listeners = [body["operator"] for body in bodies(one, "line.listener_changed")]
    assert listeners == ["4711", None], "W2: nobody listens to two lines"
    (note,) = [body for body in bodies(one, "note.added") if body["code"] == "same_man"]
    assert note["words"] == f"{second}, 5389", "W11: the first is told of the second"
    assert [body["patrol"] for body in bodies(one, "patrol.dispatched")] == ["5388/L-11"]
    assert [body["patrol"] for body in bodies(other, "patrol.dispatched")] == ["5388/L-12"]
    for events in (one, other):
        never(events, "room.lead_accepted", "line.unmuted", "phone.rung")
        assert kinds(events).count("intervention.closed") == 1
    outcomes = [bodies(events, "intervention.closed")[0]["outcome"] for events in (one, other)]
    assert outcomes == ["perpetrator_gone", "arrest"], "W11: never concluded that one is false"
