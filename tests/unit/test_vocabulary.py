"""The vocabulary of the ledger reads back what it wrote, and keeps what it does not know."""

import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from console.domain.commands import REFUSALS, Refusal
from console.domain.events import BODIES, DECISIVE, Event, NoteAdded, UnknownBody
from console.domain.ids import uuid7
from console.domain.location import r95_m
from console.domain.values import SYSTEM

NOW = datetime(2026, 3, 1, 14, 3, 10, 123_456, tzinfo=UTC)


def note() -> Event:
    return Event(
        id=uuid7(NOW, lambda bits: 0),
        intervention=UUID(int=7),
        version=1,
        decision=0,
        at=NOW,
        actor=SYSTEM,
        body=NoteAdded(words="neighbour saw him leave"),
    )


def test_an_event_reads_back_as_it_was_written() -> None:
    assert Event.model_validate_json(note().model_dump_json()) == note()


def test_times_travel_in_utc_with_milliseconds() -> None:
    assert '"at":"2026-03-01T14:03:10.123Z"' in note().model_dump_json()


def test_an_unknown_event_type_is_kept_whole() -> None:
    later = note().model_dump_json().replace("note.added", "drone.launched")
    event = Event.model_validate_json(later)
    assert isinstance(event.body, UnknownBody)
    assert event.type == "drone.launched"
    assert event.model_dump_json() == later


def test_a_time_without_a_zone_or_of_the_year_one_is_refused() -> None:
    for bad in ("2026-03-01T14:03:10", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"):
        with pytest.raises(ValidationError):
            Event.model_validate_json(note().model_dump_json().replace("2026-03-01T14:03:10.123Z", bad))


def test_every_decisive_type_is_in_the_vocabulary() -> None:
    assert set(BODIES) >= DECISIVE


def test_every_refusal_has_a_sentence_even_without_its_facts() -> None:
    for code in REFUSALS:
        assert Refusal(code=code).sentence.strip()


def test_uuid7_sorts_by_time_and_says_its_version() -> None:
    early, late = uuid7(NOW, lambda bits: (1 << bits) - 1), uuid7(NOW.replace(minute=4), lambda bits: 0)
    assert early < late
    assert (early.version, early.variant) == (7, "specified in RFC 4122")


def test_a_radius_of_68_percent_is_widened_by_1_62_and_one_of_95_is_left() -> None:
    assert r95_m(100, 68) == pytest.approx(162, abs=0.5)
    assert r95_m(100, None) == pytest.approx(162, abs=0.5)
    assert r95_m(100, 95) == 100


def test_the_domain_needs_neither_screen_nor_database() -> None:
    code = (
        "import sys, console.domain.commands, console.domain.patrols;"
        "print(sorted({'textual', 'rich', 'sqlmodel', 'websockets', 'shapely'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
