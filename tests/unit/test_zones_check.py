"""The geometry of a map: what crosses, overlaps, leaves a gap or lies elsewhere is named, with a place."""

import json

import pytest

from console.domain.zones import FaultKind, parse_zones
from console.domain.zones.allocating import ZoneMap
from console.domain.zones.checking import Report, check_zones
from console.domain.zones.faults import ZonesFileError
from tests.unit.test_zones_form import Document, small, square


def shaped(*rings: list[list[float]], zone: int = 1) -> Document:
    document = small()
    document["features"][zone]["geometry"] = {"type": "Polygon", "coordinates": list(rings)}
    return document


def check(document: Document) -> Report:
    return check_zones(json.dumps(document))


def test_squares_side_by_side_are_sound() -> None:
    report = check(small())
    assert (report.faults, report.notes, report.zones, report.control_rooms) == ((), (), 3, 1)


def test_an_overlap_is_named_with_both_zones_its_size_and_a_place() -> None:
    report = check(shaped([[4.69, 50.8], [4.8, 50.8], [4.8, 50.9], [4.69, 50.9], [4.69, 50.8]]))
    overlap = next(fault for fault in report.faults if fault.kind is FaultKind.OVERLAP)
    assert overlap.zones == ("5388", "5391")
    assert "zones 5388 and 5391 overlap by 7.83 km² near 50.85" in overlap.sentence


def test_a_gap_between_zones_is_named() -> None:
    bay = [
        [4.7, 50.8],
        [4.8, 50.8],
        [4.8, 50.9],
        [4.7, 50.9],
        [4.7, 50.86],
        [4.71, 50.85],
        [4.7, 50.84],
        [4.7, 50.8],
    ]
    document = shaped(bay)
    first = [[4.6, 50.8], [4.7, 50.8], [4.7, 50.84], [4.7, 50.86], [4.7, 50.9], [4.6, 50.9], [4.6, 50.8]]
    document["features"][0]["geometry"]["coordinates"] = [first]
    report = check(document)
    assert [fault.kind for fault in report.faults] == [FaultKind.GAP]
    assert report.faults[0].zones == ("5388", "5391")
    assert "leave a gap of 0.78 km² near 50.84501,4.70250" in report.faults[0].sentence


def test_a_border_that_crosses_itself_is_named_and_cannot_be_used() -> None:
    document = shaped([[4.7, 50.8], [4.8, 50.9], [4.8, 50.8], [4.7, 50.9], [4.7, 50.8]])
    report = check(document)
    assert [(fault.kind, fault.zones) for fault in report.faults] == [(FaultKind.INVALID, ("5391",))]
    with pytest.raises(ZonesFileError, match="5391 crosses itself"):
        ZoneMap(parse_zones(json.dumps(document)))


def test_borders_that_only_look_the_same_are_named() -> None:
    # One corner a few centimetres off: no overlap worth a square metre, and still two different lines.
    report = check(
        shaped([[4.7, 50.8], [4.8, 50.8], [4.8, 50.9], [4.7, 50.9], [4.7000000001, 50.85], [4.7, 50.8]])
    )
    assert {fault.kind for fault in report.faults} == {FaultKind.BORDERS_DIFFER}
    assert {zone for fault in report.faults for zone in fault.zones} == {"5388", "5391"}


def test_an_enclave_inside_one_zone_is_left_to_a_person() -> None:
    report = check(shaped(square(4.7, 50.8), square(4.74, 50.84, 0.01)[::-1]))
    assert report.faults == ()
    assert len(report.notes) == 1
    assert "zone 5391 encloses 0.78 km² near 50.84" in report.notes[0]


def test_a_zone_outside_belgium_is_named() -> None:
    report = check(shaped(square(14.7, 50.8)))
    assert [(fault.kind, fault.zones) for fault in report.faults] == [(FaultKind.OUT_OF_RANGE, ("5391",))]


def test_faults_of_form_do_not_hide_those_of_geometry() -> None:
    document = shaped(square(4.65, 50.8))
    del document["features"][2]["properties"]["name"]
    kinds = {fault.kind for fault in check(document).faults}
    assert {FaultKind.MISSING_FIELD, FaultKind.OVERLAP} <= kinds


def test_what_is_no_zones_file_has_one_fault() -> None:
    report = check_zones(b"nothing")
    assert [fault.kind for fault in report.faults] == [FaultKind.UNREADABLE]
    assert report.zones == 0
