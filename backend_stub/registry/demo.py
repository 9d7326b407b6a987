"""The content of the demo: a pure function of a seed, a day and the map. Everything in it is invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from backend_stub.registry.demo_cases import CasePlan, CaseWriter, ChannelPlan, OrderPlan
from backend_stub.registry.demo_ground import DemoZone, Ground, survey
from backend_stub.registry.demo_patrols import patrol_units
from backend_stub.registry.demo_people import People
from backend_stub.registry.records import Account, Button, PatrolUnit
from console.domain.casefile import CaseFile, DangerCheck, DangerKind
from console.domain.events import ButtonStatus
from console.domain.values import Frozen, Role

DEMO_SEED = 2026
"""Backend and simulator make the same content from it."""

DEMO_FIRST = "VBR-B-0041"
"""Leuven, E. Exemple: firearm known, contact ban in force, no ringing allowed."""
DEMO_BORDER = "VBR-B-0042"
"""A victim who lives on the border of zone 5388 Leuven with its neighbour."""
DEMO_SAME_MAN = ("VBR-B-0043", "VBR-B-0044")
"""Two victims, in two zones, of one perpetrator."""
DEMO_WITHDRAWN = "VBR-B-0045"
"""A withdrawn button: a press is an alarm all the same (W1)."""
DEMO_EXCLUDES = "VBR-B-0003"
"""With `DEMO_SEED`: the case file of a victim who is related to P. Fictief: it excludes 4712 (W19)."""
DEMO_UNKNOWN = "VBR-B-0999"
"""A device of ours whose button stands in no register: a press is an alarm all the same (W1)."""

LEUVEN = "5388"
LEUVEN_HOME = (4.7008, 50.8787)
"""Lon, lat of the first story's home: the centre of Leuven."""

HOME_ROOM = "VBR"
STOCK = {HOME_ROOM: 190}
"""Flemish Brabant's stock (`domain.md`); other provinces show a few."""
OTHER_STOCK = 8
HALF_YEAR = timedelta(days=182)

_STATUSES_AT_HOME = (
    [ButtonStatus.ALLOCATED] * 56
    + [ButtonStatus.EXPIRED] * 7
    + [ButtonStatus.WITHDRAWN] * 5
    + [ButtonStatus.REPORTED_LOST] * 4
)
_STATUSES_ELSEWHERE = [ButtonStatus.ALLOCATED] * 5 + [ButtonStatus.EXPIRED, ButtonStatus.WITHDRAWN]

_DANGERS: tuple[tuple[tuple[DangerKind, ...], DangerCheck], ...] = (
    ((), DangerCheck.NOT_CHECKED),
    ((DangerKind.BLADE,), DangerCheck.CHECKED),
    ((), DangerCheck.CHECKED),
    ((DangerKind.VIOLENCE_AGAINST_POLICE,), DangerCheck.CHECKED),
    ((DangerKind.FIREARM,), DangerCheck.CHECKED),
    ((DangerKind.DOG,), DangerCheck.CHECKED),
    ((), DangerCheck.NOT_CHECKED),
    ((DangerKind.VIOLENCE, DangerKind.SUICIDAL), DangerCheck.CHECKED),
    ((DangerKind.BLADE, DangerKind.DOG), DangerCheck.NOT_CHECKED),
    ((), DangerCheck.CHECKED),
    ((DangerKind.VIOLENCE_AGAINST_POLICE, DangerKind.FIREARM), DangerCheck.CHECKED),
    ((DangerKind.EXPLOSIVES,), DangerCheck.NOT_CHECKED),
    ((DangerKind.VIOLENCE,), DangerCheck.CHECKED),
)
_ORDERS = (
    OrderPlan.SERVED,
    OrderPlan.NONE,
    OrderPlan.NOT_SERVED,
    OrderPlan.SERVED,
    OrderPlan.OVER,
    OrderPlan.AREA,
    OrderPlan.HOME,
    OrderPlan.RELEASE,
)
_CHANNELS = (
    ChannelPlan.NOTHING_CHECKED,
    ChannelPlan.ALL_REFUSED,
    ChannelPlan.NOTHING_CHECKED,
    ChannelPlan.CHAT_ALLOWED,
    ChannelPlan.ALL_REFUSED,
    ChannelPlan.NOTHING_CHECKED,
    ChannelPlan.REVIEW_PASSED,
    ChannelPlan.ALL_REFUSED,
    ChannelPlan.SPEAK_ALLOWED,
    ChannelPlan.NOTHING_CHECKED,
    ChannelPlan.NO_REVIEW,
)
# 13, 8 and 11 have no common divisor: dangers, orders and channels meet in every combination.

ACCOUNTS = (
    Account(id="4711", name="O. Voorbeeld", role=Role.OPERATOR, room="VBR"),
    Account(id="4712", name="P. Fictief", role=Role.OPERATOR, room="VBR"),
    Account(id="4700", name="S. Verzonnen", role=Role.SUPERVISOR, room="VBR"),
    Account(id="4790", name="T. Bedacht", role=Role.TRAINER, room="VBR"),
    Account(id="4780", name="W. Verzonnen", role=Role.WALL, room="VBR"),
    Account(id="3711", name="A. Denkbeeldig", role=Role.OPERATOR, room="ANT"),
    Account(id="3700", name="B. Verbeelding", role=Role.SUPERVISOR, room="ANT"),
)


class DemoContent(Frozen):
    """What `backend_stub.registry.demo_fill.fill` writes. ``devices``: every device that has a token."""

    accounts: tuple[Account, ...]
    buttons: tuple[Button, ...]
    case_files: tuple[CaseFile, ...]
    patrols: tuple[PatrolUnit, ...]
    devices: tuple[str, ...]


def demo_content(seed: int, today: date, zones: Mapping[str, Any], places: Mapping[str, Any]) -> DemoContent:
    """Make the content from the map (`data/zones.geojson`) and the named places (`data/places.json`).

    The same arguments give the same content. Flemish Brabant has its 190 buttons, 60 of them allocated;
    every other province a few.

    Raises:
        ValueError: the map lacks what the demo needs, with the sentence to show.
    """
    ground = survey(zones, places, LEUVEN)
    stream = _stream(seed, "cases")
    writer = CaseWriter(stream, today, People(stream))
    buttons, case_files = _stories(ground, today, writer)
    for room in sorted({zone.room for zone in ground.zones}, key=lambda room: (room != HOME_ROOM, room)):
        made = _province(room, ground, today, writer, stream, {button.id for button in buttons})
        buttons += made[0]
        case_files += made[1] if room != HOME_ROOM else _excluding(made[1], made[0])
    return DemoContent(
        accounts=ACCOUNTS,
        buttons=tuple(sorted(buttons, key=lambda button: button.id)),
        case_files=tuple(sorted(case_files, key=lambda case_file: case_file.id)),
        patrols=patrol_units(ground, _stream(seed, "patrols")),
        devices=(*sorted(button.id for button in buttons), DEMO_UNKNOWN),
    )


def _stream(seed: int, part: str) -> Random:
    return Random(f"{seed}:{part}")  # noqa: S311  repeatable on purpose; tokens come from `secrets`


def _stories(ground: Ground, today: date, writer: CaseWriter) -> tuple[list[Button], list[CaseFile]]:
    """Write the cases that the demo tells and the tests name."""
    leuven = ground.zone(LEUVEN)
    border = ground.borders[0] if ground.borders else None
    elsewhere = next(zone for zone in ground.of_room(HOME_ROOM) if zone.prosecutor != leuven.prosecutor)
    second = next(zone for zone in ground.of_room(HOME_ROOM) if zone.id not in {LEUVEN, elsewhere.id})

    def plan(button: str, zone: DemoZone, **facts: Any) -> CasePlan:
        usual: dict[str, Any] = {
            "room": HOME_ROOM,
            "number": int(button[-4:]),
            "zone": zone,
            "language": "nl",
            "victim_language": "nl",
            "allocated_from": today - timedelta(days=60),
            "allocated_until": today - timedelta(days=60) + HALF_YEAR,
            "danger_check": DangerCheck.CHECKED,
            "order": OrderPlan.SERVED,
            "channels": ChannelPlan.ALL_REFUSED,
        }
        return CasePlan(**(usual | facts))

    first = writer.write(
        plan(
            DEMO_FIRST,
            leuven,
            dangers=(DangerKind.FIREARM, DangerKind.VIOLENCE),
            channels=ChannelPlan.CHAT_ALLOWED,
            victim_name="E. Exemple",
            perpetrator_name="D. Voorbeeld",
            home=LEUVEN_HOME,
            home_street="Voorbeeldstraat 12",
        )
    )
    on_border = writer.write(
        plan(
            DEMO_BORDER,
            leuven,
            dangers=(DangerKind.BLADE,),
            home=None if border is None else (border.lon, border.lat),
        )
    )
    one = writer.write(
        plan(DEMO_SAME_MAN[0], elsewhere, dangers=(DangerKind.VIOLENCE_AGAINST_POLICE, DangerKind.BLADE))
    )
    other = writer.write(
        plan(
            DEMO_SAME_MAN[1],
            second,
            dangers=(),
            perpetrator=one.perpetrator,
            channels=ChannelPlan.NOTHING_CHECKED,
        )
    )
    withdrawn = writer.write(
        plan(DEMO_WITHDRAWN, leuven, dangers=(), order=OrderPlan.OVER, victim_language="fr")
    )
    offices = {zone.id: zone.prosecutor for zone in ground.zones}
    told = [(DEMO_FIRST, first), (DEMO_BORDER, on_border), (DEMO_SAME_MAN[0], one), (DEMO_SAME_MAN[1], other)]
    buttons = [_button(button, ButtonStatus.ALLOCATED, file, offices) for button, file in told]
    buttons.append(_button(DEMO_WITHDRAWN, ButtonStatus.WITHDRAWN, withdrawn, offices))
    return buttons, [*(file for _, file in told), withdrawn]


def _province(
    room: str, ground: Ground, today: date, writer: CaseWriter, stream: Random, taken: set[str]
) -> tuple[list[Button], list[CaseFile]]:
    """Fill the stock of one control room's province around the buttons that are taken already."""
    zones = list(ground.of_room(room))
    stream.shuffle(zones)
    zones.sort(key=lambda zone: zone.languages != ("de",))  # the German-speaking zones are not left to chance
    ids = [f"{room}-B-{number:04d}" for number in range(1, STOCK.get(room, OTHER_STOCK) + 1)]
    free = [button for button in ids if button not in taken]
    statuses = list(_STATUSES_AT_HOME if room == HOME_ROOM else _STATUSES_ELSEWHERE)
    chosen = dict(zip(stream.sample(free, len(statuses)), statuses, strict=True))
    offices = {zone.id: zone.prosecutor for zone in zones}
    buttons, case_files = [], []
    turn = stream.randrange(1000)
    for count, button in enumerate(sorted(chosen)):
        status = chosen[button]
        if status is ButtonStatus.WITHDRAWN and count % 2:
            buttons.append(Button(id=button, stock=room, status=status))
            continue
        zone = zones[count % len(zones)]
        dangers, checked = _DANGERS[(turn + count) % len(_DANGERS)]
        language = stream.choice(zone.languages)
        since, until = _period(status, today, stream)
        case_file = writer.write(
            CasePlan(
                room=room,
                number=int(button[-4:]),
                zone=zone,
                language=language,
                victim_language=("en" if count % 11 == 5 else "fr" if count % 7 == 3 else language),
                allocated_from=since,
                allocated_until=until,
                dangers=dangers,
                danger_check=checked,
                order=_ORDERS[(turn + count) % len(_ORDERS)],
                channels=_CHANNELS[(turn + count) % len(_CHANNELS)],
            )
        )
        case_files.append(case_file)
        recorded = ButtonStatus.ALLOCATED if status is ButtonStatus.EXPIRED else status
        buttons.append(_button(button, recorded, case_file, offices))
    buttons += [
        Button(id=button, stock=room, status=ButtonStatus.IN_STOCK) for button in free if button not in chosen
    ]
    return buttons, case_files


def _excluding(files: list[CaseFile], buttons: list[Button]) -> list[CaseFile]:
    """The file of the first allocated button among these excludes one of the room's staff (W19)."""
    allocated = (one for one in buttons if one.status is ButtonStatus.ALLOCATED and one.case_file)
    first = min(allocated, key=lambda one: one.id).case_file
    return [file.model_copy(update={"excluded": ("4712",)}) if file.id == first else file for file in files]


def _period(status: ButtonStatus, today: date, stream: Random) -> tuple[date, date]:
    """Half a year around today; an expired allocation ended lately. Nobody recorded it: the day says so."""
    if status is ButtonStatus.EXPIRED:
        until = today - timedelta(days=stream.randint(1, 40))
        return until - HALF_YEAR, until
    since = today - timedelta(days=stream.randint(2, 170))
    return since, since + HALF_YEAR


def _button(button: str, status: ButtonStatus, case_file: CaseFile, offices: Mapping[str, str]) -> Button:
    return Button(
        id=button,
        stock=button.split("-", maxsplit=1)[0],
        status=status,
        case_file=case_file.id,
        allocated_from=case_file.allocated_from,
        allocated_until=case_file.allocated_until,
        prosecutor=offices[case_file.file_zone],
        last_test=case_file.last_test,
    )
