"""`msa-stub buttons`: what the registry knows of the buttons. No name of anyone is shown."""

from __future__ import annotations

import json
from typing import Annotated

import typer

app = typer.Typer(help="The province's stock of buttons.")


@app.callback()
def buttons() -> None:
    """The province's stock of buttons."""


@app.command("list")
def list_buttons(
    database: Annotated[str, typer.Option(help="sqlite:///path/to/file.db", metavar="URL")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List every button with its stock, status today and case file."""
    from datetime import datetime

    from sqlalchemy import inspect

    from backend_stub.desk import BELGIUM
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger.store import existing, reading_engine
    from backend_stub.registry import store
    from backend_stub.registry.tables import ButtonRow
    from console.wire.exits import Stop

    try:
        engine = reading_engine(existing(database))
    except DatabaseError as error:
        raise Stop(f"{error}.") from None
    with engine.begin() as connection:
        filled = inspect(connection).has_table(str(ButtonRow.__tablename__))
        known = store.buttons(connection) if filled else []
    engine.dispose()
    today = datetime.now(BELGIUM).date()
    for button in known:
        row = {
            "id": button.id,
            "stock": button.stock,
            "status": button.status_on(today),
            "case_file": button.case_file,
            "allocated_until": button.allocated_until.isoformat() if button.allocated_until else None,
        }
        if as_json:
            print(json.dumps(row))
        else:
            until = f"until {row['allocated_until']}" if row["allocated_until"] else ""
            print(f"{button.id:<12} {row['status']:<14} {button.case_file or '-':<16} {until}".rstrip())
    if not known and not as_json:
        print("No buttons: this registry is empty. `msa-stub serve --demo` fills one.")
