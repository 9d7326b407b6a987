"""From press to close over real sockets, against a real backend process with a real database."""

from __future__ import annotations

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import State
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend


async def test_from_press_to_close(backend: RunningBackend) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0041") as phone:
        seen = await console.raised(await phone.press(*LEUVEN))
        assert (seen.state.zone, seen.state.room, seen.state.state) == ("5388", "VBR", State.RAISED)
        assert seen.state.extract is not None
        assert seen.state.extract.victim.name == "E. Exemple"
        number = seen.state.number
        sent = await console.free_patrol("5388")
        async with backend.patrol(sent) as patrol:
            assert (await console.do(number, c.Acknowledge())).refusal is None
            assert (await console.do(number, c.Dispatch(patrols=(sent,)))).refusal is None
            task = await patrol.receive(ff.Task)
            assert (task.number, task.zone) == (number, "5388")
            assert task.perpetrator is not None
            for step in (c.PatrolStep.ACCEPTED, c.PatrolStep.EN_ROUTE, c.PatrolStep.ON_SCENE):
                await patrol.step(step)
            await console.event("patrol.on_scene")
            done = await console.do(
                number,
                c.Close(outcome=e.Outcome.ARREST, verified_by=e.VerifiedBy.PATROL, words="Aangehouden."),
            )
            assert done.refusal is None
            assert (await patrol.receive(ff.ReleaseFrame)).code == "closed"
            await phone.receive(ff.Stop)
        assert [item.event.type for item in console.events] == [
            "alarm.raised",
            "zone.allocated",
            "intervention.acknowledged",
            "patrol.dispatched",
            "patrol.accepted",
            "patrol.en_route",
            "patrol.on_scene",
            "intervention.closed",
            "patrol.released",
        ]
        (answer,) = await console.ask(f.AskTimeline(intervention=number))
        assert [event.version for event in answer.events] == list(range(1, 10))
