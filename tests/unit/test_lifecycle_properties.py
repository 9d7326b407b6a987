"""Any sequence of commands and reports keeps the invariants of an intervention."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from console.domain import commands as c
from console.domain import events as e
from console.domain.allocation import Allocation
from console.domain.decide import View, decide
from console.domain.intervention import LIFECYCLE, Intervention, State, evolve
from console.domain.patrols import Patrol, PatrolState
from console.domain.reports import Owner, PressFacts, raise_alarm, report
from console.domain.rules.ending import NEEDS_PROOF
from console.domain.stamp import stamp
from console.domain.values import SYSTEM, Actor
from tests.unit.test_decide import OPERATOR
from tests.unit.test_evolve import NOW
from tests.unit.test_reports import allocation, fix, press

FREE = Patrol(id="5388/L-12", call_sign="L-12", zone="5388", room="VBR")
OTHER = Patrol(id="5345/L-12", call_sign="L-12", zone="5345", room="ANT")
BUSY = Patrol(id="5388/L-03", call_sign="L-03", zone="5388", room="VBR", state=PatrolState.BUSY)
VIEW = View({one.id: one for one in (FREE, OTHER, BUSY)}, frozenset({"5388", "5345"}))

COLLEAGUE = OPERATOR.model_copy(update={"id": "4712"})
NEIGHBOUR = OPERATOR.model_copy(update={"id": "3711", "room": "ANT"})

COMMANDS = st.one_of(
    st.just(c.Acknowledge()),
    st.just(c.Release()),
    st.just(c.TakeOver()),
    st.just(c.Listen()),
    st.just(c.StopListening()),
    st.just(c.Mute()),
    st.builds(c.Unmute, override=st.sampled_from([None, "she asked for it"])),
    st.builds(c.Ring, override=st.sampled_from([None, "she asked for it"])),
    st.builds(c.Chat, words=st.just("hello"), override=st.sampled_from([None, "she asked for it"])),
    st.just(c.OpenCasefile()),
    st.just(c.Note(words="a note")),
    st.just(c.Reopen(reason="he is back")),
    st.builds(
        c.Dispatch, patrols=st.lists(st.sampled_from(sorted(VIEW.patrols)), min_size=1, max_size=3).map(tuple)
    ),
    st.builds(
        c.Reserve, patrols=st.lists(st.sampled_from(sorted(VIEW.patrols)), min_size=1, max_size=2).map(tuple)
    ),
    st.builds(c.Request, service=st.sampled_from(["ambulance", "fire", "5345", "plumber"])),
    st.builds(c.Answered, service=st.sampled_from(["ambulance", "5345"]), answer=st.just("under way")),
    st.just(c.KeepZone()),
    st.builds(c.Recall, patrol=st.sampled_from(sorted(VIEW.patrols)), reason=st.just("needed elsewhere")),
    st.builds(c.DangerPassed, patrol=st.sampled_from(sorted(VIEW.patrols))),
    st.builds(c.ChangeZone, zone=st.sampled_from(["5388", "5345", "9999"])),
    st.builds(c.ChooseFix, fix_id=st.sampled_from(["f1", "f2", "f3"])),
    st.builds(c.HeardOnLine, code=st.sampled_from(e.Heard)),
    st.builds(
        c.Close,
        outcome=st.sampled_from(e.Outcome),
        verified_by=st.none() | st.sampled_from(e.VerifiedBy),
        words=st.just("it is over"),
    ),
)
FIXES = st.none() | st.builds(
    fix,
    st.integers(1, 3),
    lon=st.sampled_from([0.0, 4.70, 4.71, 3.2]),
    lat=st.sampled_from([0.0, 50.87, 50.88]),
    late=st.integers(-60, 600),
)
REPORTS = st.one_of(
    st.builds(
        lambda position, number: press(position).model_copy(update={"press_id": f"p{number}"}),
        FIXES,
        st.integers(1, 9),
    ),
    st.builds(c.FixReport, fix=FIXES),
    st.just(c.Cancel()),
    st.builds(c.LineReport, change=st.sampled_from(c.LineChange), words=st.just("a car")),
    st.just(c.ChatReport(words="sorry, I sat on it")),
    st.builds(
        c.PatrolReport, patrol=st.sampled_from(sorted(VIEW.patrols)), step=st.sampled_from(c.PatrolStep)
    ),
    st.builds(c.PatrolRead, patrol=st.sampled_from(sorted(VIEW.patrols))),
)
ALLOCATIONS = st.sampled_from([None, allocation("5388"), allocation("5345"), allocation(None, 40_000)])
Step = tuple[c.AnyCommand, Actor, int | None] | tuple[c.Report, Allocation | None]
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        st.tuples(COMMANDS, st.sampled_from([OPERATOR, COLLEAGUE, NEIGHBOUR]), st.none() | st.integers(0, 6)),
        st.tuples(REPORTS, ALLOCATIONS),
    ),
    max_size=30,
)


class History:
    """An intervention from its press on, with the log of its events."""

    def __init__(self) -> None:
        ids = count(1)
        self._new_id = lambda: UUID(int=next(ids))
        self.now = NOW
        facts = PressFacts("VBR-2026-0412", Owner("VBR", "5388", "position"), e.ButtonStatus.ALLOCATED)
        self.log, state = stamp(None, UUID(int=7), raise_alarm(press(), facts), SYSTEM, NOW, self._new_id)
        assert state is not None
        self.state: Intervention = state

    def take(self, step: Step) -> tuple[e.Event, ...] | c.Refusal:
        """Do one step, a second later; what was refused changes nothing."""
        self.now += timedelta(seconds=1)
        if len(step) == 3:
            do, actor, seen = step
            command = c.Command(id=UUID(int=1), seen_decision=seen, do=do)
            bodies = decide(self.state, command, actor, VIEW, self.now)
        else:
            said, where = step
            actor, bodies = SYSTEM, report(self.state, said, where)
        if isinstance(bodies, c.Refusal):
            return bodies
        events, state = stamp(self.state, self.state.id, bodies, actor, self.now, self._new_id)
        assert state is not None
        self.state, self.log = state, self.log + events
        return events


def _fold(state: Intervention | None, event: e.Event) -> Intervention | None:
    return evolve(state, event)


@given(STEPS)
def test_the_fold_of_the_events_is_the_state_reached_step_by_step(steps: list[Step]) -> None:
    history = History()
    for step in steps:
        history.take(step)
    assert [event.version for event in history.log] == list(range(1, len(history.log) + 1))
    assert reduce(_fold, history.log, None) == history.state
    assert [e.Event.model_validate_json(event.model_dump_json()) for event in history.log] == list(
        history.log
    )


@given(STEPS)
def test_each_step_follows_the_table_and_nothing_is_added_to_what_is_closed(steps: list[Step]) -> None:
    history = History()
    for step in steps:
        before = history.state
        events = history.take(step)
        after = history.state
        assert after.state is before.state or after.state in LIFECYCLE[before.state]
        if isinstance(events, c.Refusal):
            assert after == before
            assert events.sentence
        elif before.state is State.CLOSED and events:
            assert {event.type for event in events} <= {"note.added", "intervention.reopened"}


@given(STEPS)
def test_only_a_close_by_who_handles_it_closes_and_no_report_ever_does(steps: list[Step]) -> None:
    history = History()
    for step in steps:
        before = history.state
        history.take(step)
        if history.state.state is State.CLOSED and before.state is not State.CLOSED:
            assert len(step) == 3
            close, actor, _ = step
            assert isinstance(close, c.Close)
            assert actor.id == before.handler
            assert history.state.sent == ()
            assert history.state.reserved == ()
            if close.outcome in NEEDS_PROOF:
                assert close.verified_by is not None


@given(STEPS)
def test_every_press_is_kept_and_the_marker_moves_only_to_a_believed_position(steps: list[Step]) -> None:
    history = History()
    presses = 1
    for step in steps:
        before = history.state
        events = history.take(step)
        if isinstance(events, c.Refusal):
            continue
        presses += sum(event.type == "alarm.repeated" for event in events)
        if history.state.fix != before.fix:
            moved = [event.body for event in events if isinstance(event.body, e.FixReported)]
            chosen = any(event.type == "fix.chosen" for event in events)
            assert chosen or moved[-1].verdict == "shown"
        if history.state.zone != before.zone and before.zone is not None:
            assert [event.type for event in events] == ["zone.changed"]
    assert len(history.state.presses) == presses


@given(STEPS)
def test_decision_counts_exactly_the_decisive_events_and_a_stale_decision_is_refused(
    steps: list[Step],
) -> None:
    history = History()
    for step in steps:
        before = history.state
        events = history.take(step)
        if isinstance(events, c.Refusal):
            continue
        decisive = sum(event.type in e.DECISIVE for event in events)
        assert history.state.decision == before.decision + decisive
        if decisive and len(step) == 3 and step[2] is not None:
            assert step[2] == before.decision


@given(STEPS)
def test_only_operators_of_the_leading_room_change_anything(steps: list[Step]) -> None:
    history = History()
    for step in steps:
        if len(step) == 3 and step[1] is NEIGHBOUR:
            assert isinstance(history.take(step), c.Refusal)
        else:
            history.take(step)
    assert NEIGHBOUR.id not in {event.actor.id for event in history.log}


@given(STEPS)
def test_a_channel_that_the_file_does_not_allow_is_never_used_without_a_reason_in_the_log(
    steps: list[Step],
) -> None:
    """These interventions have no case file, which allows nothing (W3)."""
    history = History()
    for step in steps:
        history.take(step)
    acts = {"line.unmuted", "chat.sent", "phone.rung"}
    for before, event in zip(history.log, history.log[1:], strict=False):
        if event.type in acts:
            assert before.type == "contact_rule.overridden"
            assert before.at == event.at


@given(STEPS)
def test_our_microphone_is_live_only_on_an_open_line_that_somebody_listens_to(steps: list[Step]) -> None:
    history = History()
    for step in steps:
        history.take(step)
        line = history.state.line
        assert not line.live or line.listener is not None
        assert line.muted or line.live
        if history.state.state is State.CLOSED:
            assert line.listener is None


@given(STEPS)
def test_a_patrol_is_reserved_or_sent_and_a_zone_that_was_declined_is_not_proposed(steps: list[Step]) -> None:
    history = History()
    for step in steps:
        history.take(step)
        state = history.state
        assert not set(state.reserved) & {one.patrol for one in state.sent}
        assert len(set(state.reserved)) == len(state.reserved)
        assert state.reserved == () or state.state not in {State.RAISED, State.CLOSED}
        assert state.proposed_zone not in state.declined_zones
        assert state.proposed_zone is None or state.proposed_zone != state.zone
