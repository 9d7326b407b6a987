"""`msa-stub ledger export --recording`: a recording of what a control room saw, and the list of those exported."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from backend_stub.exporting.four_eyes import Login
    from backend_stub.exporting.records import Export
    from console.wire.recording import Header, Signer

LANGUAGES: Final = ("nl", "fr", "de", "en")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was typed."""

    database: str
    file: Path
    intervention: str | None
    since: str | None
    until: str | None
    operator: str | None
    second: str | None
    original_place: bool
    keep_text: bool
    title: str
    language: str
    teaches: tuple[str, ...]
    content_warning: str | None
    sign: Path | None


def export_to(wishes: Wishes) -> None:
    """Export a recording, and say what it has become.

    Raises:
        Stop: it is refused, or cannot be done; the sentence says why.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from backend_stub.exporting.export import Asked, export_recording
    from backend_stub.exporting.four_eyes import ExportRefusal, ExportRefusedError
    from backend_stub.ledger import DatabaseError
    from console.wire.zones_file import read_zone_map

    since, until = _moment(wishes.since, "--from"), _moment(wishes.until, "--to")
    if (wishes.intervention is None) == (since is None or until is None):
        raise Stop("Say which: --intervention NUMBER, or --from TIME and --to TIME.", ExitCode.USAGE)
    if since is not None and until is not None and until <= since:
        raise Stop("--to must be later than --from.", ExitCode.USAGE)
    if wishes.file.exists():
        raise Stop(f"{wishes.file} is there already: give the name of a new file.", ExitCode.USAGE)
    if not wishes.file.parent.is_dir():
        raise Stop(f"{wishes.file.parent} is no folder: make it first.", ExitCode.USAGE)
    header = _header(wishes)
    signer = signer_of(wishes.sign)
    by = _login(wishes.operator, "--operator", "MSA_PASSWORD")
    second = _login(wishes.second, "--with", "MSA_SECOND_PASSWORD") if wishes.second else None
    asked = Asked(wishes.intervention, since, until, wishes.original_place, wishes.keep_text)
    now = datetime.now(UTC)
    try:
        made = export_recording(
            wishes.database, wishes.file, header, asked, by, second, read_zone_map, now, signer=signer
        )
    except ExportRefusedError as refused:
        code = ExitCode.NOT_AUTHORISED if refused.code is ExportRefusal.NOT_LOGGED_IN else ExitCode.REFUSED
        raise Stop(f"{refused.code}: {refused.sentence}.", code) from None
    except DatabaseError as error:
        raise Stop(f"{error}.") from None
    except SQLAlchemyError:
        raise Stop(
            "The export cannot be written down in the database, so nothing was exported: see that it can be written."
        ) from None
    print(f"{wishes.file}: {len(made.items) + 2} lines; msa replay {wishes.file} --check")


def written_down(database: str) -> list[Export]:
    """Every export that was written down.

    Raises:
        Stop: there is no ledger, or the list is not as it was written.
    """
    from sqlalchemy import inspect

    from backend_stub.exporting.records import exports
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger.store import existing, reading_engine
    from backend_stub.registry.tables import ExportRow

    try:
        engine = reading_engine(existing(database))
    except DatabaseError as error:
        raise Stop(f"{error}.") from None
    try:
        with engine.begin() as connection:
            if not inspect(connection).has_table(str(ExportRow.__tablename__)):
                return []
            return list(exports(connection))
    except ValueError as changed:
        raise Stop(f"{changed}: keep the database as evidence, and put back a backup.") from None
    finally:
        engine.dispose()


def signer_of(path: Path | None) -> Signer | None:
    """Who signs, with the private key in a file.

    Raises:
        Stop: the file holds no Ed25519 key without a password.
    """
    if path is None:
        return None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from console.wire.recording import Signer

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Stop(f"{path} holds no private key: openssl genpkey -algorithm ed25519 -out {path} makes one.")
    return Signer(key.public_key().public_bytes_raw().hex(), key.sign)


def _header(wishes: Wishes) -> Header:
    from pydantic import ValidationError

    from console.wire.recording import Header

    if wishes.language not in LANGUAGES:
        raise Stop(f"{wishes.language!r} is none of {', '.join(LANGUAGES)}.", ExitCode.USAGE)
    try:
        return Header.model_validate(
            {
                "title": wishes.title,
                "language": wishes.language,
                "teaches": wishes.teaches,
                "content_warning": wishes.content_warning,
                "room": "",
                "starts_at": datetime(2000, 1, 1, tzinfo=UTC),
            }
        )
    except ValidationError as wrong:
        field = wrong.errors(include_url=False)[0]
        raise Stop(f"--{field['loc'][0]}: {field['msg']}.".replace("_", "-"), ExitCode.USAGE) from None


def _login(operator: str | None, option: str, variable: str) -> Login:
    from backend_stub.exporting.four_eyes import Login

    if operator is None:
        raise Stop(f"Say who exports with {option}: it is written down.", ExitCode.USAGE)
    password = os.environ.get(variable)
    if not password:
        if not sys.stdin.isatty():
            raise Stop(
                f"No password of {operator}: set {variable}, or run it in a terminal.",
                ExitCode.NOT_AUTHORISED,
            )
        password = getpass.getpass(f"Password of {operator}: ", stream=sys.stderr)
    return Login(operator, password)


def _moment(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(
            f"{option}: {text!r} is no time: 2026-03-01T14:00, or with a Z in UTC.", ExitCode.USAGE
        ) from None
    return moment.astimezone(UTC)
