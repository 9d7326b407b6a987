"""The rules of the job that hold after every step of `tests.two_rooms`, whatever anybody did: each by its number.

They are said here from the events alone, and not by asking the domain again, wherever that is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import Channel
from console.domain.intervention import LIFECYCLE, Intervention, State
from console.domain.location import is_nowhere
from console.domain.locking import may_lock
from console.domain.patrols import recommend_for
from console.domain.procedure import next_step
from console.domain.rooms import ROOMS as EVERY_ROOM
from console.domain.sight import Sight, sight_of
from console.domain.targets import DEFAULTS
from console.domain.values import ActorKind, Role
from console.domain.voice_line import LineState
from console.wire.field_frames import PressFrame
from tests.two_rooms import CHAT_ALLOWED, OPERATORS, ROOMS, UNITS, House, Step, open_states

OPERATOR_ONLY: Final = {
    "intervention.acknowledged",
    "intervention.released",
    "intervention.taken_over",
    "intervention.closed",
    "intervention.reopened",
    "patrol.dispatched",
    "patrol.reserved",
    "zone.changed",
    "zone.kept",
    "room.lead_accepted",
    "line.unmuted",
    "chat.sent",
    "phone.rung",
    "phone.called",
    "push.sent",
    "contact_rule.overridden",
    "test.confirmed",
}
"""What only a person decides: no device, no patrol and no clock."""

CHANNELS: Final = {
    "line.unmuted": (c.Unmute, Channel.SPEAK),
    "chat.sent": (c.Chat, Channel.CHAT),
    "phone.rung": (c.Ring, Channel.RING),
    "phone.called": (c.Call, Channel.CALL),
    "push.sent": (c.Push, Channel.PUSH),
}
BY_SUPPORT: Final = {
    "patrol.dispatched",
    "patrol.reserved",
    "patrol.released",
    "danger.passed_on",
    "patrol.accepted",
    "patrol.on_scene",
    "victim.seen",
    "note.added",
    "entered.afterwards",
    "room.support_accepted",
    "room.support_declined",
    "room.lead_declined",
}
"""All that a room which does not lead may make happen, beside taking the lead."""

BRINGS_BACK: Final = {"alarm.repeated", "belgium.entered", "intervention.reopened"}
AGAINST: Final = {e.Heard.BLOW, e.Heard.SHOT, e.Heard.DURESS_WORD}
SAYS_ALL_IS_WELL: Final = {
    e.Outcome.TEST_PRESS,
    e.Outcome.ACCIDENTAL,
    e.Outcome.TECHNICAL_FAULT,
    e.Outcome.VICTIM_SAFE_NO_PERPETRATOR,
}


def _until(house: House, event: e.Event) -> list[e.Event]:
    """What happened to its intervention before an event."""
    return house.timelines[event.intervention][: event.version - 1]


def _states_along(house: House, step: Step) -> Iterator[tuple[Intervention | None, e.Event]]:
    """Each event of a step with its intervention as it stood just before the step."""
    for event in step.events:
        yield step.before.get(event.intervention), event


def every_event_counts_once_and_what_is_refused_leaves_none(house: House, step: Step) -> None:
    for key, state in step.after.items():
        timeline = house.timelines[key]
        assert [one.version for one in timeline] == list(range(1, len(timeline) + 1))
        decisive = sum(one.type in e.DECISIVE for one in timeline)
        assert (timeline[-1].decision, state.decision) == (decisive, decisive)
        assert house.folded[key] == state, "the fold of the events is not the state that was reached"
    if step.refusal is not None:
        assert step.refusal.sentence
        assert not step.events
        assert not step.heads_moved
        assert step.before == step.after


def each_step_follows_the_table_and_nobody_but_people_decides(house: House, step: Step) -> None:
    for key, state in step.after.items():
        before = step.before.get(key)
        if before is not None and before.state is not state.state:
            assert state.state in LIFECYCLE[before.state] | {State.ACKNOWLEDGED, State.ON_SCENE}
    for event in step.events:
        if event.type in OPERATOR_ONLY:
            assert event.actor.kind is ActorKind.OPERATOR
            assert event.actor.role in {Role.OPERATOR, Role.SUPERVISOR}


def w1_each_press_is_in_one_intervention_and_never_at_0_0(house: House, step: Step) -> None:
    for press in house.receipts:
        assert sum(press in state.presses for state in step.after.values()) == 1
    for state in step.after.values():
        for fix in (state.fix, state.disputed, *state.trail):
            assert fix is None or not is_nowhere(fix.lon, fix.lat)
    if isinstance(step.what, PressFrame):
        raised = [event for event in step.events if event.type == "alarm.raised"]
        joined = [event for event in step.events if event.type == "alarm.repeated"]
        conflicts = [event for event in step.events if event.type == "note.added" and not raised]
        assert len(raised) + len(joined) <= 1
        assert raised or joined or not step.events or conflicts
        for event in joined:
            assert step.before[event.intervention].state is not State.CLOSED
        for event in raised:
            assert step.after[event.intervention].state is State.RAISED
            body = event.body
            assert isinstance(body, e.AlarmRaised)
            mine = (s for s in open_states(step.before) if body.button in {one for one, _ in s.presses})
            assert not list(mine), "a press beside what is open for its button"


def w2_the_line_opens_muted_and_nobody_listens_to_two(house: House, step: Step) -> None:
    for state in step.after.values():
        line = state.line
        assert line.muted or (line.state is LineState.OPEN and line.listener is not None)
        if state.state is State.CLOSED:
            assert (line.listener, line.muted) == (None, True)
    listeners = [state.line.listener for state in open_states(step.after) if state.line.listener]
    assert len(listeners) == len(set(listeners))
    opened = {event.intervention for event in step.events if event.type in {"line.opened", "line.restored"}}
    assert all(step.after[key].line.muted for key in opened)


def w3_a_channel_is_used_only_if_the_file_allows_it_or_with_a_reason(house: House, step: Step) -> None:
    for number, event in enumerate(step.events):
        if event.type not in CHANNELS:
            continue
        verb, channel = CHANNELS[event.type]
        assert isinstance(step.what, verb)
        file = step.before[event.intervention].case_file
        if channel is Channel.CHAT and file is not None and file.id in CHAT_ALLOWED:
            continue
        said = step.events[number - 1] if number else None
        assert said is not None
        assert isinstance(said.body, e.ContactRuleOverridden)
        assert (said.body.channel, said.body.reason.strip() != "") == (channel, True)
        lead = step.after[event.intervention].room
        seen = house.pictures[lead].seen[event.intervention].timeline
        assert said in seen, "the supervisor does not see the override"


def w6_nothing_is_due_twice_and_nobody_stays_unanswered(house: House, step: Step) -> None:
    if step.what != "the watch looks":
        return
    for state in open_states(step.after):
        assert not house.due(state), "a look leaves something due"
        if state.state is State.RAISED and house.now - state.raised_at > timedelta(minutes=2):
            assert {one.to for one in state.escalations} >= {"supervisor", "officer_on_call"}
            assert any(one.to in EVERY_ROOM for one in state.escalations)


def w7_the_full_file_opens_in_the_leading_room_alone(house: House, step: Step) -> None:
    for before, event in _states_along(house, step):
        if event.type != "casefile.opened":
            continue
        assert before is not None
        assert (before.state is not State.CLOSED, event.actor.room) == (True, before.room)
        assert event.actor.role is Role.SUPERVISOR or event.actor.id == before.handler


def w8_the_lead_passes_only_on_acceptance_or_by_a_supervisor(house: House, step: Step) -> None:
    for key, state in step.after.items():
        assert state.room in EVERY_ROOM
        assert [room for room in EVERY_ROOM if sight_of(state, room) is Sight.LEAD] == [state.room]
        before = step.before.get(key)
        if before is None or before.room == state.room:
            continue
        passed = [event for event in step.events if isinstance(event.body, e.RoomLeadAccepted)]
        event = next(event for event in passed if event.intervention == key)
        assert isinstance(event.body, e.RoomLeadAccepted)
        assert event.actor.room == state.room == event.body.room
        match event.body.code:
            case "offered":
                assert (before.lead_offered_to, type(step.what)) == (state.room, c.AcceptLead)
            case "room_taken_over":
                assert event.actor.role is Role.SUPERVISOR
                assert isinstance(step.what, c.TakeOverRoom)
                assert step.what.room == before.room
            case "escalated":
                assert before.state is State.RAISED
                assert state.room in {one.to for one in before.escalations}


def w8_who_does_not_lead_sends_its_own_patrols_and_no_more(house: House, step: Step) -> None:
    rooms = {unit.id: unit.room for unit in UNITS if unit.zone is not None}
    for before, event in _states_along(house, step):
        if event.type == "patrol.dispatched":
            assert isinstance(event.body, e.PatrolDispatched)
            assert rooms.get(event.body.patrol, event.actor.room) == event.actor.room
        if before is None or event.actor.kind is not ActorKind.OPERATOR or event.actor.room == before.room:
            continue
        takes_lead = any(
            isinstance(one.body, e.RoomLeadAccepted) and one.intervention == event.intervention
            for one in step.events
        )
        assert takes_lead or event.type in BY_SUPPORT, f"{event.type} by {event.actor.room}"


def w8_each_room_sees_what_it_was_asked_for_and_no_more(house: House, step: Step) -> None:
    for key, state in step.after.items():
        whole = _invited(house.timelines[key], closed=state.state is State.CLOSED)
        for room in ROOMS:
            seen = house.pictures[room].seen.get(key)
            assert key not in house.pictures[room].missing
            if room in whole:
                assert seen is not None
                assert seen.state == state, f"{room} does not see it as it stands"
                assert list(seen.timeline) == house.timelines[key]
            elif seen is not None:
                assert state.state is not State.CLOSED, f"{room} still sees what is closed"
                assert seen.state.glimpsed
                assert {one.type for one in seen.timeline} == {"intervention.glimpsed"}


def _invited(timeline: list[e.Event], *, closed: bool) -> set[str]:
    """The rooms that may see an intervention whole, from its events."""
    lead, offered = "", ""
    asked: set[str] = set()
    helps: set[str] = set()
    told: set[str] = set()
    for event in timeline:
        match event.body:
            case e.AlarmRaised(room=room) | e.InterventionOpenedByHand(room=room):
                lead = room
            case e.RoomSupportRequested(room=room):
                asked.add(room)
            case e.RoomSupportAccepted(room=room):
                helps.add(room)
                asked.discard(room)
            case e.RoomSupportDeclined(room=room):
                asked.discard(room)
                helps.discard(room)
            case e.RoomLeadOffered(room=room):
                offered = room
            case e.RoomLeadDeclined():
                offered = ""
            case e.RoomLeadAccepted(room=room):
                helps = (helps | {lead}) - {room}
                asked.discard(room)
                lead, offered = room, ""
            case e.RoomReached(room=room, why="press"):
                told.add(room)
            case e.EscalationRaised(to=str() as to) if to in EVERY_ROOM:
                told.add(to)
    return {lead, *helps} | (set() if closed else {*asked, *told, offered})


def w9_only_a_person_changes_the_zone(house: House, step: Step) -> None:
    for key, state in step.after.items():
        before = step.before.get(key)
        if before is not None and before.zone is not None and before.zone != state.zone:
            assert isinstance(step.what, c.ChangeZone)


def a_patrol_is_on_one_intervention_at_a_time(house: House, step: Step) -> None:
    taken = [
        patrol
        for state in step.after.values()
        for patrol in (*(one.patrol for one in state.sent), *state.reserved)
    ]
    assert len(taken) == len(set(taken))


def w13_a_close_has_its_proof_and_patrols_are_released_only_after_it(house: House, step: Step) -> None:
    closed: set[UUID] = set()
    for before, event in _states_along(house, step):
        body = event.body
        if isinstance(body, e.InterventionClosed):
            closed.add(event.intervention)
            assert before is not None
            assert isinstance(step.what, c.Close)
            assert (event.actor.id, event.actor.room) == (before.handler, before.room)
            _proved(body, _until(house, event))
        elif isinstance(body, e.PatrolReleased):
            allowed = {
                "closed": event.intervention in closed,
                "recalled": isinstance(step.what, c.Recall | c.Release),
                "refused": event.actor.kind is ActorKind.PATROL,
                "not_sent": isinstance(step.what, c.LetGo | c.Decline),
            }
            assert allowed[body.code]
    for state in step.after.values():
        if state.state is State.CLOSED:
            assert (state.sent, state.reserved, state.proposed) == ((), (), ())


def _proved(close: e.InterventionClosed, before: list[e.Event]) -> None:
    """The proof that a close names is in what happened before it."""
    fresh = next(
        (
            number
            for number in range(len(before), 0, -1)
            if before[number - 1].type in {"alarm.repeated", "intervention.reopened"}
        ),
        0,
    )
    since = [event.body for event in before[fresh:]]
    heard = [body.code for body in (one.body for one in before) if isinstance(body, e.LineHeard)]
    if close.outcome in SAYS_ALL_IS_WELL:
        assert close.verified_by is not None
        if close.verified_by is e.VerifiedBy.PATROL:
            words = [
                body
                for body in since
                if isinstance(body, e.VictimSeen) or (isinstance(body, e.LineHeard) and body.code in AGAINST)
            ]
            last = words[-1] if words else None
            assert isinstance(last, e.VictimSeen)
            assert last.finding is e.Finding.SEEN_ALONE
        else:
            assert e.Heard.DURESS_WORD not in heard
    if close.verified_by is e.VerifiedBy.ALL_CLEAR_WORD:
        assert any(isinstance(one, e.LineHeard) and one.code is e.Heard.ALL_CLEAR_WORD for one in since)
        assert not AGAINST & set(heard)
    types = {event.type for event in before}
    if close.outcome is e.Outcome.TEST_PRESS:
        assert "test.confirmed" in types
        assert "test.is_real" not in types
    if close.outcome is e.Outcome.HANDED_OVER:
        back = max((place for place, one in enumerate(before) if one.body.type in BRINGS_BACK), default=-1)
        assert any(
            isinstance(one.body, e.EnteredAfterwards) and one.body.what is e.DoneByVoice.HANDED_OVER
            for one in before[back + 1 :]
        )


def w14_a_cancel_of_the_device_changes_no_state(house: House, step: Step) -> None:
    if not isinstance(step.what, c.Cancel):
        return
    for key, state in step.after.items():
        before = step.before[key]
        same = ("state", "room", "handler", "sent", "reserved", "zone", "closings", "decision")
        assert all(getattr(before, name) == getattr(state, name) for name in same)
        if state != before:
            assert state.escalations[-1].code == "cancelled_by_device"
            assert state.cancelled_at == step.at


def w15_what_is_real_never_becomes_a_test_again(house: House, step: Step) -> None:
    for key, state in step.after.items():
        before = step.before.get(key)
        test, was = state.planned_test, before.planned_test if before else None
        if was is not None and was.real is not None:
            assert test is not None
            assert test.real is not None
        if test is not None and test.confirmed_at is not None:
            assert test.confirmed_at - test.pressed_at <= timedelta(seconds=60)


def w16_the_next_step_key_only_acknowledges_and_sends(house: House, step: Step) -> None:
    for event in step.events:
        state = step.after[event.intervention]
        patrols = house.board.at_large(state.room).values()
        best = recommend_for(state, patrols, house.now, room=state.room)
        for operator in (None, state.handler, "4711"):
            due = next_step(state, best, DEFAULTS, house.now, operator=operator)
            assert not due.by_key or due.action in {"acknowledge", "dispatch"}
            assert due.action != "dispatch" or not due.by_key or due.patrols


def w16_an_acknowledgement_is_taken_back_in_5_s_by_who_gave_it(house: House, step: Step) -> None:
    for event in step.events:
        if event.type == "intervention.released":
            given = [one for one in _until(house, event) if one.type == "intervention.acknowledged"][-1]
            assert event.at - given.at <= timedelta(seconds=5)
            assert event.actor == given.actor


def w17_whoever_holds_something_cannot_lock_or_log_out(house: House, step: Step) -> None:
    for operator in OPERATORS:
        held = any(operator.id in {state.handler, state.line.listener} for state in open_states(step.after))
        picture = (one.state for one in house.pictures[operator.room or ""].seen.values())
        assert (may_lock(picture, operator.id) is not None) == held


RULES: Final[tuple[Callable[[House, Step], None], ...]] = (
    every_event_counts_once_and_what_is_refused_leaves_none,
    each_step_follows_the_table_and_nobody_but_people_decides,
    w1_each_press_is_in_one_intervention_and_never_at_0_0,
    w2_the_line_opens_muted_and_nobody_listens_to_two,
    w3_a_channel_is_used_only_if_the_file_allows_it_or_with_a_reason,
    w6_nothing_is_due_twice_and_nobody_stays_unanswered,
    w7_the_full_file_opens_in_the_leading_room_alone,
    w8_the_lead_passes_only_on_acceptance_or_by_a_supervisor,
    w8_who_does_not_lead_sends_its_own_patrols_and_no_more,
    w8_each_room_sees_what_it_was_asked_for_and_no_more,
    w9_only_a_person_changes_the_zone,
    a_patrol_is_on_one_intervention_at_a_time,
    w13_a_close_has_its_proof_and_patrols_are_released_only_after_it,
    w14_a_cancel_of_the_device_changes_no_state,
    w15_what_is_real_never_becomes_a_test_again,
    w16_the_next_step_key_only_acknowledges_and_sends,
    w16_an_acknowledgement_is_taken_back_in_5_s_by_who_gave_it,
    w17_whoever_holds_something_cannot_lock_or_log_out,
)


def all_hold(house: House, step: Step) -> None:
    """Look at a step by every rule."""
    for holds in RULES:
        holds(house, step)
