"""Frames that are nearly right: the golden ones, changed at a place in their JSON or in a few of their bytes.

What is drawn comes from a `Random`, so that hypothesis can hand in its own and make a failing frame smaller.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

GOLDEN: Final = Path(__file__).parent / "golden" / "v1"

JUNK: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    0,
    2**63,
    10**400,
    1e308,
    -0.0,
    "",
    "x" * 3000,
    "\x00\x1b]52;c;aGFoYQ==\x07",
    "\ud800",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "00000000-0000-0000-0000-000000000000",
    "VBR-2026-0001",
    [],
    {},
    [[[[[]]]]],
    {"type": "events"},
)


@cache
def golden(name: str) -> tuple[str, ...]:
    """The lines of a golden file; commands as the frames in which they travel."""
    lines = (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines()
    if name == "commands":
        return tuple(f'{{"type":"command","command":{line}}}' for line in lines)
    return tuple(lines)


def mutated(random: Random, frame: str) -> str:
    """A frame changed once or several times: mostly in its JSON, else in its bytes."""
    if random.random() < 0.7:
        value = json.loads(frame)
        for _ in range(random.choice((1, 1, 2, 4))):
            value = _changed(random, value)
        return json.dumps(value, ensure_ascii=random.random() < 0.9)
    raw = bytearray(frame.encode("utf-8", "surrogatepass"))
    for _ in range(random.choice((1, 2, 8))):
        _spoil(random, raw)
    return raw.decode("latin-1")


def _changed(random: Random, value: Any) -> Any:
    """The value with one place of it removed, doubled, renamed or replaced."""
    value = deepcopy(value)
    places = list(_places(value))
    if not places:
        return random.choice(JUNK)
    where, key = random.choice(places)
    match random.randrange(5):
        case 0:
            del where[key]
        case 1 if isinstance(where, dict):
            where[random.choice(("colour", "type", "id", ""))] = where[key]
        case 1:
            where.append(where[key])
        case 2:
            other, there = random.choice(places)
            where[key] = deepcopy(other[there])
        case 3 if isinstance(where[key], str):
            text = where[key]
            at = random.randint(0, len(text))
            where[key] = text[:at] + chr(random.choice((0, 27, 0x202E, 0xD800, 0x1F600, 34))) + text[at:]
        case _:
            where[key] = random.choice(JUNK)
    return value


def _places(value: Any) -> Any:
    if isinstance(value, dict):
        for key in list(value):
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for place in range(len(value)):
            yield value, place
            yield from _places(value[place])


def _spoil(random: Random, raw: bytearray) -> None:
    at = random.randrange(len(raw)) if raw else 0
    match random.randrange(4):
        case 0 if raw:
            raw[at] = random.randrange(256)
        case 1:
            del raw[at : at + random.randrange(1, 40)]
        case 2:
            raw[at:at] = bytes(random.randrange(256) for _ in range(random.randrange(1, 10)))
        case _:
            raw[at:at] = raw[at : at + random.randrange(1, 200)]
