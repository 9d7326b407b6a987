"""An official map becomes our form. The maps here are made from the one that ships, cut up and reprojected."""

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from console.domain.location import distance_m
from console.domain.zones import FaultKind, Zone, ZonesFileError, zones_text
from console.domain.zones.allocating import shapes_of
from console.domain.zones.checking import check_zones
from console.domain.zones.composition import read_composition
from console.domain.zones.importing import About, agreement, import_municipalities, import_zones
from console.domain.zones.values import Zones, zones_of
from console.wire.zones_file import COMPOSITION, packaged_bytes, read_zones
from tests.unit.test_zones_form import square

ABOUT = About(name="Police zones", attribution="Invented")
ROOMS = ("BRU", "VBR")


@cache
def composition() -> dict[str, Zone]:
    return dict(read_composition(packaged_bytes(COMPOSITION)))


@cache
def part() -> Zones:
    """The zones of Brussels and of Flemish Brabant, as shipped."""
    zones = read_zones()
    chosen = [(zone, zones.polygons[zone.id]) for zone in zones if zone.control_room in ROOMS]
    return zones_of(chosen, name="p", attribution="p", approximate=True, border_accuracy_m=0)


def feature(properties: dict[str, Any], shape: shapely.Geometry) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}


def text_of(features: list[dict[str, Any]], epsg: int | None = None, named: str | None = None) -> str:
    """A map as an office would export it."""
    if epsg is not None:
        ahead = Transformer.from_crs("EPSG:4326", f"EPSG:{epsg}", always_xy=True).transform
        for one in features:
            shape = shapely.from_geojson(json.dumps(one["geometry"]))
            moved = shapely.transform(shape, lambda xy: np.column_stack(ahead(xy[:, 0], xy[:, 1])))
            one["geometry"] = json.loads(shapely.to_geojson(moved))
    crs = {"crs": {"type": "name", "properties": {"name": named}}} if named else {}
    return json.dumps({"type": "FeatureCollection", **crs, "features": features})


def zone_features() -> list[dict[str, Any]]:
    shapes = shapes_of([part().polygons[zone.id] for zone in part()])
    return [
        feature({"ZONECODE": int(zone.id), "NAAM": zone.name.upper()}, shape)
        for zone, shape in zip(part(), shapes, strict=True)
    ]


def municipal_features() -> list[dict[str, Any]]:
    """Each zone cut into upright strips, one a municipality: their ends do not match the neighbour's vertices."""
    features = []
    shapes = shapes_of([part().polygons[zone.id] for zone in part()])
    for zone, shape in zip(part(), shapes, strict=True):
        west, south, east, north = shapely.bounds(shape)
        edges = np.linspace(west, east, len(zone.municipalities) + 1)
        for town, left, right in zip(zone.municipalities, edges[:-1], edges[1:], strict=True):
            strip = shapely.intersection(shape, shapely.box(left, south, right, north))
            features.append(feature({"REFNIS": town.nis}, strip))
    return features


def worst_iou(ours: Zones, other: Zones) -> float:
    assert list(ours.by_id) == list(other.by_id)
    first = shapes_of([ours.polygons[zone] for zone in ours.by_id])
    second = shapes_of([other.polygons[zone] for zone in other.by_id])
    return float(
        (shapely.area(shapely.intersection(first, second)) / shapely.area(shapely.union(first, second))).min()
    )


@pytest.mark.parametrize(
    ("epsg", "named"),
    [
        (None, None),
        (None, "urn:ogc:def:crs:OGC:1.3:CRS84"),
        (31370, None),
        (31370, "urn:ogc:def:crs:EPSG::31370"),
        (3812, None),
        (3812, "EPSG:3812"),
    ],
)
def test_a_map_of_zones_comes_in_three_reference_systems(epsg: int | None, named: str | None) -> None:
    made = import_zones(text_of(zone_features(), epsg, named), composition(), {"code": "ZONECODE"}, ABOUT)
    assert worst_iou(made.zones, part()) > 0.9999
    assert check_zones(zones_text(made.zones)).faults == ()
    assert (made.zones.approximate, made.zones.border_accuracy_m) == (False, 0)


def test_lambert_72_is_moved_to_wgs84_and_not_only_unrolled() -> None:
    # Worked example of IOGP guidance note 7-2 (method 9803): 251763.20, 153034.13 is 50°40'46.461"N, 5°48'26.533"E
    # on the datum Belge 1972. WGS84 has it some 100 m away; leaving the datum as it is would be no move at all.
    old_lon, old_lat = 5 + 48 / 60 + 26.533 / 3600, 50 + 40 / 60 + 46.461 / 3600
    shape = shapely.box(251_763.20, 153_034.13, 252_763.20, 154_034.13)
    text = text_of([feature({"c": "5388"}, shape)], named="EPSG:31370")
    made = import_zones(text, composition(), {"code": "c"}, ABOUT)
    west_south = min(made.zones.polygons["5388"][0][0], key=lambda position: position[0] + position[1])
    assert 60 < distance_m(old_lon, old_lat, *west_south) < 150


def test_fields_of_the_map_replace_those_of_the_table() -> None:
    fields = {"code": "ZONECODE", "name": "NAAM"}
    made = import_zones(text_of(zone_features()), composition(), fields, ABOUT)
    assert made.zones["5388"].name == "PZ LEUVEN"
    assert made.zones["5388"].municipalities == composition()["5388"].municipalities
    assert made.zones["5388"].prosecutor == "Leuven"


def test_a_zone_without_a_code_is_found_by_its_name() -> None:
    nameless = next(zone for zone in composition().values() if zone.code is None)
    text = text_of([feature({"c": None, "n": nameless.name}, shapely.Polygon(square(4.0, 51.0)))])
    made = import_zones(text, composition(), {"code": "c", "name": "n"}, ABOUT)
    assert list(made.zones.by_id) == [nameless.id]
    assert made.zones[nameless.id].code is None


def test_several_features_of_a_zone_become_one() -> None:
    features = [
        feature({"c": "5388"}, shapely.Polygon(square(4.6, 50.8))),
        feature({"c": "5388"}, shapely.Polygon(square(4.7, 50.8))),
    ]
    made = import_zones(text_of(features), composition(), {"code": "c"}, ABOUT)
    assert len(made.zones.polygons["5388"]) == 1


def test_municipalities_are_joined_to_zones() -> None:
    made = import_municipalities(text_of(municipal_features(), 31370), composition(), "REFNIS", ABOUT)
    assert worst_iou(made.zones, part()) > 0.999
    assert check_zones(zones_text(made.zones)).faults == ()
    assert dict(made.zones.by_id) == dict(part().by_id)
    assert any("147 zones are not on this map" in note for note in made.notes)


def test_the_same_map_gives_the_same_bytes() -> None:
    text = text_of(municipal_features())
    first, second = (import_municipalities(text, composition(), "REFNIS", ABOUT) for _ in range(2))
    assert zones_text(first.zones) == zones_text(second.zones)


def test_overlaps_and_slits_of_a_careless_map_are_settled() -> None:
    # 0.1 m of overlap on one side, 1 m of slit on the other, closed at both ends by their neighbours.
    slit = [[4.7, 50.8], [4.8, 50.8], [4.8, 50.9], [4.7, 50.9], [4.70001, 50.85], [4.7, 50.8]]
    features = [
        feature({"c": "5388"}, shapely.Polygon(square(4.6, 50.8))),
        feature({"c": "5391"}, shapely.Polygon(slit)),
        feature(
            {"c": "5393"},
            shapely.Polygon([[4.799, 50.8], [4.9, 50.8], [4.9, 50.9], [4.799, 50.9], [4.799, 50.8]]),
        ),
    ]
    made = import_zones(text_of(features), composition(), {"code": "c"}, ABOUT)
    assert check_zones(zones_text(made.zones)).faults == ()
    assert check_zones(zones_text(made.zones)).notes == ()
    assert "2 overlaps and thin gaps between areas were settled" in made.notes


def test_an_enclave_of_another_country_stays_open() -> None:
    ring = shapely.Polygon(square(4.6, 50.8), [square(4.64, 50.84, 0.01)])
    made = import_zones(text_of([feature({"c": "5388"}, ring)]), composition(), {"code": "c"}, ABOUT)
    assert len(made.zones.polygons["5388"][0]) == 2


def test_a_border_that_crosses_itself_is_repaired_and_said() -> None:
    tie = shapely.Polygon([(4.6, 50.8), (4.7, 50.9), (4.7, 50.8), (4.6, 50.9), (4.6, 50.8)])
    made = import_zones(text_of([feature({"c": "5388"}, tie)]), composition(), {"code": "c"}, ABOUT)
    assert check_zones(zones_text(made.zones)).faults == ()
    assert "1 areas whose border crosses itself were repaired" in made.notes


def refused(text: str, fields: dict[str, str] | None = None, about: About = ABOUT) -> ZonesFileError:
    with pytest.raises(ZonesFileError) as error:
        import_zones(text, composition(), fields or {"code": "c"}, about)
    return error.value


def one(shape: shapely.Geometry, code: object = "5388") -> list[dict[str, Any]]:
    return [feature({"c": code}, shape)]


def test_lat_before_lon_is_refused_and_never_exchanged() -> None:
    error = refused(text_of(one(shapely.Polygon(square(50.8, 4.6)))))
    assert error.faults[0].kind is FaultKind.SWAPPED
    assert "lon, lat" in str(error)


@pytest.mark.parametrize(
    ("epsg", "named", "given", "said"),
    [
        (31370, "EPSG:3812", None, "read as EPSG:3812"),
        (3812, None, "31370", "read as EPSG:31370"),
        (31370, "EPSG:28992", None, '"EPSG:28992" is not known'),
        (3857, None, None, "fit no known reference system"),
    ],
)
def test_a_wrong_or_unknown_reference_system_is_refused(
    epsg: int, named: str | None, given: str | None, said: str
) -> None:
    about = About(name="n", attribution="a", crs=given)
    error = refused(text_of(one(shapely.Polygon(square(4.6, 50.8))), epsg, named), about=about)
    assert said in str(error)
    assert "--crs" in str(error)


def test_a_given_reference_system_outweighs_what_the_map_says() -> None:
    text = text_of(one(shapely.Polygon(square(4.6, 50.8))), 31370, "EPSG:3812")
    about = About(name="n", attribution="a", crs="EPSG:31370")
    made = import_zones(text, composition(), {"code": "c"}, about)
    assert made.zones.polygons["5388"][0][0][0] == pytest.approx((4.6, 50.8), abs=2e-5)


def test_an_unknown_zone_is_named() -> None:
    error = refused(text_of(one(shapely.Polygon(square(4.6, 50.8)), code="9999")))
    assert error.faults[0].kind is FaultKind.UNKNOWN_ZONE
    assert 'feature 1 has code "9999"' in str(error)


def test_a_field_that_is_not_there_is_said() -> None:
    assert "none of the fields" in str(
        refused(text_of(one(shapely.Polygon(square(4.6, 50.8)))), {"code": "CODE"})
    )


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [4, 50]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[4, 50], [5, 50]]]},
        {"type": "Polygon", "coordinates": [[[4, 50], [None, 50], [4, 51], [4, 50]]]},
        {"type": 5},
        "x",
    ],
)
def test_a_feature_without_a_usable_border_is_named(geometry: object) -> None:
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"c": "5388"}, "geometry": geometry}],
        }
    )
    error = refused(text)
    assert error.faults[0].kind is FaultKind.WRONG_SHAPE
    assert "feature 1" in str(error)


def test_an_unknown_municipality_and_a_zone_in_part_are_named() -> None:
    features = municipal_features()
    gone = next(zone for zone in part() if len(zone.municipalities) > 1).municipalities[0].nis
    features = [one for one in features if one["properties"]["REFNIS"] != gone]
    features.append(feature({"REFNIS": 99999}, shapely.Polygon(square(4.6, 50.8))))
    with pytest.raises(ZonesFileError) as error:
        import_municipalities(text_of(features), composition(), "REFNIS", ABOUT)
    assert [fault.kind for fault in error.value.faults] == [
        FaultKind.UNKNOWN_MUNICIPALITY,
        FaultKind.MISSING_MUNICIPALITY,
    ]
    assert '"99999"' in error.value.faults[0].sentence
    assert gone in error.value.faults[1].sentence


def test_agreement_tells_a_right_map_from_a_wrong_one() -> None:
    assert agreement(part(), read_zones()) == pytest.approx(1, abs=1e-6)
    ids = list(part().by_id)
    turned = zones_of(
        [(part()[zone], part().polygons[other]) for zone, other in zip(ids, ids[1:] + ids[:1], strict=True)],
        name="t",
        attribution="t",
        approximate=False,
        border_accuracy_m=0,
    )
    assert agreement(turned, read_zones()) < 0.1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"\xff", "not text in UTF-8"),
        (b"", "no rows"),
        (b"nis,name_nl\n11001,Aartselaar\n", "column name_fr is missing"),
        (b'a,"b\nc', "not CSV"),
    ],
)
def test_a_table_that_is_none_is_refused(table: bytes, said: str) -> None:
    with pytest.raises(ZonesFileError, match=said):
        read_composition(table)


def test_a_table_with_a_municipality_twice_or_a_wrong_value_is_refused() -> None:
    lines = packaged_bytes(COMPOSITION).decode().splitlines()
    with pytest.raises(ZonesFileError, match="there twice"):
        read_composition("\n".join([*lines, lines[1]]))
    with pytest.raises(ZonesFileError, match='control_room "CIC Nowhere" is not possible'):
        read_composition("\n".join([lines[0], lines[1].replace("CIC Antwerpen", "CIC Nowhere")]))
