"""The chain: no record can be changed, removed, swapped, put in or cut off unseen."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest
from pydantic_core import to_json

from backend_stub.ledger.chain import Head, Stored, check, genesis, link

START = genesis(UUID(int=7), "demo")


def record(previous: bytes, seq: int, words: bytes | None = b"sealed", pos: int | None = None) -> Stored:
    feed = (("VBR", pos or seq, "event"),)
    header = to_json({"seq": seq, "intervention": "i", "version": seq, "type": "note.added", "feed": feed})
    return Stored(seq, "i", seq, "note.added", header, words, None, link(previous, header, words, None), feed)


def chain(count: int) -> list[Stored]:
    found: list[Stored] = []
    for seq in range(1, count + 1):
        found.append(record(found[-1].hash if found else START, seq))
    return found


def test_a_chain_that_nobody_touched_holds() -> None:
    records = chain(20)
    verdict = check(records, START, Head(20, records[-1].hash))
    assert verdict.ok
    assert verdict.head == Head(20, records[-1].hash)
    assert str(verdict).startswith("the chain holds: 20 records")
    assert check([], START).ok


def test_the_hash_is_the_documented_one() -> None:
    header, sealed = b"{}", b"abc"
    parts = b"\x00" * 7 + b"\x02" + header + b"\x00" * 7 + b"\x03" + sealed + b"\xff" * 8
    assert link(START, header, sealed, None) == hashlib.sha256(START + parts).digest()
    assert hashlib.sha256(b"msa ledger 1\x00" + UUID(int=7).bytes + b"demo").digest() == START


def test_bytes_moved_from_one_part_to_the_next_are_another_record() -> None:
    hashes = {link(START, b"ab", b"c", None), link(START, b"a", b"bc", None), link(START, b"ab", None, b"c")}
    assert len(hashes) == 3
    assert link(START, b"a", b"", None) != link(START, b"a", None, None)


@pytest.mark.parametrize("place", range(1, 21))
def test_a_removed_record_is_named(place: int) -> None:
    records = chain(20)
    head = Head(20, records[-1].hash)
    del records[place - 1]
    verdict = check(records, START, head)
    assert (verdict.ok, verdict.broken_at) == (False, place)


def test_swapped_and_inserted_records_are_named() -> None:
    records = chain(20)
    swapped = [*records[:4], replace(records[5], seq=5), replace(records[4], seq=6), *records[6:]]
    assert check(swapped, START).broken_at == 5
    inserted = [*records[:4], records[3], *records[4:]]
    assert check(inserted, START).broken_at == 5


def test_a_record_rehashed_by_a_forger_breaks_the_next_one() -> None:
    records = chain(20)
    records[7] = record(records[6].hash, 8, b"other words")
    assert check(records, START).broken_at == 9


def test_a_tail_rewritten_whole_is_caught_only_by_an_exported_head() -> None:
    records = chain(20)
    head = Head(20, records[-1].hash)
    forged = records[:10]
    for seq in range(11, 21):
        forged.append(record(forged[-1].hash, seq, b"forged"))
    assert check(forged, START).ok
    assert check(forged, START, head).broken_at == 20
    assert check(records[:15], START).ok
    verdict = check(records[:15], START, head)
    assert (verdict.broken_at, verdict.records) == (16, 15)
    assert "missing" in str(verdict)


def test_a_chain_belongs_to_one_ledger_and_one_mode() -> None:
    for other in (genesis(UUID(int=8), "demo"), genesis(UUID(int=7), "live")):
        assert check(chain(3), other).broken_at == 1


def test_a_feed_row_that_is_gone_or_another_is_named() -> None:
    records = chain(5)
    for feed in ((), (("ANT", 3, "event"),), (("VBR", 4, "event"),), (("VBR", 3, "withdrawn"),)):
        broken = [*records[:2], replace(records[2], feed=feed), *records[3:]]
        assert check(broken, START).broken_at == 3


def test_a_gap_in_a_feed_is_named_even_if_it_was_written_so() -> None:
    records = chain(5)
    for pos in (5, 7):
        verdict = check([*records, record(records[-1].hash, 6, pos=pos)], START)
        assert verdict.broken_at == 6
        assert "feed of VBR" in str(verdict)


def test_any_byte_of_any_part_counts() -> None:
    random = Random(1)
    records = chain(30)

    def changed(part: bytes | None) -> bytes:
        found = bytearray(part or b"x")
        found[random.randrange(len(found))] ^= 1 << random.randrange(8)
        return bytes(found)

    for at, one in enumerate(records):
        for other in (
            replace(one, header=changed(one.header)),
            replace(one, sealed_case=changed(one.sealed_case)),
            replace(one, sealed_perpetrator=b""),
            replace(one, hash=changed(one.hash)),
        ):
            assert check([*records[:at], other, *records[at + 1 :]], START).broken_at == at + 1
