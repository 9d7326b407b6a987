"""Which municipalities make up which zone: the public facts of `data/sources/municipalities.csv`."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from console.domain.zones.faults import Fault, FaultKind, ZonesFileError, quoted
from console.domain.zones.values import CONTROL_ROOMS, Municipality, Zone

COLUMNS = (
    "nis",
    "name_nl",
    "name_fr",
    "name_de",
    "zone_id",
    "zone_code",
    "zone_name",
    "province",
    "arrondissement",
    "prosecutor",
    "cic",
)

ROOM_CODES = {name: code for code, name in CONTROL_ROOMS.items()}
UNDIVIDED_PROSECUTOR = {"Hainaut": "Hainaut"}
"""Mons and Charleroi share this arrondissement; which zone is whose is not public: it is named as one."""


def read_composition(text: str | bytes) -> Mapping[str, Zone]:
    """Read the table, one row a municipality, into zones by id, ordered by id.

    Raises:
        ZonesFileError: it is no such table; the text names the row or the column.
    """
    members: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    seen: set[str] = set()
    try:
        lines = (text.decode("utf-8-sig") if isinstance(text, bytes) else text).splitlines()
        for row in csv.DictReader(lines, strict=True):
            _complete(row, seen)
            members[row["zone_id"]].append(row)
        if not members:
            raise _no_table("it has no rows")
        return MappingProxyType({zone: _zone(zone, members[zone]) for zone in sorted(members)})
    except UnicodeDecodeError:
        raise _no_table("it is not text in UTF-8") from None
    except csv.Error as error:
        raise _no_table(f"it is not CSV ({error})") from None
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise _no_table(f"{problem['loc'][-1]} {quoted(problem['input'])} is not possible") from None


def _complete(row: dict[str, str], seen: set[str]) -> None:
    absent = [column for column in COLUMNS if row.get(column) is None]
    if absent:
        raise _no_table(f"the column {absent[0]} is missing")
    if row["nis"] in seen:
        raise _no_table(f"NIS code {quoted(row['nis'])} is there twice")
    seen.add(row["nis"])


def _no_table(reason: str) -> ZonesFileError:
    fault = Fault(FaultKind.WRONG_FIELD, f"the composition table cannot be used: {reason}")
    return ZonesFileError([fault], "Its columns are " + ", ".join(COLUMNS))


def _zone(zone_id: str, rows: list[dict[str, str]]) -> Zone:
    first = rows[0]
    return Zone(
        id=zone_id,
        code=first["zone_code"] or None,
        name=first["zone_name"],
        province=first["province"],
        arrondissement=first["arrondissement"],
        prosecutor=first["prosecutor"] or UNDIVIDED_PROSECUTOR.get(first["arrondissement"], ""),
        control_room=ROOM_CODES.get(first["cic"], first["cic"]),
        municipalities=tuple(_municipality(row) for row in rows),
    )


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        nis=row["nis"],
        name_nl=row["name_nl"] or None,
        name_fr=row["name_fr"] or None,
        name_de=row["name_de"] or None,
    )
