"""The zones file: GeoJSON (RFC 7946), read and written in one place.

A FeatureCollection with ``name``, ``attribution``, ``approximation`` and ``border_accuracy_m``, and one feature a
zone: ``id``, the fields of `Zone` as properties, and a Polygon or MultiPolygon in lon, lat.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from pydantic import ValidationError

from console.domain.zones.faults import Fault, FaultKind, ZonesFileError, quoted
from console.domain.zones.values import Polygon, Position, Ring, Zone, Zones, looks_swapped, zones_of

WHAT_TO_DO = "Run `msa zones check FILE` to see every fault; `msa zones import` makes a zones file from an official map"
WIDEST_ACCURACY_M = 100_000
MEANINGS = {
    "extra_forbidden": "is no field of ours",
    "string_type": "must be a text",
    "string_pattern_mismatch": "is not written as such a code or id is",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "too_short": "is empty",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
}
"""pydantic's kinds of error in the words of a person."""


def parse_zones(text: str | bytes) -> Zones:
    """Read a zones file.

    Raises:
        ZonesFileError: it is none, or a field or a border is wrong; the text names the first faults.
    """
    zones, faults = read_form(text)
    if zones is None or faults:
        raise ZonesFileError(faults, WHAT_TO_DO)
    return zones


def read_form(text: str | bytes) -> tuple[Zones | None, list[Fault]]:
    """Read a zones file as far as it goes: the map, or None where nothing could be read, and every fault of form.

    With faults, the map holds the zones that are sound by themselves.
    """
    try:
        document = read_collection(text)
    except ZonesFileError as error:
        return None, list(error.faults)
    faults: list[Fault] = []
    head = _Head(document, faults)
    sound: list[tuple[Zone, tuple[Polygon, ...]]] = []
    ids = Counter(feature.get("id") for feature in document["features"] if _is_id(feature.get("id")))
    for zone_id, times in ids.items():
        if times > 1:
            sentence = f"zone id {quoted(zone_id)} is there {times} times; each zone needs an id of its own"
            faults.append(Fault(FaultKind.DUPLICATE_ID, sentence, (str(zone_id),)))
    for number, feature in enumerate(document["features"], start=1):
        found = len(faults)
        zone = _zone(feature, number, head.border_accuracy_m, faults)
        where = f"zone {zone.id}" if zone else f"feature {number}"
        polygons = polygons_of(feature.get("geometry"), where, faults, (zone.id,) if zone else ())
        if zone and polygons and found == len(faults) and ids[zone.id] == 1:
            sound.append((zone, polygons))
    zones = zones_of(
        sound,
        name=head.name,
        attribution=head.attribution,
        approximate=head.approximate,
        border_accuracy_m=head.border_accuracy_m,
        license=head.optional_text("license"),
        valid_from=head.optional_text("valid_from"),
    )
    return zones, faults


def read_collection(text: str | bytes) -> dict[str, Any]:
    """Read any GeoJSON FeatureCollection whose features are objects, at least one.

    Raises:
        ZonesFileError: it is none.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        document = json.loads(text)
    except UnicodeDecodeError:
        raise _unusable(FaultKind.UNREADABLE, "the file is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        sentence = f"the file is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        raise _unusable(FaultKind.UNREADABLE, sentence) from None
    except (RecursionError, ValueError):
        raise _unusable(FaultKind.UNREADABLE, "the file is not JSON that anyone would write") from None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise _unusable(FaultKind.NOT_ZONES, "the file is JSON but no GeoJSON FeatureCollection")
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise _unusable(FaultKind.NOT_ZONES, "the FeatureCollection has no features")
    if not all(isinstance(feature, dict) and feature.get("type") == "Feature" for feature in features):
        raise _unusable(FaultKind.NOT_ZONES, "not every member of features is a GeoJSON Feature")
    return document


def zones_text(zones: Zones) -> str:
    """Write a zones file, one feature a line so that a change can be read in a diff. The same map, the same text."""
    positions = [
        position
        for shape in zones.polygons.values()
        for polygon in shape
        for ring in polygon
        for position in ring
    ]
    lons, lats = [lon for lon, _ in positions], [lat for _, lat in positions]
    head = {
        "type": "FeatureCollection",
        "name": zones.name,
        "approximation": zones.approximate,
        "attribution": zones.attribution,
        "license": zones.license,
        "valid_from": zones.valid_from,
        "border_accuracy_m": zones.border_accuracy_m,
        "bbox": [min(lons), min(lats), max(lons), max(lats)],
    }
    features = [_feature_text(zone, zones.polygons[zone.id], zones.border_accuracy_m) for zone in zones]
    return json.dumps(head, ensure_ascii=False)[:-1] + ',\n"features": [\n' + ",\n".join(features) + "\n]}\n"


def _feature_text(zone: Zone, polygons: Sequence[Polygon], border_accuracy_m: float) -> str:
    whole = len(polygons) == 1
    feature = {
        "type": "Feature",
        "id": zone.id,
        "properties": {
            **zone.model_dump(mode="json", exclude={"id"}),
            "border_accuracy_m": border_accuracy_m,
        },
        "geometry": {
            "type": "Polygon" if whole else "MultiPolygon",
            "coordinates": polygons[0] if whole else polygons,
        },
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


class _Head:
    """The members of the collection itself."""

    def __init__(self, document: Mapping[str, Any], faults: list[Fault]) -> None:
        self._document, self._faults = document, faults
        self.name = self._text("name")
        self.attribution = self._text("attribution")
        self.approximate = self._approximation()
        self.border_accuracy_m = self._accuracy()

    def optional_text(self, member: str) -> str | None:
        return None if self._document.get(member) is None else self._text(member)

    def _text(self, member: str) -> str:
        value = self._document.get(member)
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value
        self._wrong(member, "a line of text")
        return ""

    def _approximation(self) -> bool:
        value = self._document.get("approximation")
        if isinstance(value, bool):
            return value
        self._wrong("approximation", "true (no official map) or false")
        return True

    def _accuracy(self) -> float:
        value = self._document.get("border_accuracy_m")
        if _is_number(value) and 0 <= value <= WIDEST_ACCURACY_M:
            return value
        self._wrong("border_accuracy_m", "how far a border may be off, in metres (an official map: 0)")
        return 0

    def _wrong(self, member: str, wanted: str) -> None:
        if member in self._document:
            said = f"the file's {member} is {quoted(self._document[member])}; it must be {wanted}"
            self._faults.append(Fault(FaultKind.WRONG_FIELD, said))
        else:
            self._faults.append(Fault(FaultKind.MISSING_FIELD, f"the file has no {member}: {wanted}"))


def _zone(feature: Mapping[str, Any], number: int, accuracy_m: float, faults: list[Fault]) -> Zone | None:
    zone_id = feature.get("id")
    where = f"zone {zone_id}" if _is_id(zone_id) and zone_id.isascii() else f"feature {number}"
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        faults.append(Fault(FaultKind.MISSING_FIELD, f"{where} has no properties"))
        return None
    fields = {name: properties[name] for name in Zone.model_fields if name != "id" and name in properties}
    if "id" in feature:
        fields["id"] = zone_id
    # Of each zone too, so that a feature cut out of the file still says how exact it is.
    if "border_accuracy_m" not in properties:
        faults.append(Fault(FaultKind.MISSING_FIELD, f"{where}: border_accuracy_m is missing"))
    elif properties["border_accuracy_m"] != accuracy_m:
        said = f"{where}: border_accuracy_m is {quoted(properties['border_accuracy_m'])}, the file's is {accuracy_m}"
        faults.append(Fault(FaultKind.WRONG_FIELD, said))
    try:
        return Zone.model_validate(fields)
    except ValidationError as error:
        about = (zone_id,) if _is_id(zone_id) else ()
        problems = error.errors(include_url=False)
        inner = {problem["loc"][0] for problem in problems if len(problem["loc"]) > 1}
        # A list whose members are wrong also counts as empty: said once is enough.
        faults.extend(
            _field_fault(where, about, problem)
            for problem in problems
            if problem["loc"] not in {(name,) for name in inner}
        )
        return None


def _field_fault(where: str, about: tuple[str, ...], problem: Any) -> Fault:
    field = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return Fault(FaultKind.MISSING_FIELD, f"{where}: {field} is missing", about)
    said = MEANINGS.get(problem["type"], problem["msg"].removeprefix("Value error, ").removeprefix("Input "))
    sentence = f"{where}: {field} {quoted(problem['input'])} {said[:1].lower()}{said[1:]}"
    return Fault(FaultKind.WRONG_FIELD, sentence, about)


def polygons_of(
    geometry: object, where: str, faults: list[Fault], about: tuple[str, ...] = ()
) -> tuple[Polygon, ...]:
    """Read a Polygon or MultiPolygon in degrees; empty where it is wrong, and ``faults`` says why."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    parts = [coordinates] if kind == "Polygon" else coordinates
    if kind not in {"Polygon", "MultiPolygon"} or not isinstance(parts, list) or not parts:
        said = f"{where} has no border: its geometry must be a Polygon or a MultiPolygon"
        faults.append(Fault(FaultKind.WRONG_SHAPE, said, about))
        return ()
    polygons = []
    for part in parts:
        if not isinstance(part, list) or not part:
            faults.append(Fault(FaultKind.WRONG_SHAPE, f"{where} has a polygon without a ring", about))
            return ()
        rings = tuple(_ring(ring) for ring in part)
        for ring in rings:
            if isinstance(ring, Fault):
                faults.append(Fault(ring.kind, f"{where} {ring.sentence}", about))
                return ()
        polygons.append(tuple(ring for ring in rings if not isinstance(ring, Fault)))
    return tuple(polygons)


def _ring(values: object) -> Ring | Fault:
    if not isinstance(values, list) or len(values) < 4:
        return Fault(FaultKind.WRONG_SHAPE, "has a ring of fewer than four positions")
    ring: list[Position] = []
    for value in values:
        if not isinstance(value, list) or len(value) < 2 or not all(_is_number(part) for part in value[:2]):
            return Fault(FaultKind.WRONG_SHAPE, f"has {quoted(value)} where a position lon, lat is expected")
        lon, lat = value[:2]
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            sentence = f"has a position {quoted(value)} that is not in degrees (WGS84, lon before lat)"
            return Fault(FaultKind.OUT_OF_RANGE, sentence)
        if looks_swapped(lon, lat):
            sentence = f"has lat before lon ({quoted(value)}); GeoJSON wants lon, lat"
            return Fault(FaultKind.SWAPPED, sentence)
        ring.append((lon, lat))
    if ring[0] != ring[-1]:
        return Fault(FaultKind.WRONG_SHAPE, "has a ring that does not end where it begins")
    return tuple(ring)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _unusable(kind: FaultKind, sentence: str) -> ZonesFileError:
    return ZonesFileError([Fault(kind, sentence)], WHAT_TO_DO)
