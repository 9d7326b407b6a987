"""Split an event into what is clear and what is sealed, and join it again.

A field of a body that is marked with a `Seal` goes into the sealed part of that seal; so does every field
that this version does not know, because nobody can say that it is not personal. What is left, with identity,
time, actor and feed positions, is the header: JSON that is stored and hashed as it is.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args

from pydantic_core import from_json, to_json

from backend_stub.ledger.keys import KeyStore
from console.domain.events import BODIES, Event
from console.domain.values import Seal

HEADER_FORMAT = 1
"""Version of the header's layout. A later program reads every earlier one."""


@dataclass(frozen=True)
class SealKeys:
    """Key ids of one intervention. ``perpetrator`` None: his part goes under ``case``."""

    case: str
    perpetrator: str | None = None

    def of(self, seal: Seal) -> str:
        """The key id that a seal stands for."""
        return self.perpetrator or self.case if seal is Seal.PERPETRATOR else self.case


@dataclass(frozen=True)
class Parts:
    """One event as it is stored. ``feed``: (room, position, kind) of its feed rows."""

    header: bytes
    sealed_case: bytes | None
    sealed_perpetrator: bytes | None


@dataclass(frozen=True)
class Opened:
    """One event read back, with what the log says of it."""

    seq: int
    event: Event
    keys: SealKeys
    feed: tuple[tuple[str, int, str], ...]


@functools.cache
def _seals(event_type: str) -> Mapping[str, tuple[Seal, Any]]:
    """Sealed fields of a known type: field -> (seal, what stands there while it is closed)."""
    found: dict[str, tuple[Seal, Any]] = {}
    for name, field in BODIES[event_type].model_fields.items():
        seal = next((mark for mark in field.metadata if isinstance(mark, Seal)), None)
        if seal is not None:
            closed = None if NoneType in get_args(field.annotation) else field.annotation
            found[name] = (seal, "" if closed is str else None)
    return found


def sealed_of(event: Event) -> tuple[Seal, ...]:
    """Which seals of this event could not be opened: the screen says "file sealed"."""
    return tuple(Seal(seal) for seal in (event.model_extra or {}).get("sealed", ()))


def close_event(
    event: Event, seq: int, feed: Sequence[tuple[str, int, str]], keys: SealKeys, store: KeyStore
) -> Parts:
    """Split an event into header and sealed parts.

    Raises:
        Erased: a key was destroyed since this intervention began.
    """
    whole = event.model_dump(mode="json")
    body: dict[str, Any] = whole.pop("body")
    event_type = body.pop("type")
    known = _seals(event_type) if event_type in BODIES else {}
    fields = BODIES[event_type].model_fields if event_type in BODIES else {}
    clear: dict[str, Any] = {}
    sealed: dict[Seal, dict[str, Any]] = {}
    for name, value in body.items():
        if name in known:
            seal, closed = known[name]
            if value != closed:
                sealed.setdefault(seal, {})[name] = value
        elif name in fields:
            clear[name] = value
        else:
            sealed.setdefault(Seal.CASE, {})[name] = value
    blobs = {
        seal: store.seal(keys.of(seal), to_json(part), _context(whole["id"], seal))
        for seal, part in sealed.items()
    }
    header = {
        "format": HEADER_FORMAT,
        "seq": seq,
        **whole,
        "type": event_type,
        "feed": feed,
        "keys": {"case": keys.case, "perpetrator": keys.perpetrator},
        "body": clear,
    }
    return Parts(to_json(header), blobs.get(Seal.CASE), blobs.get(Seal.PERPETRATOR))


def open_event(
    header: str | bytes, sealed_case: bytes | None, sealed_perpetrator: bytes | None, store: KeyStore
) -> Opened:
    """Join a stored event. What no key opens stays empty, and `sealed_of` names it.

    Raises:
        ValueError: the header is not one of this program (a damaged ledger).
    """
    whole: dict[str, Any] = from_json(header)
    del whole["format"]
    seq, feed = whole.pop("seq"), tuple((room, pos, kind) for room, pos, kind in whole.pop("feed"))
    keys = SealKeys(**whole.pop("keys"))
    event_type = whole.pop("type")
    body: dict[str, Any] = {"type": event_type, **whole.pop("body")}
    if event_type in BODIES:
        body |= {name: closed for name, (_, closed) in _seals(event_type).items()}
    unopened: list[Seal] = []
    for seal, blob in ((Seal.CASE, sealed_case), (Seal.PERPETRATOR, sealed_perpetrator)):
        if blob is None:
            continue
        plain = store.open(keys.of(seal), blob, _context(whole["id"], seal))
        if plain is None:
            unopened.append(seal)
        else:
            body |= from_json(plain)
    if unopened:
        whole["sealed"] = unopened
    return Opened(seq, Event.model_validate({**whole, "body": body}), keys, feed)


def _context(event_id: str, seal: Seal) -> bytes:
    """Binds a sealed part to its event and its place: moved elsewhere it does not open."""
    return f"{event_id}:{seal}".encode()
