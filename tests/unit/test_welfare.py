"""A patrol says how the victim is: what proves, what stops the clock, what takes the word away (W13, W14)."""

from __future__ import annotations

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.patrols import recommend
from console.domain.procedure import StepCode, StepWhy, next_step
from console.domain.reports import report
from console.domain.targets import DEFAULTS, ClockKind, clocks
from console.domain.typed import MistypedError, typed
from console.domain.values import Actor
from tests.unit.test_decide import FREE, OPERATOR, SENT, ask
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_reports import types

ON_SCENE = (*SENT, e.PatrolOnScene(patrol=FREE.id))
SAFE = c.Close(
    outcome=e.Outcome.VICTIM_SAFE_NO_PERPETRATOR, verified_by=e.VerifiedBy.PATROL, words="spoke to her"
)


def seen(finding: e.Finding) -> e.VictimSeen:
    return e.VictimSeen(patrol=FREE.id, finding=finding)


ALONE = seen(e.Finding.SEEN_ALONE)


def waits(*history: e.KnownBody) -> bool:
    """Whether somebody still waits for a word on her."""
    return any(one.kind is ClockKind.WELFARE for one in clocks(fold(*history), NOW))


@pytest.mark.parametrize("finding", list(e.Finding))
def test_only_a_patrol_that_saw_her_alone_proves_that_she_is_safe(finding: e.Finding) -> None:
    answer = ask(SAFE, *ON_SCENE, seen(finding))
    assert (answer == "not_seen_alone") is (finding is not e.Finding.SEEN_ALONE)


def test_the_latest_word_counts() -> None:
    assert ask(SAFE, *ON_SCENE, ALONE, seen(e.Finding.NOT_ALONE)) == "not_seen_alone"
    assert ask(SAFE, *ON_SCENE, seen(e.Finding.NOT_ALONE), ALONE) != "not_seen_alone"


@pytest.mark.parametrize(
    "later",
    [
        e.AlarmRepeated(button="B-1", press_id="p2", pressed_at=NOW),
        e.LineHeard(code=e.Heard.SHOT),
    ],
)
def test_a_new_press_or_a_new_danger_on_the_line_takes_the_word_away(later: e.KnownBody) -> None:
    assert ask(SAFE, *ON_SCENE, ALONE, later) == "not_seen_alone"


def test_a_word_of_before_the_close_proves_nothing_after_a_reopening() -> None:
    again = (e.InterventionClosed(outcome=e.Outcome.ARREST, words="."), e.InterventionReopened(reason="back"))
    assert fold(*ON_SCENE, ALONE, *again).found is None


def test_an_arrest_is_closed_by_who_is_on_the_scene_whatever_was_seen_of_her() -> None:
    arrest = c.Close(outcome=e.Outcome.ARREST, verified_by=e.VerifiedBy.PATROL, words="at the door")
    assert not isinstance(ask(arrest, *ON_SCENE), str)
    assert ask(arrest, *SENT) == "no_patrol_saw"


def test_the_welfare_clock_runs_until_somebody_says_how_she_is() -> None:
    assert waits(*ON_SCENE)
    assert waits(*ON_SCENE, seen(e.Finding.NOT_FOUND))
    for known in (e.Finding.SEEN_ALONE, e.Finding.NOT_ALONE, e.Finding.INJURED):
        assert not waits(*ON_SCENE, seen(known))


def test_a_cancel_of_the_device_is_checked_once_a_patrol_saw_her_alone() -> None:
    cancel = e.AlarmCancelledByDevice(button="B-1")
    assert fold(*ON_SCENE, cancel, seen(e.Finding.NOT_ALONE)).cancel_unchecked
    assert not fold(*ON_SCENE, cancel, ALONE).cancel_unchecked


@pytest.mark.parametrize(
    ("finding", "code", "why"),
    [
        (e.Finding.SEEN_ALONE, StepCode.CLOSE, StepWhy.SEEN_ALONE),
        (e.Finding.NOT_ALONE, StepCode.WELFARE_CHECK, StepWhy.NOT_ALONE),
        (e.Finding.INJURED, StepCode.WELFARE_CHECK, StepWhy.INJURED),
        (e.Finding.NOT_FOUND, StepCode.WELFARE_CHECK, StepWhy.NOT_FOUND),
    ],
)
def test_the_next_step_follows_the_word(finding: e.Finding, code: StepCode, why: StepWhy) -> None:
    advice = recommend((FREE,), None, None, None, NOW, needed=1)
    step = next_step(fold(*ON_SCENE, seen(finding)), advice, DEFAULTS, NOW)
    assert (step.code, step.why, step.by_key) == (code, why, False)


def test_who_has_seen_her_has_arrived_and_the_same_word_again_is_no_news() -> None:
    said = c.PatrolSaw(patrol=FREE.id, finding=e.Finding.SEEN_ALONE)
    assert types(report(fold(*SENT), said)) == ["patrol.accepted", "patrol.on_scene", "victim.seen"]
    assert report(fold(*ON_SCENE, ALONE), said) == ()
    assert report(fold(e.Acknowledged()), said) == c.Refusal(
        code="patrol_not_on_it", facts={"patrol": FREE.id, "number": "VBR-2026-0412"}
    )


def test_a_word_by_voice_is_entered_by_who_handles_it() -> None:
    do = c.Saw(patrol="L-12", finding=e.Finding.INJURED, words="a cut on the hand")
    assert types(ask(do, *ON_SCENE)) == ["victim.seen"]
    assert ask(do, e.Acknowledged()) == "patrol_not_on_it"
    colleague: Actor = OPERATOR.model_copy(update={"id": "4712"})
    assert ask(do, *ON_SCENE, actor=colleague) == "not_yours"


@pytest.mark.parametrize(
    ("said", "finding", "words"),
    [
        ("alone", e.Finding.SEEN_ALONE, ""),
        ("seen alone", e.Finding.SEEN_ALONE, ""),
        ("seen, not alone: her brother is there", e.Finding.NOT_ALONE, "her brother is there"),
        ("not-alone", e.Finding.NOT_ALONE, ""),
        ("injured a cut on the hand", e.Finding.INJURED, "a cut on the hand"),
        ("not found", e.Finding.NOT_FOUND, ""),
    ],
)
def test_it_is_typed_as_it_is_said_on_the_radio(said: str, finding: e.Finding, words: str) -> None:
    assert typed("saw", ["L-12", *said.split()]) == c.Saw(patrol="L-12", finding=finding, words=words)


def test_what_is_no_word_on_her_is_refused() -> None:
    with pytest.raises(MistypedError, match="alone"):
        typed("saw", ["L-12", "fine"])
