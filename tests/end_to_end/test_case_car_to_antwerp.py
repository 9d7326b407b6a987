"""The case `car-to-antwerp`: she is driven over the border of the province; the lead passes when it is accepted (W8, W9)."""

from __future__ import annotations

import pytest

from tests.backend import RunningBackend
from tests.end_to_end.case import (
    bodies,
    close_with,
    command,
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

SECRET = ("E. Exemple", "Voorbeeld", "FIREARM", "0-XXX-001", "CONTACT  ", "an engine")
"""What a glimpse must not show."""


def test_a_car_drives_into_another_control_room_which_sees_it_coming_and_takes_the_lead(
    backend: RunningBackend,
) -> None:
    with (
        console(backend) as leuven,
        console(backend, "3711") as antwerp,
        played(backend, "car-to-antwerp", speed=30),
    ):
        number = number_of(leuven)
        leuven.send("a")
        leuven.until("acknowledged by 4711")
        leuven.send("i")
        leuven.until("you listen")
        shown = leuven.until("by now within")
        assert "in a vehicle" in shown
        assert "heading NW" in shown
        assert "110 km/h" in shown
        glimpsed = antwerp.until("VBR leads")
        assert number in glimpsed
        assert not [words for words in SECRET if words in glimpsed], "W7: a glimpse is age, zone and owner"
        taken(antwerp, "car-to-antwerp-1")
        command(leuven, "dispatch WPR/A-12")
        leuven.until("A-12 sent")
        assert "ahead" in leuven.until("▲ she is now in 5359 BODUKAP"), "W9: ahead or behind"
        taken(leuven, "car-to-antwerp-2")
        leuven.send("z")
        leuven.until("keep 5388 Leuven, and do not ask again")
        leuven.send("enter")
        leuven.until_gone("▲ she is now in")
        leuven.send("f6")
        leuven.until("Which control room?")
        leuven.send("enter")
        leuven.until("lead offered to ANT")
        offered = antwerp.until("VBR OFFERS THE LEAD: F7")
        assert "E. Exemple" in offered, "W7: who is asked gets the extract"
        taken(antwerp, "car-to-antwerp-3")
        antwerp.send("f7")
        antwerp.until("take the lead: victim and line are ours then")
        antwerp.send("enter")
        leuven.until("ANT leads")
        antwerp.until("nobody listens")
        antwerp.send("i")
        antwerp.until("you listen")
        antwerp.send("d")
        antwerp.until("[✓] 1 ")
        antwerp.send("enter")
        antwerp.until("A-12 on scene", within=30)
        close_with(antwerp, "space", "stopped at the car park, she is safe", "enter", shows="CLOSED")
        leuven.until("CLOSED")
    told = ledger_of(backend, number)
    happened_in_order(
        told,
        "alarm.raised",
        "intervention.acknowledged",
        "line.listener_changed",
        "room.reached",
        "patrol.dispatched",
        "zone.change_proposed",
        "zone.changed",
        "room.lead_offered",
        "room.lead_accepted",
        "line.listener_changed",
        "line.listener_changed",
        "patrol.dispatched",
        "intervention.closed",
        "patrol.released",
        "patrol.released",
    )
    verdicts = {body["verdict"] for body in bodies(told, "fix.reported")}
    assert verdicts == {"shown"}, "no report of a car is a jump"
    (reached,) = bodies(told, "room.reached")
    assert (reached["room"], reached["why"]) == ("ANT", "ahead"), "W8: three minutes of heading"
    proposed = [body["zone"] for body in bodies(told, "zone.change_proposed")]
    assert proposed[-1] == "5359", "W9: the zone of the circle in which she could be"
    assert [body["zone"] for body in bodies(told, "zone.changed")] == ["5359"], (
        "W9: by a person, never by itself"
    )
    (changed,) = [event for event in told if event["body"]["type"] == "zone.changed"]
    assert changed["actor"]["id"] == "4711"
    since, accepted = kinds(told).index("room.lead_offered"), kinds(told).index("room.lead_accepted")
    acts = [
        event["actor"].get("room") for event in told[since:accepted] if event["actor"]["kind"] == "operator"
    ]
    assert set(acts) == {"VBR"}, "W8: until it is accepted the lead stays"
    assert told[accepted]["actor"]["id"] == "3711"
    let_go = told[accepted + 1]["body"]
    assert (let_go["type"], let_go["operator"]) == ("line.listener_changed", None), (
        "W8: the line goes with it"
    )
    arrived = [body["patrol"] for body in bodies(told, "patrol.on_scene")]
    assert "WPR/A-12" in arrived
    first, second = [event for event in told if event["body"]["type"] == "patrol.dispatched"]
    assert (first["body"]["patrol"], first["actor"]["id"]) == ("WPR/A-12", "4711"), "W8: federal, of no zone"
    assert second["actor"]["id"] == "3711"
    assert second["body"]["patrol"].split("/")[0] in {"5913", "5359"}, "W8: each room sends its own"
    never(told, "intervention.reopened", "line.unmuted", "phone.rung", "chat.sent")
    (closed,) = [event for event in told if event["body"]["type"] == "intervention.closed"]
    assert (closed["actor"]["id"], closed["body"]["outcome"]) == ("3711", "arrest"), "W8: who leads closes"
