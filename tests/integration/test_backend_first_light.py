"""From a press over a real socket to a console, against a real backend process with a real database."""

from __future__ import annotations

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import State
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend


async def test_a_press_reaches_a_console(backend: RunningBackend) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0041") as phone:
        receipt = await phone.press(*LEUVEN)
        raised = await console.event("alarm.raised")
        assert isinstance(raised.body, e.AlarmRaised)
        assert raised.body.press_id == receipt.press_id
        assert raised.body.extract is not None
        assert raised.body.extract.victim.name == "E. Exemple"
        await console.event("zone.allocated")
        (seen,) = console.room.queue()
        assert (seen.state.zone, seen.state.room, seen.state.state) == ("5388", "VBR", State.RAISED)


async def test_from_press_to_close(backend: RunningBackend) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0041") as phone:
        await phone.press(*LEUVEN)
        await console.event("zone.allocated")
        number = console.room.queue()[0].state.number
        sent = next(one.id for one in console.room.patrols.values() if one.zone == "5388")
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
