"""Never unanswered (W6), over a real backend with a chain of seconds."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from console.domain import commands as c
from console.domain.events import NoteAdded, NoteCode
from console.wire import console_frames as f
from tests.backend import LEUVEN, RunningBackend
from tests.programs import msa_stub

QUICK = """
[default]
consoles = 1
supervisor = 2
officer_on_call = 3
neighbour = 4
empty = 600
unsent = 2
accept = 2
arrive = 600

[BWR]
room = "NAM"
"""

ALONE = """
[default]
empty = 1
"""


def begin(backend: RunningBackend, chain: str) -> None:
    """Start the backend with a chain file of its own, which also holds when it is started again."""
    path = backend.directory / "chain.toml"
    path.write_text(chain)
    backend.options = ("--chain", str(path))
    backend.start()


def written(backend: RunningBackend, number: str, kind: str) -> list[tuple[Any, Any]]:
    """What the ledger has of a kind: escalations as (code, to), overdue patrols as (what, patrol)."""
    exported = msa_stub("ledger", "export", "--database", backend.database, "--intervention", number)
    assert exported.code == 0, exported.err
    bodies: list[dict[str, Any]] = [json.loads(line)["event"]["body"] for line in exported.out.splitlines()]
    return [
        (body.get("code", body.get("awaited")), body.get("to", body.get("patrol")))
        for body in bodies
        if body["type"] == kind
    ]


CHAIN = [
    ("unacknowledged", "consoles"),
    ("unacknowledged", "supervisor"),
    ("unacknowledged", "officer_on_call"),
    ("unacknowledged", "ANT"),
]


async def test_a_press_that_nobody_takes_is_escalated_once_a_step_over_a_kill_and_rings_next_door(
    idle_backend: RunningBackend,
) -> None:
    begin(idle_backend, QUICK)
    async with (
        idle_backend.console("4711") as console,
        idle_backend.console("3711"),
        idle_backend.device("VBR-B-0041") as phone,
    ):
        receipt = await phone.press(*LEUVEN)
        number = (await console.raised(receipt)).state.number
        await console.event("escalation.raised", lambda event: getattr(event.body, "to", "") == "supervisor")
        idle_backend.kill()
    idle_backend.start()
    async with idle_backend.console("3711") as next_door, idle_backend.console("4711") as console:
        while not (seen := console.room.find(number)) or len(seen.state.escalations) < len(CHAIN):
            await console.frame(f.Heartbeat)
        while (there := next_door.room.find(number)) is None:
            await next_door.frame(f.Heartbeat)
        assert there.state.state == "raised"
        await asyncio.sleep(2.5)  # two more looks of the backend
    assert written(idle_backend, number, "escalation.raised") == CHAIN


async def test_with_nobody_logged_in_supervisors_and_the_next_room_are_told_at_once(
    idle_backend: RunningBackend,
) -> None:
    begin(idle_backend, ALONE)
    async with idle_backend.console("3711") as next_door, idle_backend.device("VBR-B-0041") as phone:
        await asyncio.sleep(1.5)
        await phone.press(*LEUVEN)
        while not next_door.room.seen:
            await next_door.frame(f.Heartbeat)
        [seen] = next_door.room.seen.values()
        told = [(one.code, one.to) for one in seen.state.escalations]
        assert told == [("nobody_logged_in", "supervisor"), ("nobody_logged_in", "ANT")]
        assert seen.state.room == "VBR"
        taken = await next_door.do(seen.state.id, c.Acknowledge())
        assert taken.refusal is None
        while (state := next_door.room.seen[seen.state.id].state).handler is None:
            await next_door.frame(f.Heartbeat)
        assert (state.room, state.handler) == ("ANT", "3711")
        assert (await next_door.do(state.id, c.OfferLead(room="LIM"))).refusal is None
        note = await next_door.event("note.added", lambda event: event.intervention == state.id)
        assert isinstance(note.body, NoteAdded)
        assert note.body.code is NoteCode.NOBODY_THERE
        state = next_door.room.seen[state.id].state
        assert (state.room, state.lead_offered_to, state.nobody_at) == ("ANT", "LIM", ("LIM",))


async def test_taken_but_nothing_sent_is_escalated_and_a_patrol_that_does_not_answer_is_overdue(
    idle_backend: RunningBackend,
) -> None:
    begin(idle_backend, QUICK)
    async with (
        idle_backend.console("4711") as console,
        idle_backend.patrol("5388/L-12") as patrol,
        idle_backend.device("VBR-B-0041") as phone,
    ):
        await patrol.be_at(*LEUVEN)
        state = (await console.raised(await phone.press(*LEUVEN))).state
        assert (await console.do(state.id, c.Acknowledge())).refusal is None
        unsent = await console.event(
            "escalation.raised", lambda event: getattr(event.body, "code", "") == "nothing_sent"
        )
        assert getattr(unsent.body, "to", None) == "supervisor"
        assert (await console.do(state.id, c.Dispatch(patrols=("L-12",)))).refusal is None
        await console.event("patrol.overdue")
        await asyncio.sleep(2.5)
    assert written(idle_backend, state.number, "patrol.overdue") == [("accept", "5388/L-12")]
    escalations = written(idle_backend, state.number, "escalation.raised")
    assert escalations.count(("nothing_sent", "supervisor")) == 1


def test_a_chain_that_cannot_be_is_refused_at_the_start_with_a_sentence(tmp_path: Path) -> None:
    wrongs = {
        "[XYZ]\nsupervisor = 3": "[XYZ] is no control room",
        "[VBR]\nsupervisr = 3": "[VBR] has no supervisr",
        "[VBR]\nsupervisor = 'soon'": "[VBR] supervisor: must be a valid number",
        "[VBR]\nsupervisor = 5": "supervisor comes after consoles: its delay cannot be shorter",
        "[VBR]\nroom = 'VBR'": "VBR cannot be its own neighbour",
        "[VBR]\nroom = 'BRX'": "BRX is no control room",
        "VBR = 3": "VBR must be a table",
        "[VBR": "is not a TOML file",
    }
    path = tmp_path / "chain.toml"
    for text, why in wrongs.items():
        path.write_text(text)
        answered = msa_stub(
            "serve", "--port", "0", "--chain", str(path), "--database", f"sqlite:///{tmp_path}/b.db"
        )
        assert answered.code == 3, answered
        assert str(path) in answered.err
        assert why in answered.err
    answered = msa_stub("serve", "--port", "0", "--chain", str(tmp_path / "none.toml"))
    assert "there is no such file" in answered.err
