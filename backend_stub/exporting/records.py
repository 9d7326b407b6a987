"""What is written down of every export, done or refused: who, with whom, of what (S9). Rows only come on.

Each row's chain is over the chain before it and its own text, as in a recording: a changed or removed row is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, func, insert, select, text
from sqlmodel import col

from backend_stub.registry.tables import METADATA, ExportRow
from console.domain.values import Frozen, Utc
from console.wire.recording import chained

TRIGGERS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS registry_export_no_{change.lower()} BEFORE {change} ON registry_export "
    "BEGIN SELECT RAISE(ABORT, 'registry_export: what is written stays as it is'); END"
    for change in ("UPDATE", "DELETE")
)


class Export(Frozen):
    """One export; ``live``: a console that records what it sees. ``refused`` None: it was done. ``digest``: SHA-256 of the file."""

    at: Utc
    by: str
    agreed: str | None = None
    room: str
    intervention: str | None = None
    since: Utc | None = None
    until: Utc | None = None
    original_place: bool = False
    keep_text: bool = False
    live: bool = False
    refused: str | None = None
    lines: int = 0
    digest: str | None = None


def write_export(connection: Connection, export: Export) -> None:
    """Write one down; it fails if it cannot, and then nothing leaves."""
    table = METADATA.tables[str(ExportRow.__tablename__)]
    table.create(connection, checkfirst=True)
    for trigger in TRIGGERS:
        connection.execute(text(trigger))
    last = connection.execute(
        select(col(ExportRow.chain)).order_by(col(ExportRow.seq).desc()).limit(1)
    ).scalar()
    count = connection.execute(select(func.count()).select_from(ExportRow)).scalar() or 0
    told = export.model_dump_json()
    chain = chained(last or "", told.encode())
    connection.execute(insert(ExportRow), [{"seq": count + 1, "told": told, "chain": chain}])


def exports(connection: Connection) -> Iterator[Export]:
    """Every export that was written down, the first first.

    Raises:
        ValueError: a row is not as it was written, or one is missing.
    """
    chain = ""
    rows = connection.execute(select(ExportRow).order_by(col(ExportRow.seq))).mappings()
    for number, row in enumerate(rows, start=1):
        chain = chained(chain, row["told"].encode())
        if row["seq"] != number or row["chain"] != chain:
            raise ValueError(f"export {number} is not as it was written down")
        yield Export.model_validate(json.loads(row["told"]))
