"""A patrol that cannot be sent from here is asked for, marked where it is, and sent or let go there (W8, W11)."""

from __future__ import annotations

from console.domain import commands as c
from console.domain import events as e
from console.domain.decide import View
from console.domain.hints import asked_for_elsewhere
from console.domain.intervention import Intervention
from console.domain.patrols import PatrolState
from console.domain.values import Actor
from tests.story import OPERATOR, Story, case_file
from tests.unit import test_several_rooms as rooms
from tests.unit.test_evolve import fold
from tests.unit.test_several_rooms import ANTWERP, LEUVEN, LIMBURG, OURS, THEIRS

IN_HAND = fold(e.ZoneAllocated(zone="5388"), e.Acknowledged())
PROPOSED = rooms.after(
    IN_HAND, e.RoomSupportRequested(room="ANT"), e.PatrolProposed(patrol=THEIRS.id), by=LEUVEN
)
BUSY = OURS.model_copy(update={"state": PatrolState.ON_SCENE, "busy_with": "VBR-2026-0411"})


def ask(state: Intervention, do: c.AnyCommand, by: Actor = LEUVEN) -> object:
    return rooms.ask(state, do, by)


def test_a_neighbours_patrol_is_asked_for_and_its_room_is_asked_to_help() -> None:
    assert ask(IN_HAND, c.Propose(patrol="L-45")) == (
        e.RoomSupportRequested(room="ANT"),
        e.PatrolProposed(patrol=THEIRS.id),
    )
    helping = rooms.after(IN_HAND, e.RoomSupportAccepted(room="ANT"))
    assert ask(helping, c.Propose(patrol="L-45")) == (e.PatrolProposed(patrol=THEIRS.id),)
    assert ask(PROPOSED, c.Propose(patrol="L-45")) == "patrol_proposed_already"


def test_what_can_be_sent_from_here_is_sent_not_asked_for() -> None:
    assert ask(IN_HAND, c.Propose(patrol="L-12")) == "patrol_can_be_sent"
    assert ask(IN_HAND, c.Propose(patrol="A-31")) == "patrol_can_be_sent"


def test_one_that_is_busy_on_another_alarm_is_asked_for_and_one_off_duty_is_not() -> None:
    before = rooms.VIEW
    try:
        rooms.VIEW = View({BUSY.id: BUSY})
        assert ask(IN_HAND, c.Propose(patrol="L-12")) == (e.PatrolProposed(patrol=OURS.id),)
        rooms.VIEW = View({BUSY.id: BUSY.model_copy(update={"state": PatrolState.OFF_DUTY})})
        assert ask(IN_HAND, c.Propose(patrol="L-12")) == "patrol_not_free"
    finally:
        rooms.VIEW = before


def test_the_room_that_it_belongs_to_sends_it_once_it_helps_and_the_question_is_answered() -> None:
    assert ask(PROPOSED, c.Dispatch(patrols=("L-45",)), ANTWERP) == "not_your_room"
    helping = rooms.after(PROPOSED, e.RoomSupportAccepted(room="ANT"), by=ANTWERP)
    sent = ask(helping, c.Dispatch(patrols=("L-45",)), ANTWERP)
    assert sent == (e.PatrolDispatched(patrol=THEIRS.id),)
    assert rooms.after(helping, e.PatrolDispatched(patrol=THEIRS.id), by=ANTWERP).proposed == ()


def test_it_is_let_go_by_the_room_that_it_belongs_to_or_by_the_lead_and_by_nobody_else() -> None:
    no = c.LetGo(patrol="L-45", reason="on an accident")
    gone = e.PatrolReleased(patrol=THEIRS.id, code="not_sent", reason="on an accident")
    assert ask(PROPOSED, no, ANTWERP) == (gone,)
    assert ask(PROPOSED, no) == (gone,)
    assert ask(PROPOSED, no, LIMBURG) == "not_your_room"
    assert rooms.after(PROPOSED, gone, by=ANTWERP).proposed == ()
    assert ask(IN_HAND, no) == "patrol_not_proposed"


def test_a_room_that_does_not_help_does_not_send_what_it_was_asked_for() -> None:
    answer = ask(PROPOSED, c.Decline(reason="nobody left"), ANTWERP)
    assert answer == (
        e.PatrolReleased(patrol=THEIRS.id, code="not_sent", reason="nobody left"),
        e.RoomSupportDeclined(room="ANT", reason="nobody left"),
    )


def test_a_closed_intervention_asks_for_nothing() -> None:
    closed = e.InterventionClosed(outcome=e.Outcome.ARREST, words="at the door")
    assert rooms.after(PROPOSED, closed, by=LEUVEN).proposed == ()


def test_w11_it_is_marked_in_the_other_alarm() -> None:
    story = Story()
    one = story.press("VBR-2026-0411", file=case_file(victim="B. Beispiel"))
    two = story.press("VBR-2026-0412", file=case_file())
    story.happens(one, e.Acknowledged(), e.PatrolDispatched(patrol=OURS.id), by=OPERATOR)
    story.happens(two, e.Acknowledged(), e.PatrolProposed(patrol=OURS.id), by=OPERATOR)
    assert asked_for_elsewhere(story.seen(one).state, story.room) == {OURS.id: "VBR-2026-0412"}
    assert asked_for_elsewhere(story.seen(two).state, story.room) == {}
