"""`msa-stub casefile`: show a case file, change it, and list those whose words are due (W4).

The demo's hand for what a zone's person responsible does. A backend that runs notices a change within a second or two;
one that is stopped, when it starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backend_stub.ledger.keys import KeyStore
    from console.domain.casefile import CaseFile

app = typer.Typer(help="Show a case file, or change it.")

Database = Annotated[
    str | None,
    typer.Option(help="sqlite:///path/to/file.db; without it the demo's.", metavar="URL", show_default=False),
]
Which = Annotated[
    str, typer.Argument(help="Id or number of the file, or a button: VBR-B-0041.", metavar="FILE")
]


@app.callback()
def casefile() -> None:
    """Show a case file, or change it."""


@app.command()
def show(which: Which, database: Database = None) -> None:
    """Print the latest revision of a case file as JSON.

    Example: msa-stub casefile show VBR-B-0041
    """
    with _opened(database) as (connection, keys):
        print(_found(connection, keys, which).model_dump_json(indent=1))


@app.command()
def due(
    database: Database = None, zone: Annotated[str | None, typer.Option(help="Only of this zone.")] = None
) -> None:
    """List the files whose all-clear and duress word were used and are not changed yet, by file zone.

    Example: msa-stub casefile due --zone 5388
    """
    from backend_stub.registry import store

    with _opened(database) as (connection, keys):
        files = [held.case_file for held in store.case_files(connection, keys) if held.case_file]
    waiting = [
        file
        for file in sorted(files, key=lambda file: (file.file_zone, file.number))
        if file.victim.words_used_on and zone in {None, file.file_zone}
    ]
    for file in waiting:
        print(f"{file.file_zone}  {file.number}  words used on {file.victim.words_used_on}, {file.officer}")
    if not waiting:
        print("No words are due.")


@app.command()
def change(
    which: Which,
    danger: Annotated[
        list[str] | None,
        typer.Option(help="Add a danger: firearm=pistol under the seat.", metavar="KIND=WORDS"),
    ] = None,
    no_danger: Annotated[
        list[str] | None, typer.Option(help="Take every danger of a kind away.", metavar="KIND")
    ] = None,
    danger_check: Annotated[
        str | None, typer.Option(help="Whether somebody looked: checked or not_checked.", metavar="CODE")
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(help="Allow or refuse ring, call, chat, speak or push.", metavar="CHANNEL=yes|no"),
    ] = None,
    served: Annotated[
        list[str] | None,
        typer.Option(help="An order was served: contact_ban, or with its day.", metavar="ORDER[=DAY]"),
    ] = None,
    words: Annotated[str | None, typer.Option(help="The two new words.", metavar="ALL-CLEAR,DURESS")] = None,
    siren_off: Annotated[
        float | None,
        typer.Option(
            min=0, max=10_000, help="From how many metres patrols come without siren.", metavar="METRES"
        ),
    ] = None,
    patch: Annotated[
        str | None,
        typer.Option(
            help='Anything else, as a JSON merge patch: {"victim": {"pregnant": true}}', metavar="JSON"
        ),
    ] = None,
    source: Annotated[str, typer.Option(help="Where it comes from.")] = "file manager",
    by: Annotated[str, typer.Option(help="Who checked it.")] = "file manager",
    database: Database = None,
) -> int:
    """Write a new revision of a case file. A danger, his looks or his car are true in every file that names him.

    Example: msa-stub casefile change VBR-B-0041 --danger "explosives=said so on the phone" --channel ring=no
    """
    from datetime import datetime

    from backend_stub.desk import BELGIUM
    from backend_stub.registry import store
    from backend_stub.registry.editing import Edits, MistakeError, edited
    from console.domain.file_changes import changes_between, with_facts_of_the_man

    edits = Edits(
        danger=danger or (),
        no_danger=no_danger or (),
        danger_check=danger_check,
        channel=channel or (),
        served=served or (),
        words=words,
        siren_off_m=siren_off,
        patch=patch,
        source=source,
        by=by,
    )
    with _opened(database) as (connection, keys):
        before = _found(connection, keys, which)
        try:
            after = edited(before, edits, datetime.now(BELGIUM).date())
        except MistakeError as mistake:
            raise Stop(f"{str(mistake)[:1].upper()}{str(mistake)[1:]}.", ExitCode.USAGE) from None
        files = [held.case_file for held in store.case_files(connection, keys) if held.case_file]
        same_man = [
            file for file in files if file.perpetrator.id == after.perpetrator.id and file.id != after.id
        ]
        also = [
            later
            for file in same_man
            if (later := with_facts_of_the_man(file, before.perpetrator, after.perpetrator)) is not file
        ]
        store.put_case_files(connection, keys, (after, *also))
        keys.flush()
    changed = ", ".join(changes_between(before, after))
    print(f"{after.number}: revision {after.revision} ({changed})")
    for file in also:
        print(f"{file.number}: revision {file.revision} (the same man)")
    return ExitCode.DONE


@contextmanager
def _opened(database: str | None) -> Iterator[tuple[Connection, KeyStore]]:
    """The registry, in one transaction, and what opens it. The lock of the ledger is not needed: only rows are added.

    Raises:
        Stop: there is none, or it cannot be used.
    """
    import os
    import secrets
    import sqlite3

    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    from backend_stub.cli.serve import default_database
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger.keys import KeyStore, keys_path, master_key
    from backend_stub.ledger.store import existing, sentence, writing_engine
    from backend_stub.registry.tables import CaseFileRow

    try:
        path = existing(database or default_database(demo=True))
        keys = KeyStore(
            keys_path(path), master_key(path, os.environ, secrets.token_bytes), secrets.token_bytes
        )
    except DatabaseError as error:
        raise Stop(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    engine = writing_engine(path)
    try:
        with engine.begin() as connection:
            if not inspect(connection).has_table(str(CaseFileRow.__tablename__)):
                raise Stop("This registry is empty. `msa-stub serve --demo` fills one.")
            yield connection, keys
    except (SQLAlchemyError, sqlite3.Error, DatabaseError) as error:
        raise Stop(f"{sentence(path, error)}.") from None
    finally:
        engine.dispose()
        keys.close()


def _found(connection: Connection, keys: KeyStore, which: str) -> CaseFile:
    """The case file of this id, number or button.

    Raises:
        Stop: there is none, or it is sealed.
    """
    from backend_stub.registry import store

    wanted = which.strip().casefold()
    button = next((one for one in store.buttons(connection) if one.id.casefold() == wanted), None)
    if button is not None:
        wanted = (button.case_file or "").casefold()
    for held in store.case_files(connection, keys):
        if wanted in {held.reference.id.casefold(), held.reference.number.casefold()}:
            if held.case_file is None:
                raise Stop(f"The case file {held.reference.number} is sealed: its key is gone.")
            return held.case_file
    raise Stop(f"There is no case file {which!r}: give its id, its number, or a button.", ExitCode.USAGE)
