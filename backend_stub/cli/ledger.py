"""`msa-stub ledger`: check the chain, or hand the events out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from backend_stub.ledger import Head

app = typer.Typer(help="The append-only log of everything that happened.")

Database = Annotated[str, typer.Option(help="sqlite:///path/to/file.db", metavar="URL")]


@app.callback()
def ledger() -> None:
    """The append-only log of everything that happened."""


@app.command()
def verify(
    database: Database,
    head: Annotated[
        str | None,
        typer.Option(help="The head as printed earlier: finds a tail that was cut off.", metavar="SEQ:HASH"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Check that every record is as it was written; no key is needed. Exit code 3: it is not.

    Example: msa-stub ledger verify --database sqlite:///var/backend.db

    A backend may go on writing meanwhile. The first record that is not as it was written is named.
    """
    from backend_stub.cli.backup import on_terminal
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger import verify as check

    tell = on_terminal()
    try:
        verdict = check(database, _head(head) if head else None, lambda done, of: tell("checked", done, of))
    except DatabaseError as error:
        raise Stop(f"{error}.") from None
    if as_json:
        last = {"seq": verdict.head.seq, "hash": verdict.head.hash.hex()} if verdict.head else None
        found = {"ok": verdict.ok, "records": verdict.records, "head": last}
        print(json.dumps(found | {"broken_at": verdict.broken_at, "reason": verdict.reason}))
    else:
        print(verdict)
    return ExitCode.DONE if verdict.ok else ExitCode.BAD_INPUT


@app.command()
def export(
    database: Database,
    intervention: Annotated[str | None, typer.Option(help="Only this one: number or id.")] = None,
) -> None:
    """Write every event as a line of JSON."""
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger import export as lines

    try:
        for line in lines(database, intervention):
            print(line)
    except DatabaseError as error:
        raise Stop(f"{error}.") from None


def _head(text: str) -> Head:
    """A head as `backup` and `verify` print it.

    Raises:
        Stop: it is none.
    """
    from backend_stub.ledger import Head

    seq, _, digest = text.partition(":")
    try:
        head = Head(int(seq), bytes.fromhex(digest))
    except ValueError:
        head = Head(0, b"")
    if head.seq < 1 or len(head.hash) != 32:
        raise Stop(
            f"{text!r} is no head: it looks like 412:9f86d0…, as backup and verify print it.", ExitCode.USAGE
        )
    return head
