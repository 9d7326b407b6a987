"""The demo's content: the counts that were asked for, everything valid, and everything recognisably invented."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from backend_stub.registry.demo import (
    DEMO_BORDER,
    DEMO_FIRST,
    DEMO_SAME_MAN,
    DEMO_UNKNOWN,
    DEMO_WITHDRAWN,
    DemoContent,
    demo_content,
)
from backend_stub.registry.demo_ground import METRES_PER_DEGREE
from backend_stub.registry.demo_people import SCHOOLS, STREETS, SURNAMES
from console.domain.casefile import (
    AddressKind,
    CaseFile,
    Channel,
    ChannelReason,
    DangerKind,
    DangerState,
    OrderKind,
    channel_answer,
    danger_summary,
    extract_of,
    has_firearm,
    orders_in_force,
)
from console.domain.events import ButtonStatus
from console.domain.patrols import Service
from console.domain.values import Role

DATA = Path(__file__).parents[2] / "data"
TODAY = date(2026, 3, 1)
ROOMS = {"ANT", "BRU", "BWR", "HAI", "LIE", "LIM", "LUX", "NAM", "OVL", "VBR", "WVL"}


@cache
def zones() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "zones.geojson").read_text(encoding="utf-8"))
    return loaded


@cache
def places() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "places.json").read_text(encoding="utf-8"))
    return loaded


@cache
def content(seed: int = 1) -> DemoContent:
    return demo_content(seed, TODAY, zones(), places())


@cache
def areas() -> dict[str, Any]:
    return {str(feature["id"]): shape(feature["geometry"]) for feature in zones()["features"]}


def case_of(button: str) -> CaseFile:
    [found] = [one for one in content().buttons if one.id == button]
    [case_file] = [one for one in content().case_files if one.id == found.case_file]
    return case_file


def in_metres(geometry: Any, lat: float) -> Any:
    """Stretch lon, lat to metres around a latitude."""
    east = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return shapely.transform(geometry, lambda lon_lat: lon_lat * (east, METRES_PER_DEGREE))


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def test_the_same_seed_and_day_give_the_same_content_and_another_seed_another() -> None:
    again = demo_content(1, TODAY, zones(), places())
    assert again.model_dump_json() == content().model_dump_json()
    assert content(2).case_files != content().case_files


def test_the_content_does_not_depend_on_the_order_of_the_map() -> None:
    turned = zones() | {"features": zones()["features"][::-1]}
    assert demo_content(1, TODAY, turned, places()) == content()


def test_flemish_brabant_has_its_190_buttons_and_sixty_are_allocated() -> None:
    buttons = [button for button in content().buttons if button.stock == "VBR"]
    assert len(buttons) == 190
    statuses = Counter(button.status_on(TODAY) for button in buttons)
    assert statuses[ButtonStatus.ALLOCATED] == 60
    assert set(statuses) == set(ButtonStatus) - {ButtonStatus.UNKNOWN}
    offices = Counter(button.prosecutor for button in buttons if button.status is ButtonStatus.ALLOCATED)
    assert set(offices) == {"Leuven", "Halle-Vilvoorde"}
    assert min(offices.values()) >= 20


def test_each_other_control_room_has_a_few_allocated() -> None:
    allocated = Counter(
        button.stock for button in content().buttons if button.status_on(TODAY) is ButtonStatus.ALLOCATED
    )
    assert set(allocated) == ROOMS
    assert all(3 <= count <= 10 for room, count in allocated.items() if room != "VBR")


def test_every_allocated_button_has_a_case_file_kept_by_a_zone_of_its_stock() -> None:
    room_of = {str(zone["id"]): zone["properties"]["control_room"] for zone in zones()["features"]}
    files = {case_file.id: case_file for case_file in content().case_files}
    for button in content().buttons:
        if button.status is ButtonStatus.ALLOCATED:
            assert button.case_file is not None
        if button.status is ButtonStatus.IN_STOCK:
            assert button.case_file is None
        if button.case_file is not None:
            case_file = files[button.case_file]
            assert room_of[case_file.file_zone] == button.stock
            assert case_file.allocated_until == button.allocated_until
    assert len({button.id for button in content().buttons}) == len(content().buttons)
    assert {button.case_file for button in content().buttons} - {None} == set(files)


def test_every_case_file_reads_back_and_gives_its_first_second_extract() -> None:
    for case_file in content().case_files:
        assert CaseFile.model_validate_json(case_file.model_dump_json()) == case_file
        assert extract_of(case_file, TODAY).perpetrator.age in range(20, 70)
        victim = case_file.victim
        assert victim.all_clear_word
        assert victim.duress_word
        assert victim.all_clear_word != victim.duress_word
        assert case_file.allocated_from < case_file.allocated_until


def test_what_is_said_of_a_case_was_said_before_today_and_by_somebody() -> None:
    def provenances(value: object) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if "checked_by" in value:
                yield value
            for part in value.values():
                yield from provenances(part)
        elif isinstance(value, list | tuple):
            for part in value:
                yield from provenances(part)

    found = [one for case_file in content().case_files for one in provenances(case_file.model_dump())]
    assert len(found) > 1000
    assert all(one["source"] and one["checked_by"] and one["on"] <= TODAY for one in found)


def test_dangers_orders_and_contact_rules_differ() -> None:
    files = [case_file for case_file in content().case_files if case_file.id.startswith("VBR")]
    states = Counter(danger_summary(file.perpetrator).state for file in files)
    assert min(states[state] for state in DangerState) >= 5
    kinds = {danger.kind for file in files for danger in file.perpetrator.dangers}
    assert kinds == set(DangerKind)
    orders = [order for file in files for order in file.perpetrator.orders]
    assert {order.kind for order in orders} == set(OrderKind)
    assert any(order.served_on is None for order in orders)
    assert any(order.valid_until < TODAY for order in orders)
    assert any(order.radius_m for order in orders)
    answers = Counter(channel_answer(file.victim.channels, Channel.CHAT, TODAY).reason for file in files)
    assert set(answers) == set(ChannelReason)
    assert answers[ChannelReason.ALLOWED] < len(files) / 3
    assert not any(channel_answer(file.victim.channels, Channel.RING, TODAY).allowed for file in files)


def test_every_region_speaks_its_language() -> None:
    spoken = {case_file.id[:3]: set[str]() for case_file in content().case_files}
    for case_file in content().case_files:
        spoken[case_file.id[:3]] |= set(case_file.victim.languages)
    assert "de" in spoken["LIE"]
    assert {"nl", "fr", "en"} <= spoken["VBR"]
    assert "fr" in spoken["NAM"]
    assert {unit.language for unit in content().patrols if unit.zone == "5388"} == {"nl"}
    assert {unit.language for unit in content().patrols if unit.zone == "5291"} == {"de"}
    assert {unit.language for unit in content().patrols if unit.room == "BRU"} == {"nl", "fr"}
    assert {unit.language for unit in content().patrols if unit.room == "LUX"} == {"fr"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_name_plate_phone_street_and_school_is_recognisably_invented(seed: int) -> None:
    surnames = {surname for names in SURNAMES.values() for surname in names}
    schools = {school for names in SCHOOLS.values() for school in names}
    streets = "|".join(re.escape(street) for names in STREETS.values() for street in names)

    def invented(name: str) -> bool:
        return bool(re.fullmatch(rf"[A-Z]\. ({'|'.join(surnames)})", name))

    made = content(seed)
    for account in made.accounts:
        assert invented(account.name)
    names = []
    for case_file in made.case_files:
        names += [case_file.victim.name, case_file.perpetrator.name]
        people = [*names[-2:], *(contact.name for contact in case_file.victim.contacts)]
        officers = {case_file.officer, case_file.victim.provenance.checked_by}
        people += [officer.partition(" ")[2] for officer in officers]
        assert all(map(invented, people)), people
        for address in (*case_file.victim.addresses, *case_file.perpetrator.addresses):
            if address.kind is not AddressKind.USUAL_PLACE:
                assert re.fullmatch(rf"({streets}) \d+, .+", address.text), address.text
        assert {child.school for child in case_file.victim.children} <= schools | {None}
    assert len(set(names)) >= len(names) - 1  # one man has two victims

    plates, phones = [], []
    for text in strings(json.loads(made.model_dump_json())):
        plates += re.findall(r"\d-[A-Z]{3}-\d{3}", text)
        phones += re.findall(r"(?:\+|\b00|\b0)\d[\d ./]{7,}", text)
    assert len(plates) > 50
    assert all(re.fullmatch(r"0-XXX-\d{3}", plate) for plate in plates)
    assert len(phones) == 2 * len(made.case_files) == len(set(phones))
    assert all(re.fullmatch(r"\+32 000 \d\d \d\d \d\d", phone) for phone in phones)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_home_and_every_post_lies_in_its_own_zone(seed: int) -> None:
    for case_file in content(seed).case_files:
        for address in case_file.victim.addresses:
            assert areas()[case_file.file_zone].contains(shapely.Point(address.lon, address.lat))
    for unit in content(seed).patrols:
        if unit.zone is not None:
            assert areas()[unit.zone].contains(shapely.Point(unit.home_lon, unit.home_lat))


def test_every_zone_has_three_to_six_patrols_with_call_signs_of_its_own() -> None:
    by_zone: dict[str, list[str]] = {}
    for unit in content().patrols:
        if unit.zone is not None:
            assert unit.id == f"{unit.zone}/{unit.call_sign}"
            by_zone.setdefault(unit.zone, []).append(unit.call_sign)
    assert set(by_zone) == set(areas())
    assert len(by_zone) == 176
    assert all(3 <= len(signs) == len(set(signs)) <= 6 for signs in by_zone.values())
    assert "L-12" in by_zone["5388"]


def test_every_control_room_has_highway_patrols_of_no_zone() -> None:
    highway = [unit for unit in content().patrols if unit.service is Service.HIGHWAY]
    assert {unit.room for unit in highway} == ROOMS
    assert all(unit.zone is None and unit.id == f"WPR/{unit.call_sign}" for unit in highway)
    assert {unit.id for unit in highway if unit.room == "VBR"} >= {"WPR/A-31"}
    assert len({unit.id for unit in content().patrols}) == len(content().patrols)


def test_the_accounts_of_the_demo() -> None:
    assert {(account.id, account.role, account.room) for account in content().accounts} == {
        ("4711", Role.OPERATOR, "VBR"),
        ("4712", Role.OPERATOR, "VBR"),
        ("4700", Role.SUPERVISOR, "VBR"),
        ("4790", Role.TRAINER, "VBR"),
        ("4780", Role.WALL, "VBR"),
        ("3711", Role.OPERATOR, "ANT"),
        ("3700", Role.SUPERVISOR, "ANT"),
    }
    assert all(account.password_hash is None for account in content().accounts)


def test_the_first_story_is_in_leuven_with_a_firearm_a_ban_and_no_ringing() -> None:
    case_file = case_of(DEMO_FIRST)
    assert (case_file.file_zone, case_file.victim.name) == ("5388", "E. Exemple")
    home = case_file.victim.addresses[0]
    assert (home.kind, home.text) == (AddressKind.HOME, "Voorbeeldstraat 12, Leuven")
    assert abs(home.lat - 50.879) < 0.002
    assert abs(home.lon - 4.700) < 0.002
    assert has_firearm(case_file.perpetrator.dangers)
    assert [order.kind for order in orders_in_force(case_file.perpetrator.orders, TODAY)] == [
        OrderKind.CONTACT_BAN
    ]
    answer = channel_answer(case_file.victim.channels, Channel.RING, TODAY)
    assert answer.reason is ChannelReason.FORBIDDEN


def test_the_second_story_lives_on_a_border_of_two_zones() -> None:
    case_file = case_of(DEMO_BORDER)
    home = case_file.victim.addresses[0]
    disc = in_metres(shapely.Point(home.lon, home.lat), home.lat).buffer(150)
    shares = {
        zone: in_metres(area, home.lat).intersection(disc).area / disc.area
        for zone, area in areas().items()
        if area.distance(shapely.Point(home.lon, home.lat)) < 0.01
    }
    touched = {zone: share for zone, share in shares.items() if share > 0.1}
    assert len(touched) == 2
    assert max(touched, key=lambda zone: touched[zone]) == case_file.file_zone == "5388"


def test_one_perpetrator_has_two_victims_in_two_zones() -> None:
    first, second = (case_of(button) for button in DEMO_SAME_MAN)
    assert first.perpetrator.id == second.perpetrator.id
    assert first.perpetrator.name == second.perpetrator.name
    assert first.perpetrator.relation != second.perpetrator.relation
    assert first.victim.name != second.victim.name
    assert first.file_zone != second.file_zone
    shared = [
        pair
        for pair in combinations(content().case_files, 2)
        if pair[0].perpetrator.id == pair[1].perpetrator.id
    ]
    assert len(shared) == 1


def test_a_withdrawn_and_an_unknown_button_have_a_device_that_can_press() -> None:
    buttons = {button.id: button for button in content().buttons}
    assert buttons[DEMO_WITHDRAWN].status_on(TODAY) is ButtonStatus.WITHDRAWN
    assert case_of(DEMO_WITHDRAWN).file_zone == "5388"
    assert DEMO_UNKNOWN not in buttons
    assert set(content().devices) == {*buttons, DEMO_UNKNOWN}


def test_the_stories_hold_for_every_seed_and_later_days_only_expire() -> None:
    for seed in range(4, 10):
        made = demo_content(seed, TODAY, zones(), places())
        status = {button.id: button.status_on(TODAY) for button in made.buttons}
        assert {status[button] for button in (DEMO_FIRST, DEMO_BORDER, *DEMO_SAME_MAN)} == {
            ButtonStatus.ALLOCATED
        }
        assert Counter(status.values())[ButtonStatus.ALLOCATED] == 60 + 5 * 10
    later = [button.status_on(TODAY + timedelta(days=400)) for button in content().buttons]
    assert ButtonStatus.ALLOCATED not in later


def test_a_map_of_another_country_is_refused_with_a_sentence() -> None:
    alone = zones() | {"features": [one for one in zones()["features"] if one["id"] != "5388"]}
    with pytest.raises(ValueError, match="needs zone 5388"):
        demo_content(1, TODAY, alone, places())
    nobody = json.loads(json.dumps(zones()))
    nobody["features"][0]["properties"]["control_room"] = None
    with pytest.raises(ValueError, match="has no control room"):
        demo_content(1, TODAY, nobody, places())


def test_a_map_without_municipalities_and_without_places_still_works() -> None:
    bare = json.loads(json.dumps(zones()))
    for feature in bare["features"]:
        feature["properties"] |= {"municipalities": [], "prosecutor": None}
    made = demo_content(1, TODAY, bare, places() | {"places": []})
    assert len(made.buttons) == len(content().buttons)
    assert all(
        areas()[unit.zone].contains(shapely.Point(unit.home_lon, unit.home_lat))
        for unit in made.patrols
        if unit.zone
    )
