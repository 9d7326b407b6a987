"""The registry in the database: write and read its records over a connection that is handed in.

Writing belongs inside a transaction of the ledger's writer; every function leaves commit and rollback to
its caller. Reading works over any connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlmodel import SQLModel, col

from backend_stub.registry.records import (
    Account,
    Button,
    Credential,
    CredentialKind,
    HeldCaseFile,
    PatrolUnit,
)
from backend_stub.registry.sealing import Sealer, case_key, perpetrator_key
from backend_stub.registry.tables import (
    METADATA,
    AccountRow,
    ButtonRow,
    CaseFileRow,
    CredentialRow,
    PatrolRow,
)
from console.domain.casefile import CaseFile, Perpetrator, Victim
from console.domain.events import CaseFileRef
from console.domain.values import Frozen

Record = TypeVar("Record", bound=Frozen)


class RevisionConflictError(ValueError):
    """A case file was to be written at a revision that does not follow the one that stands."""


def put_buttons(connection: Connection, buttons: Iterable[Button]) -> None:
    """Write buttons; one that is there is replaced."""
    _replace(connection, ButtonRow, [_row(button, status=button.status.value) for button in buttons])


def put_accounts(connection: Connection, accounts: Iterable[Account]) -> None:
    """Write accounts; one that is there is replaced."""
    _replace(connection, AccountRow, [_row(account, role=account.role.value) for account in accounts])


def put_patrols(connection: Connection, units: Iterable[PatrolUnit]) -> None:
    """Write patrol units; one that is there is replaced."""
    _replace(connection, PatrolRow, [_row(unit, service=unit.service.value) for unit in units])


def put_credentials(connection: Connection, credentials: Iterable[Credential]) -> None:
    """Write credentials; an earlier token of the same device or patrol is worth nothing from then on."""
    rows = [_row(credential, kind=credential.kind.value) for credential in credentials]
    if rows:
        connection.execute(
            delete(CredentialRow).where(
                col(CredentialRow.kind) == bindparam("old_kind"), col(CredentialRow.id) == bindparam("old_id")
            ),
            [{"old_kind": row["kind"], "old_id": row["id"]} for row in rows],
        )
        connection.execute(insert(CredentialRow), rows)


def put_case_files(connection: Connection, sealer: Sealer, case_files: Sequence[CaseFile]) -> None:
    """Write new revisions of case files, sealed; earlier revisions stay as they were.

    Raises:
        RevisionConflictError: a revision does not follow the latest that stands (the first is 1): somebody else
            changed the file in the meantime, or it was written already.
    """
    latest = case_file_revisions(connection)
    rows = []
    for case_file in case_files:
        due = latest.get(case_file.id, 0) + 1
        if case_file.revision != due:
            raise RevisionConflictError(
                f"case file {case_file.number}: revision {case_file.revision} cannot be written, {due} is next;"
                " load the file again and repeat the change"
            )
        latest[case_file.id] = due
        rows.append(_sealed(sealer, case_file))
    if rows:
        connection.execute(insert(CaseFileRow), rows)


def buttons(connection: Connection) -> list[Button]:
    """Read every button, by id."""
    return [Button.model_validate(row) for row in _rows(connection, ButtonRow)]


def accounts(connection: Connection) -> list[Account]:
    """Read every account, by id."""
    return [Account.model_validate(row) for row in _rows(connection, AccountRow)]


def patrols(connection: Connection) -> list[PatrolUnit]:
    """Read every patrol unit, by id."""
    return [PatrolUnit.model_validate(row) for row in _rows(connection, PatrolRow)]


def credentials(connection: Connection) -> list[Credential]:
    """Read every credential (digests only: the tokens themselves are kept nowhere)."""
    return [Credential.model_validate(row) for row in _rows(connection, CredentialRow)]


def case_file_revisions(connection: Connection) -> dict[str, int]:
    """Read the latest revision of each case file."""
    ordered = select(col(CaseFileRow.id), col(CaseFileRow.revision)).order_by(col(CaseFileRow.revision))
    return {row.id: row.revision for row in connection.execute(ordered)}


def case_files(connection: Connection, sealer: Sealer) -> list[HeldCaseFile]:
    """Read the latest revision of each case file, as far as its keys open it."""
    latest: dict[str, dict[str, Any]] = {}
    for row in connection.execute(select(CaseFileRow).order_by(col(CaseFileRow.revision))).mappings():
        latest[row["id"]] = dict(row)
    return [_opened(sealer, latest[case_id]) for case_id in sorted(latest)]


def case_file_at(
    connection: Connection, sealer: Sealer, case_file: str, revision: int
) -> HeldCaseFile | None:
    """Read one revision of a case file, as events name it; None: there is no such revision."""
    wanted = select(CaseFileRow).where(
        col(CaseFileRow.id) == case_file, col(CaseFileRow.revision) == revision
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _opened(sealer, dict(row))


def credential_ids(connection: Connection, kind: CredentialKind) -> list[str]:
    """Read which devices or patrols have a token."""
    wanted = select(col(CredentialRow.id)).where(col(CredentialRow.kind) == kind.value)
    return sorted(connection.execute(wanted).scalars())


def _row(record: Frozen, **plain: str) -> dict[str, Any]:
    """Lay a record out as a row; ``plain`` gives the enumerations as the text that is stored."""
    return record.model_dump() | plain


def _replace(connection: Connection, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        key = METADATA.tables[str(table.__tablename__)].c.id
        connection.execute(
            delete(table).where(key == bindparam("old_id")), [{"old_id": row["id"]} for row in rows]
        )
        connection.execute(insert(table), rows)


def _rows(connection: Connection, table: type[SQLModel]) -> list[dict[str, Any]]:
    key = METADATA.tables[str(table.__tablename__)].c.id
    return [dict(row) for row in connection.execute(select(table).order_by(key)).mappings()]


def _sealed(sealer: Sealer, case_file: CaseFile) -> dict[str, Any]:
    victim_part = case_file.model_dump_json(exclude={"perpetrator"}).encode()
    perpetrator = case_file.perpetrator
    return {
        "id": case_file.id,
        "revision": case_file.revision,
        "number": case_file.number,
        "file_zone": case_file.file_zone,
        "perpetrator_id": perpetrator.id,
        "sealed_victim": sealer.seal(case_key(case_file.id), victim_part),
        "sealed_perpetrator": sealer.seal(
            perpetrator_key(perpetrator.id), perpetrator.model_dump_json().encode()
        ),
    }


def _opened(sealer: Sealer, row: dict[str, Any]) -> HeldCaseFile:
    """Open both halves, each on its own: one key may be gone while the other stands.

    What opens but cannot be read, or belongs to another row, counts as sealed: an alarm never fails on it.
    """
    reference = CaseFileRef(
        id=row["id"], revision=row["revision"], number=row["number"], file_zone=row["file_zone"]
    )
    victim_part = _read(sealer.open(case_key(reference.id), row["sealed_victim"]))
    if (victim_part.get("id"), victim_part.get("revision")) != (reference.id, reference.revision):
        victim_part = {}
    man = _read(sealer.open(perpetrator_key(row["perpetrator_id"]), row["sealed_perpetrator"]))
    if man.get("id") != row["perpetrator_id"]:
        man = {}
    return HeldCaseFile(
        reference=reference,
        perpetrator_id=row["perpetrator_id"],
        victim=_validated(Victim, victim_part.get("victim")),
        perpetrator=_validated(Perpetrator, man),
        case_file=_validated(CaseFile, victim_part | {"perpetrator": man}),
        excluded=tuple(victim_part.get("excluded", ())),
    )


def _read(data: bytes | None) -> dict[str, Any]:
    if data is None:
        return {}
    try:
        content = from_json(data)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _validated(model: type[Record], content: object) -> Record | None:
    try:
        return model.model_validate(content)
    except ValidationError:
        return None
