"""The case `accidental`: she writes that she is sorry; it is closed only after a patrol has seen her alone (W13, W14)."""

from __future__ import annotations

import pytest

from tests.backend import RunningBackend
from tests.end_to_end.case import bodies, happened_in_order, kinds, ledger_of, never, number_of, played
from tests.end_to_end.pictures import taken
from tests.end_to_end.terminal import Terminal
from tests.end_to_end.test_press_to_close import console
from tests.programs import msa

pytestmark = pytest.mark.timeout(180)  # a case has its own time, however busy the machine

ACCIDENTAL = ("down",) * 7
"""From the first outcome of the box to this one."""


def choose_accidental(terminal: Terminal, proof: str) -> None:
    """In the box of the close: accidental, verified by the proof that so many keys down choose."""
    terminal.send("c")
    terminal.until("Outcome")
    terminal.send(*ACCIDENTAL, "space")
    terminal.until("● accidental")
    terminal.send(*proof.split(), "space")


def test_an_accident_is_closed_only_after_a_patrol_has_seen_her(backend: RunningBackend) -> None:
    with console(backend) as terminal, played(backend, "accidental", speed=20):
        number = number_of(terminal)
        terminal.send("a")
        terminal.until("acknowledged by 4711")
        terminal.until("sorry, I sat on it")
        asked = terminal.until("the device asked to cancel: check, never close on it")
        assert "CLOSED" not in asked
        choose_accidental(terminal, "")
        terminal.until("silence is no proof.")
        taken(terminal, "accidental-1")
        terminal.send("she wrote that she sat on it", "enter")
        terminal.until("silence is no proof.")
        terminal.send("escape")
        terminal.until_gone("Outcome")
        choose_accidental(terminal, "down")
        terminal.until("No patrol is on scene")
        terminal.send("escape")
        terminal.until_gone("Outcome")
        refused = msa(backend, "act", number, "close", "accidental", "she", "is", "sorry")
        assert (refused.code, refused.json["refusal"]["code"]) == (1, "proof_needed")
        terminal.send("d")
        terminal.until("[✓] 1 L-11")
        terminal.send("space", "down", "space", "enter")  # in one go, as a line that hung delivers it
        terminal.until("L-13 sent")
        terminal.until("see the victim alone, report how she is")
        taken(terminal, "accidental-2")
        terminal.until("a patrol saw her alone")
        choose_accidental(terminal, "down")
        terminal.send("seen alone, she sat on the button", "enter")
        terminal.until("CLOSED")
    told = ledger_of(backend, number)
    happened_in_order(
        told,
        "alarm.raised",
        "chat.received",
        "alarm.cancelled_by_device",
        "escalation.raised",
        "patrol.dispatched",
        "patrol.on_scene",
        "victim.seen",
        "intervention.closed",
        "patrol.released",
    )
    # She writes when she writes: on a busy machine before the operator has seen the alarm.
    happened_in_order(told, "alarm.raised", "intervention.acknowledged", "patrol.dispatched")
    codes = [body["code"] for body in bodies(told, "escalation.raised")]
    assert codes == ["cancelled_by_device"], "W14: a cancel is an escalation, never a close"
    assert kinds(told).count("intervention.closed") == 1, "W13: no close without proof"
    assert [body["finding"] for body in bodies(told, "victim.seen")] == ["seen_alone"], "W13: a patrol's word"
    (closed,) = bodies(told, "intervention.closed")
    assert (closed["outcome"], closed["verified_by"]) == ("accidental", "patrol"), "W13"
    assert kinds(told).index("patrol.released") > kinds(told).index("intervention.closed"), (
        "W13: only after it"
    )
    assert [body["patrol"] for body in bodies(told, "patrol.dispatched")] == ["5388/L-13"], "no key overtakes"
    never(told, "chat.sent", "phone.rung", "line.unmuted")
