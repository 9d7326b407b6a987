"""Which municipalities make up which zone: the public facts of `data/sources/municipalities.csv`."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from console.domain.zones.values import CONTROL_ROOMS, Municipality, Zone

ROOM_CODES = {name: code for code, name in CONTROL_ROOMS.items()}
UNDIVIDED_PROSECUTOR = {"Hainaut": "Hainaut"}
"""Mons and Charleroi share this arrondissement; which zone is whose is not public: it is named as one."""


def read_composition(text: str) -> Mapping[str, Zone]:
    """Read the table, one row a municipality, into zones by id, ordered by id."""
    members: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        members[row["zone_id"]].append(row)
    return MappingProxyType({zone: _zone(zone, members[zone]) for zone in sorted(members)})


def _zone(zone_id: str, rows: list[dict[str, str]]) -> Zone:
    first = rows[0]
    return Zone(
        id=zone_id,
        code=first["zone_code"] or None,
        name=first["zone_name"],
        province=first["province"],
        arrondissement=first["arrondissement"],
        prosecutor=first["prosecutor"] or UNDIVIDED_PROSECUTOR[first["arrondissement"]],
        control_room=ROOM_CODES[first["cic"]],
        municipalities=tuple(_municipality(row) for row in rows),
    )


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        nis=row["nis"],
        name_nl=row["name_nl"] or None,
        name_fr=row["name_fr"] or None,
        name_de=row["name_de"] or None,
    )
