"""Words for a position: a known address if one is near, else the nearest named place."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.casefile import Address, AddressKind
from console.domain.location import POINTS, Fix, Movement, advanced, distance_m
from console.domain.places import (
    NOTHING,
    KnownAddress,
    Place,
    PlaceIndex,
    Whose,
    known_addresses,
)
from console.domain.zones import Municipality
from tests.unit.test_patrols import an_extract

TEXT = (Path(__file__).parents[2] / "data" / "places.json").read_bytes()
LEUVEN = Municipality(nis="24062", name_nl="Leuven", name_fr="Louvain")
BELGIUM = PlaceIndex.from_json(TEXT, {"24062": LEUVEN})
HOME = KnownAddress(
    Whose.VICTIM, Address(kind=AddressKind.HOME, text="Voorbeeldstraat 1", lon=4.7010, lat=50.8790)
)
HIS = KnownAddress(
    Whose.PERPETRATOR, Address(kind=AddressKind.WORK, text="Voorbeeldlaan 2", lon=4.7020, lat=50.8790)
)


def test_a_position_near_home_is_described_by_home_with_distance_and_direction() -> None:
    lon, lat = advanced(HOME.address.lon, HOME.address.lat, 45, 140)
    found = BELGIUM.describe(lon, lat, [HOME]).address
    assert found is not None
    assert (found.whose, found.kind, found.direction) == (Whose.VICTIM, AddressKind.HOME, "NE")
    assert found.distance_m == pytest.approx(140)


@pytest.mark.parametrize("known", [[HOME, HIS], [HIS, HOME]])
def test_the_nearest_of_several_addresses_counts_and_says_whose_it_is(known: list[KnownAddress]) -> None:
    found = BELGIUM.describe(4.7019, 50.8790, known).address
    assert found is not None
    assert (found.whose, found.kind, found.direction) == (Whose.PERPETRATOR, AddressKind.WORK, None)


def test_at_an_address_there_is_no_direction() -> None:
    found = BELGIUM.describe(HOME.address.lon, HOME.address.lat, [HOME]).address
    assert found is not None
    assert (found.distance_m, found.direction) == (0, None)


def test_beyond_150_metres_the_nearest_place_is_named_with_its_municipality() -> None:
    lon, lat = advanced(HOME.address.lon, HOME.address.lat, 45, 151)
    found = BELGIUM.describe(lon, lat, [HOME])
    assert found.address is None
    assert found.place is not None
    assert found.place.name == "Leuven"
    assert found.place.direction in POINTS
    assert (found.nis, found.municipality) == ("24062", LEUVEN)


def test_a_quarter_is_named_with_the_municipality_it_lies_in() -> None:
    found = BELGIUM.describe(4.70, 50.87)
    assert found.place is not None
    assert (found.place.name, found.nis, found.municipality) == ("Heverlee", "24062", LEUVEN)


def test_no_position_has_no_words() -> None:
    assert BELGIUM.describe(None, None, [HOME]) == NOTHING
    assert BELGIUM.describe(0.0, 0.0, [HOME]) == NOTHING


def test_a_municipality_whose_names_are_not_known_keeps_its_code() -> None:
    found = BELGIUM.describe(4.40, 51.22)
    assert (found.nis, found.municipality) == ("11002", None)


def test_without_any_place_an_address_is_still_found() -> None:
    found = PlaceIndex([]).describe(HOME.address.lon, HOME.address.lat, [HOME])
    assert found.address is not None
    assert found.place is None


def test_the_addresses_of_an_extract_are_known_with_whose_they_are() -> None:
    extract = an_extract()
    both = extract.model_copy(
        update={
            "victim": extract.victim.model_copy(update={"addresses": (HOME.address,)}),
            "perpetrator": extract.perpetrator.model_copy(update={"addresses": (HIS.address,)}),
        }
    )
    assert known_addresses(both) == (HOME, HIS)
    assert known_addresses(None) == ()


@pytest.mark.parametrize(
    "wrong", ["", "[]", '{"places": 1}', b"\xff", '{"places": [{"name": "x", "lon": 500}]}']
)
def test_a_file_that_is_none_is_refused_with_a_sentence(wrong: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"not a list of places .*make zones"):
        PlaceIndex.from_json(wrong)


PLACES = [Place.model_validate(one) for one in json.loads(TEXT)["places"]]


@settings(deadline=None, max_examples=60)
@given(st.floats(2.5, 6.4), st.floats(49.5, 51.5))
def test_the_nearest_place_is_that_of_looking_at_all(lon: float, lat: float) -> None:
    chosen = BELGIUM.nearest(lon, lat)
    assert chosen is not None
    least = min(distance_m(lon, lat, place.lon, place.lat) for place in PLACES)
    # The plane in which it chooses is off by less than a thousandth.
    assert distance_m(lon, lat, chosen.lon, chosen.lat) <= least * 1.001 + 0.01


def town(name: str, east_m: float, north_m: float, inhabitants: int) -> Place:
    lon, lat = advanced(4.70, 50.88, 90.0, east_m)
    return Place(name=name, lon=lon, lat=advanced(lon, lat, 0.0, north_m)[1], population=inhabitants, nis="0")


AROUND = PlaceIndex(
    [
        town("Dorp", 2_900, 200, 900),
        town("Stad", 12_000, -1_000, 30_000),
        town("Hier", 100, 0, 9_000),
        town("Opzij", 4_000, 4_000, 50_000),
        town("Ver", 40_000, 0, 90_000),
        town("Gehucht", -900, 0, 50),
    ]
)


@pytest.mark.parametrize(
    ("heading", "how", "name"),
    [
        (90, Movement.IN_VEHICLE, "Stad"),
        (90, Movement.ON_FOOT, "Dorp"),
        (45, Movement.IN_VEHICLE, "Opzij"),
        (270, Movement.ON_FOOT, "Gehucht"),
        (270, Movement.IN_VEHICLE, None),
        (180, Movement.IN_VEHICLE, None),
    ],
)
def test_the_next_place_in_a_heading_is_a_town_by_car_and_any_on_foot(
    heading: float, how: Movement, name: str | None
) -> None:
    found = AROUND.towards(4.70, 50.88, heading, how)
    assert (found.name if found else None) == name


def test_by_car_a_village_is_better_than_nothing() -> None:
    found = PlaceIndex([town("Dorp", 3_000, 200, 900)]).towards(4.70, 50.88, 90, Movement.IN_VEHICLE)
    assert found is not None
    assert found.name == "Dorp"


def test_who_is_still_moves_towards_nothing_and_another_position_is_looked_up_anew() -> None:
    def towards(speed_mps: float | None, heading_deg: float | None) -> str | None:
        fix = Fix(
            id="F",
            lon=4.70,
            lat=50.88,
            radius_m=20,
            speed_mps=speed_mps,
            heading_deg=heading_deg,
            taken_at=datetime(2026, 3, 1, tzinfo=UTC),
            received_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
        return AROUND.describe_fix(fix).towards

    assert towards(0.0, 90) is None
    assert towards(None, None) is None
    assert towards(20.0, 90) == "Stad"
    assert towards(20.0, 45) == "Opzij"
    assert towards(1.5, 90) == "Dorp"
