"""The cases of the simulator: every name in them is one of the demo's, and they do what their titles say."""

from __future__ import annotations

import pytest

from backend_stub.cli.pacing import asked_for
from backend_stub.registry.demo import DemoContent
from backend_stub.simulator.cases import CASES
from backend_stub.simulator.cases.car_to_antwerp import CAR_TO_ANTWERP, COARSE_M
from backend_stub.simulator.cases.case import Case
from backend_stub.simulator.cases.two_victims_at_night import TWO_VICTIMS_AT_NIGHT
from backend_stub.simulator.content import simulated_content
from backend_stub.simulator.motion import Motion
from backend_stub.simulator.phone import Move, Press
from console.domain.location import distance_m, r95_m
from console.wire.exits import Stop
from console.wire.limits import DEVICE_FIX_EVERY_S
from console.wire.zones_file import read_zone_map

EVERY = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@pytest.fixture(scope="module")
def content() -> DemoContent:
    return simulated_content(None)


@EVERY
def test_a_case_has_buttons_and_patrols_of_the_demo_in_its_own_control_rooms(
    case: Case, content: DemoContent
) -> None:
    units = {unit.id: unit for unit in content.patrols}
    assert {phone.script.button for phone in case.phones} <= set(content.devices)
    on_duty = case.on_duty(units)
    assert {one.unit.room for one in on_duty} <= set(case.rooms)
    assert len({one.unit.id for one in on_duty}) == len(case.posted)


@EVERY
def test_a_case_begins_in_its_first_control_room_and_its_steps_follow_each_other(case: Case) -> None:
    zones = read_zone_map(None)
    room_of_zone = {zone.id: zone.control_room for zone in zones.zones}
    for phone in case.phones:
        zone = zones.allocate(phone.script.lon, phone.script.lat, 1.0).zone
        assert zone is not None
        assert room_of_zone[zone] == case.rooms[0]
        times = [at for at, _ in phone.script.steps]
        assert times == sorted(times)
        assert any(isinstance(step, Press) for _, step in phone.script.steps)


@EVERY
def test_a_briefing_names_the_case_and_is_short_enough_to_be_read(case: Case) -> None:
    lines = case.told().splitlines()
    assert lines[0] == f"CASE {case.name}: {case.title}"
    assert len(lines) <= 22
    assert max(map(len, lines)) <= 120


def test_the_car_drives_from_leuven_into_the_province_of_antwerp_and_no_report_of_it_is_a_jump() -> None:
    (phone,) = CAR_TO_ANTWERP.phones
    moves = [(at, step) for at, step in phone.script.steps if isinstance(step, Move)]
    (begins, drives), (ends, stops) = moves
    assert stops.speed_mps == 0
    there = Motion(phone.script.lon, phone.script.lat, begins, drives.speed_mps, drives.bearing).at(ends)
    zones = read_zone_map(None)
    zone = zones.allocate(*there, 1.0).zone
    assert {one.id: one.control_room for one in zones.zones}[zone or ""] == "ANT"
    assert drives.speed_mps * DEVICE_FIX_EVERY_S < 2 * r95_m(COARSE_M, 68.0)


def test_the_two_victims_of_the_night_press_fourteen_minutes_and_37_km_apart() -> None:
    one, two = TWO_VICTIMS_AT_NIGHT.phones
    assert two.at_s - one.at_s == 14 * 60
    apart = distance_m(one.script.lon, one.script.lat, two.script.lon, two.script.lat)
    assert apart == pytest.approx(37_000, rel=0.02)


def test_an_unknown_case_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Stop) as stopped:
        asked_for("silent")
    assert all(name in stopped.value.sentence for name in CASES)
    assert asked_for("list") == "listed"
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(CASES)
