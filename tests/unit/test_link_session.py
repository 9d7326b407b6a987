"""A console's conversation with the backend, frame by frame, on a clock that the test moves."""

from __future__ import annotations

import json
from concurrent.futures import Future
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from console.domain import commands as c
from console.domain import events as e
from console.domain.room import Room
from console.domain.values import Mode, Role
from console.link.backoff import Backoff
from console.link.gap_watch import GAP_PATIENCE_S, RESUME_PATIENCE_S
from console.link.interface import Connection, Waiting
from console.link.session import Do, Session
from console.wire import console_frames as f
from console.wire.limits import OUTBOX_MAX_AGE_S, STALE_AFTER_S, CloseCode
from tests.unit.test_evolve import NOW
from tests.unit.test_room import NOTE, feed

LEDGER = UUID(int=99)
ONE = UUID(int=1)


def welcome(head: int = 0, epoch: int = 1) -> f.Welcome:
    return f.Welcome(
        mode=Mode.DEMO,
        ledger=LEDGER,
        epoch=epoch,
        head=head,
        now=NOW,
        operator=f.Operator(id="4711", name="E. Exemple", role=Role.OPERATOR, room="VBR"),
        token="t" * 32,
        journal_key="A" * 43 + "=",
    )


class Backend:
    """The other end of a session: hears what it says, says frames, and moves the clock."""

    def __init__(self, **options: Any) -> None:
        ids = count(1000)
        self.session = Session(
            options.pop("urls", ("ws://one/console", "ws://two/console")),
            lambda: UUID(int=next(ids)),
            Backoff(lambda: 1.0),
            **options,
        )
        self.now_s = 100.0

    def heard(self) -> list[dict[str, Any]]:
        return [json.loads(frame) for frame in self.session.frames()]

    def say(self, frame: BaseModel) -> None:
        self.session.received(frame.model_dump_json(), self.now_s)

    def events(self, entries: list[tuple[int, e.Event]]) -> None:
        self.say(f.Events(items=tuple(f.Positioned(position=at, event=event) for at, event in entries)))

    def wait(self, seconds: float) -> Do:
        self.now_s += seconds
        return self.session.tick(self.now_s)

    def connect(self, head: int = 0, epoch: int = 1) -> list[dict[str, Any]]:
        self.session.connected(self.now_s)
        login = self.heard()
        self.say(welcome(head, epoch))
        return login + self.heard()

    def cut(self, code: int | None = None) -> None:
        self.session.disconnected(self.now_s, code, "cut")


@pytest.fixture
def backend() -> Backend:
    made = Backend()
    made.session.login("4711", "a long invented password", made.now_s)
    assert made.wait(0) is Do.CONNECT
    return made


def live(backend: Backend, entries: list[tuple[int, e.Event]]) -> None:
    backend.connect(len(entries))
    backend.events(entries)
    backend.heard()


def test_it_logs_in_and_starts_with_a_snapshot(backend: Backend) -> None:
    login, resume = backend.connect()
    assert (login["operator"], login["password"]) == ("4711", "a long invented password")
    assert resume == {"type": "resume", "cursor": None}
    assert backend.session.picture.connection is Connection.LIVE
    assert backend.session.picture.mode is Mode.DEMO


def test_the_picture_is_the_fold_of_what_came(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    live(backend, entries)
    whole, _ = Room("VBR").apply(entries)
    assert backend.session.picture.room == whole
    assert backend.session.picture.gap == 0


def test_after_a_cut_it_logs_in_with_the_token_and_resumes_from_its_cursor(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    live(backend, entries[:2])
    backend.cut()
    assert backend.session.picture.connection is Connection.LOST
    assert backend.wait(10) is Do.CONNECT
    login, resume = backend.connect(len(entries))
    assert (login["password"], login["token"]) == (None, "t" * 32)
    assert resume["cursor"] == {"ledger": str(LEDGER), "epoch": 1, "position": 2}
    backend.events(entries[1:])
    whole, _ = Room("VBR").apply(entries)
    assert backend.session.picture.room == whole


def test_another_epoch_makes_the_cursor_and_the_picture_worthless(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.cut()
    backend.wait(10)
    _, resume = backend.connect(epoch=2)
    assert resume["cursor"] is None
    assert backend.session.picture.room == Room("VBR")


def test_four_seconds_of_silence_are_stale_and_the_connection_is_dropped(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    assert backend.session.deadline_s() == backend.now_s + STALE_AFTER_S
    assert backend.wait(STALE_AFTER_S - 0.1) is Do.NOTHING
    assert backend.wait(0.1) is Do.DROP
    assert backend.session.picture.connection is Connection.STALE


def test_a_gap_is_shown_and_not_waited_for_longer_than_two_seconds(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    live(backend, entries[:2])
    backend.say(f.Heartbeat(now=NOW, head=4))
    assert backend.session.picture.gap == 2
    assert backend.wait(GAP_PATIENCE_S - 0.1) is Do.NOTHING
    assert backend.wait(0.1) is Do.DROP


def test_an_event_beyond_a_gap_is_never_shown_as_if_nothing_were_missing(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    live(backend, entries[:1])
    backend.events(entries[2:])
    assert backend.session.picture.room.position == 1
    assert backend.wait(0) is Do.DROP


def test_a_wrong_password_asks_again_and_never_retries_by_itself(backend: Backend) -> None:
    backend.session.connected(backend.now_s)
    backend.session.disconnected(backend.now_s, CloseCode.NOT_LOGGED_IN, "unknown operator or wrong password")
    assert backend.session.picture.connection is Connection.LOGIN_NEEDED
    assert backend.wait(60) is Do.NOTHING


def test_an_ended_session_token_falls_back_on_the_password(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.cut()
    backend.wait(10)
    backend.session.connected(backend.now_s)
    backend.heard()
    backend.cut(CloseCode.NOT_LOGGED_IN)
    assert backend.wait(0) is Do.CONNECT
    backend.session.connected(backend.now_s)
    assert backend.heard()[0]["password"] == "a long invented password"


def tried(backend: Backend, code: int | None, times: int) -> tuple[list[float], list[str]]:
    """Cut it again and again: the waits, and the addresses that are tried after them."""
    waits, urls = [], []
    for _ in range(times):
        backend.cut(code)
        deadline = backend.session.deadline_s()
        assert deadline is not None
        waits.append(round(deadline - backend.now_s, 1))
        urls.append(backend.session.url.split("/")[2])
        backend.wait(waits[-1])
    return waits, urls


def test_each_failed_try_goes_to_the_next_address_and_when_all_have_failed_waits_longer(
    backend: Backend,
) -> None:
    waits, urls = tried(backend, None, 9)
    assert urls == ["two", "one"] * 4 + ["two"]
    assert waits == [0.2, 0.2, 0.2, 0.4, 0.2, 0.8, 0.2, 1.6, 0.2]


def test_a_single_address_is_tried_with_growing_waits() -> None:
    made = Backend(urls=("ws://one/console",))
    made.session.login("4711", "a long invented password", made.now_s)
    made.wait(0)
    assert tried(made, None, 7)[0] == [0.2, 0.4, 0.8, 1.6, 3.2, 4.0, 4.0]
    assert not made.session.picture.backup


def test_one_that_stands_by_is_left_at_once_but_two_that_stand_by_are_not_stormed(backend: Backend) -> None:
    waits, urls = tried(backend, CloseCode.STANDBY, 4)
    assert urls == ["two", "one", "two", "one"]
    assert waits == [0.0, 0.2, 0.0, 0.4]


def test_silence_leads_to_the_other_address_within_five_seconds_and_the_feed_goes_on_there(
    backend: Backend,
) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    live(backend, entries[:2])
    assert backend.wait(STALE_AFTER_S) is Do.DROP
    backend.cut()
    assert backend.wait(0.2) is Do.CONNECT
    assert backend.session.url == "ws://two/console"
    _, resume = backend.connect(len(entries))
    assert resume["cursor"]["position"] == 2
    backend.events(entries[2:])
    assert backend.session.picture.backup
    assert not backend.session.picture.gap


def test_nobody_goes_back_to_the_first_address_by_itself(backend: Backend) -> None:
    backend.cut()
    backend.wait(1)
    live(backend, feed((1, NOTE)))
    for _ in range(120):
        backend.say(f.Heartbeat(now=NOW, head=2))
        assert backend.wait(1) is Do.NOTHING
    assert backend.session.url == "ws://two/console"


def test_a_command_says_on_the_backends_clock_until_when_it_may_act(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.now_s += 3
    backend.say(f.Heartbeat(now=NOW + timedelta(hours=2), head=2))
    backend.now_s += 0.5
    backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.session.send(c.Note(words="late it is still true"), ONE, 0, backend.now_s)
    moments = [frame["command"].get("expires_at") for frame in backend.heard()]
    late = NOW + timedelta(hours=2, seconds=0.5 + OUTBOX_MAX_AGE_S)
    assert moments[0] == f.Heartbeat(now=late, head=0).model_dump(mode="json")["now"]
    assert moments[1] is None


def test_a_command_that_goes_out_again_may_act_no_longer_for_it(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    first = backend.heard()[0]["command"]
    backend.cut()
    backend.wait(4)
    backend.session.connected(backend.now_s)
    backend.say(welcome(2).model_copy(update={"now": NOW + timedelta(seconds=4)}))
    backend.heard()
    backend.say(f.Heartbeat(now=NOW + timedelta(seconds=4), head=2))
    assert [frame["command"] for frame in backend.heard()] == [first]


def test_a_command_that_came_too_late_was_not_done_and_asks(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.heard()
    backend.say(f.Result(id=command, refusal=c.Refusal(code=c.TOO_LATE)))
    one = backend.session.picture.pending[command]
    assert (one.waiting, one.went_out) == (Waiting.ASKS, False)
    assert not backend.session.picture.results
    backend.session.confirm(command, backend.now_s)
    assert [frame["command"]["id"] for frame in backend.heard()] == [str(command)]


@pytest.mark.parametrize("done", [True, False])
def test_what_an_earlier_run_left_is_asked_about_before_the_operator_is(
    backend: Backend, *, done: bool
) -> None:
    live(backend, feed((1, NOTE)))
    left = c.Command(id=UUID(int=5), intervention=str(ONE), seen_decision=0, do=c.Acknowledge())
    backend.session.recover((left,), backend.now_s)
    asked = backend.heard()
    assert [frame["command"]["id"] for frame in asked] == [str(left.id)]
    assert asked[0]["command"]["expires_at"] < NOW.isoformat()  # the question itself does nothing
    assert backend.session.picture.pending[left.id].went_out
    refusal = None if done else c.Refusal(code=c.TOO_LATE)
    backend.say(f.Result(id=left.id, refusal=refusal))
    pending = backend.session.picture.pending
    assert {key: one.went_out for key, one in pending.items()} == ({} if done else {left.id: False})
    backend.say(f.Heartbeat(now=NOW, head=2))
    assert not backend.heard()  # it is asked once


def test_a_command_stands_as_sent_until_its_result(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    assert backend.session.picture.pending[command].waiting is Waiting.SENT
    assert backend.heard()[0]["command"]["do"] == {"verb": "acknowledge"}
    backend.say(f.Result(id=command, refusal=c.Refusal(code="already_acknowledged", facts={"by": "4712"})))
    assert not backend.session.picture.pending
    assert backend.session.picture.results[-1].id == command


def test_a_young_command_goes_out_again_by_itself_with_the_same_id(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.heard()
    backend.cut()
    assert backend.session.picture.pending[command].waiting is Waiting.QUEUED
    backend.wait(OUTBOX_MAX_AGE_S - 1)
    backend.connect(2)
    assert backend.heard() == []
    backend.say(f.Heartbeat(now=NOW, head=2))
    assert [frame["command"]["id"] for frame in backend.heard()] == [str(command)]


def test_an_old_command_asks_and_goes_out_only_when_confirmed(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.cut()
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.wait(OUTBOX_MAX_AGE_S + 1)
    assert backend.session.picture.pending[command].waiting is Waiting.ASKS
    backend.connect(2)
    backend.say(f.Heartbeat(now=NOW, head=2))
    assert backend.heard() == []
    backend.session.confirm(command, backend.now_s)
    assert [frame["command"]["id"] for frame in backend.heard()] == [str(command)]


def test_a_command_whose_intervention_has_changed_asks(backend: Backend) -> None:
    entries = feed((1, NOTE), (1, e.Acknowledged()))
    live(backend, entries[:2])
    backend.cut()
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.wait(1)
    backend.connect(3)
    backend.heard()
    backend.events(entries[2:])
    assert backend.session.picture.pending[command].waiting is Waiting.ASKS
    assert [frame["type"] for frame in backend.heard()] == ["ack"]


def test_a_note_is_always_kept_for_sending(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.cut()
    backend.session.send(c.Note(words="radio silence on channel 4"), ONE, 0, backend.now_s)
    backend.wait(3600)
    backend.connect(2)
    backend.say(f.Heartbeat(now=NOW, head=2))
    assert [frame["command"]["do"]["verb"] for frame in backend.heard()] == ["note"]


def test_what_an_earlier_run_left_asks(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    left = c.Command(id=UUID(int=5), intervention=str(ONE), seen_decision=0, do=c.Acknowledge())
    backend.session.recover((left,), backend.now_s)
    assert backend.session.picture.pending[left.id].waiting is Waiting.ASKS
    backend.session.discard(left.id)
    assert not backend.session.picture.pending


def test_an_answer_in_parts_arrives_whole(backend: Backend) -> None:
    entries = feed((1, NOTE), (1, NOTE))
    live(backend, entries)
    future: Future[f.Answer] = Future()
    backend.session.ask(f.AskTimeline(intervention=str(ONE)), future)
    query = UUID(backend.heard()[0]["id"])
    events = [event for _, event in entries]
    backend.say(f.Answer(id=query, events=tuple(events[:1]), last=False))
    assert not future.done()
    backend.say(f.Answer(id=query, events=tuple(events[1:])))
    assert list(future.result(0).events) == events


def test_a_question_that_is_cut_off_fails_and_does_not_hang(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    future: Future[f.Answer] = Future()
    backend.session.ask(f.AskTimeline(intervention=str(ONE)), future)
    backend.cut()
    with pytest.raises(ConnectionError):
        future.result(0)


def test_an_intervention_whose_beginning_is_missing_is_fetched(backend: Backend) -> None:
    entries = feed((1, NOTE), (1, NOTE))
    made = Backend(after=2)
    made.session.login("4711", "a long invented password", made.now_s)
    made.wait(0)
    made.connect(3)
    made.events(entries[2:])
    asked = next(frame for frame in made.heard() if frame["type"] == "query")
    made.say(f.Answer(id=UUID(asked["id"]), events=tuple(event for _, event in entries)))
    assert not made.session.picture.room.missing
    assert [len(one.timeline) for one in made.session.picture.room.queue()] == [3]


def test_a_press_that_was_not_recorded_stands_until_it_is(backend: Backend) -> None:
    live(backend, [])
    backend.say(f.PressUnrecorded(button="B-1", press_id="p1", received_at=NOW))
    assert len(backend.session.picture.unrecorded.rings) == 1
    backend.events(feed((1, NOTE)))
    assert not backend.session.picture.unrecorded.rings


@pytest.mark.parametrize("bad", ["", "{", "[]", "\x00", '{"type":"events","items":"x"}', b"\xff\xfe"])
def test_a_frame_that_cannot_be_read_changes_nothing_else(backend: Backend, bad: str | bytes) -> None:
    live(backend, feed((1, NOTE)))
    room = backend.session.picture.room
    backend.session.received(bad, backend.now_s)
    assert backend.session.picture.room is room
    assert backend.session.picture.notice == f.Notice(code="unreadable_frame")


def test_ages_are_measured_on_the_backends_clock(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.say(f.Heartbeat(now=NOW + timedelta(hours=1), head=2))
    clock = backend.session.picture.clock
    assert clock is not None
    assert clock.at(backend.now_s + 2) == NOW + timedelta(hours=1, seconds=2)


def raised_anew(position: int) -> f.PressUnrecorded:
    return f.PressUnrecorded(button="B-1", press_id=f"p{position}", received_at=NOW)


def test_a_long_resume_is_waited_for_as_long_as_it_moves(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    backend.connect(4)
    for part in range(1, 12):
        backend.say(f.Heartbeat(now=NOW, head=4))
        assert backend.wait(3) is Do.NOTHING
        backend.say(f.Snapshot(position=4, events=(), last=False))
        assert backend.session.picture.gap == 4, part
    backend.say(f.Snapshot(position=4, events=tuple(event for _, event in entries), last=True))
    assert backend.session.picture.gap == 0
    assert len(backend.session.picture.room.seen) == 2


def test_a_resume_that_never_comes_is_not_waited_for_for_ever(backend: Backend) -> None:
    backend.connect(4)
    said = Do.NOTHING
    for _ in range(int(RESUME_PATIENCE_S) + 2):
        backend.say(f.Heartbeat(now=NOW, head=4))
        said = backend.wait(1)
    assert said is Do.DROP


def test_a_login_while_a_connection_is_made_uses_that_one(backend: Backend) -> None:
    backend.session.login("4712", "another invented password", backend.now_s)
    assert backend.wait(0) is Do.NOTHING
    login, _ = backend.connect()
    assert login["operator"] == "4712"


def test_a_login_while_logged_in_is_a_new_conversation(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.session.login("4712", "another invented password", backend.now_s)
    assert backend.wait(0) is Do.DROP
    backend.say(welcome())  # still on its way when the old connection was dropped
    states = [backend.session.picture.connection]
    backend.cut(CloseCode.LOGGED_OUT)
    assert backend.wait(0) is Do.CONNECT
    login, _ = backend.connect(2)
    assert (login["operator"], login["token"]) == ("4712", None)
    states.append(backend.session.picture.connection)
    assert states == [Connection.CONNECTING, Connection.LIVE]


def test_another_control_room_begins_with_an_empty_picture(backend: Backend) -> None:
    live(backend, feed((1, NOTE), (2, NOTE)))
    backend.cut(CloseCode.LOGGED_OUT)
    backend.session.login("3711", "another invented password", backend.now_s)
    backend.wait(0)
    backend.session.connected(backend.now_s)
    backend.heard()
    other = f.Operator(id="3711", name="D. Voorbeeld", role=Role.OPERATOR, room="ANT")
    backend.say(welcome(1).model_copy(update={"operator": other}))
    assert backend.heard()[-1] == {"type": "resume", "cursor": None}
    assert backend.session.picture.room == Room("ANT")
    assert backend.session.picture.head == 1


def test_nobody_sends_what_another_operator_left_unsent(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.cut(CloseCode.LOGGED_OUT)
    backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.session.login("4712", "another invented password", backend.now_s)
    backend.wait(0)
    backend.session.connected(backend.now_s)
    backend.heard()
    other = f.Operator(id="4712", name="F. Fictief", role=Role.OPERATOR, room="VBR")
    backend.say(welcome(2).model_copy(update={"operator": other}))
    backend.say(f.Heartbeat(now=NOW, head=2))
    assert not backend.session.picture.pending
    assert [frame["type"] for frame in backend.heard()] == ["resume"]


def test_what_was_on_its_way_is_repeated_though_it_may_be_what_changed(backend: Backend) -> None:
    entries = feed((1, NOTE), (1, e.Acknowledged()))
    live(backend, entries[:2])
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.heard()
    backend.cut()
    backend.wait(1)
    backend.connect(3)
    backend.heard()
    backend.events(entries[2:])
    again = [frame["command"] for frame in backend.heard() if frame["type"] == "command"]
    assert [(one["id"], one["seen_decision"]) for one in again] == [(str(command), 0)]


def test_at_another_ledger_nothing_goes_out_by_itself(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.cut()
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    backend.wait(1)
    backend.connect(0, epoch=2)
    backend.say(f.Heartbeat(now=NOW, head=0))
    assert backend.session.picture.pending[command].waiting is Waiting.ASKS
    assert backend.heard() == []


def test_what_waits_asks_in_time_although_nothing_is_heard(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.cut(CloseCode.LOGGED_OUT)
    command = backend.session.send(c.Acknowledge(), ONE, 0, backend.now_s)
    assert backend.session.deadline_s() == backend.now_s + OUTBOX_MAX_AGE_S
    backend.wait(OUTBOX_MAX_AGE_S)
    assert backend.session.picture.pending[command].waiting is Waiting.ASKS


def test_a_press_that_is_not_recorded_rings_once_however_often_the_phone_tries(backend: Backend) -> None:
    live(backend, [])
    for _ in range(100):
        backend.say(raised_anew(1))
    assert len(backend.session.picture.unrecorded.rings) == 1


def test_a_press_that_was_recorded_meanwhile_stops_ringing_also_by_a_snapshot(backend: Backend) -> None:
    live(backend, [])
    backend.say(raised_anew(1))
    backend.cut()
    backend.wait(10)
    backend.connect(2)
    backend.say(f.Snapshot(position=2, events=tuple(event for _, event in feed((1, NOTE))), last=True))
    assert not backend.session.picture.unrecorded.rings


def test_a_hole_inside_a_frame_is_a_gap(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    live(backend, entries[:1])
    backend.events([entries[1], entries[3]])
    assert backend.session.picture.room.position == 1
    assert backend.wait(0) is Do.DROP


@pytest.mark.parametrize(
    "frame",
    [
        f.InterventionSnapshot(position=5, intervention=ONE, events=(), last=True),
        f.InterventionWithdrawn(position=5, intervention=ONE),
    ],
)
def test_gaining_or_losing_sight_beyond_a_gap_is_a_gap(backend: Backend, frame: BaseModel) -> None:
    live(backend, feed((1, NOTE)))
    backend.say(frame)
    assert (backend.session.picture.room.position, set(backend.session.picture.room.seen)) == (2, {ONE})
    assert backend.wait(0) is Do.DROP


def test_what_was_lost_from_sight_before_the_cursor_stays_when_it_is_told_again(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.say(f.InterventionWithdrawn(position=1, intervention=ONE))
    assert set(backend.session.picture.room.seen) == {ONE}


def test_a_timeline_that_cannot_be_had_is_asked_for_again_but_not_without_end(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    backend.connect(4)
    backend.say(f.Snapshot(position=2, events=(), last=True))
    backend.events([(3, entries[1][1]), (4, entries[3][1])])
    asked = [frame for frame in backend.heard() if frame["type"] == "query"]
    assert len(asked) == 2
    for one in asked:
        backend.say(f.Answer(id=UUID(one["id"]), refusal=c.Refusal(code="not_recorded")))
        backend.say(f.Heartbeat(now=NOW, head=4))
    assert [frame for frame in backend.heard() if frame["type"] == "query"] == []
    backend.wait(1)
    backend.say(f.Heartbeat(now=NOW, head=4))
    assert len([frame for frame in backend.heard() if frame["type"] == "query"]) == 2


def test_an_event_that_breaks_the_fold_is_fetched_and_breaks_nothing(backend: Backend) -> None:
    entries = feed((1, NOTE), (2, NOTE))
    backend.connect(4)
    holed = [entries[0][1], *(event for _, event in feed((1, NOTE), (1, NOTE))[2:]), entries[2][1]]
    backend.say(f.Snapshot(position=4, events=tuple(holed), last=True))
    assert set(backend.session.picture.room.seen) == {UUID(int=2)}
    assert [frame["type"] for frame in backend.heard()] == ["query", "ack"]


def test_a_listener_of_the_feed_that_fails_stops_nothing() -> None:
    def fail(_items: tuple[f.Positioned, ...]) -> None:
        raise RuntimeError

    made = Backend(on_events=fail)
    made.session.login("4711", "a long invented password", made.now_s)
    made.wait(0)
    live(made, feed((1, NOTE)))
    assert made.session.picture.room.position == 2


def test_a_question_that_nobody_waits_for_any_more_harms_nothing(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    early, late = Future[f.Answer](), Future[f.Answer]()
    early.cancel()
    backend.session.ask(f.AskTimeline(intervention=str(ONE)), early)
    assert backend.heard() == []
    backend.session.ask(f.AskTimeline(intervention=str(ONE)), late)
    query = UUID(backend.heard()[0]["id"])
    late.cancel()
    backend.say(f.Answer(id=query))
    assert backend.session.picture.notice is None


def test_a_backend_that_always_finds_it_too_slow_is_not_stormed(backend: Backend) -> None:
    waits = []
    for _ in range(3):
        backend.connect(4)
        backend.cut(CloseCode.TOO_SLOW)
        deadline = backend.session.deadline_s()
        assert deadline is not None
        waits.append(round(deadline - backend.now_s, 1))
        backend.wait(waits[-1])
    assert waits == [0.2, 0.4, 0.8]


def test_what_the_backend_said_before_a_restart_does_not_stand_after_it(backend: Backend) -> None:
    live(backend, feed((1, NOTE)))
    backend.say(f.Notice(code="stopping"))
    backend.cut()
    backend.wait(10)
    backend.connect(2)
    assert backend.session.picture.notice is None


def test_an_address_given_twice_hides_none(backend: Backend) -> None:
    made = Session(("ws://a/console", "ws://a/console", "ws://b/console"), lambda: ONE, Backoff(lambda: 1.0))
    made.login("4711", "x", 0)
    made.tick(0)
    made.disconnected(0)
    assert made.url == "ws://b/console"


def test_whoever_reads_the_feed_itself_is_told_that_a_snapshot_came_in_its_place() -> None:
    heard: list[int] = []
    made = Backend(after=1, on_events=lambda items: heard.extend(item.position for item in items))
    made.session.login("4711", "a long invented password", made.now_s)
    made.wait(0)
    made.connect(9000)
    made.say(f.Snapshot(position=9000, events=(), last=True))
    assert made.session.picture.notice == f.Notice(code="events_skipped", facts={"after": "1", "to": "9000"})
    assert heard == []


def test_the_patrols_are_known_once_their_list_has_come_whole(backend: Backend) -> None:
    backend.connect()
    known = []
    for frame in (
        f.Patrols(patrols=(), complete=False),
        f.Patrols(patrols=(), complete=True, last=False),
        f.Patrols(patrols=(), last=False),
        f.Patrols(patrols=()),
    ):
        backend.say(frame)
        known.append(backend.session.picture.patrols_known)
    assert known == [False, False, False, True]


def test_a_picture_is_whole_again_within_5_s_of_a_fault_however_often_it_failed_before(
    backend: Backend,
) -> None:
    """R3: at the worst the fault ends just after the last try, or silence is noticed only then."""
    for _ in range(10):
        backend.session.disconnected(backend.now_s)
        deadline_s = backend.session.deadline_s()
        assert deadline_s is not None
        assert deadline_s - backend.now_s <= 4.0
        backend.wait(4.0)
    backend.connect()
    assert backend.wait(4.0) is Do.DROP
    backend.session.disconnected(backend.now_s)
    assert backend.wait(0.2) is Do.CONNECT
