"""`msa-stub backup` and `msa-stub restore`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.wire.exits import Stop

if TYPE_CHECKING:
    from backend_stub.ledger import Head

Database = Annotated[str, typer.Option(help="sqlite:///path/to/file.db", metavar="URL")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def backup(
    file: Annotated[Path, typer.Argument(help="The copy; nothing may stand there yet.")],
    database: Database,
    keys: Annotated[
        Path | None, typer.Option(help="Copy the key store too, to another directory.", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the ledger while a backend writes it, and check the copy.

    Example: msa-stub backup /backup/2026-03-01.db --database sqlite:///var/backend.db

    Keep the head that is printed elsewhere: `msa-stub ledger verify --head` finds a cut tail with it. The master
    key is never copied. A copy of the keys brings back what is erased later: keep it shorter than any period of
    erasure.
    """
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger.backup import backup as copy

    try:
        made = copy(database, file, keys, on_terminal())
    except DatabaseError as error:
        raise Stop(_sentence(error)) from None
    if as_json:
        found = {
            "file": str(made.path),
            "bytes": made.size,
            "ledger": str(made.identity.ledger_id),
            "epoch": made.identity.epoch,
            "mode": made.identity.mode,
            "records": made.records,
            "head": _head(made.head),
            "keys": str(made.keys) if made.keys else None,
        }
        print(json.dumps(found))
        return
    print(f"{made.path}: {made.records} records, {made.size} bytes; the chain holds, head {_head(made.head)}")
    if made.keys:
        print(f"{made.keys}: the keys")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup of the ledger.")],
    database: Annotated[str, typer.Option(help="Where to; nothing may stand there.", metavar="URL")],
    keys: Annotated[
        Path | None,
        typer.Option(help="A backup of the key store, only where that is lost.", metavar="FILE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup back under a new epoch: every console gets a new picture, no old position is trusted.

    Example: msa-stub restore /backup/2026-03-01.db --database sqlite:///var/backend.db

    Nothing is overwritten: move what is there elsewhere first. The key store stays as it is, so that what was
    erased since the backup stays erased.
    """
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger.backup import restore as put_back

    try:
        found = put_back(file, database, keys, on_terminal())
    except DatabaseError as error:
        raise Stop(_sentence(error)) from None
    if as_json:
        said = {
            "file": str(found.path),
            "ledger": str(found.identity.ledger_id),
            "epoch": found.identity.epoch,
            "mode": found.identity.mode,
            "records": found.records,
            "head": _head(found.head),
            "open": found.open_interventions,
            "last_at": found.last_at,
            "erased_keys": found.erased,
            "unknown_keys": found.unknown,
        }
        print(json.dumps(said))
        return
    print(
        f"{found.path}: {found.records} records, {found.open_interventions} interventions open; the chain holds, "
        f"head {_head(found.head)}; epoch {found.identity.epoch}"
    )
    print(f"The last event is of {found.last_at or 'never'}: what was recorded after it is not in here.")
    if found.erased:
        print(f"{found.erased} keys were erased: what they sealed stays sealed.")
    if found.unknown:
        print(f"{found.unknown} keys are not in the key store: what they sealed cannot be read.")


def on_terminal() -> Callable[[str, int, int], None]:
    """Say on a terminal how far a long work is; nothing where stderr is a file."""

    def tell(what: str, done: int, of: int) -> None:
        if sys.stderr.isatty() and of:
            end = "\n" if done >= of else ""
            print(f"\r{what} {min(done, of) * 100 // of} %", end=end, file=sys.stderr, flush=True)

    return tell


def _head(head: Head | None) -> str | None:
    return None if head is None else f"{head.seq}:{head.hash.hex()}"


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + "."
