"""W20: a patrol that a person sits in does what the person says, over the real line, and nothing by itself."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from backend_stub.exercise.control import state_of
from backend_stub.exercise.run import begun
from backend_stub.exercise.world import CannotHappen
from console.domain import commands as c
from console.domain.intervention import State
from console.wire.scenario_file import scenario_from
from tests.exercise import console, until

PATROL = "5388/L-11"


@pytest.mark.timeout(120)
async def test_a_person_reads_the_extract_reports_and_arrives_and_an_empty_seat_goes_on_by_itself(
    tmp_path: Path,
) -> None:
    async with (
        begun(scenario_from("clean-press-leuven"), tmp_path, speed=30.0) as exercise,
        console(exercise) as desk,
    ):
        world = exercise.world

        async def asked(do: c.AnyCommand) -> None:
            seen = next(iter(desk.room.seen.values()))
            sent = c.Command(id=uuid4(), intervention=str(seen.state.id), seen_decision=None, do=do)
            assert (await desk.command(sent)).refusal is None

        def sent() -> State:
            open_one = exercise.live.backend.ledger.open_interventions()[0]
            return next(one.state for one in open_one.sent if one.patrol == PATROL)

        await until(lambda: not exercise.clock.paused)
        with pytest.raises(CannotHappen, match="Nobody sits"):
            await world.patrol_says(PATROL, "accepted")
        world.seat(PATROL, taken=True)
        with pytest.raises(CannotHappen, match="not sent anywhere"):
            await world.patrol_says(PATROL, "accepted")
        await desk.event("alarm.raised")
        await asked(c.Acknowledge())
        await asked(c.Dispatch(patrols=(PATROL,)))
        view = world.patrols[PATROL].view
        await until(lambda: view()["number"] is not None)
        assert "Voorbeeld" in view()["readout"]
        assert state_of(exercise)["seats"][PATROL]["step"] is None
        assert sent() is State.DISPATCHED
        far_m = view()["left_m"]
        for said in ("accepted", "read", "en_route"):
            await world.patrol_says(PATROL, said)
        await until(lambda: sent() is State.EN_ROUTE)
        await until(lambda: view()["left_m"] < far_m / 2)
        # It says nothing by itself, also when it is there.
        await until(lambda: view()["left_m"] < 50)
        assert (sent(), view()["step"], view()["read"]) == (State.EN_ROUTE, "en_route", True)
        exercise.clock.pause()
        with pytest.raises(CannotHappen, match="stands still"):
            await world.patrol_says(PATROL, "on_scene")
        exercise.clock.go_on()
        await world.patrol_says(PATROL, "on_scene")
        await until(lambda: sent() is State.ON_SCENE)
        await world.patrol_says(PATROL, "injured")
        await desk.event("victim.seen")
        # Who leaves it in the middle leaves a patrol that goes on.
        world.seat(PATROL, taken=False)
        assert PATROL not in state_of(exercise)["seats"]
        await desk.event("victim.seen", lambda event: getattr(event.body, "finding", "") == "seen_alone")
