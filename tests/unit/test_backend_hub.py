"""The fan-out without sockets: order, bounds, and nothing lost between resume and live (R3, R8)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from backend_stub.framing import PART_BYTES, encoded, events_frames, in_parts, patrols_frames, snapshot_frames
from backend_stub.hub import ConsoleSession, Hub, needed
from backend_stub.ledger import FeedKind, FeedRow
from backend_stub.outbox import Outbox
from backend_stub.patrol_board import PatrolBoard
from backend_stub.registry.records import PatrolUnit
from console.domain.casefile import extract_of
from console.domain.events import AlarmRaised, ButtonStatus, CaseFileRef, Event, NoteAdded
from console.domain.values import SYSTEM
from console.wire import console_frames as f
from console.wire.field_frames import PatrolPosition
from console.wire.limits import MAX_FRAME_BYTES
from tests.story import case_file

NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
UNIT = PatrolUnit(
    id="5388/L-12", call_sign="L-12", zone="5388", room="VBR", language="nl", home_lon=4.7, home_lat=50.88
)


def note(version: int, words: str = "", intervention: UUID | None = None) -> Event:
    return Event(
        id=uuid4(),
        intervention=intervention or UUID(int=1),
        version=version,
        decision=0,
        at=NOW,
        actor=SYSTEM,
        body=NoteAdded(words=words),
    )


def row(pos: int, room: str = "VBR", kind: FeedKind = FeedKind.EVENT) -> FeedRow:
    return FeedRow(room, pos, pos, kind, note(pos))


def hub(*units: PatrolUnit) -> Hub:
    return Hub(lambda _room: 0, PatrolBoard(units))


def taken(session: ConsoleSession) -> list[f.ToConsole]:
    frames = []
    while (frame := session.outbox.take()) is not None:
        assert len(frame) <= MAX_FRAME_BYTES
        frames.append(f.to_console.validate_json(frame))
    return frames


def positions(frames: Sequence[f.ToConsole]) -> list[int]:
    return [item.position for frame in frames if isinstance(frame, f.Events) for item in frame.items]


def live(hub: Hub, room: str = "VBR", outbox: Outbox | None = None) -> ConsoleSession:
    session = ConsoleSession(room, "4711", outbox or Outbox())
    hub.admit(session)
    hub.rewind(session, hub.head(room))
    assert hub.go_live(session)
    taken(session)
    return session


def test_what_is_committed_goes_to_the_consoles_of_its_room_only() -> None:
    board = hub()
    own, other = live(board), live(board, "ANT")
    board.publish([row(1), row(1, "ANT"), row(2)], {})
    assert positions(taken(own)) == [1, 2]
    assert positions(taken(other)) == [1]


def test_a_console_gets_nothing_before_it_has_resumed() -> None:
    board = hub()
    session = ConsoleSession("VBR", "4711")
    board.admit(session)
    board.publish([row(1)], {})
    assert taken(session) == []


def test_r3_whatever_is_committed_while_a_console_catches_up_comes_once_and_in_order() -> None:
    for seed in range(200):
        chance = random.Random(seed)
        board, ledger = hub(), [row(pos) for pos in range(1, 60)]
        published = committed = 0
        session: ConsoleSession | None = None
        frames: list[f.ToConsole] = []
        begun = chance.randrange(40)
        while published < len(ledger) or session is None or not session.live:
            step = chance.random()
            if step < 0.4 and committed < len(ledger):
                committed += 1  # the writer has it; the loop does not know yet
            elif step < 0.7 and published < committed:
                board.publish(ledger[published : published + 1], {})
                published += 1
            elif session is None and published >= begun:
                session = ConsoleSession("VBR", "4711")
                board.admit(session)
                board.rewind(session, begun)
            elif session is not None and not session.live and not board.go_live(session):
                most = session.position + chance.randrange(1, 9)
                board.catch_up(session, ledger[session.position : min(committed, most)], {})
            if session is not None:
                frames += taken(session)
        assert positions(frames) == list(range(begun + 1, len(ledger) + 1)), f"seed {seed}"


def test_r8_a_console_beyond_its_bound_is_given_up_and_the_others_are_not() -> None:
    board = hub()
    slow, fast = live(board, outbox=Outbox(frames=10)), live(board)
    for pos in range(1, 30):
        board.publish([row(pos)], {})
        taken(fast)
    assert slow.outbox.overflowed
    assert not slow.live
    assert slow.outbox.take() is None, "what it will read again is not kept"
    assert board.counts.overflows == 1
    assert not fast.outbox.overflowed


def test_r8_few_long_frames_are_too_many_as_well() -> None:
    outbox = Outbox(frames=1_000, size=100_000)
    outbox.put(b"x" * 30_000 for _ in range(4))
    assert outbox.overflowed


def test_an_intervention_that_comes_into_sight_comes_whole_and_one_that_goes_as_its_id() -> None:
    board = hub()
    session = live(board)
    seen = row(1, kind=FeedKind.SNAPSHOT)
    gone = row(2, kind=FeedKind.WITHDRAWN)
    assert needed([seen, gone]) == {(seen.event.intervention, 1)}
    board.publish([seen, gone, row(3)], {(seen.event.intervention, 1): [seen.event]})
    first, second, third = taken(session)
    assert isinstance(first, f.InterventionSnapshot)
    assert (first.position, first.last, len(first.events)) == (1, True, 1)
    assert isinstance(second, f.InterventionWithdrawn)
    assert positions([third]) == [3]


def test_the_latest_heartbeat_and_the_latest_patrols_win() -> None:
    board = hub(UNIT)
    session = live(board)
    patrols = board._patrols
    for second in range(5):
        lon = 4.7 + second / 1000
        patrols.moved(UNIT.id, PatrolPosition(lon=lon, lat=50.88, taken_at=NOW), NOW)
        board.tick(NOW + timedelta(seconds=second), ())
    frames = taken(session)
    assert [frame.type for frame in frames] == ["heartbeat", "patrols"]
    assert isinstance(frames[0], f.Heartbeat)
    assert frames[0].now == NOW + timedelta(seconds=4)
    board.tick(NOW + timedelta(seconds=5), ())
    later = [frame for frame in taken(session) if isinstance(frame, f.Patrols)]
    assert [frame.patrols[0].lon for frame in later] == [4.704]
    board.tick(NOW + timedelta(seconds=6), ())
    assert not any(isinstance(frame, f.Patrols) for frame in taken(session)), "nothing changed"


def test_events_go_before_the_heartbeat_that_counts_them() -> None:
    board = hub()
    session = live(board)
    board.publish([row(1)], {})
    board.tick(NOW, ("the disk is full",))
    events, beat = taken(session)
    assert positions([events]) == [1]
    assert isinstance(beat, f.Heartbeat)
    assert (beat.head, beat.trouble) == (1, ("the disk is full",))


def test_long_lists_come_in_parts_that_fit_and_none_is_lost() -> None:
    items = [b"%d" % number * random.Random(number).randrange(1, 9_000) for number in range(300)]
    parts = list(in_parts(items))
    assert [item for part in parts for item in part] == items
    assert all(sum(map(len, part)) <= PART_BYTES for part in parts)
    assert len(parts) > 1


def test_an_empty_snapshot_and_an_empty_list_of_patrols_are_still_said() -> None:
    (snapshot,) = snapshot_frames(7, [])
    frame = f.to_console.validate_json(snapshot)
    assert isinstance(frame, f.Snapshot)
    assert (frame.position, frame.events, frame.last) == (7, (), True)
    (patrols,) = patrols_frames([], complete=True)
    assert f.to_console.validate_json(patrols) == f.Patrols(patrols=(), complete=True)
    assert list(patrols_frames([])) == []
    assert list(events_frames([])) == []


def test_an_event_that_fits_into_no_frame_goes_without_its_extract() -> None:
    extract = extract_of(case_file(), NOW.date())
    raised = AlarmRaised(
        number="VBR-2026-0001",
        room="VBR",
        button="VBR-B-0001",
        button_status=ButtonStatus.ALLOCATED,
        press_id="p-1",
        pressed_at=NOW,
        case_file=CaseFileRef(id="c", revision=1, number="n", file_zone="5388"),
        victim=extract.victim.model_copy(update={"medical": "x" * MAX_FRAME_BYTES}),
        perpetrator=extract.perpetrator,
    )
    event = note(1).model_copy(update={"body": raised})
    assert len(encoded(event)) < PART_BYTES
    read = Event.model_validate_json(encoded(event))
    assert isinstance(read.body, AlarmRaised)
    assert (read.body.extract, read.body.case_file) == (None, raised.case_file)
