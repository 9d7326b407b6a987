"""What lies on the disk: the log, its feed, and tables that can be made again from the log.

The log and the feed only grow: triggers refuse to change, remove or replace a row, whoever asks.
"""

from __future__ import annotations

from sqlalchemy import BLOB, Index, Integer, MetaData, Text
from sqlmodel import Field, SQLModel

APPLICATION_ID = 0x4D53414C
"""``MSAL``, in the header of the file: says that it is a ledger of this program (sqlite.org/fileformat2)."""

SCHEMA_VERSION = 1


class _Table(SQLModel):
    metadata = MetaData()


class LedgerRow(_Table, table=True):
    """The ledger itself: one row. ``id`` and ``mode`` never change; ``epoch`` after a restored backup."""

    __tablename__ = "ledger"

    id: str = Field(primary_key=True, sa_type=Text)
    mode: str = Field(sa_type=Text)
    epoch: int = 1


class LogRow(_Table, table=True):
    """One event as stored. ``header``: JSON of all that is clear; the columns beside it repeat it for SQL."""

    __tablename__ = "log"
    __table_args__ = (Index("log_of_intervention", "intervention", "version", unique=True),)

    seq: int = Field(primary_key=True, sa_type=Integer)
    intervention: str = Field(sa_type=Text)
    version: int
    type: str = Field(sa_type=Text)
    header: str = Field(sa_type=Text)
    sealed_case: bytes | None = Field(default=None, sa_type=BLOB)
    sealed_perpetrator: bytes | None = Field(default=None, sa_type=BLOB)
    hash: bytes = Field(sa_type=BLOB)


class FeedEntry(_Table, table=True):
    """One gap-free position of a control room, naming a record of the log."""

    __tablename__ = "feed"
    __table_args__ = (Index("feed_of_record", "seq"), {"sqlite_with_rowid": False})

    room: str = Field(primary_key=True, sa_type=Text)
    pos: int = Field(primary_key=True, sa_type=Integer)
    seq: int
    kind: str = Field(sa_type=Text)


class InterventionRow(_Table, table=True):
    """Where an intervention stands, for finding it; made from its events. ``began``: its first record."""

    __tablename__ = "intervention"
    __table_args__ = (Index("intervention_by_time", "raised_at"), Index("intervention_open", "is_open"))

    id: str = Field(primary_key=True, sa_type=Text)
    number: str = Field(sa_type=Text, unique=True)
    room: str = Field(sa_type=Text)
    began: int
    raised_at: str = Field(sa_type=Text)
    is_open: bool


class SightRow(_Table, table=True):
    """Which control rooms see an intervention now."""

    __tablename__ = "sight"
    __table_args__ = ({"sqlite_with_rowid": False},)

    room: str = Field(primary_key=True, sa_type=Text)
    intervention: str = Field(primary_key=True, sa_type=Text)


class NumberRow(_Table, table=True):
    """The last number given in a control room and year."""

    __tablename__ = "number"
    __table_args__ = ({"sqlite_with_rowid": False},)

    room: str = Field(primary_key=True, sa_type=Text)
    year: int = Field(primary_key=True, sa_type=Integer)
    last: int


class PressRow(_Table, table=True):
    """A press that was answered, with its receipt. ``digest`` is keyed (`KeyStore.tag`) under ``key``."""

    __tablename__ = "press"
    __table_args__ = ({"sqlite_with_rowid": False},)

    button: str = Field(primary_key=True, sa_type=Text)
    press_id: str = Field(primary_key=True, sa_type=Text)
    intervention: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=BLOB)
    receipt: str = Field(sa_type=Text)


class CommandRow(_Table, table=True):
    """A command that was answered, with its result."""

    __tablename__ = "command"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: str = Field(primary_key=True, sa_type=Text)
    result: str = Field(sa_type=Text)
    decision: int | None = None


class ProbeRow(_Table, table=True):
    """One row that is written when nothing else is: whether the disk stores is known before the next press (R10)."""

    __tablename__ = "probe"

    id: int = Field(primary_key=True, sa_type=Integer)
    count: int


METADATA = _Table.metadata


def _refuse(table: str, change: str, when: str = "") -> str:
    when = f" {when}" if when else ""
    name = f"{table}_no_{change.split(maxsplit=1)[0].lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}{when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: what is written stays as it is'); END"
    )


TRIGGERS = (
    _refuse("log", "UPDATE"),
    _refuse("log", "DELETE"),
    # INSERT OR REPLACE removes the old row without asking the DELETE trigger, so it is stopped here.
    _refuse(
        "log",
        "INSERT",
        "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM log) OR EXISTS "
        "(SELECT 1 FROM log WHERE intervention = NEW.intervention AND version = NEW.version)",
    ),
    _refuse("feed", "UPDATE"),
    _refuse("feed", "DELETE"),
    _refuse(
        "feed",
        "INSERT",
        "WHEN NEW.pos <> (SELECT coalesce(max(pos), 0) + 1 FROM feed WHERE room = NEW.room)",
    ),
    _refuse("ledger", "UPDATE OF id, mode"),
    _refuse("ledger", "DELETE"),
    _refuse("ledger", "INSERT", "WHEN EXISTS (SELECT 1 FROM ledger)"),
)
