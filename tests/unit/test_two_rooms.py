"""Anybody does anything at any moment in two control rooms and a third that helps: the rules of the job hold (W1-W17)."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final, get_args
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import Connection

from backend_stub.ledger import KeyStore
from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.patrols import recommend_for
from console.domain.procedure import next_step
from console.domain.targets import DEFAULTS
from console.domain.values import Actor
from console.domain.voice_line import LineState
from console.wire.console_frames import Result
from console.wire.field_frames import FixSent, PatrolAvailability, PressFrame
from tests.story import START
from tests.two_rooms import (
    BUTTONS,
    HOME,
    OPERATORS,
    ROOMS,
    SPOTS,
    TRAINER,
    UNITS,
    House,
    database,
    key_store,
)
from tests.two_rooms_rules import all_hold

OFFICER: Final = "Insp. V. Model"
WORDS: Final = st.sampled_from(["he is back", "he is back", "he is back", " "])
REASON: Final = st.sampled_from([None, " ", "she asked for it"])
PATROL: Final = st.sampled_from(
    [*(one.id for one in UNITS), *(one.id for one in UNITS), "L-12", "A-31", "nobody"]
)
PATROLS: Final = st.lists(PATROL, min_size=1, max_size=2).map(tuple)
ROOM: Final = st.sampled_from([*ROOMS, "XXX"])
BUTTON: Final = st.sampled_from(BUTTONS)
SERVICE: Final = st.sampled_from([*e.Rescue, "5345", "plumber"])
FINDING: Final = st.sampled_from([e.Finding.SEEN_ALONE, *e.Finding])
PLACE: Final = st.sampled_from([None, e.NamedPlace(name="home", lon=HOME[0], lat=HOME[1])])
MOMENT: Final = st.sampled_from([START, START + timedelta(minutes=1), START - timedelta(hours=1)])

Does = dict[type[c.AnyCommand], st.SearchStrategy[c.AnyCommand]]

COMMANDS: Final[Does] = {
    c.Acknowledge: st.just(c.Acknowledge()),
    c.Release: st.just(c.Release()),
    c.TakeOver: st.just(c.TakeOver(reason="the end of the shift")),
    c.Dispatch: st.builds(c.Dispatch, patrols=PATROLS),
    c.Reserve: st.builds(c.Reserve, patrols=PATROLS),
    c.Status: st.builds(c.Status, patrol=PATROL, step=st.sampled_from(c.PatrolStep)),
    c.Recall: st.builds(c.Recall, patrol=PATROL, reason=WORDS),
    c.Request: st.builds(c.Request, service=SERVICE),
    c.Answered: st.builds(c.Answered, service=SERVICE, answer=WORDS),
    c.DangerPassed: st.builds(c.DangerPassed, patrol=PATROL),
    c.Saw: st.builds(c.Saw, patrol=PATROL, finding=FINDING),
    c.Propose: st.builds(c.Propose, patrol=PATROL),
    c.LetGo: st.builds(c.LetGo, patrol=PATROL),
    c.ChooseFix: st.builds(c.ChooseFix, fix_id=st.sampled_from(["shown", "other", "f1"])),
    c.ChangeZone: st.builds(c.ChangeZone, zone=st.sampled_from(["5388", "5345", "9999"])),
    c.KeepZone: st.just(c.KeepZone()),
    c.Listen: st.just(c.Listen()),
    c.StopListening: st.just(c.StopListening()),
    c.Mute: st.just(c.Mute()),
    c.Unmute: st.builds(c.Unmute, override=REASON),
    c.HeardOnLine: st.builds(
        c.HeardOnLine, code=st.sampled_from([e.Heard.ALL_CLEAR_WORD, e.Heard.DURESS_WORD, *e.Heard])
    ),
    c.Chat: st.builds(c.Chat, words=WORDS, override=REASON),
    c.Ring: st.builds(c.Ring, override=REASON),
    c.Call: st.builds(c.Call, override=REASON),
    c.Push: st.builds(c.Push, words=WORDS, override=REASON),
    c.Note: st.builds(c.Note, words=WORDS),
    c.Support: st.builds(c.Support, room=ROOM),
    c.OfferLead: st.builds(c.OfferLead, room=ROOM),
    c.AcceptLead: st.just(c.AcceptLead()),
    c.AcceptSupport: st.just(c.AcceptSupport()),
    c.Decline: st.just(c.Decline(reason="nobody is free")),
    c.TakeOverRoom: st.builds(c.TakeOverRoom, room=ROOM, reason=WORDS),
    c.ConfirmTest: st.builds(c.ConfirmTest, officer=st.sampled_from([OFFICER, "somebody else"])),
    c.AnnounceTest: st.builds(
        c.AnnounceTest, button=BUTTON, minutes=st.sampled_from([1, 15]), place=PLACE, officer=st.just(OFFICER)
    ),
    c.WithdrawTest: st.builds(c.WithdrawTest, button=BUTTON),
    c.Close: st.builds(
        c.Close,
        outcome=st.sampled_from([e.Outcome.ACCIDENTAL, e.Outcome.VICTIM_SAFE_NO_PERPETRATOR, *e.Outcome]),
        verified_by=st.sampled_from([None, e.VerifiedBy.PATROL, *e.VerifiedBy]),
        words=WORDS,
    ),
    c.Reopen: st.just(c.Reopen(reason="he is back")),
    c.OpenByHand: st.builds(
        c.OpenByHand, victim=st.sampled_from([*BUTTONS, "F. Exemple", "Exemple", "ab"]), reason=WORDS
    ),
    c.Afterwards: st.builds(
        c.Afterwards, happened_at=MOMENT, what=st.sampled_from(e.DoneByVoice), words=WORDS
    ),
    c.OpenCasefile: st.just(c.OpenCasefile()),
}
"""Every command that there is, with what it may say: also what nobody should say."""

TAKING: Final = (c.Acknowledge, c.Acknowledge, c.Release, c.TakeOver, c.Note, c.OpenCasefile, c.Listen)
SENDING: Final = (
    *(c.Dispatch, c.Dispatch, c.Reserve, c.Recall, c.DangerPassed, c.Saw, c.Status, c.Propose, c.LetGo),
    *(c.ChooseFix, c.ChangeZone, c.KeepZone),
)
LINE: Final = (
    *(c.Listen, c.Listen, c.StopListening, c.Mute, c.Unmute, c.HeardOnLine, c.HeardOnLine),
    *(c.Chat, c.Ring, c.Call, c.Push),
)
BESIDE: Final = (c.Support, c.OfferLead, c.Decline, c.Request, c.Answered, c.Afterwards)
ENDING: Final = (c.Close, c.Close, c.Close, c.ConfirmTest, c.Reopen)
OF_HELPERS: Final = (
    c.AcceptSupport,
    c.AcceptLead,
    c.Decline,
    c.Dispatch,
    c.Reserve,
    c.Recall,
    c.DangerPassed,
    c.Saw,
    c.LetGo,
    c.Acknowledge,
    c.OpenCasefile,
)

READY: Final = st.sampled_from([True, True, False])
"""First what must have happened before it can come to anything; and sometimes not."""

LATE: Final = st.sampled_from([0, 0, 0, 1, 2])
"""Mostly the latest intervention: what is done to one of many comes to nothing."""


def _any_of(kinds: tuple[type[c.AnyCommand], ...]) -> st.SearchStrategy[c.AnyCommand]:
    return st.one_of(*(COMMANDS[kind] for kind in kinds))


FIELD: Final = st.one_of(
    st.none(),
    st.builds(
        lambda spot, radius_m, speed, late: (SPOTS[spot], radius_m, speed, late),
        st.sampled_from(list(SPOTS)),
        st.sampled_from([20.0, 3000.0]),
        st.sampled_from([None, 0.0, 30.0]),
        st.sampled_from([0, 600, -60]),
    ),
)
"""A position in the field: where, how sure, how fast, and by how many seconds its clock is late."""

Where = tuple[tuple[float, float], float, float | None, int] | None

OF_DEVICES: Final[dict[type[c.Report], st.SearchStrategy[c.Report]]] = {
    c.Cancel: st.just(c.Cancel()),
    c.LineReport: st.builds(c.LineReport, change=st.sampled_from(c.LineChange), words=st.just("a car")),
    c.ChatReport: st.just(c.ChatReport(words="sorry, I sat on it")),
}
OF_PATROLS: Final[dict[type[c.Report], st.SearchStrategy[c.Report]]] = {
    c.PatrolReport: st.builds(
        c.PatrolReport, patrol=st.sampled_from([one.id for one in UNITS]), step=st.sampled_from(c.PatrolStep)
    ),
    c.PatrolRead: st.builds(c.PatrolRead, patrol=st.sampled_from([one.id for one in UNITS])),
    c.PatrolSaw: st.builds(c.PatrolSaw, patrol=st.sampled_from([one.id for one in UNITS]), finding=FINDING),
}
WITH_A_POSITION: Final = (c.Press, c.FixReport)
"""These have a rule of their own, because their position counts from the clock."""


@cache
def _beside() -> tuple[KeyStore, Connection]:
    """One key store and one empty database for all runs."""
    return key_store(Path(tempfile.mkdtemp(prefix="msa-two-rooms-"))), database()


class TwoRooms(RuleBasedStateMachine):
    """Each rule is somebody who does something; what is refused is an answer as well."""

    def __init__(self) -> None:
        super().__init__()
        keys, connection = _beside()
        self.house = House(keys, connection, looks_at=all_hold)
        self._numbers = count(1)
        self._pressed: list[tuple[str, PressFrame]] = []
        self._given: list[tuple[Actor, c.Command, Result]] = []

    # the field

    @initialize(button=BUTTON, where=FIELD)
    def the_first_press(self, button: str, where: Where) -> None:
        self.presses(button, where)

    @rule(button=BUTTON, where=FIELD)
    def presses(self, button: str, where: Where) -> None:
        frame = PressFrame(
            press_id=f"p{next(self._numbers)}", pressed_at=self.house.now, fix=self._fix(where)
        )
        self._pressed.append((button, frame))
        assert self.house.press(button, frame).press_id == frame.press_id

    @precondition(lambda self: self._pressed)
    @rule(which=st.integers(0, 30), other=st.booleans())
    def presses_again(self, which: int, other: bool) -> None:
        button, frame = self._pressed[which % len(self._pressed)]
        if other:
            frame = frame.model_copy(update={"pressed_at": frame.pressed_at - timedelta(seconds=9)})
        first = self.house.receipts[button, frame.press_id]
        assert self.house.press(button, frame) == first
        assert self.house.last is not None
        assert [one.type for one in self.house.last.events] == (["note.added"] if other else [])

    @precondition(lambda self: self._pressed)
    @rule(which=st.integers(0, 30), where=FIELD)
    def device_moves(self, which: int, where: Where) -> None:
        sent = self._fix(where)
        self.house.device(self._button(which), c.FixReport(fix=self.house.desk.fix(sent, self.house.now)))

    @precondition(lambda self: self._pressed)
    @rule(which=st.integers(0, 30), said=st.one_of(*OF_DEVICES.values()))
    def device_reports(self, which: int, said: c.Report) -> None:
        self.house.device(self._button(which), said)

    @precondition(lambda self: any(state.sent for state in self.house.states.values()))
    @rule(said=st.one_of(*OF_PATROLS.values()), which=st.integers(0, 9))
    def patrol_reports(self, said: c.PatrolReport | c.PatrolRead | c.PatrolSaw, which: int) -> None:
        sent = [one.patrol for state in self.house.states.values() for one in state.sent]
        self.house.patrol(said.model_copy(update={"patrol": sent[which % len(sent)]}))

    @rule(minutes=st.sampled_from([1, 15]), spot=st.sampled_from(["home", "Antwerp"]))
    def a_test_is_announced_and_she_presses(self, minutes: int, spot: str) -> None:
        self._command(OPERATORS[0], c.AnnounceTest(button="VBR-B-0001", minutes=minutes, officer=OFFICER), 0)
        self.presses("VBR-B-0001", (SPOTS[spot], 20.0, None, 0))

    @rule(
        which=st.sampled_from([one.id for one in UNITS]), said=st.sampled_from(["free", "busy", "off_duty"])
    )
    def patrol_is(self, which: str, said: str) -> None:
        self.house.board.available(which, PatrolAvailability.model_validate({"state": said}))

    # people

    @rule(
        actor=st.sampled_from([*OPERATORS, TRAINER]),
        do=st.one_of(*COMMANDS.values()),
        which=LATE,
    )
    def anybody(self, actor: Actor, do: c.AnyCommand, which: int) -> None:
        self._command(actor, do, which)

    @precondition(lambda self: self.house.states)
    @rule(actor=st.sampled_from(OPERATORS), do=_any_of(TAKING), which=LATE)
    def somebody_takes_it(self, actor: Actor, do: c.AnyCommand, which: int) -> None:
        self._command(actor, do, which)

    @precondition(lambda self: self.house.states)
    @rule(do=_any_of(TAKING), which=LATE, ready=READY, seconds=st.sampled_from([0, 0, 6]))
    def who_handles_it_takes_and_lets_go(
        self, do: c.AnyCommand, which: int, ready: bool, seconds: float
    ) -> None:
        if ready:
            self._in_hand(which)
            self.house.now += timedelta(seconds=seconds)
        self._command(self._handler(self._state(which)), do, which)

    @precondition(lambda self: self.house.states)
    @rule(do=_any_of(SENDING), which=LATE, ready=READY)
    def who_handles_it_sends(self, do: c.AnyCommand, which: int, ready: bool) -> None:
        if ready:
            self._in_hand(which)
        self._command(self._handler(self._state(which)), do, which)

    @precondition(lambda self: self.house.states)
    @rule(do=_any_of(LINE), which=LATE, ready=READY)
    def who_handles_it_listens_and_speaks(self, do: c.AnyCommand, which: int, ready: bool) -> None:
        if ready:
            self._on_the_line(which)
        self._command(self._handler(self._state(which)), do, which)

    @precondition(lambda self: self.house.states)
    @rule(do=_any_of(BESIDE), which=LATE, ready=READY)
    def who_handles_it_asks_other_rooms(self, do: c.AnyCommand, which: int, ready: bool) -> None:
        if ready:
            self._in_hand(which)
        self._command(self._handler(self._state(which)), do, which)

    @precondition(lambda self: self.house.states)
    @rule(do=_any_of(ENDING), which=LATE, ready=READY, finding=st.one_of(st.none(), FINDING))
    def who_handles_it_ends_it(
        self, do: c.AnyCommand, which: int, ready: bool, finding: e.Finding | None
    ) -> None:
        if ready:
            self._in_hand(which)
        if finding is not None:
            self._seen(which, finding)
        self._command(self._handler(self._state(which)), do, which)

    @precondition(lambda self: self.house.states)
    @rule(do=_any_of(tuple(COMMANDS)), which=LATE)
    def who_has_not_looked_since(self, do: c.AnyCommand, which: int) -> None:
        """Nothing is decided on what was not seen."""
        state = self._state(which)
        self._command(self._handler(state), do, which, state.decision - 1)
        assert self.house.last is not None
        decided = {one.type for one in self.house.last.events if one.intervention == state.id}
        assert isinstance(do, c.TakeOverRoom) or not decided & e.DECISIVE

    @precondition(lambda self: self.house.states)
    @rule(
        do=_any_of(OF_HELPERS),
        which=LATE,
        room=st.sampled_from(ROOMS),
        ready=READY,
    )
    def who_helps(self, do: c.AnyCommand, which: int, room: str, ready: bool) -> None:
        if ready:
            self._on_the_line(which)
            wanted = c.OfferLead(room=room) if isinstance(do, c.AcceptLead) else c.Support(room=room)
            self._command(self._handler(self._state(which)), wanted, which)
            if not isinstance(do, c.AcceptLead | c.AcceptSupport | c.Decline):
                self._command(next(one for one in OPERATORS if one.room == room), c.AcceptSupport(), which)
        self._command(next(one for one in OPERATORS if one.room == room), do, which)

    @precondition(lambda self: self.house.states)
    @rule(which=LATE)
    def the_key_for_the_next_step(self, which: int) -> None:
        """W16: whatever the key does, it ends nothing, rings nowhere and calls nobody back."""
        state = self._state(which)
        actor = self._handler(state)
        patrols = self.house.board.at_large(actor.room or "").values()
        best = recommend_for(state, patrols, self.house.now, room=actor.room)
        step = next_step(state, best, DEFAULTS, self.house.now, operator=actor.id)
        if not step.by_key:
            return
        do = c.Acknowledge() if step.action == "acknowledge" else c.Dispatch(patrols=step.patrols)
        self._command(actor, do, which)
        assert self.house.last is not None
        assert {one.type for one in self.house.last.events} <= {
            "intervention.acknowledged",
            "patrol.dispatched",
        }

    @precondition(lambda self: self._given)
    @rule(which=st.integers(0, 30))
    def the_same_command_again(self, which: int) -> None:
        """The same id has the same answer, and nothing happens twice."""
        actor, command, result = self._given[which % len(self._given)]
        assert self.house.command(actor, command) == result
        assert self.house.last is not None
        assert self.house.last.events == ()

    @precondition(lambda self: self.house.states)
    @rule(actor=st.sampled_from([*OPERATORS, TRAINER]), which=LATE, names=st.booleans())
    def asks_for_the_file(self, actor: Actor, which: int, names: bool) -> None:
        """W7: the full case file, and the names of the man's other victims, by a question (`docs/wire.md`)."""
        state = self._state(which)
        ask = self.house.desk.victims if names else self.house.desk.casefile
        answer = self.house.do("a question", ask(actor, str(state.id), self.house.now), actor)
        if not isinstance(answer, c.Refusal):
            assert actor.room == state.room
            assert state.state is not State.CLOSED

    @rule(room=st.sampled_from(ROOMS))
    def the_last_one_logs_out_or_the_first_one_in(self, room: str) -> None:
        self.house.staffed ^= {room}
        self.house.staff()

    @rule(seconds=st.sampled_from([0.5, 4, 6, 20, 70, 200, 1000]))
    def time_passes(self, seconds: float) -> None:
        self.house.wait(seconds)

    def teardown(self) -> None:
        for timeline in self.house.timelines.values():
            assert [e.Event.model_validate_json(one.model_dump_json()) for one in timeline] == timeline
        self.house.connection.rollback()

    def _command(
        self, actor: Actor, do: c.AnyCommand, which: int, seen_decision: int | None = None
    ) -> Result:
        named = str(self._state(which).id) if self.house.states else None
        command = c.Command(
            id=UUID(int=next(self._numbers)), intervention=named, seen_decision=seen_decision, do=do
        )
        result = self.house.command(actor, command)
        self._given.append((actor, command, result))
        return result

    def _in_hand(self, which: int) -> None:
        if self._state(which).state is State.RAISED:
            self._command(self._handler(self._state(which)), c.Acknowledge(), which)

    def _on_the_line(self, which: int) -> None:
        self._in_hand(which)
        state = self._state(which)
        if state.line.state is not LineState.OPEN and state.button is not None:
            self.house.device(state.button, c.LineReport(change=c.LineChange.OPENED))
        if state.line.listener is None:
            self._command(self._handler(state), c.Listen(), which)

    def _seen(self, which: int, finding: e.Finding) -> None:
        """A patrol of the room is sent, and says how she is."""
        actor = self._handler(self._state(which))
        unit = next(one.id for one in UNITS if one.room == actor.room)
        self._command(actor, c.Dispatch(patrols=(unit,)), which)
        self.house.patrol(c.PatrolSaw(patrol=unit, finding=finding))

    def _state(self, which: int) -> Intervention:
        """Of the interventions, the latest first."""
        states = list(self.house.states.values())
        return states[-1 - which % len(states)]

    def _handler(self, state: Intervention) -> Actor:
        known = {one.id: one for one in OPERATORS}
        return known.get(state.handler or "") or next(one for one in OPERATORS if one.room == state.room)

    def _button(self, which: int) -> str:
        return self._pressed[-1 - which % len(self._pressed)][0]

    def _fix(self, where: Where) -> FixSent | None:
        if where is None:
            return None
        (lon, lat), radius_m, speed, late = where
        return FixSent(
            lon=lon,
            lat=lat,
            radius_m=radius_m,
            confidence_pct=95,
            speed_mps=speed,
            heading_deg=None if speed is None else 270.0,
            taken_at=self.house.now - timedelta(seconds=late),
        )


TestTwoRooms = TwoRooms.TestCase
TestTwoRooms.settings = settings(
    max_examples=settings().max_examples * 6 // 10,
    stateful_step_count=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Some ten seconds as a rule, fifty times as long in a soak."""


def test_every_command_and_every_report_is_among_what_anybody_may_do() -> None:
    """A new one without a rule here would be proved by nothing."""
    assert set(COMMANDS) == set(get_args(get_args(c.AnyCommand)[0]))
    assert {*OF_DEVICES, *OF_PATROLS, *WITH_A_POSITION} == set(get_args(c.Report))
