"""Any sequence of commands keeps the invariants of an intervention."""

from functools import reduce
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import commands as c
from console.domain import events as e
from console.domain.decide import decide
from console.domain.intervention import LIFECYCLE, Intervention, State, evolve
from console.domain.stamp import stamp
from console.domain.values import Actor
from tests.unit.test_decide import FREE, OPERATOR, VIEW
from tests.unit.test_evolve import NOW

STEPS: list[c.AnyCommand | e.KnownBody] = [
    c.Acknowledge(),
    c.Release(),
    c.TakeOver(),
    c.Dispatch(patrols=(FREE.call_sign,)),
    c.Recall(patrol=FREE.call_sign, reason="needed elsewhere"),
    c.Note(words="a note"),
    c.Close(outcome=e.Outcome.ARREST, words="arrested"),
    c.Close(outcome=e.Outcome.ACCIDENTAL, words="sat on it"),
    c.Reopen(reason="he is back"),
    e.PatrolEnRoute(patrol=FREE.id),
    e.PatrolOnScene(patrol=FREE.id),
]
COLLEAGUE = OPERATOR.model_copy(update={"id": "4712"})
RAISED = e.AlarmRaised(
    number="VBR-2026-0412",
    room="VBR",
    button="B-1",
    button_status=e.ButtonStatus.ALLOCATED,
    press_id="p1",
    pressed_at=NOW,
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from([OPERATOR, COLLEAGUE])), max_size=25))
def test_any_sequence_keeps_one_state_gapless_versions_and_closes_only_by_a_close(
    steps: list[tuple[Any, Actor]],
) -> None:
    ids = count(1)
    log, state = stamp(None, UUID(int=7), [RAISED], OPERATOR, NOW, lambda: UUID(int=next(ids)))
    assert state is not None
    for do, actor in steps:
        before = state
        bodies: Any = (do,) if isinstance(do, e.Body) else decide(before, _command(do), actor, VIEW, NOW)
        if isinstance(bodies, c.Refusal):
            continue
        events, state = stamp(before, before.id, bodies, actor, NOW, lambda: UUID(int=next(ids)))
        assert state is not None
        log += events
        assert state.state is before.state or state.state in LIFECYCLE[before.state]
        if state.state is State.CLOSED and before.state is not State.CLOSED:
            assert isinstance(events[0].body, e.InterventionClosed)
            assert state.sent == ()
    assert [event.version for event in log] == list(range(1, len(log) + 1))
    assert reduce(_fold, log, None) == state


def _command(do: c.AnyCommand) -> c.Command:
    return c.Command(id=UUID(int=1), do=do)


def _fold(state: Intervention | None, event: e.Event) -> Intervention | None:
    return evolve(state, event)
