"""Check a ledger's chain, and hand out its events, without a backend and without the right to write."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

from backend_stub.ledger.chain import Head, Stored, Verdict, check, genesis
from backend_stub.ledger.errors import DatabaseError
from backend_stub.ledger.keys import KeyStore, keys_path, master_key
from backend_stub.ledger.sealing import open_event
from backend_stub.ledger.store import existing, read_identity, read_only, reading_engine
from backend_stub.ledger.tables import InterventionRow, LogRow


def verify(url: str, head: Head | None = None) -> Verdict:
    """Check the whole chain and every feed row; no key is needed.

    ``head``: the last record as it was exported earlier; only with it is a cut tail found.

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
            verdict = check(_stored(file), start, head)
            stray = file.execute(
                "SELECT count(*) FROM feed WHERE seq NOT IN (SELECT seq FROM log)"
            ).fetchone()
        except (sqlite3.DatabaseError, ValueError) as error:
            return Verdict(0, None, None, f"the file is damaged: {error}")
    if verdict.ok and stray[0]:
        return Verdict(verdict.records, verdict.head, None, f"{stray[0]} feed rows name no record")
    return verdict


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
    keys = _keys_of(path, environ)
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


def _keys_of(path: Path, environ: Mapping[str, str]) -> KeyStore:
    if not keys_path(path).exists():
        raise DatabaseError(f"the key store {keys_path(path)} is missing: put it back from its backup")
    return KeyStore(keys_path(path), master_key(path, environ, secrets.token_bytes), secrets.token_bytes)


def _stored(file: sqlite3.Connection) -> Iterator[Stored]:
    log = file.execute(
        "SELECT seq, intervention, version, type, header, sealed_case, sealed_perpetrator, hash "
        "FROM log ORDER BY seq"
    )
    feed = groupby(file.execute("SELECT seq, room, pos, kind FROM feed ORDER BY seq, room"), itemgetter(0))
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
