"""The case `silent-line`: she says nothing, what is heard is logged, two patrols go because of a firearm, he is arrested."""

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
from tests.end_to_end.test_press_to_close import console

pytestmark = pytest.mark.timeout(180)  # a case has its own time, however busy the machine


def test_a_silent_line_is_listened_to_and_ends_with_an_arrest(backend: RunningBackend) -> None:
    with console(backend) as terminal, played(backend, "silent-line", speed=8):
        number = number_of(terminal)
        shown = terminal.until("FIREARM")
        assert "5388 Leuven" in shown
        assert "MUTED on our side" in terminal.until("open 00:")
        terminal.send("a")
        terminal.until("acknowledged by 4711")
        terminal.send("i")
        terminal.until("you listen")
        terminal.send("h")
        terminal.until("Heard on the line")
        terminal.send("1")
        terminal.until("heard: man ")
        terminal.send("h")
        terminal.until("Heard on the line")
        terminal.send("3")
        terminal.until("heard: man, child")
        assert "send L-11 and L-12" in terminal.until("2 patrols needed, of zone 5388")
        terminal.send("d")
        terminal.until("[✓] 2 L-12")
        taken(terminal, "silent-line-1")
        terminal.send("enter")
        terminal.until("L-12 has read the danger")
        terminal.until("L-11 has read the danger")
        terminal.send("h")
        terminal.until("Heard on the line")
        terminal.send("4")
        terminal.until("heard: man, child, blow")
        terminal.until("L-11 on scene · L-12 on scene")
        taken(terminal, "silent-line-2")
        close_with(terminal, "space", "arrested on the stairs, she is unharmed", "enter", shows="CLOSED")
    told = ledger_of(backend, number)
    happened_in_order(
        told,
        "alarm.raised",
        "line.opened",
        "intervention.acknowledged",
        "line.listener_changed",
        "patrol.dispatched",
        "patrol.dispatched",
        "patrol.read_danger",
        "patrol.on_scene",
        "patrol.on_scene",
        "intervention.closed",
        "line.ended",
        "patrol.released",
        "patrol.released",
    )
    codes = [body["code"] for body in bodies(told, "line.heard") if body["code"]]
    assert codes == ["man", "child", "blow"], "W2: what is heard is logged, as codes"
    captions = [body["words"] for body in bodies(told, "line.heard") if not body["code"]]
    assert captions[1] == "a child crying behind a door"
    never(told, "line.unmuted", "phone.rung", "chat.sent", "contact_rule.overridden")  # W2, W3
    sent = {body["patrol"] for body in bodies(told, "patrol.dispatched")}
    assert sent == {"5388/L-11", "5388/L-12"}, "two patrols where a firearm is known"
    for patrol in sent:
        own = [event["body"]["type"] for event in told if event["body"].get("patrol") == patrol]
        assert own.index("patrol.read_danger") < own.index("patrol.on_scene"), "W10: before arrival"
    after_the_blow = told[[event["body"].get("code") for event in told].index("blow") :]
    if "patrol.on_scene" in kinds(after_the_blow):  # on a slow machine both have been there already
        assert "patrol.read_danger" in kinds(after_the_blow), "W10: a new danger is read again"
    (closed,) = bodies(told, "intervention.closed")
    assert (closed["outcome"], closed["verified_by"]) == ("arrest", None)
