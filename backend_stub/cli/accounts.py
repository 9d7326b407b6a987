"""`msa-stub accounts`: who may log in. A backend that runs notices a change at once; one that is stopped, at its start.

Whoever may no longer act first hands over what they hold, and is then shut out (`backend_stub.leaving`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backend_stub.registry.records import Account

app = typer.Typer(help="Who may log in.")

Database = Annotated[
    str | None,
    typer.Option(help="sqlite:///path/to/file.db; without it the demo's.", metavar="URL", show_default=False),
]
Who = Annotated[str, typer.Argument(help="Under which they log in: 4711.", metavar="OPERATOR")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

HANDED_ON: Final = (
    "A backend that runs hands over what they hold within a second, one that is stopped at its start."
)


@app.callback()
def accounts() -> None:
    """Who may log in."""


@app.command("list")
def list_accounts(database: Database = None, as_json: AsJson = False) -> None:
    """List every account with its role and control room.

    Example: msa-stub accounts list --json
    """
    from backend_stub.registry import store

    with _registry(database) as connection:
        for account in store.accounts(connection):
            _print(account, as_json)


@app.command()
def disable(who: Who, database: Database = None, as_json: AsJson = False) -> int:
    """Shut an operator out: no login, every console of theirs closed, what they hold handed over first.

    Example: msa-stub accounts disable 4711
    """
    changed = _changed(database, who, lambda one: one.model_copy(update={"disabled": True}))
    _print(changed, as_json)
    if not as_json:
        print(HANDED_ON)
    return ExitCode.DONE


@app.command()
def enable(who: Who, database: Database = None, as_json: AsJson = False) -> int:
    """Let an operator in again. What was handed over stays where it is.

    Example: msa-stub accounts enable 4711
    """
    _print(_changed(database, who, lambda one: one.model_copy(update={"disabled": False})), as_json)
    return ExitCode.DONE


@app.command()
def change(
    who: Who,
    role: Annotated[str | None, typer.Option(help="operator, supervisor or trainer.")] = None,
    room: Annotated[str | None, typer.Option(help="Code of the control room: VBR.")] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Give an operator another role or control room: they log in anew, and what they may no longer hold goes first.

    Example: msa-stub accounts change 4711 --room ANT
    """
    from console.domain.rooms import ROOMS
    from console.domain.values import Role

    if role is not None and role not in set(Role):
        raise Stop(f"{role!r} is no role: {', '.join(Role)}.", ExitCode.USAGE)
    if room is not None and room not in ROOMS:
        raise Stop(f"{room!r} is no control room; the codes are {', '.join(sorted(ROOMS))}.", ExitCode.USAGE)
    if role is None and room is None:
        raise Stop("Give --role or --room.", ExitCode.USAGE)

    def changed(one: Account) -> Account:
        return one.model_copy(update={"role": Role(role or one.role), "room": room or one.room})

    _print(_changed(database, who, changed), as_json)
    if not as_json:
        print(HANDED_ON)
    return ExitCode.DONE


def _changed(database: str | None, who: str, change: Callable[[Account], Account]) -> Account:
    """Write an account; if it is another one then, every login of theirs ends.

    Raises:
        Stop: there is no such account.
    """
    from backend_stub.registry import store
    from backend_stub.registry.sessions import revoke_sessions_of

    with _registry(database) as connection:
        before = next((one for one in store.accounts(connection) if one.id == who), None)
        if before is None:
            raise Stop(f"There is no account {who!r}: msa-stub accounts list shows them.", ExitCode.USAGE)
        after = change(before)
        if after != before:
            store.put_accounts(connection, [after])
            revoke_sessions_of(connection, who)
    return after


@contextmanager
def _registry(database: str | None) -> Iterator[Connection]:
    """The registry, in one transaction beside a backend that may run: its writer waits for a moment.

    Raises:
        Stop: there is none, or it cannot be used.
    """
    import sqlite3

    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    from backend_stub.cli.serve import default_database
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger.store import existing, sentence, writing_engine
    from backend_stub.registry.tables import AccountRow

    try:
        path = existing(database or default_database(demo=True))
    except DatabaseError as error:
        raise Stop(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    engine = writing_engine(path)
    try:
        with engine.begin() as connection:
            if not inspect(connection).has_table(str(AccountRow.__tablename__)):
                raise Stop("This registry is empty. `msa-stub serve --demo` fills one.")
            yield connection
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise Stop(f"{sentence(path, error)}.") from None
    finally:
        engine.dispose()


def _print(account: Account, as_json: bool) -> None:
    """One account; its password is none of anybody's business, hashed or not."""
    facts = {"id": account.id, "role": account.role, "room": account.room, "disabled": account.disabled}
    if as_json:
        print(json.dumps(facts))
    else:
        print(
            f"{account.id:<8} {account.role:<12} {account.room:<5} {'disabled' if account.disabled else ''}".rstrip()
        )
