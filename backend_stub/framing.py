"""Put many small things into few frames, none longer than the wire allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from console.domain.events import Event
from console.wire.limits import MAX_FRAME_BYTES

PART_BYTES = 60 * 1024
"""A part of a long list; the rest of the frame fits into what is left of `MAX_FRAME_BYTES`."""

assert PART_BYTES + 1024 < MAX_FRAME_BYTES


def in_parts(items: Iterable[bytes], most: int = PART_BYTES) -> Iterator[list[bytes]]:
    """Group encoded items so that each group joined by commas stays within ``most`` bytes; one is never split.

    No item, no group.
    """
    part: list[bytes] = []
    size = 0
    for item in items:
        if part and size + len(item) + 1 > most:
            yield part
            part, size = [], 0
        part.append(item)
        size += len(item) + 1
    if part:
        yield part


_STAYS_HERE: Final[Any] = {
    "hidden_from": True,
    "body": {"hidden_from": True, "others": {"__all__": {"hidden_from": True}}},
}
"""Whom a case file excludes is told to no console (W19)."""


def encoded(event: Event) -> bytes:
    """An event as JSON. Encoded once, however many consoles get it.

    One that fits into no frame goes without its extract, which reads "file sealed": otherwise every console
    would fall over it at each resume, and see nothing any more.
    """
    line = event.model_dump_json(exclude=_STAYS_HERE).encode()
    if len(line) <= PART_BYTES:
        return line
    body = event.body.model_copy(update={"victim": None, "perpetrator": None})
    return event.model_copy(update={"body": body}).model_dump_json(exclude=_STAYS_HERE).encode()


def positioned(position: int, event: bytes) -> bytes:
    """An encoded event at its position in a feed."""
    return b'{"position":%d,"event":%b}' % (position, event)


def passed_over(position: int) -> bytes:
    """A position of the feed, and nothing else: what stands there does not exist for who is logged in (W19)."""
    return b'{"position":%d}' % position


def events_frames(items: Sequence[bytes]) -> Iterator[bytes]:
    """`console_frames.Events` frames of `positioned` items."""
    for part in in_parts(items):
        yield b'{"type":"events","items":[%b]}' % b",".join(part)


def snapshot_frames(position: int, events: Iterable[bytes]) -> Iterator[bytes]:
    """`console_frames.Snapshot` frames; the last one ends the snapshot, also of an empty room."""
    head = b'{"type":"snapshot","position":%d,"events":[' % position
    yield from _ended(head, events)


def intervention_frames(position: int, intervention: UUID, events: Iterable[bytes]) -> Iterator[bytes]:
    """`console_frames.InterventionSnapshot` frames."""
    head = b'{"type":"intervention.snapshot","position":%d,"intervention":"%b","events":[' % (
        position,
        str(intervention).encode(),
    )
    yield from _ended(head, events)


def answer_frames(
    query: UUID, field: bytes, items: Iterable[bytes], *, more: bool = False
) -> Iterator[bytes]:
    """`console_frames.Answer` frames whose ``field`` (``events``, ``history``) holds the items."""
    head = b'{"type":"answer","id":"%b","more":%b,"%b":[' % (
        str(query).encode(),
        b"true" if more else b"false",
        field,
    )
    yield from _ended(head, items)


def patrols_frames(patrols: Iterable[bytes], *, complete: bool = False) -> Iterator[bytes]:
    """`console_frames.Patrols` frames. The first part of a complete list says so: what follows adds to it."""
    parts = list(in_parts(patrols))
    if complete and not parts:
        parts = [[]]
    for number, part in enumerate(parts, start=1):
        yield b'{"type":"patrols","complete":%b,"last":%b,"patrols":[%b]}' % (
            b"true" if complete and number == 1 else b"false",
            b"true" if number == len(parts) else b"false",
            b",".join(part),
        )


def _ended(head: bytes, items: Iterable[bytes]) -> Iterator[bytes]:
    parts = list(in_parts(items)) or [[]]
    for number, part in enumerate(parts, start=1):
        last = b"true" if number == len(parts) else b"false"
        yield head + b",".join(part) + b'],"last":' + last + b"}"
