"""One export from beginning to end: who may, what they get, what is written down of it, and the file (S8, S9, S13).

The record of it is committed before the file gets its name: an export that cannot be written down does not leave.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import TYPE_CHECKING

from backend_stub.exporting.four_eyes import (
    ExportRefusal,
    ExportRefusedError,
    Login,
    agreed,
    let_in,
)
from backend_stub.exporting.reading import NothingThereError, Wanted, read_ledger
from backend_stub.exporting.records import Export, write_export
from backend_stub.ledger.proof import keys_of
from backend_stub.ledger.store import existing, read_identity, reading_engine, writing_engine
from backend_stub.registry import store
from backend_stub.registry.passwords import Passwords
from console.domain.values import Mode
from console.wire.deidentified import NotFitError, deidentified
from console.wire.recording import Header, Recording, Signer, lines_of, write_recording

if TYPE_CHECKING:
    from console.domain.zones.allocating import ZoneMap


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. ``room`` None: the exporter's own is meant; there is no other."""

    intervention: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    original_place: bool = False
    keep_text: bool = False


def export_recording(
    url: str,
    path: Path,
    header: Header,
    asked: Asked,
    by: Login,
    second: Login | None,
    zone_map: Callable[[], ZoneMap],
    now: datetime,
    *,
    signer: Signer | None = None,
    environ: Mapping[str, str] = os.environ,
    passwords: Passwords | None = None,
    chance: Random | None = None,
) -> Recording:
    """Write a recording of what the exporter's control room saw, with stand-ins, and write down that it was done.

    Raises:
        ExportRefusedError: it is refused; that is written down too.
        DatabaseError: the ledger or its keys cannot be used.
        OSError, SQLAlchemyError: it could not be written down, or the file not written: nothing left.
    """
    database = existing(url)
    told = Export(
        at=now,
        by=by.operator,
        agreed=second.operator if second else None,
        room="",
        intervention=asked.intervention,
        since=asked.since,
        until=asked.until,
        original_place=asked.original_place,
        keep_text=asked.keep_text,
    )
    try:
        made, room = _made(database, header, asked, (by, second), zone_map, environ, passwords, chance)
    except ExportRefusedError as refused:
        _write_down(database, told.model_copy(update={"refused": refused.code.value}))
        raise
    whole = hashlib.sha256(b"".join(lines_of(made, signer))).hexdigest()
    _write_down(
        database, told.model_copy(update={"room": room, "lines": len(made.items) + 2, "digest": whole})
    )
    write_recording(made, path, signer)
    return made


def _made(
    database: Path,
    header: Header,
    asked: Asked,
    logins: tuple[Login, Login | None],
    zone_map: Callable[[], ZoneMap],
    environ: Mapping[str, str],
    passwords: Passwords | None,
    chance: Random | None,
) -> tuple[Recording, str]:
    engine = reading_engine(database)
    passwords = passwords or Passwords()
    try:
        with closing(keys_of(database, environ)) as keys, engine.begin() as connection:
            accounts = store.accounts(connection)
            by = let_in(accounts, passwords, logins[0])
            needed = asked.original_place or asked.keep_text
            other = agreed(accounts, passwords, by, logins[1], needed=needed)
            readers = (by.id, other.id) if other else (by.id,)
            wanted = Wanted(by.room, readers, asked.intervention, asked.since, asked.until)
            original = read_ledger(connection, keys, wanted, header, Mode(read_identity(connection).mode))
    except NothingThereError:
        raise ExportRefusedError(ExportRefusal.NOTHING_THERE) from None
    finally:
        engine.dispose()
    try:
        made = deidentified(
            original,
            zone_map,
            chance or SystemRandom(),
            original_place=asked.original_place,
            keep_text=asked.keep_text,
            approved_by=(by.role, other.role) if other and needed else (),
        )
    except NotFitError as unfit:
        raise ExportRefusedError(ExportRefusal.NOT_FIT, str(unfit)) from None
    return made, by.room


def _write_down(database: Path, told: Export) -> None:
    engine = writing_engine(database)
    try:
        with engine.begin() as connection:
            write_export(connection, told)
    finally:
        engine.dispose()
