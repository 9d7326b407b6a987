"""What a console reads of a backend of a later version: no event hides another (R11)."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain import events as e
from console.wire import console_frames as f
from console.wire.reading import read_from_backend
from tests.story import Story, case_file, near
from tests.unit.test_room import NOTE, feed


def frame(entries: list[tuple[int, e.Event]], **body: Any) -> str:
    """An `Events` frame whose first event has these in its body."""
    items = [f.Positioned(position=at, event=event).model_dump(mode="json") for at, event in entries]
    items[0]["event"]["body"].update(body)
    return f.UnknownFrame.model_validate({"type": "events", "items": items}).model_dump_json()


def read(text: str) -> tuple[list[e.Event], bool]:
    made, unread = read_from_backend(text)
    assert isinstance(made, f.Events)
    return [item.event for item in made.items if isinstance(item, f.Positioned)], unread


def test_what_can_be_read_is_read_as_it_is() -> None:
    entries = feed((1, NOTE), (2, NOTE))
    assert read(frame(entries)) == ([event for _, event in entries], False)


def test_an_event_with_a_word_of_a_later_version_is_kept_raw_and_the_others_stand() -> None:
    entries = feed((1, NOTE), (1, e.InterventionClosed(outcome=e.Outcome.ARREST, words="x")), (2, NOTE))[2:]
    events, unread = read(frame(entries, outcome="moved_abroad"))
    assert unread
    assert isinstance(events[0].body, e.UnknownBody)
    assert events[0].body.model_dump() == entries[0][1].body.model_dump(mode="json") | {
        "outcome": "moved_abroad"
    }
    assert events[1:] == [event for _, event in entries[1:]]


def test_a_press_is_shown_without_what_cannot_be_read_of_its_file() -> None:
    story = Story()
    seen = story.seen(story.press("VBR-2026-0001", near(at=story.now), case_file()))
    entries = list(enumerate(seen.timeline, start=1))
    perpetrator = entries[0][1].body.model_dump(mode="json")["perpetrator"] | {"status": "on_parole"}
    events, unread = read(frame(entries, perpetrator=perpetrator))
    assert unread
    body = events[0].body
    assert isinstance(body, e.AlarmRaised)
    assert (body.perpetrator, body.victim, body.fix) == (None, *_of(entries[0][1]))
    assert body.extract is None


def _of(event: e.Event) -> tuple[object, object]:
    assert isinstance(event.body, e.AlarmRaised)
    return event.body.victim, event.body.fix


@pytest.mark.parametrize(
    "bad", ["[]", "7", '{"type":"events","items":[7]}', '{"type":"heartbeat"}', "\x00", ""]
)
def test_what_is_no_frame_stays_an_error(bad: str) -> None:
    with pytest.raises(ValueError, match=r"validation error|expected value|EOF|control character"):
        read_from_backend(bad)
