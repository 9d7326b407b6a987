"""A recording made fit to leave: stand-ins for everybody, another time and place, new ids (S13).

Every text field of everything that a recording can hold has a rule here; one without a rule stops the export, and so
does whatever of an original is left in the result: it fails closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel

from console.domain import events as e
from console.domain.allocation import Allocation
from console.domain.could_be_now import Circle, circle_that_counts
from console.domain.events import Event, UnknownBody
from console.domain.intervention import Intervention, evolve
from console.domain.location import Fix
from console.domain.rooms import ROOMS
from console.domain.values import Actor, ActorKind
from console.wire.moving import STAYS, NoPlaceError, PlaceMove, Spot, TimeMove, place_move, time_move
from console.wire.recording import (
    Header,
    Recorded,
    RecordedEvent,
    RecordedSight,
    RecordedZone,
    Recording,
    RosterEntry,
)
from console.wire.stand_ins import Known, StandIns

if TYPE_CHECKING:
    from console.domain.zones import Zones
    from console.domain.zones.allocating import ZoneMap

M = TypeVar("M", bound=BaseModel)

LEFT_OUT: Final = {
    "nl": "(tekst weggelaten)",
    "fr": "(texte omis)",
    "de": "(Text weggelassen)",
    "en": "(text left out)",
}
"""Stands for free text: nobody can say whom an unknown sentence names."""

LOOKS: Final = ("1.78 m, dark coat", "1.70 m, cap", "1.85 m, grey jacket")
CARS: Final = ("Peugeot Partner", "Volkswagen Golf", "Opel Astra", "Ford Focus")
CODE_WORDS: Final = ("Orion", "Madeira", "Domino", "Saturn")

_CODE: Final = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_TIME_OF_DAY: Final = re.compile(r"[0-2]?\d[:.h][0-5]\d")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}")


class NotFitError(ValueError):
    """The recording cannot leave; the sentence says why and what to do."""


def deidentified(
    recording: Recording,
    zone_map: Callable[[], ZoneMap],
    chance: Random,
    *,
    original_place: bool = False,
    keep_text: bool = False,
    approved_by: tuple[str, ...] = (),
) -> Recording:
    """The recording with stand-ins, moved in time and, unless it keeps its ``original_place``, in space.

    ``keep_text``: free text stays, with stand-ins for whom the case files name; otherwise a neutral sentence stands
    for it. ``chance`` decides where to and how far: nobody who does not have it can go back.

    Raises:
        NotFitError: no other place fits, or something of an original would be left.
    """
    if not recording.items:
        return recording
    looking = _Remaking(recording.header, chance, TimeMove(timedelta(), 0), STAYS, keep_text=True)
    spots, moments = looking.look(recording)
    when = time_move(moments, chance)
    where = STAYS
    if not original_place:
        try:
            where = place_move(spots, sorted(looking.zones), zone_map, chance, recording.header.room)
        except NoPlaceError:
            raise NotFitError(
                "no other place was found in which the zones of this recording would still make sense;"
                " export a shorter part, or the original place, which two people must agree to"
            ) from None
    made = _Remaking(recording.header, chance, when, where, keep_text=keep_text, known=looking.stand_ins)
    if where is not STAYS:
        made.geometry = zone_map()
    items = tuple(made.item(item) for item in recording.items)
    header = made.header(recording.header, original_place, approved_by, zone_map().zones)
    left = Recording(header, items).closed_up()
    _check(left, made)
    return left


def _check(recording: Recording, made: _Remaking) -> None:
    """Look for every original in every text of the result.

    Raises:
        NotFitError: one is left; the line is named, what it is, and not which.
    """
    lines: Iterator[tuple[int, BaseModel]] = enumerate((recording.header, *recording.items), start=1)
    for number, model in lines:
        for text in texts_of(model):
            known = made.stand_ins.found_in(text)
            if known is not None:
                raise NotFitError(
                    f"line {number} would still hold a {known} of the original; leave it out of title and texts,"
                    " or export without --keep-text"
                )


def texts_of(value: object) -> Iterator[str]:
    """Every text in a value, without words of our own vocabulary."""
    match value:
        case BaseModel():
            for name in type(value).model_fields:
                if name not in _OURS:
                    yield from texts_of(getattr(value, name))
        case Enum():
            return
        case str():
            yield value
        case tuple():
            for one in value:
                yield from texts_of(one)


_OURS: Final = frozenset(
    {"type", "format", "room", "role", "code", "verdict", "language", "zones", "approved_by"}
)
"""Fields of the header and of events that hold our own words, or who agreed to the export."""


class _Remaking:
    """Makes each value anew, field by field."""

    def __init__(
        self,
        header: Header,
        chance: Random,
        when: TimeMove,
        where: PlaceMove,
        *,
        keep_text: bool,
        known: StandIns | None = None,
    ) -> None:
        self.stand_ins = known or StandIns()
        self.geometry: ZoneMap | None = None
        self.zones: set[str] = set()
        self._room, self._language, self._chance = header.room, header.language, chance
        self._when, self._where, self._keep_text = when, where, keep_text
        self._ids: dict[UUID, UUID] = {}
        self._years = when.moment(header.starts_at).year - header.starts_at.year
        self._was: dict[UUID, Intervention] = {}
        self._now: dict[UUID, Intervention] = {}
        self._spots: list[Spot] = []

    def look(self, recording: Recording) -> tuple[list[Spot], list[datetime]]:
        """Meet every original once: circles that were allocated, and moments."""
        for item in recording.items:
            self.item(item)
        moments = sorted({item.at for item in recording.items})
        return self._spots, moments

    def header(
        self, header: Header, original_place: bool, approved_by: tuple[str, ...], zones: Zones
    ) -> Header:
        """The header: what was written for it, with stand-ins, and nothing that a later version may have put there."""
        named = sorted({self._where.zone(zone) for zone in self.zones})
        told = [zones[zone] for zone in named if zone in zones]
        text = self.stand_ins.in_text
        return Header(
            title=text(header.title),
            language=header.language,
            place=self._place(zones),
            mode=header.mode,
            room=header.room,
            starts_at=self._when.moment(header.starts_at),
            length_s=header.length_s,
            teaches=tuple(text(one) for one in header.teaches),
            content_warning=header.content_warning and text(header.content_warning),
            deidentified=True,
            original_place=original_place,
            approved_by=approved_by,
            zones=tuple(
                RecordedZone(id=one.id, code=one.code, name=one.label, room=one.control_room) for one in told
            ),
            roster=tuple(
                RosterEntry(
                    id=self._operator(one.id), name=self._operator(one.id), role=one.role, room=one.room
                )
                for one in header.roster
            ),
        )

    def _place(self, zones: Zones) -> str:
        """Where it happens now: the zone of the first position, or the control room."""
        first = next((spot.allocation.zone for spot in self._spots), None)
        zone = self._where.zone(first) if first is not None else None
        return zones[zone].label if zone is not None and zone in zones else ROOMS.get(self._room, self._room)

    def item(self, item: Recorded) -> Recorded:
        """One line made anew."""
        if isinstance(item, RecordedEvent):
            return RecordedEvent(
                at=self._moment(item.at), position=item.position, event=self.event(item.event)
            )
        if isinstance(item, RecordedSight) and item.events:
            self._was.pop(item.intervention, None)
            self._now.pop(item.intervention, None)
        return self._model(item)

    def event(self, event: Event) -> Event:
        """An event made anew; the zones of a moved circle are looked up on the map again."""
        key = event.intervention
        made = self._model(event)
        fix = getattr(event.body, "fix", None)
        self._was[key] = self._folded(self._was.get(key), event)
        told = getattr(event.body, "allocation", None)
        if isinstance(told, Allocation) and self._was[key].fix is not None:
            self._spot(fix or self._was[key].fix, self._was[key], told)
        if self.geometry is not None:
            made = made.model_copy(update={"body": self._reallocated(key, made)})
        self._now[key] = self._folded(self._now.get(key), made)
        return made

    @staticmethod
    def _folded(before: Intervention | None, event: Event) -> Intervention:
        try:
            return evolve(before, event)
        except Exception as wrong:
            raise NotFitError(
                f"an intervention is not whole: event {event.version} does not follow; export it from its beginning"
            ) from wrong

    def _spot(self, fix: Fix | None, state: Intervention, allocation: Allocation) -> None:
        if fix is not None and allocation.zone is not None:
            circle = _circle(fix, state)
            self._spots.append(Spot(fix.lon, fix.lat, circle.radius_m, circle.confidence_pct, allocation))

    def _reallocated(self, key: UUID, made: Event) -> Any:
        body = made.body
        told = getattr(body, "allocation", None)
        if self.geometry is None or not isinstance(told, Allocation) or told.zone is None:
            return body
        state = self._folded(self._now.get(key), made)
        fix = getattr(body, "fix", None) or state.fix
        if fix is None:
            return body
        circle = _circle(fix, state)
        there = self.geometry.allocate(fix.lon, fix.lat, circle.radius_m, circle.confidence_pct)
        return body.model_copy(update={"allocation": there}) if there.zone == told.zone else body

    # every kind of value

    def _model(self, model: M) -> M:
        kind = type(model)
        if isinstance(model, UnknownBody):
            return kind.model_validate({"type": model.type if _CODE.fullmatch(model.type) else "unknown"})
        if isinstance(model, Actor):
            return kind.model_validate({**dict(model), "id": self._actor(model)})
        values = {name: self._value(model, name, getattr(model, name)) for name in kind.model_fields}
        if isinstance(values.get("lon"), float) and isinstance(values.get("lat"), float):
            values["lon"], values["lat"] = self._where.point(values["lon"], values["lat"])
        return kind.model_validate(values)

    def _value(self, owner: BaseModel, name: str, value: object) -> Any:
        match value:
            case None | bool() | float() | Enum():
                return value
            case int():
                return value + self._years if name == "born" else value
            case datetime():
                return self._moment(value)
            case date():
                return self._when.day(value)
            case UUID():
                return self._id(value)
            case Event():
                return self.event(value)
            case BaseModel():
                return self._model(value)
            case tuple() if name in _STAFF:
                return ()
            case tuple():
                return tuple(self._value(owner, name, one) for one in value)
            case str():
                return rule_of(type(owner), name)(self, value)
        raise NotFitError(f"{type(owner).__name__}.{name} has no rule; tell whoever keeps this program")

    def _moment(self, at: datetime) -> datetime:
        return self._when.moment(at)

    def _id(self, original: UUID) -> UUID:
        if original not in self._ids:
            bits = self._chance.getrandbits(128)
            moved = (original.int >> 80) + int(self._when.by / timedelta(milliseconds=1))
            top = moved if original.version == 7 and moved > 0 else bits >> 80
            made = (top << 80) | (bits & ((1 << 80) - 1))
            self._ids[original] = (
                UUID(int=made & ~(0xF << 76) | (7 << 76)) if original.version == 7 else UUID(int=made)
            )
        return self._ids[original]

    def _actor(self, actor: Actor) -> str:
        match actor.kind:
            case ActorKind.OPERATOR:
                return self._operator(actor.id)
            case ActorKind.DEVICE:
                return self._button(actor.id)
            case ActorKind.PATROL:
                return self._patrol(actor.id)
            case _:
                return actor.id

    # every kind of text

    def _operator(self, text: str) -> str:
        return self.stand_ins.of("operator", text, "op-{}", Known.IDENTITY)

    def _button(self, text: str) -> str:
        return self.stand_ins.of("button", text, f"B-{self._room}-T{{:03}}", Known.IDENTITY)

    def _case(self, text: str) -> str:
        return self.stand_ins.of("case", text, "case-{}", Known.IDENTITY)

    def _man(self, text: str) -> str:
        return self.stand_ins.of("man", text, "perpetrator-{}", Known.IDENTITY)

    def _press(self, text: str) -> str:
        return self.stand_ins.of("press", text, "press-{}")

    def _fix(self, text: str) -> str:
        return self.stand_ins.of("fix", text, "fix-{}")

    def _number(self, text: str) -> str:
        room, _, rest = text.partition("-")
        year = rest.partition("-")[0]
        moved = int(year) + self._years if year.isdigit() else 2000
        made = f"{room}-{moved}-{9000 + int(self.stand_ins.of('number', text, '{}')):04}"
        self.stand_ins.know(Known.NUMBER, text, made)
        return made

    def _case_number(self, text: str) -> str:
        return self.stand_ins.of("case number", text, "T-{:03}", Known.CASE_NUMBER)

    def _patrol(self, text: str) -> str:
        zone, slash, call_sign = text.rpartition("/")
        return f"{self._zone(zone)}{slash}{call_sign}" if slash else text

    def _zone(self, text: str) -> str:
        self.zones.add(text)
        return self._where.zone(text)

    def _service(self, text: str) -> str:
        return text if text in set(e.Rescue) else self._zone(text)

    def _busy(self, text: str) -> str:
        return self._number(text) if re.fullmatch(r"[A-Z]{3}-\d{4}-\d+", text) else self._free(text)

    def _person(self, text: str) -> str:
        return self.stand_ins.person(text)

    def _checker(self, text: str) -> str:
        """Who checked a field of the file: a person, a function or a service; nobody is still nobody."""
        return self.stand_ins.of("checker", text, "file manager {}", Known.PERSON) if text.strip() else text

    def _phone(self, text: str) -> str:
        return self.stand_ins.of("phone", text, "+32 000 99 {:02} 00", Known.PHONE)

    def _plate(self, text: str) -> str:
        return self.stand_ins.of("plate", text, "0-TTT-{:03}", Known.PLATE)

    def _address(self, text: str) -> str:
        return self.stand_ins.of("address", text, "Figurantenlaan {}", Known.ADDRESS)

    def _school(self, text: str) -> str:
        return self.stand_ins.of("school", text, "School {}", Known.ADDRESS)

    def _car(self, text: str) -> str:
        return self.stand_ins.one_of("car", text, CARS)

    def _looks(self, text: str) -> str:
        return self.stand_ins.one_of("looks", text, LOOKS)

    def _secret(self, text: str) -> str:
        made = self.stand_ins.one_of("word", text, CODE_WORDS)
        self.stand_ins.know(Known.WORD, text, made)
        return made

    def _named(self, text: str) -> str:
        """The name of a place."""
        return self._address(text)

    def _free(self, text: str) -> str:
        if not text:
            return text
        return self.stand_ins.in_text(text) if self._keep_text else LEFT_OUT[self._language]

    def _code(self, text: str) -> str:
        return text if _CODE.fullmatch(text) or text in ROOMS else self._free(text)

    def _clock(self, text: str) -> str:
        return text if _TIME_OF_DAY.fullmatch(text) else self._free(text)

    def _tongue(self, text: str) -> str:
        return text if _LANGUAGE.fullmatch(text) else self._free(text)

    def _as_it_is(self, text: str) -> str:
        return text

    def _nothing(self, _text: str) -> None:
        return None


def _circle(fix: Fix, state: Intervention) -> Circle:
    """The circle by which a fix was allocated: from where she was before it."""
    return circle_that_counts(fix, tuple(one for one in state.trail if one.id != fix.id))


_STAFF: Final = frozenset({"hidden_from", "excluded"})
"""Who may not know of it: a trainer's copy has nobody who would be betrayed, and names no staff."""

Rule = Callable[[_Remaking, str], str | None]

R = _Remaking
_RULES: Final[Mapping[str, Rule]] = {
    "type": R._as_it_is,
    "room": R._as_it_is,
    "supporting": R._code,
    "call_sign": R._as_it_is,
    "language": R._tongue,
    "languages": R._tongue,
    **dict.fromkeys(("button",), R._button),
    **dict.fromkeys(("press_id",), R._press),
    **dict.fromkeys(("fix_id",), R._fix),
    **dict.fromkeys(("zone", "file_zone"), R._zone),
    **dict.fromkeys(("case_file",), R._case),
    **dict.fromkeys(("patrol",), R._patrol),
    **dict.fromkeys(("service",), R._service),
    **dict.fromkeys(("operator", "from_operator", "to_operator"), R._operator),
    **dict.fromkeys(("code", "to", "by", "why", "what", "desk", "state", "line", "verdict", "kind"), R._code),
    **dict.fromkeys(("officer", "aliases", "name"), R._person),
    **dict.fromkeys(("checked_by",), R._checker),
    **dict.fromkeys(("phone",), R._phone),
    **dict.fromkeys(("plate",), R._plate),
    **dict.fromkeys(("school",), R._school),
    **dict.fromkeys(("school_out",), R._clock),
    **dict.fromkeys(("description",), R._car),
    **dict.fromkeys(("looks",), R._looks),
    **dict.fromkeys(("all_clear_word", "duress_word"), R._secret),
    **dict.fromkeys(("busy_with",), R._busy),
    **dict.fromkeys(("picture",), R._nothing),
    **dict.fromkeys(
        (
            "access",
            "answer",
            "authority",
            "exceptions",
            "helpers",
            "history",
            "medical",
            "meetings",
            "reason",
            "reasons",
            "relation",
            "routes",
            "source",
            "text",
            "words",
        ),
        R._free,
    ),
}
"""Field -> what becomes of its text, whatever model it stands in."""

_RULES_OF: Final[Mapping[tuple[str, str], Rule]] = {
    ("Actor", "id"): R._as_it_is,  # by its kind
    ("Fix", "id"): R._fix,
    ("Patrol", "id"): R._patrol,
    ("CaseFileRef", "id"): R._case,
    ("CaseFile", "id"): R._case,
    ("Perpetrator", "id"): R._man,
    ("PerpetratorExtract", "id"): R._man,
    ("AlarmRaised", "number"): R._number,
    ("InterventionOpenedByHand", "number"): R._number,
    ("InterventionGlimpsed", "number"): R._number,
    ("InterventionOnWall", "number"): R._number,
    ("CaseFileRef", "number"): R._case_number,
    ("CaseFile", "number"): R._case_number,
    ("Address", "text"): R._address,
    ("NamedPlace", "name"): R._named,
}
"""The same where the model decides."""


def rule_of(model: type[BaseModel], name: str) -> Rule:
    """What becomes of a text field.

    Raises:
        NotFitError: nobody has said so: then the recording does not leave.
    """
    rule = _RULES_OF.get((model.__name__, name)) or _RULES.get(name)
    if rule is None:
        raise NotFitError(f"{model.__name__}.{name} has no rule; tell whoever keeps this program")
    return rule
