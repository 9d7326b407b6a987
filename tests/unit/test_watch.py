"""Never unanswered (W6), and what is watched (R7): on a clock that is handed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain import commands as c
from console.domain import events as e
from console.domain.chain import DEFAULT, Chain, Chains, next_room
from console.domain.decide import View, decide
from console.domain.intervention import Intervention
from console.domain.stamp import stamp
from console.domain.values import SYSTEM, Actor, ActorKind, Role
from console.domain.watch import (
    Staff,
    Watched,
    WatchKind,
    calling,
    due,
    standing,
    watched,
)
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_patrols import a_fix

L12 = "5388/L-12"
HERE = Staff(staffed=frozenset({"VBR", "ANT"}))
NOBODY = Staff(staffed=frozenset({"LIE"}), empty_since=(("VBR", NOW - timedelta(hours=1)),))
OPERATOR = Actor(kind=ActorKind.OPERATOR, id="4711", role=Role.OPERATOR, room="VBR")
IN_HAND = (e.Acknowledged(),)
SENT = (*IN_HAND, e.PatrolDispatched(patrol=L12))


def then(
    state: Intervention, *bodies: e.KnownBody, at: float = 0, by: Actor = OPERATOR
) -> tuple[Intervention, tuple[e.Event, ...]]:
    """What events at ``at`` seconds after the press make of it."""
    ids = iter(range(state.version * 100, state.version * 100 + 100))
    events, after = stamp(
        state, state.id, bodies, by, NOW + timedelta(seconds=at), lambda: UUID(int=next(ids))
    )
    assert after is not None
    return after, events


def live(
    state: Intervention, until: float, chain: Chain = DEFAULT, staff: Staff = HERE, since: float = 0
) -> tuple[Intervention, list[tuple[float, str, str | None]]]:
    """Look every second, as the backend does, and write what is due; returns what was written, and when."""
    written: list[tuple[float, str, str | None]] = []
    for second in range(int(since), int(until) + 1):
        bodies = due(state, chain, staff, NOW + timedelta(seconds=second))
        for body in bodies:
            match body:
                case e.EscalationRaised():
                    written.append((second, body.code, body.to))
                case e.PatrolOverdue():
                    written.append((second, str(body.awaited), body.patrol))
        if bodies:
            state, _ = then(state, *bodies, at=second, by=SYSTEM)
    return state, written


def test_a_press_that_nobody_takes_goes_along_the_chain_each_step_once_after_its_delay() -> None:
    _, written = live(fold(), until=600)
    assert written == [
        (15, "unacknowledged", "consoles"),
        (20, "unacknowledged", "supervisor"),
        (40, "unacknowledged", "officer_on_call"),
        (60, "unacknowledged", "ANT"),
    ]


def test_once_acknowledged_it_goes_no_further() -> None:
    state, written = live(fold(), until=19)
    assert [to for _, _, to in written] == ["consoles"]
    state, _ = then(state, e.Acknowledged(), at=19)
    assert due(state, DEFAULT, HERE, NOW + timedelta(seconds=70)) == ()


def test_an_acknowledgement_taken_back_lets_the_chain_go_on_where_it_was() -> None:
    state, _ = live(fold(), until=19)
    state, _ = then(state, e.Acknowledged(), at=19)
    state, _ = then(state, e.Released(), at=23)
    _, written = live(state, since=23, until=60)
    assert [to for _, _, to in written] == ["supervisor", "officer_on_call", "ANT"]


def test_in_a_room_with_nobody_logged_in_it_goes_at_once_to_supervisors_and_the_next_room() -> None:
    _, written = live(fold(), until=14, staff=NOBODY)
    assert written == [(0, "nobody_logged_in", "supervisor"), (0, "nobody_logged_in", "LIE")]


def test_a_console_that_only_reconnects_does_not_leave_the_room_empty() -> None:
    gone = Staff(frozenset({"LIE"}), empty_since=(("VBR", NOW),))
    assert due(fold(), DEFAULT, gone, NOW + timedelta(seconds=4)) == ()
    assert len(due(fold(), DEFAULT, gone, NOW + timedelta(seconds=5))) == 2


def test_if_the_next_room_is_empty_too_it_goes_on_to_where_somebody_is() -> None:
    nowhere = Staff(empty_since=NOBODY.empty_since)
    state, written = live(fold(), until=10, staff=nowhere)
    assert [to for _, _, to in written] == ["supervisor", "ANT"]
    _, written = live(state, since=11, until=20, staff=Staff(frozenset({"LUX"}), NOBODY.empty_since))
    assert [to for _, _, to in written] == ["LUX", "consoles"]


def test_the_neighbour_is_the_one_that_is_set_else_the_nearest_with_somebody_there() -> None:
    assert next_room("VBR", Chain(room="BWR"), {"ANT"}) == "BWR"
    assert next_room("VBR", DEFAULT, {"LIM", "LUX"}) == "LIM"
    assert next_room("VBR", DEFAULT, {"LUX"}) == "LUX"
    assert next_room("VBR", DEFAULT, frozenset()) == "ANT"


def test_acknowledged_with_nothing_sent_at_the_breach_is_escalated_once_each_time() -> None:
    state, _ = then(fold(), e.Acknowledged(), at=5)
    state, written = live(state, since=5, until=300)
    assert written == [(65, "nothing_sent", "supervisor")]
    assert [one.code for one in standing(state)] == ["nothing_sent"]
    state, _ = then(state, e.PatrolDispatched(patrol=L12), at=301)
    assert standing(state) == ()
    state, _ = then(state, e.PatrolReleased(patrol=L12, code="refused"), at=310)
    assert standing(state) == ()
    _, written = live(state, since=310, until=500)
    assert written == [(370, "nothing_sent", "supervisor")]


def test_a_patrol_that_does_not_accept_and_then_does_not_arrive_is_overdue_once_for_each() -> None:
    state, written = live(fold(*SENT), until=1000)
    assert written == [(30, "accept", L12), (600, "arrive", L12)]
    assert state.sent[0].overdue == (e.Awaited.ACCEPT, e.Awaited.ARRIVE)


def test_a_patrol_that_drives_is_not_asked_to_accept_and_one_that_arrived_is_never_overdue() -> None:
    assert live(fold(*SENT, e.PatrolEnRoute(patrol=L12)), until=599)[1] == []
    assert live(fold(*SENT, e.PatrolOnScene(patrol=L12)), until=1000)[1] == []


def test_a_patrol_sent_anew_has_its_time_anew() -> None:
    state, _ = live(fold(*SENT), until=40)
    state, _ = then(state, e.PatrolReleased(patrol=L12, code="recalled", reason="wrong one"), at=41)
    state, _ = then(state, e.PatrolDispatched(patrol=L12), at=45)
    assert live(state, since=45, until=80)[1] == [(75, "accept", L12)]


def test_what_is_closed_is_answered() -> None:
    closed = fold(*IN_HAND, e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested"))
    assert due(closed, DEFAULT, NOBODY, NOW + timedelta(days=1)) == ()
    assert watched(closed, NOW + timedelta(days=1)) == ()


@given(st.lists(st.integers(min_value=0, max_value=200), max_size=30), st.booleans())
def test_however_often_and_late_it_is_asked_no_step_comes_twice(looks: list[int], empty: bool) -> None:
    state = fold()
    for second in sorted(looks):
        bodies = due(state, DEFAULT, NOBODY if empty else HERE, NOW + timedelta(seconds=second))
        if bodies:
            state, _ = then(state, *bodies, at=second, by=SYSTEM)
    told = [one.to for one in state.escalations]
    assert len(told) == len(set(told))


def test_a_press_calls_its_own_room_and_the_one_it_was_escalated_to() -> None:
    state = fold(e.EscalationRaised(code="unacknowledged", to="ANT"))
    assert [calling(state, room) for room in ("VBR", "ANT", "LIM")] == [True, True, False]
    assert not calling(fold(*IN_HAND), "VBR")


def test_a_room_it_was_escalated_to_takes_the_lead_by_acknowledging_and_no_other_may() -> None:
    state = fold(e.EscalationRaised(code="unacknowledged", to="ANT"))
    there = Actor(kind=ActorKind.OPERATOR, id="3711", role=Role.OPERATOR, room="ANT")
    asked = c.Command(id=UUID(int=1), do=c.Acknowledge())
    taken = decide(state, asked, there, View(), NOW)
    assert taken == (e.RoomLeadAccepted(room="ANT", code="escalated"), e.Acknowledged())
    state, _ = then(state, *taken, at=61, by=there)
    assert (state.room, state.handler) == ("ANT", "3711")
    refused = decide(fold(), asked, there, View(), NOW)
    assert isinstance(refused, c.Refusal)
    assert refused.code == "not_your_room"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"supervisor": 10, "consoles": 15}, "supervisor comes after consoles"),
        ({"neighbour": 0}, "greater than 0"),
        ({"room": "XXX"}, "XXX is no control room"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Chain.model_validate(change)


def test_a_step_can_be_left_out_and_a_room_has_its_own_chain() -> None:
    chains = Chains(rooms={"VBR": Chain(officer_on_call=None, neighbour=None)})
    assert [step for step, _ in chains.of("VBR").steps()] == ["consoles", "supervisor"]
    assert chains.of("ANT") is chains.default
    assert [to for _, _, to in live(fold(), until=600, chain=chains.of("VBR"))[1]] == [
        "consoles",
        "supervisor",
    ]


# What is watched on the screen.


def kinds(state: Intervention, after: float) -> list[WatchKind]:
    return [one.kind for one in watched(state, NOW + timedelta(seconds=after))]


def test_a_phone_that_is_silent_for_two_minutes_is_watched() -> None:
    fix = a_fix(received_at=NOW)
    state = fold(*IN_HAND, e.FixReported(fix=fix))
    assert kinds(state, 119) == []
    assert watched(state, NOW + timedelta(seconds=120)) == (Watched(WatchKind.POSITION_SILENT, NOW),)
    again = fold(
        *IN_HAND, e.FixReported(fix=fix), e.FixReported(fix=a_fix(received_at=NOW + timedelta(seconds=90)))
    )
    assert kinds(again, 120) == []


@pytest.mark.parametrize("ask", [e.RoomLeadOffered(room="ANT"), e.RoomSupportRequested(room="ANT")])
def test_whoever_asks_a_room_where_nobody_sits_is_told_once_each_time_and_the_question_stands(
    ask: e.KnownBody,
) -> None:
    empty = Staff(staffed=frozenset({"VBR"}), empty_since=(("ANT", NOW - timedelta(seconds=3)),))
    state = fold(*SENT, ask)
    assert due(state, DEFAULT, HERE, NOW + timedelta(seconds=5)) == ()
    assert due(state, DEFAULT, empty, NOW + timedelta(seconds=1)) == (), "its consoles may be coming back"
    told = due(state, DEFAULT, empty, NOW + timedelta(seconds=2))
    assert told == (e.NoteAdded(code=e.NoteCode.NOBODY_THERE, words="ANT"),)
    state, _ = then(state, *told, at=2, by=SYSTEM)
    assert (state.room, state.nobody_at) == ("VBR", ("ANT",))
    assert "ANT" in {state.lead_offered_to, *state.asked}
    assert due(state, DEFAULT, empty, NOW + timedelta(seconds=9)) == ()
    state, _ = then(state, ask, at=10)
    assert due(state, DEFAULT, empty, NOW + timedelta(seconds=11)) == told


def test_a_position_that_is_not_believed_is_no_silence() -> None:
    doubted = a_fix(received_at=NOW + timedelta(seconds=100))
    assert kinds(fold(e.FixReported(fix=doubted, verdict="jump")), 130) == []


def test_a_lost_line_is_watched_until_it_stands_again() -> None:
    lost = (e.LineOpened(), e.LineLost())
    assert kinds(fold(*lost), 1) == [WatchKind.LINE_LOST]
    assert kinds(fold(*lost, e.LineRestored()), 1) == []


def test_a_patrol_that_is_late_is_watched_by_its_clocks() -> None:
    state = fold(*SENT, e.FixReported(fix=a_fix(received_at=NOW + timedelta(seconds=600))))
    assert kinds(state, 29) == []
    assert kinds(state, 30) == [WatchKind.NOT_ACCEPTED]
    assert kinds(state, 600) == [WatchKind.NOT_ACCEPTED, WatchKind.NOT_ARRIVED]


def test_r7_a_patrol_under_way_that_is_not_heard_of_is_watched() -> None:
    state = fold(*SENT, e.FixReported(fix=a_fix(received_at=NOW + timedelta(seconds=600))))
    (sent,) = state.sent
    heard = replace(Heard(), position_at=NOW + timedelta(seconds=60))

    def silent(known: Heard, after: float) -> list[datetime]:
        found = watched(state, NOW + timedelta(seconds=after), patrols={sent.patrol: known})
        return [one.since for one in found if one.kind is WatchKind.PATROL_SILENT]

    assert silent(heard, 179) == []
    assert silent(heard, 180) == [heard.position_at]
    assert silent(Heard(), 119) == [], "never heard of: it counts from when it was sent"
    assert silent(Heard(), 125) == [sent.dispatched_at]


@dataclass(frozen=True)
class Heard:
    """When a patrol last said where it is."""

    position_at: datetime | None = None
