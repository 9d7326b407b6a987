"""Nothing that a backend says, and no mistake in what takes it in, ends a console or hides the rest (R11).

What is broken on purpose is found by watching which functions each kind of frame runs through, so that a new one
is broken as well.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import console.domain.room
import console.link.gap_watch
import console.link.outbox
import console.link.parts
import console.link.sending
import console.link.session
import console.link.unrecorded
from console.domain import commands as c
from console.domain import events as e
from console.domain.room import Room
from console.link.gap_watch import HOPELESS_AFTER, RESUME_PATIENCE_S
from console.link.interface import Connection
from console.link.parts import FETCH_SELDOM_S
from console.link.session import Do
from console.wire import console_frames as f
from tests.unit.test_evolve import NOW
from tests.unit.test_link_session import ONE, Backend, live, welcome
from tests.unit.test_room import NOTE, feed

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "v1" / "console_from_backend.jsonl"
FRAMES: Final = {json.loads(line)["type"]: line for line in GOLDEN.read_text(encoding="utf-8").splitlines()}
MODULES: Final = (
    console.domain.room,
    console.link.gap_watch,
    console.link.outbox,
    console.link.parts,
    console.link.sending,
    console.link.session,
    console.link.unrecorded,
)
NOT_BROKEN: Final = {"received", "_change"}
"""The door itself, and what says that something failed behind it."""


def logged_in() -> Backend:
    made = Backend()
    made.session.login("4711", "a long invented password", made.now_s)
    made.wait(0)
    live(made, feed((1, NOTE), (2, NOTE)))
    return made


def before(kind: str) -> Backend:
    """A console to which a frame of this kind can be said."""
    made = logged_in()
    if kind == "welcome":
        made.cut()
        made.wait(10)
        made.session.connected(made.now_s)
    return made


def functions() -> dict[CodeType, tuple[Any, str]]:
    """Every function of the link and of the fold, by its code: where it stands, and its name."""
    found: dict[CodeType, tuple[Any, str]] = {}
    for module in MODULES:
        owners = [module, *(one for one in vars(module).values() if isinstance(one, type))]
        for owner in owners:
            if getattr(owner, "__module__", module.__name__) != module.__name__:
                continue
            for name, value in vars(owner).items():
                code = getattr(value, "__code__", None)
                if code is not None and value.__module__ == module.__name__:
                    found[code] = owner, name
    return found


def run_through(kind: str) -> list[tuple[Any, str]]:
    """What the golden frame of a kind runs through."""
    known, seen = functions(), dict[tuple[Any, str], None]()
    made = before(kind)

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and (place := known.get(frame.f_code)) and place[1] not in NOT_BROKEN:
            seen[place] = None

    sys.setprofile(watch)
    try:
        made.session.received(FRAMES[kind], made.now_s)
    finally:
        sys.setprofile(None)
    return list(seen)


PLACES: Final = [(kind, owner, name) for kind in FRAMES for owner, name in run_through(kind)]


@contextmanager
def broken(owner: Any, name: str) -> Iterator[None]:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("broken on purpose")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, fail)
        yield


@pytest.mark.parametrize(
    ("kind", "owner", "name"), PLACES, ids=[f"{kind}-{owner.__name__}.{name}" for kind, owner, name in PLACES]
)
def test_a_mistake_anywhere_behind_a_frame_is_shown_and_the_rest_goes_on(
    kind: str, owner: Any, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = before(kind)
    with broken(owner, name):
        made.session.received(FRAMES[kind], made.now_s)
    notice = made.session.picture.notice
    assert notice is not None
    assert (notice.code, notice.facts) == ("frame_failed", {"type": kind})
    assert "broken on purpose" not in caplog.text  # what failed and where, never what it was about
    made.session.disconnected(made.now_s, None, "cut")
    made.wait(10)
    made.connect(3, epoch=7)
    entries = feed((1, NOTE), (3, NOTE))
    made.events(entries)
    whole, _ = Room("VBR").apply(entries)
    assert dict(made.session.picture.room.seen) == dict(whole.seen)


def test_the_list_of_what_is_broken_is_not_empty_for_any_frame() -> None:
    assert {kind for kind, _, _ in PLACES} >= FRAMES.keys() - {"notice"}
    assert len(PLACES) > 40


# Events that cannot be read.


def with_broken(entries: list[tuple[int, e.Event]], place: int, **changed: Any) -> str:
    """A frame of these events, one of them with other values; None takes a field away."""
    items = [f.Positioned(position=at, event=event).model_dump(mode="json") for at, event in entries]
    event = items[place]["event"]
    for name, value in changed.items():
        event.pop(name, None)
        if value is not None:
            event[name] = value
    return json.dumps({"type": "events", "items": items})


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": {"kind": "drone", "id": "d-1"}},
        {"actor": None},
        {"id": 7},
        {"body": None},
        {"body": "a word"},
        {"body": {"type": 9}},
    ],
)
def test_an_event_whose_envelope_cannot_be_read_whole_takes_its_place_and_nothing_is_asked_again(
    changed: dict[str, Any],
) -> None:
    made = logged_in()
    entries = feed((1, NOTE), (2, NOTE), (1, NOTE), (1, NOTE), (2, NOTE))[4:]
    made.session.received(with_broken(entries, 0, **changed), made.now_s)
    picture = made.session.picture
    assert picture.notice == f.Notice(code="update_needed")
    assert picture.room.position == entries[-1][0]
    assert not picture.room.missing
    assert not picture.gap
    assert made.wait(0) is Do.NOTHING
    timeline = picture.room.seen[ONE].timeline
    if "body" in changed:
        assert isinstance(timeline[2].body, e.UnknownBody)
        assert timeline[2].body.model_dump()["raw"]["version"] == timeline[2].version
        assert picture.room.seen[ONE].update_needed
    else:
        assert timeline[2].body == entries[0][1].body


@pytest.mark.parametrize("field", ["intervention", "version", "decision", "at"])
def test_an_event_of_which_nothing_can_be_read_is_passed_and_never_asked_for_in_a_loop(field: str) -> None:
    made = logged_in()
    entries = feed((1, NOTE), (2, NOTE), (1, NOTE), (1, NOTE), (2, NOTE))[4:]
    made.session.received(with_broken(entries, 0, **{field: "?"}), made.now_s)
    picture = made.session.picture
    assert picture.room.position == entries[-1][0]
    assert picture.connection is Connection.LIVE
    assert list(picture.room.missing) == [ONE]  # the next event of it shows that one is not here
    answers = 0
    for _ in range(300):
        for asked in made.heard():
            if asked["type"] == "query":
                answers += 1
                broken_timeline = {"type": "answer", "id": asked["id"], "events": ["?"]}
                made.session.received(json.dumps(broken_timeline), made.now_s)
        made.say(f.Heartbeat(now=NOW, head=entries[-1][0]))
        assert made.wait(1) is Do.NOTHING
    assert 1 < answers < 300 / FETCH_SELDOM_S + 8
    assert made.session.picture.connection is Connection.LIVE


def test_a_press_whose_envelope_cannot_be_read_whole_rings_all_the_same() -> None:
    made = logged_in()
    raised = feed((1, NOTE), (2, NOTE), (3, NOTE))[4:5]
    made.session.received(with_broken(raised, 0, actor={"kind": "satellite", "id": "s"}), made.now_s)
    assert len(made.session.picture.room.seen) == 3


def test_a_place_in_the_feed_that_never_comes_whole_is_passed_by_a_snapshot() -> None:
    made = logged_in()
    entries = feed((1, NOTE), (2, NOTE), (3, NOTE))
    resumes = []
    for _ in range(HOPELESS_AFTER + 1):
        made.session.received('{"type":"events","items":[{"place":5}]}', made.now_s)
        for _ in range(int(RESUME_PATIENCE_S) + 2):
            made.say(f.Heartbeat(now=NOW, head=6))
            if made.wait(1) is Do.DROP:
                break
        made.cut()
        made.wait(10)
        made.session.connected(made.now_s)
        made.heard()
        made.say(welcome(6))
        resumes += [frame["cursor"] and frame["cursor"]["position"] for frame in made.heard()]
        if resumes[-1] is None:
            break
    assert resumes == [4] * (HOPELESS_AFTER - 1) + [None]
    made.say(f.Snapshot(position=6, events=tuple(event for _, event in entries), last=True))
    assert made.session.picture.gap == 0
    assert len(made.session.picture.room.seen) == 3


def test_a_peer_that_says_nothing_that_can_be_read_is_not_alive() -> None:
    made = logged_in()
    said = Do.NOTHING
    for _ in range(5):
        made.session.received("\x00", made.now_s)
        said = made.wait(1)
    assert said is Do.DROP
    assert made.session.picture.connection is Connection.STALE


# Presses that could not be stored.


def lost(number: int) -> f.PressUnrecorded:
    return f.PressUnrecorded(button="B-1", press_id=f"never {number}", received_at=NOW)


def test_a_press_that_is_never_recorded_rings_until_the_operator_takes_note() -> None:
    made = logged_in()
    made.say(lost(1))
    made.say(lost(2))
    made.session.note_unrecorded()
    made.say(lost(1))  # the backend tells it again after a reconnect
    unrecorded = made.session.picture.unrecorded
    assert ([one.press_id for one in unrecorded.rings], [one.press_id for one in unrecorded.noted]) == (
        ["never 2"],
        ["never 1"],
    )
    made.say(f.Heartbeat(now=NOW.replace(year=NOW.year + 1), head=4))
    assert not made.session.picture.unrecorded.rings
    assert not made.session.picture.unrecorded.noted


def test_a_press_that_is_recorded_where_this_room_sees_nothing_of_it_rings_no_more() -> None:
    made = logged_in()
    made.say(lost(1))
    made.say(lost(2))
    made.session.note_unrecorded()
    made.say(f.PressRecorded(button="B-1", press_id="never 3"))
    assert len(made.session.picture.unrecorded.rings) == len(made.session.picture.unrecorded.noted) == 1
    made.say(f.PressRecorded(button="B-1", press_id="never 2"))
    made.say(f.PressRecorded(button="B-1", press_id="never 1"))
    assert not made.session.picture.unrecorded.rings
    assert not made.session.picture.unrecorded.noted


# A hostile backend.


def mutated(line: str, random: Random) -> str | bytes:
    """A frame with something wrong in it."""
    match random.randrange(4):
        case 0:
            cut = random.randrange(len(line))
            return line[:cut] + line[cut + random.randrange(1, 9) :]
        case 1:
            raw = bytearray(line.encode())
            for _ in range(random.randrange(1, 5)):
                raw[random.randrange(len(raw))] = random.randrange(256)
            return bytes(raw)
        case _:
            value = json.loads(line)
            _spoil(value, random)
            return json.dumps(value)


def _spoil(value: Any, random: Random) -> None:
    """Change something at some depth."""
    if isinstance(value, dict | list) and value:
        key = random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
        if isinstance(value[key], dict | list) and value[key] and random.random() < 0.8:
            _spoil(value[key], random)
        else:
            wrong: tuple[Any, ...] = (
                None,
                -1,
                2**63,
                1e308,
                "",
                "\x1b[2J",
                [],
                {},
                True,
                "x" * 3000,
                "9999-12-31T23:59:59Z",
            )
            value[key] = random.choice(wrong)


@given(st.randoms(use_true_random=False))
def test_whatever_a_backend_says_the_console_goes_on_and_the_next_good_word_is_heard(random: Random) -> None:
    made = logged_in()
    command = made.session.send(c.Acknowledge(), ONE, 0, made.now_s)
    for _ in range(20):
        made.session.received(mutated(random.choice(list(FRAMES.values())), random), made.now_s)
        made.session.tick(made.now_s)
        made.heard()
    made.session.disconnected(made.now_s, None, "cut")
    made.wait(10)
    made.session.login("4711", "a long invented password", made.now_s)
    made.wait(10)
    made.connect(4, epoch=8)
    entries = feed((1, NOTE), (2, NOTE))
    made.say(f.Snapshot(position=4, events=tuple(event for _, event in entries), last=True))
    assert len(made.session.picture.room.seen) == 2
    assert made.session.picture.connection is Connection.LIVE
    assert command in made.session.picture.pending or command in {
        one.id for one in made.session.picture.results
    }
