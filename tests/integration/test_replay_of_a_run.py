"""A run with a real backend, written to a file and read again: the replay is the run."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.room import Room
from console.training.player import Moment, Player
from console.wire.recorded import RecordedEvent, Recording
from console.wire.recording import read_recording, write_recording
from tests.backend import LEUVEN, RunningBackend
from tests.replays import header


async def test_the_replay_of_a_recorded_run_reaches_the_same_state_event_by_event(
    shared_backend: RunningBackend, tmp_path: Path
) -> None:
    async with (
        shared_backend.console("4711") as operator,
        shared_backend.device(shared_backend.spare_button()) as phone,
        shared_backend.device(shared_backend.spare_button()) as other,
    ):
        state = (await operator.raised(await phone.press(*LEUVEN))).state
        await phone.fix(LEUVEN[0] + 0.0004, LEUVEN[1])
        await operator.event("fix.reported", lambda event: event.intervention == state.id)
        await operator.do(state.id, c.Acknowledge(), 0)
        second = (await operator.raised(await other.press(LEUVEN[0], LEUVEN[1] + 0.01))).state
        await operator.do(state.id, c.Dispatch(patrols=(await operator.free_patrol("5388"),)), 1)
        await operator.do(state.id, c.Note(words="he waits at the corner"))
        close = c.Close(outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.CONTACT_OFFICER, words="-")
        assert (await operator.do(state.id, close, 2)).refusal is None
        await operator.event("intervention.closed", lambda event: event.intervention == state.id)
    ours = {state.id, second.id}
    run = [item for item in operator.events if item.event.intervention in ours]
    room, lived = Room("VBR"), []
    for item in run:
        room, _ = room.apply([(item.position, item.event)])
        lived.append(_board(room))

    file = tmp_path / "run.msarec.jsonl"
    lines = tuple(RecordedEvent(at=one.event.at, position=one.position, event=one.event) for one in run)
    write_recording(Recording(header(starts_at=lines[0].at), lines).closed_up(), file)
    player = Player(read_recording(file), every=3)

    moment, replayed = Moment(player.starts_at, 0), []
    while following := player.next_event(moment):
        moment = following
        replayed.append(_board(player.room(moment)))
    assert replayed == lived
    assert len(lived) > 8
    assert player.room(player.seek(player.ends_at)) == room


def _board(room: Room) -> list[tuple[UUID, Intervention]]:
    """Who stands where in the queue, and how each is."""
    return [(one.state.id, one.state) for one in room.queue()]
