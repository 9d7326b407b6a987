"""`msa-stub ledger`: check the chain, or hand the events out."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from console.wire.exits import ExitCode, Stop

app = typer.Typer(help="The append-only log of everything that happened.")

Database = Annotated[str, typer.Option(help="sqlite:///path/to/file.db", metavar="URL")]


@app.callback()
def ledger() -> None:
    """The append-only log of everything that happened."""


@app.command()
def verify(
    database: Database,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Check that every record is as it was written; no key is needed. Exit code 3: it is not."""
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger import verify as check

    try:
        verdict = check(database)
    except DatabaseError as error:
        raise Stop(f"{error}.") from None
    if as_json:
        head = {"seq": verdict.head.seq, "hash": verdict.head.hash.hex()} if verdict.head else None
        found = {"ok": verdict.ok, "records": verdict.records, "head": head}
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
