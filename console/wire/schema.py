"""The wire as documents: JSON Schema of every frame and of a recording, and an AsyncAPI 3 description of the three endpoints.

python -m console.wire.schema          writes docs/wire/
python -m console.wire.schema --check  exits 1 if what lies there is not what the code says
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from console.wire import console_frames as console
from console.wire import field_frames as field
from console.wire import recorded
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL, CloseCode
from console.wire.scenario import Scenario

DIRECTORY = Path(__file__).resolve().parents[2] / "docs" / "wire"
REF = "#/components/schemas/{model}"


def _models(union: Any) -> tuple[type[BaseModel], ...]:
    """The frame models of a discriminated union."""
    return get_args(get_args(union)[0])


CHANNELS: dict[str, tuple[str, tuple[type[BaseModel], ...], tuple[type[BaseModel], ...]]] = {
    "console": (
        f"Consoles; sub-protocol {SUBPROTOCOL}. The first frame is a login.",
        _models(console.FromConsole),
        get_args(console.KnownToConsole),
    ),
    "device": (
        "Buttons with their 112 app. The first frame is a hello.",
        _models(field.FromDevice),
        _models(field.ToDevice),
    ),
    "patrol": (
        "Patrols' mobile terminals. The first frame is a hello.",
        _models(field.FromPatrol),
        _models(field.ToPatrol),
    ),
}
"""Endpoint -> what it is for, frames to the backend, frames from the backend."""


def asyncapi() -> dict[str, Any]:
    """Describe endpoints, messages and operations (AsyncAPI 3.0)."""
    every = {model for _, up, down in CHANNELS.values() for model in (*up, *down)}
    ordered = sorted(every, key=lambda model: (model.__module__, model.__name__))
    _, schemas = models_json_schema([(model, "validation") for model in ordered], ref_template=REF)
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for name, (purpose, up, down) in CHANNELS.items():
        messages = {
            model.__name__: {"$ref": f"#/components/messages/{model.__name__}"} for model in (*up, *down)
        }
        channels[name] = {"address": f"/{name}", "description": purpose, "messages": messages}
        for action, models in (("receive", up), ("send", down)):
            operations[f"{name}_{action}"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{model.__name__}"} for model in models],
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mobile stalking alarm",
            "version": SUBPROTOCOL,
            "description": f"One JSON object a text frame, at most {MAX_FRAME_BYTES} bytes. Close codes: "
            + ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in CloseCode)
            + ". Explained in docs/wire.md.",
        },
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {
                model.__name__: {
                    "name": model.model_fields["type"].default,
                    "summary": (model.__doc__ or "").strip().split("\n")[0],
                    "payload": {"$ref": REF.format(model=model.__name__)},
                }
                for model in ordered
            },
            "schemas": schemas["$defs"],
        },
    }


def documents() -> dict[str, str]:
    """Every file of docs/wire/ with its text."""
    adapters: dict[str, TypeAdapter[Any]] = {
        "from-console": console.from_console,
        "to-console": console.to_console,
        "from-device": field.from_device,
        "to-device": field.to_device,
        "from-patrol": field.from_patrol,
        "to-patrol": field.to_patrol,
    }
    made: dict[str, Any] = {
        f"{name}.schema.json": adapter.json_schema() for name, adapter in adapters.items()
    }
    made["recording.schema.json"] = recorded.schema()
    made["scenario.schema.json"] = Scenario.model_json_schema()
    for schema in made.values():
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["asyncapi.json"] = asyncapi()
    return {name: json.dumps(what, indent=1, ensure_ascii=False) + "\n" for name, what in made.items()}


def main() -> int:
    """Write the documents, or with ``--check`` say which are not what the code says."""
    drifted = [
        name
        for name, text in documents().items()
        if not (DIRECTORY / name).exists() or (DIRECTORY / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        for name in drifted:
            print(f"docs/wire/{name} is not what the code says: run `make schema`", file=sys.stderr)
        return 1 if drifted else 0
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (DIRECTORY / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
