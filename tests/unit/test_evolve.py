"""An intervention is the fold of its events."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from console.domain import events as e
from console.domain.intervention import Intervention, State, evolve
from console.domain.values import Actor, ActorKind

NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
OPERATOR = Actor(kind=ActorKind.OPERATOR, id="4711")


def fold(*bodies: e.Body) -> Intervention:
    raised = e.AlarmRaised(
        number="VBR-2026-0412",
        room="VBR",
        button="B-1",
        button_status=e.ButtonStatus.ALLOCATED,
        press_id="p1",
        pressed_at=NOW,
    )
    state: Intervention | None = None
    for version, body in enumerate((raised, *bodies), start=1):
        event = e.Event(
            id=UUID(int=version),
            intervention=UUID(int=7),
            version=version,
            decision=0,
            at=NOW,
            actor=OPERATOR,
            body=body,
        )
        state = evolve(state, event)
    assert state is not None
    return state


SENT = (e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), e.PatrolDispatched(patrol="5388/L-07"))


def test_it_goes_from_press_to_close() -> None:
    steps: list[e.Body] = [
        *SENT[:2],
        e.PatrolEnRoute(patrol="5388/L-12"),
        e.PatrolOnScene(patrol="5388/L-12"),
    ]
    steps.append(e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested at the door"))
    seen = [fold(*steps[:count]).state for count in range(len(steps) + 1)]
    assert seen == list(State)


def test_the_furthest_patrol_gives_the_state_and_its_recall_takes_it_back() -> None:
    scene = (*SENT, e.PatrolOnScene(patrol="5388/L-12"))
    assert fold(*scene).state is State.ON_SCENE
    assert fold(*scene, e.PatrolReleased(patrol="5388/L-12")).state is State.DISPATCHED


def test_danger_that_was_read_out_and_repeated_back_counts_as_read() -> None:
    assert fold(*SENT, e.DangerPassedOn(patrol="5388/L-12")).sent[0].read_danger_at == NOW
    assert fold(*SENT, e.PatrolReadDanger(patrol="5388/L-07")).sent[0].read_danger_at is None


def test_reopening_keeps_the_history() -> None:
    closed = e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="gone")
    again = fold(e.Acknowledged(), closed, e.InterventionReopened(reason="he is back"))
    assert again.state is State.ACKNOWLEDGED
    assert [closing.words for closing in again.closings] == ["gone"]


def test_an_unknown_event_only_counts_up_the_version() -> None:
    later = e.UnknownBody(type="drone.launched")
    before = fold()
    event = e.Event(
        id=UUID(int=9),
        intervention=before.id,
        version=2,
        decision=0,
        at=NOW,
        actor=OPERATOR,
        body=later,
    )
    assert evolve(before, event) == before.model_copy(update={"version": 2})
    with pytest.raises(ValueError, match="version 2 of VBR-2026-0412 is missing"):
        evolve(before, event.model_copy(update={"version": 3}))
