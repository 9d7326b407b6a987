"""The zones file that ships with the program: complete, sound and open about what it is."""

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from console.domain.zones import CONTROL_ROOMS, Zones, parse_zones, zones_text
from console.domain.zones.checking import check_zones
from console.domain.zones.composition import read_composition
from console.wire.zones_file import COMPOSITION, PACKAGED, packaged_bytes, read_zones

LARGEST_FILE = 1_500_000


@pytest.fixture(scope="module")
def zones() -> Zones:
    return read_zones()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(packaged_bytes(PACKAGED))
    return read


def test_it_holds_the_176_zones_and_their_565_municipalities(zones: Zones) -> None:
    assert len(zones) == 176
    assert len(zones.by_nis) == sum(len(zone.municipalities) for zone in zones) == 565


def test_it_has_no_fault_no_gap_and_no_overlap() -> None:
    report = check_zones(packaged_bytes(PACKAGED))
    assert report.faults == ()
    assert report.notes == ()
    assert (report.zones, report.control_rooms) == (176, 11)


def test_it_says_that_it_is_an_approximation_and_where_it_comes_from(zones: Zones) -> None:
    assert zones.approximate
    assert zones.border_accuracy_m > 0
    for owed in ("Natural Earth", "GeoNames", "CC BY 4.0", "not an official map"):
        assert owed in zones.attribution


def test_it_is_small_and_follows_rfc_7946(document: dict[str, Any]) -> None:
    assert len(packaged_bytes(PACKAGED)) <= LARGEST_FILE
    assert "crs" not in document
    for feature in document["features"]:
        geometry = feature["geometry"]
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for outer, *holes in parts:
            assert turn(outer) > 0, "an outer ring runs counter-clockwise"
            assert all(turn(hole) < 0 for hole in holes)


def turn(ring: list[list[float]]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def test_a_code_is_never_guessed(zones: Zones) -> None:
    without = [zone for zone in zones if zone.code is None]
    assert len(without) == 5
    assert all(zone.id.startswith("x") for zone in without)
    assert all(zone.id == zone.code for zone in zones if zone.code is not None)


def test_every_control_room_has_the_zones_of_its_province(zones: Zones) -> None:
    assert {zone.control_room for zone in zones} == set(CONTROL_ROOMS)
    provinces = {room: {zone.province for zone in zones.of_room(room)} for room in CONTROL_ROOMS}
    assert all(len(found) == 1 for found in provinces.values())
    assert len(zones.of_room("BRU")) == 6


def test_prosecutors_and_arrondissements_fit_each_other(zones: Zones) -> None:
    # 14 prosecutor's offices; Mons and Charleroi are named as one, hence 13.
    assert len({zone.prosecutor for zone in zones}) == 13
    assert {zone.prosecutor for zone in zones if zone.arrondissement == "Hainaut"} == {"Hainaut"}
    # The arrondissement of Brussels has two offices: one for Brussels, one for Halle-Vilvoorde.
    offices = Counter(zone.prosecutor for zone in zones if zone.arrondissement == "Brussel")
    assert set(offices) == {"Brussel", "Halle-Vilvoorde"}
    assert offices["Brussel"] == len(zones.of_room("BRU"))
    german = {zone.id for zone in zones if zone.prosecutor == "Eupen"}
    assert german == {"5291", "5292"}
    assert all(any(town.name_de for town in zones[zone].municipalities) for zone in german)


def test_it_says_what_the_table_of_municipalities_says(zones: Zones) -> None:
    assert dict(read_composition(packaged_bytes(COMPOSITION).decode())) == dict(zones.by_id)


def test_it_is_written_as_it_is_read(zones: Zones) -> None:
    assert zones_text(zones).encode() == packaged_bytes(PACKAGED)
    assert parse_zones(zones_text(zones)) == zones


def test_a_zone_is_named_as_people_say_it(zones: Zones) -> None:
    assert zones["5388"].label == "5388 Leuven"
    assert zones["5267"].label == "5267 Nivelles/Genappe"
    assert next(zone.label for zone in zones if zone.code is None) == "Scheldewaas"


def test_a_municipality_has_its_name_in_each_language(zones: Zones) -> None:
    leuven = next(town for town in zones["5388"].municipalities if town.nis == "24062")
    assert (leuven.name("nl"), leuven.name("fr"), leuven.name("xx")) == ("Leuven", "Louvain", "Leuven")


def test_places_lie_in_belgium_and_name_known_municipalities(zones: Zones) -> None:
    document = json.loads(packaged_bytes("places.json"))
    assert "GeoNames" in document["attribution"]
    assert {place["nis"] for place in document["places"]} <= set(zones.by_nis)
    assert all(2.5 < place["lon"] < 6.5 and 49.4 < place["lat"] < 51.6 for place in document["places"])
    assert document["places"][0]["name"] == "Brussel/Bruxelles"


def test_names_are_there_without_a_geometry_library() -> None:
    code = (
        "import sys; from console.wire.zones_file import read_zones; assert read_zones()['5388'].code == '5388';"
        "print(sorted({'shapely', 'pyproj', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"
