"""From how far patrols come without siren, from a file (W10): TOML, metres.

    default = 500

    [rooms]
    LUX = 1500       # open country

    [zones]
    5388 = 300       # in the old town

What it does not name has ``default``; a case file that says otherwise goes before it.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from backend_stub.toml_file import read_tables
from console.domain.rooms import ROOMS
from console.domain.sirens import FARTHEST_M, USUAL, Sirens
from console.wire.exits import Stop


def read_sirens(path: Path | None, zones: Collection[str]) -> Sirens:
    """The distances of a file; the usual one without a file. ``zones``: those that there are.

    Raises:
        Stop: it cannot be read, or says what cannot be; the sentence names the file, the place and what may be there.
    """
    if path is None:
        return USUAL
    tables = read_tables(path, "--sirens")
    try:
        sirens = Sirens.model_validate(tables, strict=True)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = [str(part) for part in first["loc"]]
        if first["type"] == "extra_forbidden":
            raise Stop(f"{path}: has no {where[0]}; it may have default, [rooms] and [zones].") from None
        if len(where) == 1 and where[0] != "default":
            raise Stop(f"{path}: {where[0]} must be a table: [{where[0]}].") from None
        place = where[0] if len(where) == 1 else f"[{where[0]}] {where[1]}"
        raise Stop(f"{path}: {place} must be metres, from 0 to {FARTHEST_M:.0f}.") from None
    _known(path, "rooms", sirens.rooms, ROOMS, "control room")
    _known(path, "zones", sirens.zones, zones, "zone of this map")
    return sirens


def _known(path: Path, table: str, named: Collection[str], known: Collection[str], what: str) -> None:
    unknown = sorted(set(named) - set(known))
    if unknown:
        codes = sorted(known)
        some = f"{', '.join(codes[:12])}{'…' if len(codes) > 12 else ''}"
        raise Stop(f"{path}: [{table}] {unknown[0]} is no {what}; there are {some}.")
