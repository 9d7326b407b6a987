"""The hash chain: every record carries a hash over the one before it and over its own stored bytes.

Pure: it is handed records and says where the first break is. No key is needed, so a chain whose personal
data was erased still verifies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

_ABSENT = (1 << 64) - 1


@dataclass(frozen=True)
class Head:
    """The last record of a chain: kept elsewhere, it proves that no tail was cut off."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class Stored:
    """One record as its bytes stand in the database. ``feed``: (room, position, kind) of its feed rows."""

    seq: int
    intervention: str
    version: int
    type: str
    header: bytes
    sealed_case: bytes | None
    sealed_perpetrator: bytes | None
    hash: bytes
    feed: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found. ``broken_at``: the first record that is not as it was written."""

    records: int
    head: Head | None
    broken_at: int | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """True when every record is as it was written."""
        return not self.reason

    def __str__(self) -> str:
        if not self.ok:
            where = "the ledger" if self.broken_at is None else f"record {self.broken_at}"
            return f"BROKEN: {where}: {self.reason}"
        end = f", head {self.head.seq}:{self.head.hash.hex()}" if self.head else ""
        return f"the chain holds: {self.records} records{end}"


def genesis(ledger_id: UUID, mode: str) -> bytes:
    """Where the chain of a ledger begins: bound to its identity and its mode."""
    return hashlib.sha256(b"msa ledger 1\x00" + ledger_id.bytes + mode.encode()).digest()


def link(
    previous: bytes, header: bytes, sealed_case: bytes | None, sealed_perpetrator: bytes | None
) -> bytes:
    """Hash of a record: SHA-256(previous hash ‖ header ‖ sealed parts), each part behind its length.

    The length is 8 bytes, big-endian; an absent part has length 2^64 - 1 and no bytes.
    """
    digest = hashlib.sha256(previous)
    for part in (header, sealed_case, sealed_perpetrator):
        digest.update((_ABSENT if part is None else len(part)).to_bytes(8, "big"))
        digest.update(part or b"")
    return digest.digest()


class _Broken(Exception):  # noqa: N818 - carries a finding, see check
    pass


def check(records: Iterable[Stored], start: bytes, head: Head | None = None, after: int = 0) -> Verdict:
    """Walk the chain from ``start``; with ``head`` (exported earlier) a cut tail is found as well.

    ``after``: the records begin after this one, whose hash is ``start``. A room's feed is then followed from its
    first position among them.
    """
    previous, count, last = start, after, None
    positions: dict[str, int] = {}
    for record in records:
        try:
            _check_one(record, count + 1, previous, positions, tail=after > 0)
            if head and record.seq == head.seq and record.hash != head.hash:
                raise _Broken("it is not the record that the exported head names")
        except _Broken as found:
            return Verdict(records=count, head=last, broken_at=count + 1, reason=str(found))
        previous, count = record.hash, count + 1
        last = Head(record.seq, record.hash)
    if head and count < head.seq:
        reason = f"missing, like all up to {head.seq}: the exported head says that they were written"
        return Verdict(records=count, head=last, broken_at=count + 1, reason=reason)
    return Verdict(records=count, head=last)


def _check_one(record: Stored, seq: int, previous: bytes, positions: dict[str, int], *, tail: bool) -> None:
    if record.seq != seq:
        raise _Broken(f"missing; the next record there is has number {record.seq}")
    if link(previous, record.header, record.sealed_case, record.sealed_perpetrator) != record.hash:
        raise _Broken("its hash does not fit its content and the record before it")
    try:
        header: dict[str, Any] = json.loads(record.header)
        said = tuple(header[name] for name in ("seq", "intervention", "version", "type"))
        feed = sorted(tuple(row) for row in header["feed"])
    except (ValueError, KeyError, TypeError):
        raise _Broken("its header cannot be read") from None
    if (record.seq, record.intervention, record.version, record.type) != said:
        raise _Broken("its columns do not say what its header says")
    if sorted(record.feed) != feed:
        raise _Broken("its feed rows are not those of its header")
    for room, position, _ in record.feed:
        before = positions.get(room, position - 1 if tail else 0)
        if position != before + 1:
            raise _Broken(f"the feed of {room} does not go on from {before} but with {position}")
        positions[room] = position
