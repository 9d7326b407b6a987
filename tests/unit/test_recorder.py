"""What a console sees comes back from its recording as it saw it, whatever pictures it got in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain import events as e
from console.domain.room import Room
from console.domain.sight import glimpse
from console.link.recorder import Recorder
from console.wire import recording as r
from tests.story import START, case_file, leuven_by_night, near
from tests.unit.test_recording import told

NOW = START + timedelta(hours=1)


def pictures() -> list[Room]:
    """The night in Leuven, a picture for each event."""
    room, made = Room(code="VBR"), [Room(code="VBR")]
    for item in told().items[:-2]:
        room = r.folded(room, item)
        made.append(room)
    return made


def folded(recorder: Recorder) -> Room:
    room = Room(code="VBR")
    for item in recorder.items:
        room = r.folded(room, item)
        assert not room.missing
    return room


@pytest.mark.parametrize("every", [1, 3, 7, 1000])
def test_the_recording_ends_in_the_room_that_the_console_had(every: int) -> None:
    seen = pictures()
    recorder = Recorder()
    for picture in [*seen[::every], seen[-1]]:
        recorder.heard(picture, NOW)
    assert {key: one.state for key, one in folded(recorder).seen.items()} == {
        key: one.state for key, one in seen[-1].seen.items()
    }
    assert {key: one.timeline for key, one in folded(recorder).seen.items()} == {
        key: one.timeline for key, one in seen[-1].seen.items()
    }
    assert folded(recorder).patrols == seen[-1].patrols
    times = [item.at for item in recorder.items]
    assert times == sorted(times)
    r.recording_of(
        r.lines_of(r.Recording(r.Header(title="x", room="VBR", starts_at=times[0]), recorder.items))
    )


def test_what_begins_meanwhile_is_told_event_by_event_and_what_stood_is_told_whole() -> None:
    seen = pictures()
    started = seen[-1].seen[next(iter(seen[-1].seen))].timeline[0].at - timedelta(seconds=1)
    live, late = Recorder(), Recorder()
    live.heard(Room(code="VBR"), started)
    for recorder in live, late:
        recorder.heard(seen[-1], NOW)
    assert {item.type for item in live.items} == {"patrols", "event"}
    assert {item.type for item in late.items} == {"patrols", "sight"}


def test_sight_that_is_lost_and_only_what_is_wanted() -> None:
    whole = pictures()[-1]
    one = next(iter(whole.seen))
    recorder, chosen = Recorder(), Recorder(lambda seen: seen.state.id == one)
    for picture in whole, whole.without(one):
        recorder.heard(picture, NOW)
        chosen.heard(picture, NOW)
    assert folded(recorder).seen.keys() == whole.seen.keys() - {one}
    assert not folded(chosen).seen
    assert {item.intervention for item in chosen.items if isinstance(item, r.RecordedSight)} == {one}


def test_a_glimpse_stays_a_glimpse() -> None:
    story, _ = leuven_by_night()
    press = story.press("VBR-2026-0499", near(at=story.now), case_file())
    seen = story.seen(press)
    glimpsed = glimpse(seen.timeline[-1], seen.state)
    recorder = Recorder()
    recorder.heard(Room(code="ANT"), START)
    recorder.heard(Room(code="ANT").apply([(1, glimpsed)])[0], NOW)
    assert [event.type for event in _events(recorder)] == ["intervention.glimpsed"]
    assert len(recorder.items) == 1


def _events(recorder: Recorder) -> list[e.Event]:
    return [item.event for item in recorder.items if isinstance(item, r.RecordedEvent)]
