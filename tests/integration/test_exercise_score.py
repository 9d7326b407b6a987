"""An exercise driven by a scripted trainee gives the same score twice, and its folder is a debrief."""

from __future__ import annotations

import asyncio
from pathlib import Path

from backend_stub.exercise.run import begun
from console.domain.limits import DEFAULTS, Limits
from console.domain.procedure import STANDING
from console.training.debrief.page import page_of
from console.training.debrief.run import Run, read_run
from console.training.sheet import Row, Target, Verdict
from console.wire.scenario_file import scenario_from
from tests.debriefed import a_reader
from tests.exercise import trained, until

SPEED = 40.0
PATIENT = DEFAULTS.model_copy(
    update={
        name: Limits(amber=300, red=600)
        for name in ("acknowledge", "send", "accept", "welfare", "position_age")
    }
)
"""A second of a busy machine is forty of the exercise: times are not what this compares."""


async def run_once(folder: Path) -> Run:
    """The first scenario from the press to the close."""
    async with begun(scenario_from("clean-press-leuven"), folder, speed=SPEED, language="nl") as one:
        async with trained(one) as trainee:
            await until(one.world.over.is_set, 30)
        assert trainee.refused == []
    return await asyncio.to_thread(read_run, folder, STANDING, PATIENT)


def judged(rows: tuple[Row, ...]) -> list[tuple[Target, Verdict, str | None, list[str]]]:
    """What a row says without the times, which are those of the machine.

    Which of two patrols is recommended hangs on the age of their positions: forty seconds of it may be one of the machine.
    """
    return [
        (one.target, one.verdict, one.by, [phrase.code for phrase in one.done])
        for one in rows
        if one.target is not Target.PATROLS
    ]


async def test_a_scripted_trainee_gets_the_same_score_twice(tmp_path: Path) -> None:
    first, second = await run_once(tmp_path / "first"), await run_once(tmp_path / "second")
    assert judged(first.sheet.rows) == judged(second.sheet.rows)
    verdicts = {row.target: row.verdict for row in first.sheet.rows}
    met = (
        Target.ACKNOWLEDGE,
        Target.SEND,
        Target.ZONE,
        Target.DANGER,
        Target.LISTEN,
        Target.PROOF,
    )
    assert {verdicts[target] for target in met} == {Verdict.MET}, verdicts
    assert verdicts[Target.PATROLS] in {Verdict.MET, Verdict.MISSED}, (
        "the recording has everybody's positions"
    )
    assert first.who
    assert "EXERCISE" in page_of([first, second], a_reader())
