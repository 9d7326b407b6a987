"""Check a ledger's chain, and hand out its events, without a backend and without the right to write."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend_stub.ledger.chain import Head, Stored, Verdict, check, genesis
from backend_stub.ledger.errors import DatabaseError
from backend_stub.ledger.keys import KeyStore, keys_path, master_key
from backend_stub.ledger.sealing import open_event
from backend_stub.ledger.store import existing, read_identity, read_only, reading_engine
from backend_stub.ledger.tables import InterventionRow, LogRow

TOLD_EVERY: Final = 10_000
"""Records between two words of progress: half a second or so."""

TAIL: Final = 1_000
"""So many records are checked at a start: what a crash can have touched, and much more, in some 30 ms."""

_LOG: Final = "SELECT seq, intervention, version, type, header, sealed_case, sealed_perpetrator, hash FROM log ORDER BY seq"
_LOG_AFTER: Final = _LOG.replace("ORDER", "WHERE seq > ? ORDER")
_FEED: Final = "SELECT seq, room, pos, kind FROM feed ORDER BY seq, room"
_FEED_AFTER: Final = _FEED.replace("ORDER", "WHERE seq > ? ORDER")

OnProgress = Callable[[int, int], None]


def _silently(_done: int, _of: int) -> None:
    """Nobody wants to know."""


def verify(url: str, head: Head | None = None, on_progress: OnProgress = _silently) -> Verdict:
    """Check the whole chain and every feed row; no key is needed. A backend may go on writing meanwhile.

    ``head``: the last record as it was exported earlier; only with it is a cut tail found. ``on_progress`` is
    told now and then how many records are checked, and of how many.

    Raises:
        DatabaseError: there is no ledger at this address.
    """
    path = existing(url)
    with closing(sqlite3.connect(read_only(path), uri=True)) as file:
        # Bytes, not text: a changed byte may no longer be UTF-8, and must be found, not stumbled over.
        file.text_factory = bytes
        try:
            file.execute("BEGIN")
            rows = file.execute("SELECT id, mode FROM ledger").fetchall()
            if len(rows) != 1:
                return Verdict(0, None, None, "it does not say which ledger it is")
            start = genesis(UUID(rows[0][0].decode()), rows[0][1].decode())
            verdict = check(_counted(_stored(file), _records_in(file), on_progress), start, head)
            stray = file.execute(
                "SELECT count(*) FROM feed WHERE seq NOT IN (SELECT seq FROM log)"
            ).fetchone()
        except (sqlite3.DatabaseError, ValueError) as error:
            return Verdict(0, None, None, f"the file is damaged: {error}")
    if verdict.ok and stray[0]:
        return Verdict(verdict.records, verdict.head, None, f"{stray[0]} feed rows name no record")
    return verdict


def verify_tail(path: Path, most: int = TAIL) -> Verdict:
    """Check the last records, the first of them against the one before it. ``records``: how many were checked.

    What it cannot see is what is older, and a tail that was cut off: `verify` with an exported head does.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    with closing(sqlite3.connect(read_only(path), uri=True)) as file:
        file.text_factory = bytes
        file.execute("BEGIN")
        last = file.execute("SELECT max(seq) FROM log").fetchone()[0] or 0
        after = max(0, last - most)
        if after:
            found = file.execute("SELECT hash FROM log WHERE seq = ?", (after,)).fetchone()
            if found is None:
                return Verdict(0, None, after, "missing")
            previous = _bytes(found[0])
        else:
            row = file.execute("SELECT id, mode FROM ledger").fetchone()
            previous = genesis(UUID(row[0].decode()), row[1].decode())
        return check(_stored(file, after), previous, after=after)


def export(
    url: str, intervention: str | None = None, environ: Mapping[str, str] = os.environ
) -> Iterator[str]:
    """Every record in order as a line of JSON, or those of one intervention (number or id).

    A line holds ``seq``, ``mode``, ``rooms`` (room to position), ``hash`` and ``event``; an event that no key
    opens any more has ``sealed``.

    Raises:
        DatabaseError: no ledger there, no such intervention, or the master key is lost.
    """
    path = existing(url)
    keys = keys_of(path, environ)
    engine = reading_engine(path)
    try:
        with engine.begin() as connection:
            mode = read_identity(connection).mode
            query = select(
                col(LogRow.header), col(LogRow.sealed_case), col(LogRow.sealed_perpetrator), col(LogRow.hash)
            )
            if intervention is not None:
                find = select(col(InterventionRow.id)).where(
                    (col(InterventionRow.number) == intervention.upper())
                    | (col(InterventionRow.id) == intervention.lower())
                )
                found = connection.execute(find).scalar()
                if found is None:
                    raise DatabaseError(f"there is no intervention {intervention} in {path}")
                query = query.where(col(LogRow.intervention) == found)
            for header, case, perpetrator, digest in connection.execute(query.order_by(col(LogRow.seq))):
                opened = open_event(header, case, perpetrator, keys)
                line = {
                    "seq": opened.seq,
                    "mode": mode,
                    "rooms": {room: pos for room, pos, _ in opened.feed},
                    "hash": digest.hex(),
                    "event": opened.event.model_dump(mode="json"),
                }
                yield json.dumps(line, ensure_ascii=False)
    finally:
        engine.dispose()
        keys.close()


def keys_of(path: Path, environ: Mapping[str, str]) -> KeyStore:
    """Open the key store of a ledger.

    Raises:
        DatabaseError: it or its master key is missing, or they do not belong together.
    """
    if not keys_path(path).exists():
        raise DatabaseError(f"the key store {keys_path(path)} is missing: put it back from its backup")
    return KeyStore(keys_path(path), master_key(path, environ, secrets.token_bytes), secrets.token_bytes)


def _records_in(file: sqlite3.Connection) -> int:
    """About how many records there are: the last one's number, which a forger may have made anything."""
    last = file.execute("SELECT max(seq) FROM log").fetchone()[0]
    return last if isinstance(last, int) else 0


def _counted(records: Iterable[Stored], of: int, on_progress: OnProgress) -> Iterator[Stored]:
    for number, record in enumerate(records, start=1):
        yield record
        if number % TOLD_EVERY == 0:
            on_progress(number, of)


def _stored(file: sqlite3.Connection, after: int | None = None) -> Iterator[Stored]:
    """Every record with its feed rows, whatever its number; or those after a number."""
    log = file.execute(_LOG if after is None else _LOG_AFTER, () if after is None else (after,))
    rows_of = file.execute(_FEED if after is None else _FEED_AFTER, () if after is None else (after,))
    feed = groupby(rows_of, itemgetter(0))
    reached, rows = next(feed, (None, iter(())))
    for seq, intervention, version, kind, header, case, perpetrator, digest in log:
        while reached is not None and reached < seq:
            reached, rows = next(feed, (None, iter(())))
        mine = tuple((_text(room), pos, _text(sort)) for _, room, pos, sort in rows) if reached == seq else ()
        yield Stored(
            seq,
            _text(intervention),
            version,
            _text(kind),
            _bytes(header),
            None if case is None else _bytes(case),
            None if perpetrator is None else _bytes(perpetrator),
            _bytes(digest),
            mine,
        )


def _bytes(value: object) -> bytes:
    """What stands in a column; a forger may have put any type there."""
    return value if isinstance(value, bytes) else repr(value).encode()


def _text(value: object) -> str:
    return _bytes(value).decode(errors="backslashreplace")
