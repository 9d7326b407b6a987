"""How far a patrol is, told by voice: as if its own terminal had said so."""

from __future__ import annotations

from uuid import UUID

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import State
from console.domain.reports import report
from console.domain.targets import ClockKind, clocks
from console.domain.typed import MistypedError, typed
from console.domain.values import Actor
from console.tui.sentences import happened
from tests.story import DEVICE, OPERATOR
from tests.story import START as AT
from tests.unit.test_decide import FREE, SENT, ask
from tests.unit.test_decide import OPERATOR as HANDLER
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_welfare import ON_SCENE

EN_ROUTE = (*SENT, e.PatrolAccepted(patrol=FREE.id), e.PatrolEnRoute(patrol=FREE.id))


@pytest.mark.parametrize("before", [SENT, EN_ROUTE])
@pytest.mark.parametrize("step", list(c.PatrolStep))
def test_it_gives_what_the_patrols_own_report_gives(
    before: tuple[e.KnownBody, ...], step: c.PatrolStep
) -> None:
    own = report(fold(*before), c.PatrolReport(patrol=FREE.id, step=step))
    told = ask(c.Status(patrol=FREE.call_sign, step=step), *before)
    assert told == (own or "patrol_step_known")


def test_the_clocks_follow_it_arrival_ends_and_welfare_begins() -> None:
    told = ask(c.Status(patrol="L-12", step=c.PatrolStep.ON_SCENE), *SENT)
    assert not isinstance(told, str)
    before, after = ({one.kind for one in clocks(fold(*history), NOW)} for history in (SENT, (*SENT, *told)))
    assert {ClockKind.ACCEPT, ClockKind.ARRIVE} <= before
    assert ClockKind.WELFARE in after
    assert not {ClockKind.ACCEPT, ClockKind.ARRIVE} & after
    assert fold(*SENT, *told).state is State.ON_SCENE


def test_what_is_known_is_refused_and_nobody_goes_back() -> None:
    for step in (c.PatrolStep.ON_SCENE, c.PatrolStep.EN_ROUTE, c.PatrolStep.ACCEPTED):
        arrived = (*EN_ROUTE, e.PatrolOnScene(patrol=FREE.id))
        assert ask(c.Status(patrol="L-12", step=step), *arrived) == "patrol_step_known"
    assert ask(c.Status(patrol="L-12", step=c.PatrolStep.REFUSED), *ON_SCENE) == "patrol_has_arrived"


def test_it_is_entered_by_who_handles_it_and_of_a_patrol_that_was_sent() -> None:
    do = c.Status(patrol="L-12", step=c.PatrolStep.ON_SCENE)
    colleague: Actor = HANDLER.model_copy(update={"id": "4712"})
    assert ask(do, *SENT, actor=colleague) == "not_yours"
    assert ask(do, e.Acknowledged()) == "patrol_not_on_it"


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("scene", c.PatrolStep.ON_SCENE),
        ("on scene", c.PatrolStep.ON_SCENE),
        ("is on-scene", c.PatrolStep.ON_SCENE),
        ("en route", c.PatrolStep.EN_ROUTE),
        ("under way", c.PatrolStep.EN_ROUTE),
        ("accepted", c.PatrolStep.ACCEPTED),
        ("refuses", c.PatrolStep.REFUSED),
    ],
)
def test_it_is_typed_as_it_is_said(said: str, step: c.PatrolStep) -> None:
    assert typed("status", ["L-12", *said.split()]) == c.Status(patrol="L-12", step=step)


@pytest.mark.parametrize("said", ["", "soon", "scene now please"])
def test_what_is_no_status_is_answered_with_how_it_is_written(said: str) -> None:
    with pytest.raises(MistypedError, match=r"followed by CALLSIGN accepted\|en-route\|scene\|refused"):
        typed("status", ["L-12", *said.split()])


@pytest.mark.parametrize(
    ("actor", "said"), [(OPERATOR, "L-12 on scene (by voice, 4711)"), (DEVICE, "L-12 on scene")]
)
def test_the_timeline_says_whose_hand_it_was(actor: Actor, said: str) -> None:
    body = e.PatrolOnScene(patrol=FREE.id)
    event = e.Event(
        id=UUID(int=1), intervention=UUID(int=2), version=5, decision=2, at=AT, actor=actor, body=body
    )
    assert happened(event, lambda one: one.rpartition("/")[2], str) == said
