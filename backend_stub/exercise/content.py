"""What an exercise's registry holds: the scenario's people, their buttons and files, its patrols, and who may sit there.

Everybody in it is invented: by the scenario, or by the demo's people with the seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from backend_stub.registry.demo import HALF_YEAR, DemoContent
from backend_stub.registry.demo_cases import CasePlan, CaseWriter, ChannelPlan, OrderPlan
from backend_stub.registry.demo_ground import DemoZone, Ground, Language, survey
from backend_stub.registry.demo_people import People
from backend_stub.registry.records import Account, Button, PatrolUnit
from backend_stub.simulator.seeded import stream
from console.domain.casefile import AddressKind, CaseFile, Child, DangerCheck, DangerKind, Vehicle
from console.domain.events import ButtonStatus
from console.domain.patrols import Service
from console.domain.values import Role
from console.wire.exits import Stop
from console.wire.scenario import Language as Spoken
from console.wire.scenario import PatrolPlan, Point, Scenario, VictimPlan

SERVICES: Final = {"WPR": Service.HIGHWAY, "SPC": Service.RAILWAY}
"""Letters before a call sign of a federal service."""

OPERATORS: Final = 8
"""Seats of operators in a control room."""

DESKS: Final = {"VBR": "47", "ANT": "37", "WVL": "87", "OVL": "97", "BRU": "27", "LIM": "17"}
"""The numbers of a control room's people begin so; other rooms get those that are left."""

_NAMES: Final = (
    "Voorbeeld",
    "Fictief",
    "Denkbeeldig",
    "Exemple",
    "Beispiel",
    "Sample",
    "Verzonnen",
    "Inventé",
)

_CROWD: Final[tuple[tuple[tuple[DangerKind, ...], OrderPlan], ...]] = (
    ((), OrderPlan.SERVED),
    ((DangerKind.BLADE,), OrderPlan.NONE),
    ((DangerKind.VIOLENCE,), OrderPlan.SERVED),
    ((), OrderPlan.AREA),
    ((DangerKind.FIREARM,), OrderPlan.NOT_SERVED),
)


@dataclass(frozen=True)
class Content:
    """What the registry is filled with; ``buttons`` by victim, ``crowd`` the buttons of the rest with their homes."""

    registry: DemoContent
    buttons: Mapping[str, str]
    crowd: tuple[tuple[str, float, float], ...]


def operator_of(room: str, number: int = 11) -> str:
    """The number of an operator of a control room: 11 to 18 its operators, 00 its supervisor, 90 its trainer."""
    left = sorted(set(range(50, 60)))
    first = DESKS.get(room) or str(left[sum(map(ord, room)) % len(left)])
    return f"{first}{number:02d}"


def accounts_of(rooms: Sequence[str]) -> tuple[Account, ...]:
    """Who may sit at the desks of these rooms."""
    made = []
    for room in rooms:
        for seat in range(OPERATORS):
            name = f"{'OPQRSTUV'[seat]}. {_NAMES[seat]}"
            made.append(Account(id=operator_of(room, 11 + seat), name=name, role=Role.OPERATOR, room=room))
        made.append(Account(id=operator_of(room, 0), name="S. Verzonnen", role=Role.SUPERVISOR, room=room))
        made.append(Account(id=operator_of(room, 90), name="T. Bedacht", role=Role.TRAINER, room=room))
    return tuple(made)


def content_of(
    scenario: Scenario,
    seed: int,
    language: Spoken,
    today: date,
    zones: Mapping[str, Any],
    places: Mapping[str, Any],
) -> Content:
    """Make the content on a map. The same arguments give the same content.

    Raises:
        Stop: the map lacks a zone that the scenario names.
    """
    rooms = {str(one["id"]): one["properties"]["control_room"] for one in zones["features"]}
    wanted = {victim.zone for victim in scenario.victims.values()}
    posted = {plan.patrol.partition("/")[0] for plan in scenario.patrols} - SERVICES.keys()
    if missing := (wanted | posted) - rooms.keys():
        raise Stop(f"{scenario.name}: the map has no zone {', '.join(sorted(missing))}.")
    if scenario.crowd is not None:
        wanted |= {zone for zone, room in rooms.items() if room == scenario.crowd.room}
    ground = _ground(zones, places, wanted | posted)
    writer = CaseWriter(stream(seed, "cases"), today, People(stream(seed, "people")))
    files: dict[str, CaseFile] = {}
    for key, victim in scenario.victims.items():
        files[key] = _file(scenario, key, victim, files, ground, writer, today, language)
    offices = {zone.id: zone.prosecutor for zone in ground.zones}
    buttons = {
        victim.button: _button(victim.button, files[key], offices) for key, victim in scenario.victims.items()
    }
    crowd = _crowd(scenario, seed, ground, writer, today, language, offices, set(buttons))
    units = tuple(_unit(scenario, plan, ground, language, rooms) for plan in scenario.patrols)
    return Content(
        registry=DemoContent(
            accounts=accounts_of(scenario.rooms),
            buttons=(*buttons.values(), *(button for button, _ in crowd)),
            case_files=(*files.values(), *(file for _, file in crowd)),
            patrols=units,
            devices=(*buttons, *(button.id for button, _ in crowd)),
        ),
        buttons={key: victim.button for key, victim in scenario.victims.items()},
        crowd=tuple((button.id, *_home(file)) for button, file in crowd),
    )


def where(scenario: Scenario, named: str | Point) -> tuple[float, float]:
    """Lon and lat of a place of the scenario."""
    point = scenario.places[named] if isinstance(named, str) else named
    return point.lon, point.lat


def _ground(zones: Mapping[str, Any], places: Mapping[str, Any], wanted: set[str]) -> Ground:
    features = [one for one in zones["features"] if str(one["id"]) in wanted]
    return survey({"features": features}, places, min(wanted))


def _words_in(language: Spoken, zone: DemoZone) -> Language:
    """Files are written in the trainee's language where it is one of the country, else in that of the zone."""
    return zone.languages[0] if language == "en" else language


def _file(
    scenario: Scenario,
    key: str,
    victim: VictimPlan,
    written: Mapping[str, CaseFile],
    ground: Ground,
    writer: CaseWriter,
    today: date,
    language: Spoken,
) -> CaseFile:
    zone = ground.zone(victim.zone)
    him = scenario.perpetrators[victim.perpetrator]
    same = [
        file for other, file in written.items() if scenario.victims[other].perpetrator == victim.perpetrator
    ]
    file = writer.write(
        CasePlan(
            room=zone.room,
            number=int(victim.button[-4:]),
            zone=zone,
            language=_words_in(language, zone),
            victim_language=victim.language,
            allocated_from=today - timedelta(days=60),
            allocated_until=today - timedelta(days=60) + HALF_YEAR,
            dangers=him.dangers,
            danger_check=him.danger_check,
            order=OrderPlan[him.order.upper()],
            channels=ChannelPlan(victim.channels),
            victim_name=victim.name,
            home=where(scenario, victim.home),
            home_street=victim.street,
            perpetrator_name=him.name,
            perpetrator=same[0].perpetrator if same else None,
        )
    )
    told: dict[str, Any] = {
        "children": tuple(Child(age=child.age, school=child.school) for child in victim.children),
        "pregnant": False,
        "medical": None,
        "meetings": (),
        "all_clear_word": victim.all_clear_word or file.victim.all_clear_word,
        "duress_word": victim.duress_word or file.victim.duress_word,
        "addresses": tuple(
            one.model_copy(update={"access": victim.access.spoken(language) if victim.access else one.access})
            if one.kind is AddressKind.HOME
            else one
            for one in file.victim.addresses
            if one.kind is not AddressKind.SCHOOL or any(child.school for child in victim.children)
        ),
    }
    his: dict[str, Any] = {"vehicles": ()}
    if him.vehicle is not None:
        car = Vehicle(
            description=him.vehicle.spoken(language), plate=him.plate, provenance=file.perpetrator.provenance
        )
        his["vehicles"] = (car,)
    if him.looks is not None:
        his["looks"] = him.looks.spoken(language)
    if him.relation is not None:
        his["relation"] = him.relation.spoken(language)
    return file.model_copy(
        update={
            "victim": file.victim.model_copy(update=told),
            "perpetrator": file.perpetrator.model_copy(update=his),
        }
    )


def _crowd(
    scenario: Scenario,
    seed: int,
    ground: Ground,
    writer: CaseWriter,
    today: date,
    language: Spoken,
    offices: Mapping[str, str],
    taken: set[str],
) -> list[tuple[Button, CaseFile]]:
    if scenario.crowd is None:
        return []
    zones = list(ground.of_room(scenario.crowd.room))
    stream(seed, "crowd").shuffle(zones)
    free = (one for one in range(1, 10_000) if f"{scenario.crowd.room}-B-{one:04d}" not in taken)
    made = []
    for count in range(scenario.crowd.count):
        zone = zones[count % len(zones)]
        dangers, order = _CROWD[count % len(_CROWD)]
        number = next(free)
        file = writer.write(
            CasePlan(
                room=scenario.crowd.room,
                number=number,
                zone=zone,
                language=_words_in(language, zone),
                victim_language=zone.languages[0],
                allocated_from=today - timedelta(days=60),
                allocated_until=today - timedelta(days=60) + HALF_YEAR,
                dangers=dangers,
                danger_check=DangerCheck.CHECKED if count % 3 else DangerCheck.NOT_CHECKED,
                order=order,
                channels=(ChannelPlan.NOTHING_CHECKED, ChannelPlan.ALL_REFUSED, ChannelPlan.CHAT_ALLOWED)[
                    count % 3
                ],
            )
        )
        made.append((_button(f"{scenario.crowd.room}-B-{number:04d}", file, offices), file))
    return made


def _button(button: str, file: CaseFile, offices: Mapping[str, str]) -> Button:
    return Button(
        id=button,
        stock=button[:3],
        status=ButtonStatus.ALLOCATED,
        case_file=file.id,
        allocated_from=file.allocated_from,
        allocated_until=file.allocated_until,
        prosecutor=offices[file.file_zone],
        last_test=file.last_test,
    )


def _home(file: CaseFile) -> tuple[float, float]:
    home = next(one for one in file.victim.addresses if one.kind is AddressKind.HOME)
    return home.lon, home.lat


def _unit(
    scenario: Scenario, plan: PatrolPlan, ground: Ground, language: Spoken, rooms: Mapping[str, str]
) -> PatrolUnit:
    letters, _, call_sign = plan.patrol.partition("/")
    service = SERVICES.get(letters)
    lon, lat = where(scenario, plan.at)
    spoken = plan.language
    if spoken is None:
        spoken = language if service else ground.zone(letters).languages[0]
    return PatrolUnit(
        id=plan.patrol,
        call_sign=call_sign,
        zone=None if service else letters,
        service=service or Service.LOCAL,
        room=plan.room or (scenario.rooms[0] if service else rooms[letters]),
        language=spoken,
        home_lon=lon,
        home_lat=lat,
    )
