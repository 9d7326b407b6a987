"""W8: one lead, any number of supporting control rooms, and the lead passes only on acceptance."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.domain import commands as c
from console.domain import events as e
from console.domain.decide import View, decide
from console.domain.intervention import Intervention, State, evolve
from console.domain.patrols import Patrol, Service
from console.domain.rules.common import Refused
from console.domain.rules.rooms import at_the_border, may_take_over_room, reached
from console.domain.sight import Sight, rooms_seeing, sight_of
from console.domain.stamp import stamp
from console.domain.values import SYSTEM, Actor, ActorKind, Role
from tests.story import shares
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_reports import fix

LEUVEN = Actor(kind=ActorKind.OPERATOR, id="4711", role=Role.OPERATOR, room="VBR")
ANTWERP = Actor(kind=ActorKind.OPERATOR, id="3711", role=Role.OPERATOR, room="ANT")
LIMBURG = Actor(kind=ActorKind.OPERATOR, id="6711", role=Role.OPERATOR, room="LIM")
BOSS = Actor(kind=ActorKind.OPERATOR, id="3700", role=Role.SUPERVISOR, room="ANT")

OURS = Patrol(id="5388/L-12", call_sign="L-12", zone="5388", room="VBR")
THEIRS = Patrol(id="5345/L-45", call_sign="L-45", zone="5345", room="ANT")
HIGHWAY = Patrol(id="WPR/A-31", call_sign="A-31", zone=None, service=Service.HIGHWAY, room="LIM")
VIEW = View({one.id: one for one in (OURS, THEIRS, HIGHWAY)})


def after(state: Intervention, *bodies: e.KnownBody, by: Actor = SYSTEM) -> Intervention:
    """The state once these have happened."""
    numbers = iter(range(1, 1000))
    _, later = stamp(state, state.id, bodies, by, NOW, lambda: UUID(int=next(numbers)))
    assert later is not None
    return later


def ask(state: Intervention, do: c.AnyCommand, by: Actor) -> tuple[e.KnownBody, ...] | str:
    """What happens, or the code of the refusal."""
    answer = decide(state, c.Command(id=UUID(int=1), do=do), by, VIEW, NOW)
    return answer.code if isinstance(answer, c.Refusal) else answer


def does(state: Intervention, do: c.AnyCommand, by: Actor) -> Intervention:
    """The state once it was done."""
    bodies = ask(state, do, by)
    assert not isinstance(bodies, str), bodies
    return after(state, *bodies, by=by)


@pytest.fixture
def led() -> Intervention:
    """An intervention in the hands of 4711 of Flemish Brabant."""
    return does(fold(), c.Acknowledge(), LEUVEN)


def test_who_leads_asks_another_room_to_help_and_it_helps_only_once_it_accepts(led: Intervention) -> None:
    asked = does(led, c.Support(room="ANT"), LEUVEN)
    assert (asked.asked, asked.supporting) == (("ANT",), ())
    assert ask(asked, c.Dispatch(patrols=("L-45",)), ANTWERP) == "not_your_room"
    helped = does(asked, c.AcceptSupport(), ANTWERP)
    assert (helped.asked, helped.supporting, helped.room) == ((), ("ANT",), "VBR")
    assert ask(helped, c.AcceptSupport(), LIMBURG) == "not_asked"


def test_only_a_room_that_exists_is_another_one_and_was_not_asked_yet_can_be_asked(led: Intervention) -> None:
    assert ask(led, c.Support(room="XXX"), LEUVEN) == "unknown_room"
    assert ask(led, c.Support(room="VBR"), LEUVEN) == "room_leads"
    assert ask(does(led, c.Support(room="ANT"), LEUVEN), c.Support(room="ANT"), LEUVEN) == "room_helps"
    assert ask(led, c.Support(room="LIM"), ANTWERP) == "not_your_room"
    assert ask(fold(), c.Support(room="ANT"), LEUVEN) == "not_acknowledged"


def test_a_supporting_room_sends_its_own_patrols_and_writes_notes_but_victim_and_line_stay_with_the_lead(
    led: Intervention,
) -> None:
    helped = does(does(led, c.Support(room="ANT"), LEUVEN), c.AcceptSupport(), ANTWERP)
    assert ask(helped, c.Dispatch(patrols=("L-45",)), ANTWERP) == (e.PatrolDispatched(patrol=THEIRS.id),)
    assert ask(helped, c.Note(words="road closed"), ANTWERP) == (e.NoteAdded(words="road closed"),)
    sent = does(helped, c.Dispatch(patrols=("L-12",)), LEUVEN)
    assert ask(sent, c.Recall(patrol="L-12", reason="ours"), ANTWERP) == "patrol_of_other_room"
    assert ask(sent, c.DangerPassed(patrol="L-12"), ANTWERP) == "patrol_of_other_room"
    for do in (
        c.Listen(),
        c.Unmute(),
        c.Ring(),
        c.Close(outcome=e.Outcome.ARREST, words="."),
        c.OpenCasefile(),
        c.TakeOver(),
        c.ChangeZone(zone="5388"),
        c.OfferLead(room="LIM"),
        c.Support(room="LIM"),
    ):
        assert ask(helped, do, ANTWERP) == "not_for_support", do.verb


def test_a_neighbours_local_patrol_is_never_sent_directly_and_a_highway_patrol_by_any_room(
    led: Intervention,
) -> None:
    assert ask(led, c.Dispatch(patrols=("L-45",)), LEUVEN) == "patrol_of_other_room"
    assert ask(led, c.Reserve(patrols=("L-45",)), LEUVEN) == "patrol_of_other_room"
    assert ask(led, c.Dispatch(patrols=("A-31",)), LEUVEN) == (e.PatrolDispatched(patrol=HIGHWAY.id),)


def test_the_lead_stays_until_the_offer_is_accepted(led: Intervention) -> None:
    offered = does(led, c.OfferLead(room="ANT"), LEUVEN)
    assert (offered.room, offered.lead_offered_to, offered.handler) == ("VBR", "ANT", "4711")
    assert ask(offered, c.Dispatch(patrols=("L-12",)), LEUVEN) == (e.PatrolDispatched(patrol=OURS.id),)
    assert ask(offered, c.AcceptLead(), LIMBURG) == "not_offered"
    assert ask(led, c.AcceptLead(), ANTWERP) == "not_offered"
    listened = does(after(offered, e.LineOpened()), c.Listen(), LEUVEN)
    passed = does(listened, c.AcceptLead(), ANTWERP)
    assert (passed.room, passed.lead_offered_to, passed.handler) == ("ANT", None, "3711")
    assert passed.supporting == ("VBR",)  # its patrols may be on it
    assert passed.line.listener is None
    assert passed.line.muted
    assert ask(passed, c.Listen(), LEUVEN) == "not_for_support"
    assert ask(passed, c.Listen(), ANTWERP) == (e.LineListenerChanged(operator="3711"),)


def test_an_offer_can_be_refused_or_taken_back_and_a_later_one_takes_its_place(led: Intervention) -> None:
    offered = does(led, c.OfferLead(room="ANT"), LEUVEN)
    refused = does(offered, c.Decline(reason="nobody free"), ANTWERP)
    assert (refused.room, refused.lead_offered_to) == ("VBR", None)
    assert ask(refused, c.AcceptLead(), ANTWERP) == "not_offered"
    back = does(offered, c.Decline(), LEUVEN)
    assert ask(back, c.AcceptLead(), ANTWERP) == "not_offered"
    again = does(offered, c.OfferLead(room="LIM"), LEUVEN)
    assert ask(again, c.AcceptLead(), ANTWERP) == "not_offered"
    assert does(again, c.AcceptLead(), LIMBURG).room == "LIM"
    assert ask(led, c.Decline(), ANTWERP) == "not_asked"


def test_support_can_be_refused_and_ended_once_no_patrol_of_the_room_is_on_it(led: Intervention) -> None:
    asked = does(led, c.Support(room="ANT"), LEUVEN)
    assert does(asked, c.Decline(reason="busy"), ANTWERP).asked == ()
    helped = does(does(asked, c.AcceptSupport(), ANTWERP), c.Dispatch(patrols=("L-45",)), ANTWERP)
    assert ask(helped, c.Decline(), ANTWERP) == "own_patrols_on_it"
    home = does(helped, c.Recall(patrol="L-45", reason="done"), ANTWERP)
    assert does(home, c.Decline(), ANTWERP).supporting == ()


def test_accepting_the_lead_of_an_alarm_that_nobody_acknowledged_acknowledges_it() -> None:
    offered = after(fold(), e.RoomLeadOffered(room="ANT"))
    taken = does(offered, c.AcceptLead(), ANTWERP)
    assert (taken.room, taken.state, taken.handler) == ("ANT", State.ACKNOWLEDGED, "3711")


def test_who_acknowledges_what_was_escalated_takes_the_line_too_and_nobody_is_shown_listening_before() -> (
    None
):
    waiting = after(fold(), e.LineOpened(), e.EscalationRaised(code="unacknowledged", to="ANT"))
    listened = does(waiting, c.Listen(), LEUVEN)
    taken = does(listened, c.Acknowledge(), ANTWERP)
    assert (taken.room, taken.handler, taken.line.listener) == ("ANT", "3711", None)
    assert taken.line.unheard_since == NOW  # from then on it says for how long nobody has listened
    assert ask(taken, c.Listen(), ANTWERP) == (e.LineListenerChanged(operator="3711"),)


def test_what_was_heard_stays_with_the_intervention_when_the_lead_passes(led: Intervention) -> None:
    heard = after(
        led, e.LineOpened(), e.LineHeard(code=e.Heard.ALL_CLEAR_WORD), e.LineHeard(code=e.Heard.BLOW)
    )
    passed = does(after(heard, e.RoomLeadOffered(room="ANT")), c.AcceptLead(), ANTWERP)
    assert passed.line.heard == heard.line.heard
    by_word = c.Close(outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.ALL_CLEAR_WORD, words="ok")
    assert ask(passed, by_word, ANTWERP) == "heard_against"


def test_what_was_given_to_one_is_given_to_nobody_once_another_took_it(led: Intervention) -> None:
    given = after(led, e.TakenOver(from_operator="4711", to_operator="4700", because="account_disabled"))
    assert given.given_at == NOW
    passed = does(after(given, e.RoomLeadOffered(room="ANT")), c.AcceptLead(), ANTWERP)
    assert (passed.handler, passed.given_at) == ("3711", None)
    closed = after(given, e.InterventionClosed(outcome=e.Outcome.ARREST, verified_by=None, words="held"))
    again = does(closed, c.Reopen(reason="he is back"), LEUVEN)
    assert (again.handler, again.given_at) == ("4711", None)


def test_a_supervisor_takes_over_a_whole_room_with_a_reason_and_an_operator_does_not() -> None:
    evacuated = c.TakeOverRoom(room="VBR", reason="fire in the building")
    may_take_over_room(evacuated, BOSS)
    for do, who, code in (
        (evacuated, ANTWERP, "supervisor_needed"),
        (c.TakeOverRoom(room="XXX", reason="fire"), BOSS, "unknown_room"),
        (c.TakeOverRoom(room="ANT", reason="fire"), BOSS, "own_room"),
        (c.TakeOverRoom(room="VBR", reason=" "), BOSS, "text_empty"),
    ):
        with pytest.raises(Refused) as refused:
            may_take_over_room(do, who)
        assert refused.value.refusal.code == code
    waiting = does(fold(), evacuated, BOSS)
    assert (waiting.room, waiting.state, waiting.handler) == ("ANT", State.RAISED, None)  # it goes on ringing
    held = does(does(fold(), c.Acknowledge(), LEUVEN), evacuated, BOSS)
    assert (held.room, held.handler, held.supporting) == ("ANT", "3700", ("VBR",))


def test_a_room_sees_as_much_as_its_part_in_it_asks_for(led: Intervention) -> None:
    near = after(led, e.RoomReached(room="BRU", why="share"))
    assert sight_of(near, "BRU") is Sight.GLIMPSE
    assert sight_of(near, "VBR") is Sight.LEAD
    assert sight_of(near, "LIE") is None
    assert sight_of(after(near, e.RoomReached(room="BRU", why="press")), "BRU") is Sight.EXTRACT
    assert sight_of(does(near, c.Support(room="BRU"), LEUVEN), "BRU") is Sight.EXTRACT
    assert sight_of(does(near, c.OfferLead(room="BRU"), LEUVEN), "BRU") is Sight.EXTRACT
    refused = after(near, e.RoomLeadOffered(room="BRU"), e.RoomLeadDeclined(room="BRU"))
    assert sight_of(refused, "BRU") is Sight.GLIMPSE
    told = after(near, e.EscalationRaised(code="unacknowledged", to="ANT"))
    assert sight_of(told, "ANT") is Sight.EXTRACT


def test_a_closed_one_stays_with_who_worked_on_it(led: Intervention) -> None:
    worked = after(
        led,
        e.RoomReached(room="BRU", why="ahead"),
        e.RoomSupportRequested(room="LIM"),
        e.RoomSupportAccepted(room="ANT"),
        e.InterventionClosed(outcome=e.Outcome.ARREST, words="."),
    )
    assert rooms_seeing(worked) == {"VBR", "ANT"}


def test_a_room_is_told_once_and_a_press_in_its_area_tells_it_more(led: Intervention) -> None:
    assert reached(led, [("VBR", "share"), ("ANT", "share"), ("ANT", "ahead")]) == (
        e.RoomReached(room="ANT", why="share"),
    )
    near = after(led, e.RoomReached(room="ANT", why="share"))
    assert reached(near, [("ANT", "ahead"), ("ANT", "file_zone")]) == ()
    assert reached(near, [("ANT", "press")]) == (e.RoomReached(room="ANT", why="press"),)


def test_leaving_belgium_names_whom_to_call_and_coming_back_ends_it(led: Intervention) -> None:
    there = fix(2, lon=6.10, lat=50.77)  # Aachen
    outside = shares((None, 1.0)).model_copy(update={"outside_m": 2400.0})
    assert at_the_border(led, there, outside) == (e.BelgiumLeft(desk="DE-AC"),)
    abroad = after(led, e.BelgiumLeft(desk="DE-AC"))
    assert at_the_border(abroad, there, outside) == ()
    half = shares((None, 0.6), ("5291", 0.4)).model_copy(update={"outside_m": 12.0})
    assert at_the_border(led, there, half) == at_the_border(abroad, there, half) == ()
    home = fix(3)
    assert at_the_border(abroad, home, shares(("5388", 1.0))) == (e.BelgiumEntered(),)
    assert after(abroad, e.BelgiumEntered()).abroad is None


DEEDS = st.one_of(
    st.builds(c.Support, room=st.sampled_from(["VBR", "ANT", "LIM"])),
    st.just(c.AcceptSupport()),
    st.builds(c.OfferLead, room=st.sampled_from(["VBR", "ANT"])),
    st.just(c.AcceptLead()),
    st.builds(c.Decline, reason=st.sampled_from(["", "busy"])),
    st.builds(c.TakeOverRoom, room=st.sampled_from(["VBR", "ANT"]), reason=st.just("fire")),
    st.just(c.Acknowledge()),
    st.just(c.TakeOver()),
    st.just(c.Listen()),
    st.builds(c.Dispatch, patrols=st.sampled_from([("L-12",), ("L-45",), ("A-31",)])),
    st.builds(c.Recall, patrol=st.sampled_from(["L-12", "L-45", "A-31"]), reason=st.just("other")),
    st.just(c.Note(words="seen")),
    st.just(c.Close(outcome=e.Outcome.ARREST, words="over")),
    st.just(c.Reopen(reason="back")),
)


class TwoRooms(RuleBasedStateMachine):
    """Flemish Brabant and Antwerp, each with an operator, and Antwerp's supervisor, on one intervention."""

    state: Intervention
    before: Intervention
    last: tuple[e.Event, ...]

    @initialize()
    def press(self) -> None:
        """It is raised in Flemish Brabant."""
        self.state = self.before = after(fold(), e.LineOpened())
        self.last = ()
        self.numbers = iter(range(1, 100_000))

    @rule(do=DEEDS, who=st.sampled_from([LEUVEN, ANTWERP, BOSS]))
    def command(self, do: c.AnyCommand, who: Actor) -> None:
        """Somebody does something, if the rules allow it."""
        patrols = {one.id: one for one in (OURS, THEIRS, HIGHWAY)}
        answer = decide(
            self.state, c.Command(id=UUID(int=1), do=do), who, View(patrols), NOW + timedelta(seconds=1)
        )
        self.before, self.last = self.state, ()
        if isinstance(answer, c.Refusal):
            return
        self.last, state = stamp(
            self.state, self.state.id, answer, who, NOW, lambda: UUID(int=next(self.numbers))
        )
        assert state is not None
        self.state = state

    @rule(room=st.sampled_from(["VBR", "ANT", "BRU"]), why=st.sampled_from(["share", "ahead", "press"]))
    def near(self, room: str, why: str) -> None:
        """A circle reaches a room."""
        body = e.RoomReached.model_validate({"room": room, "why": why})
        self.before, self.last = self.state, ()
        self.state = after(self.state, body)

    @invariant()
    def exactly_one_room_leads(self) -> None:
        """The lead is one room, and neither helps itself nor is asked to."""
        room = self.state.room
        assert room in {"VBR", "ANT"}
        assert room not in {*self.state.supporting, *self.state.asked, self.state.lead_offered_to}
        assert [one for one in ("VBR", "ANT") if sight_of(self.state, one) is Sight.LEAD] == [room]

    @invariant()
    def the_lead_passes_only_by_acceptance(self) -> None:
        """It moved: the room it went to accepted what had been offered to it, or its supervisor took all over."""
        if self.state.room == self.before.room:
            return
        ((passed, by),) = [
            (event.body, event.actor) for event in self.last if isinstance(event.body, e.RoomLeadAccepted)
        ]
        assert by.room == self.state.room
        if passed.code == "offered":
            assert self.before.lead_offered_to == self.state.room
        else:
            assert by.role is Role.SUPERVISOR
        assert self.before.room in self.state.supporting

    @invariant()
    def patrols_go_with_their_own_room(self) -> None:
        """Who sends a local patrol is of its room, and that room leads or helps."""
        for event in self.last:
            if isinstance(event.body, e.PatrolDispatched):
                patrol = VIEW.patrols[event.body.patrol]
                assert patrol.service is not Service.LOCAL or event.actor.room == patrol.room
                assert event.actor.room in {self.before.room, *self.before.supporting}

    @invariant()
    def victim_and_line_stay_with_the_lead(self) -> None:
        """What concerns her or the line comes from the lead; as the lead passes the line is let go of."""
        for event in self.last:
            let_go = isinstance(event.body, e.LineListenerChanged) and event.body.operator is None
            ours = {"line.listener_changed", "line.unmuted", "intervention.closed", "intervention.reopened"}
            if event.type in ours and not let_go:
                assert event.actor.room == self.before.room

    @invariant()
    def each_room_folds_to_the_same(self) -> None:
        """The state is the fold of its events, whoever folds."""
        state = self.before
        for event in self.last:
            state = evolve(state, event)
        assert state == self.state or not self.last


TestTwoRooms = TwoRooms.TestCase
TestTwoRooms.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
