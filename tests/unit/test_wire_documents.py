"""What travels is what the documents say, and what an earlier version wrote is still read."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from console.domain.commands import Command
from console.domain.events import BODIES, Event, UnknownBody
from console.wire import console_frames, field_frames
from console.wire.cleaning import read_cleaned
from console.wire.schema import CHANNELS, DIRECTORY, documents

GOLDEN = Path(__file__).parents[1] / "golden" / "v1"
ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "console_to_backend": console_frames.from_console,
    "console_from_backend": console_frames.to_console,
    "device_to_backend": field_frames.from_device,
    "device_from_backend": field_frames.to_device,
    "patrol_to_backend": field_frames.from_patrol,
    "patrol_from_backend": field_frames.to_patrol,
}
SCHEMAS = {
    "console_to_backend": "from-console",
    "console_from_backend": "to-console",
    "device_to_backend": "from-device",
    "device_from_backend": "to-device",
    "patrol_to_backend": "from-patrol",
    "patrol_from_backend": "to-patrol",
}


def lines(name: str) -> list[str]:
    return (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", list(ADAPTERS))
def test_golden_frames_read_back_as_they_were_written_and_fit_the_schema(name: str) -> None:
    schema = json.loads((DIRECTORY / f"{SCHEMAS[name]}.schema.json").read_text(encoding="utf-8"))
    for line in lines(name):
        frame = read_cleaned(ADAPTERS[name], line)
        assert ADAPTERS[name].dump_json(frame).decode() == line
        jsonschema.validate(json.loads(line), schema)


@pytest.mark.parametrize("name", list(ADAPTERS))
def test_every_frame_type_has_a_golden_line(name: str) -> None:
    channel, _, way = name.partition("_")
    _, to_backend, from_backend = CHANNELS[channel]
    models = to_backend if way == "to_backend" else from_backend
    assert [json.loads(line)["type"] for line in lines(name)] == [
        model.model_fields["type"].default for model in models
    ]


def test_events_of_version_one_are_still_read_whole() -> None:
    kinds = set()
    for line in lines("events"):
        event = Event.model_validate_json(line)
        assert not isinstance(event.body, UnknownBody)
        assert event.model_dump_json() == line
        kinds.add(event.type)
    assert kinds == set(BODIES)


def test_commands_of_version_one_are_still_read_whole() -> None:
    for line in lines("commands"):
        assert Command.model_validate_json(line).model_dump_json() == line


def test_the_documents_say_what_the_code_says() -> None:
    for name, text in documents().items():
        assert (DIRECTORY / name).read_text(encoding="utf-8") == text, f"run `make schema`: {name}"


@pytest.mark.parametrize("name", ["device_to_backend", "patrol_to_backend", "console_to_backend"])
def test_a_field_that_is_not_known_is_refused_from_outside(name: str) -> None:
    for line in lines(name):
        with pytest.raises(ValidationError):
            ADAPTERS[name].validate_json(line[:-1] + ',"surprise":1}')


def test_a_console_keeps_fields_of_a_later_version() -> None:
    for line in lines("console_from_backend"):
        later = line[:-1] + ',"surprise":1}'
        assert (
            ADAPTERS["console_from_backend"].dump_json(read_cleaned(ADAPTERS["console_from_backend"], later))
            == later.encode()
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lon", "181"),
        ("lat", "-90.1"),
        ("lon", "NaN"),
        ("radius_m", "-1"),
        ("taken_at", '"0001-01-01T00:00:00Z"'),
    ],
)
def test_a_position_out_of_range_is_refused(field: str, value: str) -> None:
    frame = json.loads(lines("device_to_backend")[2])
    assert frame["type"] == "fix"
    frame["fix"][field] = "@"
    with pytest.raises(ValidationError, match=field):
        field_frames.from_device.validate_json(json.dumps(frame).replace('"@"', value))
