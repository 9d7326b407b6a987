"""From an official map to our form. Needs shapely and pyproj.

The map gives the borders; which municipalities make up a zone, its prosecutor and its control room come from the
table of `console.domain.zones.composition`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pydantic import ValidationError

from console.domain.zones.allocating import ZoneMap
from console.domain.zones.composition import ROOM_CODES
from console.domain.zones.dissolving import Shapes, dissolved
from console.domain.zones.faults import Fault, FaultKind, ZonesFileError, quoted
from console.domain.zones.form import read_collection
from console.domain.zones.projections import in_degrees
from console.domain.zones.values import Zone, Zones, zones_of

SHOWN_AT_MOST = 8


@dataclass(frozen=True)
class About:
    """What the new file says of itself; ``crs`` names the map's reference system where the map does not."""

    name: str
    attribution: str
    license: str | None = None
    valid_from: str | None = None
    crs: str | None = None


@dataclass(frozen=True)
class Imported:
    """A map in our form, and what a person should know of how it came about."""

    zones: Zones
    notes: tuple[str, ...]


def import_zones(
    text: str | bytes, composition: Mapping[str, Zone], fields: Mapping[str, str], about: About
) -> Imported:
    """Import a map that has a feature, or several, for each zone.

    ``fields`` names, for fields of `Zone`, the property of the map that has it: ``code`` or ``id`` or ``name`` at
    least, to find the zone in the ``composition``. A property that is there replaces what the composition says.

    Raises:
        ZonesFileError: the map cannot be read, has no border, or a zone that is not known.
    """
    document = read_collection(text)
    by_name = {zone.name.casefold(): zone.id for zone in composition.values()}
    faults: list[Fault] = []
    zones: dict[str, Zone] = {}
    keys: list[str] = []
    for number, feature in enumerate(document["features"], start=1):
        found = _found(feature, fields)
        key = found.get("id") or found.get("code") or by_name.get(found.get("name", "").casefold(), "")
        keys.append(key)
        if key not in composition:
            seen = (
                ", ".join(f"{field} {quoted(value)}" for field, value in found.items())
                or "none of the fields"
            )
            said = f"feature {number} has {seen}: no zone of the composition table"
            faults.append(Fault(FaultKind.UNKNOWN_ZONE, said))
            continue
        if "control_room" in found:
            found["control_room"] = ROOM_CODES.get(found["control_room"], found["control_room"])
        try:
            zones[key] = Zone.model_validate(composition[key].model_dump() | found | {"id": key})
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            said = f"zone {key}: {problem['loc'][0]} {quoted(problem['input'])} is not possible"
            faults.append(Fault(FaultKind.WRONG_FIELD, said, (key,)))
    if faults:
        raise ZonesFileError(
            faults, "Check the names of the fields, or give a newer table with --composition"
        )
    return _imported(document, keys, zones, composition, about)


def import_municipalities(
    text: str | bytes, composition: Mapping[str, Zone], nis_field: str, about: About
) -> Imported:
    """Import a map of municipalities, or of smaller areas (statistical sectors) that name theirs.

    ``nis_field`` is the property with the NIS code of the municipality.

    Raises:
        ZonesFileError: the map cannot be read, has no border, an unknown municipality, or only a part of a zone.
    """
    document = read_collection(text)
    zone_of = {town.nis: zone.id for zone in composition.values() for town in zone.municipalities}
    seen: list[str] = [
        _found(feature, {"nis": nis_field}).get("nis", "").zfill(5) for feature in document["features"]
    ]
    faults = [
        Fault(
            FaultKind.UNKNOWN_MUNICIPALITY, f"NIS code {quoted(nis)} is in no zone of the composition table"
        )
        for nis in sorted({nis for nis in seen if nis not in zone_of})
    ]
    here = {zone_of[nis] for nis in seen if nis in zone_of}
    for zone_id in sorted(here):
        missing = [town.nis for town in composition[zone_id].municipalities if town.nis not in set(seen)]
        if missing:
            said = f"zone {zone_id} lacks {', '.join(missing)}"
            faults.append(Fault(FaultKind.MISSING_MUNICIPALITY, said, (zone_id,)))
    if faults:
        raise ZonesFileError(
            faults,
            "Check the name of the field and the year of the map, or give a newer table with --composition",
        )
    keys = [zone_of[nis] for nis in seen]
    return _imported(document, keys, {zone: composition[zone] for zone in here}, composition, about)


def agreement(ours: Zones, other: Zones) -> float:
    """The part of the land of ``ours`` that lies in the same zone in ``other``, 0 to 1; 0 where no zone is in both."""
    mine, theirs = ZoneMap(ours), ZoneMap(other)
    places = {zone: number for number, zone in enumerate(theirs.ids)}
    both = [(number, places[zone]) for number, zone in enumerate(mine.ids) if zone in places]
    if not both:
        return 0.0
    first = mine.shapes[[number for number, _ in both]]
    second = theirs.shapes[[number for _, number in both]]
    common = shapely.area(shapely.intersection(first, second)).sum()
    return float(common / shapely.area(mine.shapes).sum())


def _found(feature: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    """The wanted properties as text, without those that are empty; ``id`` may also be the feature's own."""
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        properties = {}
    found = {}
    for field, name in fields.items():
        value = properties.get(name, feature.get("id") if name == "id" else None)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            found[field] = str(value).strip()
    return found


def _imported(
    document: Mapping[str, Any],
    keys: Sequence[str],
    zones: Mapping[str, Zone],
    composition: Mapping[str, Zone],
    about: About,
) -> Imported:
    areas, repaired = _areas(document["features"])
    areas = in_degrees(areas, document, about.crs)
    ids = sorted(zones)
    numbers = {zone: number for number, zone in enumerate(ids)}
    shapes, settled = dissolved(areas, np.array([numbers[key] for key in keys], dtype=np.int64), len(ids))
    notes = []
    if repaired:
        notes.append(f"{repaired} areas whose border crosses itself were repaired")
    if settled:
        notes.append(f"{settled} overlaps and thin gaps between areas were settled")
    absent = sorted(set(composition) - set(ids))
    if absent:
        listed = ", ".join(absent[:SHOWN_AT_MOST]) + (", …" if len(absent) > SHOWN_AT_MOST else "")
        notes.append(f"{len(absent)} zones are not on this map: {listed}")
    made = zones_of(
        zip((zones[zone] for zone in ids), shapes, strict=True),
        name=about.name,
        attribution=about.attribution,
        approximate=False,
        border_accuracy_m=0,
        license=about.license,
        valid_from=about.valid_from,
    )
    return Imported(made, tuple(notes))


def _areas(features: Sequence[Mapping[str, Any]]) -> tuple[Shapes, int]:
    """The geometries as they are in the file, valid; and how many had to be repaired."""
    shapes = []
    faults: defaultdict[str, list[int]] = defaultdict(list)
    for number, feature in enumerate(features, start=1):
        shape = None
        try:
            shape = shapely.force_2d(shapely.from_geojson(json.dumps(feature.get("geometry"))))
        except shapely.GEOSException:
            faults["has coordinates that cannot be read"].append(number)
            continue
        if shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
            faults["has no border: its geometry must be a Polygon or a MultiPolygon"].append(number)
        elif not np.isfinite(shapely.get_coordinates(shape)).all():
            faults["has coordinates that are no numbers"].append(number)
        else:
            shapes.append(shape)
    if faults:
        raise ZonesFileError(
            [
                Fault(FaultKind.WRONG_SHAPE, f"feature {number} {what}")
                for what, numbers in faults.items()
                for number in numbers
            ],
            "Export the map again as GeoJSON",
        )
    areas = np.array(shapes)
    broken = ~shapely.is_valid(areas)
    areas[broken] = shapely.make_valid(areas[broken], method="structure")
    return areas, int(broken.sum())
