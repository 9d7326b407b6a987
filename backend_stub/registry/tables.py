"""The registry's tables. Facts stand in the clear; what is said of a victim or a perpetrator is sealed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, MetaData
from sqlmodel import Field, SQLModel


class _Table(SQLModel):
    """Base of the registry's tables: they stand in a schema object of their own."""

    metadata = MetaData()


class ButtonRow(_Table, table=True):
    """`Button`."""

    __tablename__ = "registry_button"

    id: str = Field(primary_key=True)
    stock: str = Field(index=True)
    status: str
    case_file: str | None
    allocated_from: date | None
    allocated_until: date | None
    prosecutor: str | None
    last_test: date | None


class AccountRow(_Table, table=True):
    """`Account`."""

    __tablename__ = "registry_account"

    id: str = Field(primary_key=True)
    name: str
    role: str
    room: str
    password_hash: str | None
    disabled: bool


class PatrolRow(_Table, table=True):
    """`PatrolUnit`."""

    __tablename__ = "registry_patrol"

    id: str = Field(primary_key=True)
    call_sign: str
    zone: str | None
    service: str
    room: str
    language: str
    home_lon: float
    home_lat: float


class CaseFileRow(_Table, table=True):
    """One revision of a `CaseFile`, never changed once written.

    ``sealed_victim`` is the file without its perpetrator, under the key of the case file;
    ``sealed_perpetrator`` is the perpetrator, under his own.
    """

    __tablename__ = "registry_case_file"

    id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    number: str
    file_zone: str
    perpetrator_id: str = Field(index=True)
    sealed_victim: bytes
    sealed_perpetrator: bytes


class CredentialRow(_Table, table=True):
    """`Credential`."""

    __tablename__ = "registry_credential"

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    digest: str


class SessionRow(_Table, table=True):
    """`Session`. ``expires_ms`` counts milliseconds since 1970 in UTC."""

    __tablename__ = "registry_session"

    digest: str = Field(primary_key=True)
    operator: str = Field(index=True)
    expires_ms: int


class ShownRow(_Table, table=True):
    """The first time an extract stood on an operator's screen (W7). Milliseconds since 1970 in UTC."""

    __tablename__ = "registry_shown"

    intervention: str = Field(primary_key=True)
    operator: str = Field(primary_key=True)
    room: str
    at_ms: int


class HealthRow(_Table, table=True):
    """`Reported`: what a device last said of itself. Milliseconds since 1970 in UTC."""

    __tablename__ = "registry_health"

    button: str = Field(primary_key=True)
    at_ms: int
    battery_pct: int | None
    button_linked: bool | None


class PlannedTestRow(_Table, table=True):
    """`AnnouncedTest` (W15). Times count milliseconds since 1970 in UTC.

    ``sealed`` has place and officer, under ``key``: that of the case file, or of its own where there is none.
    """

    __tablename__ = "registry_planned_test"

    id: str = Field(primary_key=True)
    room: str = Field(index=True)
    button: str = Field(index=True)
    by: str
    announced_ms: int
    until_ms: int
    pressed: str | None
    withdrawn_by: str | None
    key: str
    sealed: bytes


class ExportRow(_Table, table=True):
    """`backend_stub.exporting.records.Export` as JSON, and its chain. Rows only come on."""

    __tablename__ = "registry_export"

    seq: int = Field(primary_key=True)
    told: str
    chain: str


METADATA = _Table.metadata
"""The registry's tables, to be kept in the ledger's database (`Ledger.open(also=...)`)."""


def create_tables(connection: Connection) -> None:
    """Make the tables that are not there yet."""
    METADATA.create_all(connection)
