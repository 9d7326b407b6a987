"""The chain of each control room from a file (W6): TOML, a table a control room, ``default`` for the others.

    [default]
    supervisor = 20        # seconds after the press
    neighbour = 60

    [VBR]
    officer_on_call = false  # this room has none
    room = "ANT"             # its neighbour

What a table does not name is as in `console.domain.chain.DEFAULT`; in a room's table, as in the file's default.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from backend_stub.toml_file import read_tables
from console.domain.chain import Chain, Chains
from console.domain.rooms import ROOMS
from console.wire.exits import Stop


def read_chains(path: Path | None) -> Chains:
    """The chains of a file; those of the package without one.

    Raises:
        Stop: it cannot be read, or says what cannot be; the sentence names the file, the table and the value.
    """
    if path is None:
        return Chains()
    tables = read_tables(path, "--chain")
    unknown = sorted(tables.keys() - ROOMS.keys() - {"default"})
    if unknown:
        codes = ", ".join(sorted(ROOMS))
        raise Stop(f"{path}: [{unknown[0]}] is no control room; the tables are default, {codes}.")
    default = _chain(path, "default", tables.get("default", {}), {})
    general = default.model_dump()
    rooms = {room: _chain(path, room, table, general) for room, table in tables.items() if room != "default"}
    return Chains(default=default, rooms=rooms)


def _chain(path: Path, name: str, table: object, general: Mapping[str, object]) -> Chain:
    if not isinstance(table, Mapping):
        raise Stop(f"{path}: {name} must be a table: [{name}].")
    own = {key: None if value is False else value for key, value in table.items()}
    try:
        chain = Chain.model_validate({**general, **own})
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        if first["type"] == "extra_forbidden":
            known = ", ".join(Chain.model_fields)
            raise Stop(f"{path}: [{name}] has no {first['loc'][0]}; it may have {known}.") from None
        what = first["msg"].removeprefix("Value error, ").replace("Input should", "must")
        where = f" {first['loc'][0]}" if first["loc"] else ""
        raise Stop(f"{path}: [{name}]{where}: {what[:1].lower() + what[1:] if where else what}.") from None
    if chain.room == name:
        raise Stop(f"{path}: [{name}] room: {name} cannot be its own neighbour.")
    return chain
