"""A zones file that is none, or is wrong somewhere: each fault is named, and nothing is guessed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from console.domain.zones import FaultKind, ZonesFileError, parse_zones, zones_text
from console.domain.zones.values import Zones, zones_of
from console.wire.zones_file import read_zones

Document = dict[str, Any]


def square(west: float, south: float, size: float = 0.1) -> list[list[float]]:
    east, north = round(west + size, 6), round(south + size, 6)
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def small() -> Document:
    """Three zones as squares side by side."""
    shipped = read_zones()
    zones: Zones = zones_of(
        [
            (shipped[zone], ((tuple((lon, lat) for lon, lat in square(west, 50.8)),),))
            for zone, west in (("5388", 4.6), ("5391", 4.7), ("5393", 4.8))
        ],
        name="Three squares",
        attribution="Invented",
        approximate=True,
        border_accuracy_m=50,
    )
    document: Document = json.loads(zones_text(zones))
    return document


def faults_of(document: Document) -> list[tuple[FaultKind, str]]:
    with pytest.raises(ZonesFileError) as error:
        parse_zones(json.dumps(document))
    return [(fault.kind, fault.sentence) for fault in error.value.faults]


def test_a_sound_file_is_read() -> None:
    zones = parse_zones(json.dumps(small()).encode())
    assert list(zones.by_id) == ["5388", "5391", "5393"]
    assert zones.polygons["5388"][0][0][0] == (4.6, 50.8)
    assert (zones.approximate, zones.border_accuracy_m) == (True, 50)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert len(parse_zones(b"\xef\xbb\xbf" + json.dumps(small()).encode())) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "not JSON"),
        (b"zones", "line 1, column 1"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"type": "FeatureCollection", "n": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b"[]", "no GeoJSON FeatureCollection"),
        (b'{"type": "Topology"}', "no GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b'{"type": "FeatureCollection", "features": [null]}', "not every member"),
    ],
)
def test_what_is_no_zones_file_is_refused_in_a_sentence(text: bytes, said: str) -> None:
    with pytest.raises(ZonesFileError, match=said) as error:
        parse_zones(text)
    assert "msa zones" in str(error.value), "the sentence says what to do"


def drop(field: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        del document["features"][1]["properties"][field]

    return change


def put(field: str, value: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["features"][1]["properties"][field] = value

    return change


def put_head(member: str, value: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document[member] = value

    return change


def put_shape(*rings: object, kind: str = "Polygon") -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["features"][1]["geometry"] = {"type": kind, "coordinates": list(rings)}

    return change


def put_id(value: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["features"][1]["id"] = value

    return change


FIELDS = ("code", "name", "province", "arrondissement", "prosecutor", "control_room", "municipalities")


@pytest.mark.parametrize("field", [*FIELDS, "border_accuracy_m"])
def test_a_missing_field_is_named_with_its_zone(field: str) -> None:
    document = small()
    drop(field)(document)
    assert faults_of(document) == [(FaultKind.MISSING_FIELD, f"zone 5391: {field} is missing")]


@pytest.mark.parametrize("member", ["name", "attribution", "approximation", "border_accuracy_m"])
def test_a_missing_member_of_the_file_is_named(member: str) -> None:
    document = small()
    del document[member]
    found = faults_of(document)
    assert found[0][0] is FaultKind.MISSING_FIELD
    assert f"the file has no {member}" in found[0][1]


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (put("code", 5391), FaultKind.WRONG_FIELD, "code 5391 must be a text"),
        (put("code", "539"), FaultKind.WRONG_FIELD, 'code "539" is not written'),
        (put("name", ""), FaultKind.WRONG_FIELD, 'name "" is empty'),
        (put("name", "PZ \x1b]52;c;eA==\x07"), FaultKind.WRONG_FIELD, "cannot be shown"),
        (put("control_room", "XXX"), FaultKind.WRONG_FIELD, "is no control room; the codes are ANT"),
        (put("municipalities", []), FaultKind.WRONG_FIELD, "municipalities [] is empty"),
        (put("municipalities", [{"nis": "1"}]), FaultKind.WRONG_FIELD, 'municipalities.0.nis "1"'),
        (put("border_accuracy_m", 0), FaultKind.WRONG_FIELD, "border_accuracy_m is 0, the file's is 50"),
        (put_head("approximation", "yes"), FaultKind.WRONG_FIELD, 'approximation is "yes"'),
        (put_head("border_accuracy_m", -1), FaultKind.WRONG_FIELD, "border_accuracy_m is -1"),
        (put_head("border_accuracy_m", float("nan")), FaultKind.WRONG_FIELD, "border_accuracy_m is NaN"),
        (put_head("border_accuracy_m", True), FaultKind.WRONG_FIELD, "border_accuracy_m is true"),
        (put_head("attribution", "a\x1b[2J"), FaultKind.WRONG_FIELD, "the file's attribution"),
        (put_id(5391), FaultKind.WRONG_FIELD, "feature 2: id 5391 must be a text"),
        (put_id("5393"), FaultKind.DUPLICATE_ID, 'zone id "5393" is there 2 times'),
        (put_id("é\x1b"), FaultKind.WRONG_FIELD, "feature 2: id"),
        (put_shape(), FaultKind.WRONG_SHAPE, "zone 5391 has a polygon without a ring"),
        (put_shape(square(4.7, 50.8)[:3]), FaultKind.WRONG_SHAPE, "fewer than four positions"),
        (put_shape(square(4.7, 50.8)[:4]), FaultKind.WRONG_SHAPE, "does not end where it begins"),
        (put_shape(square(4.7, 50.8), kind="Point"), FaultKind.WRONG_SHAPE, "must be a Polygon"),
        (put_shape([["4.7", "50.8"]] * 4), FaultKind.WRONG_SHAPE, "where a position lon, lat is expected"),
        (put_shape([[float("nan"), 50.8]] * 4), FaultKind.OUT_OF_RANGE, "not in degrees"),
        (put_shape([[10**400, 50.8]] * 4), FaultKind.OUT_OF_RANGE, "not in degrees"),
        (put_shape(square(652_000, 652_000, 10)), FaultKind.OUT_OF_RANGE, "not in degrees"),
        (put_shape(square(50.8, 4.7)), FaultKind.SWAPPED, "zone 5391 has lat before lon"),
    ],
)
def test_a_wrong_value_is_named(change: Callable[[Document], None], kind: FaultKind, said: str) -> None:
    document = small()
    change(document)
    found = faults_of(document)
    assert any(fault is kind and said in sentence for fault, sentence in found), found
    assert all(sentence.isprintable() for _, sentence in found)


def test_every_fault_is_found_at_once() -> None:
    document = small()
    drop("name")(document)
    put_head("attribution", None)(document)
    document["features"][0]["geometry"] = None
    kinds = [kind for kind, _ in faults_of(document)]
    assert kinds == [FaultKind.WRONG_FIELD, FaultKind.WRONG_SHAPE, FaultKind.MISSING_FIELD]


def test_a_height_in_a_position_is_left_out() -> None:
    document = small()
    put_shape([[*position, 35.0] for position in square(4.7, 50.8)])(document)
    assert parse_zones(json.dumps(document)).polygons["5391"][0][0][0] == (4.7, 50.8)


def test_a_field_of_a_later_version_does_no_harm() -> None:
    document = small()
    put("since", "2031-01-01")(document)
    put_head("bbox", "none")(document)
    assert parse_zones(json.dumps(document))["5391"].code == "5391"
