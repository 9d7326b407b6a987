"""Write one invented case file from a plan of what must be in it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from random import Random

from backend_stub.registry.demo_ground import DemoZone, Language, near
from backend_stub.registry.demo_people import SCHOOLS, People
from backend_stub.registry.demo_phrases import PHRASES, Phrases
from console.domain.casefile import (
    Address,
    AddressKind,
    CaseFile,
    Channel,
    ChannelRule,
    Child,
    Contact,
    Danger,
    DangerCheck,
    DangerKind,
    LegalStatus,
    Nature,
    Order,
    OrderKind,
    Perpetrator,
    Provenance,
    Risk,
    RiskLevel,
    Vehicle,
    Victim,
)


class OrderPlan(Enum):
    """Which order stands against him."""

    SERVED = (OrderKind.CONTACT_BAN, LegalStatus.UNDER_ORDER)
    NOT_SERVED = (OrderKind.CONTACT_BAN, LegalStatus.CHARGED)
    OVER = (OrderKind.CONTACT_BAN, LegalStatus.CONVICTED)
    AREA = (OrderKind.AREA_BAN, LegalStatus.UNDER_ORDER)
    HOME = (OrderKind.HOME_BAN, LegalStatus.SUSPECTED)
    RELEASE = (OrderKind.CONDITIONAL_RELEASE, LegalStatus.CONVICTED)
    NONE = (None, LegalStatus.SUSPECTED)

    def __init__(self, kind: OrderKind | None, status: LegalStatus) -> None:
        self.kind = kind
        self.status = status


class ChannelPlan(Enum):
    """What was settled about reaching her."""

    NOTHING_CHECKED = "nothing_checked"
    ALL_REFUSED = "all_refused"
    CHAT_ALLOWED = "chat_allowed"
    SPEAK_ALLOWED = "speak_allowed"
    REVIEW_PASSED = "review_passed"
    NO_REVIEW = "no_review"


@dataclass(frozen=True)
class CasePlan:
    """What a case file must contain; what is None or empty is made up."""

    room: str
    number: int
    zone: DemoZone
    language: Language
    allocated_from: date
    allocated_until: date
    dangers: tuple[DangerKind, ...]
    danger_check: DangerCheck
    order: OrderPlan
    channels: ChannelPlan
    victim_language: str
    victim_name: str | None = None
    home: tuple[float, float] | None = None
    home_street: str | None = None
    perpetrator_name: str | None = None
    perpetrator: Perpetrator | None = None


class CaseWriter:
    """Writes case files, all of one stream, one day and one set of people."""

    def __init__(self, stream: Random, today: date, people: People) -> None:
        self._stream = stream
        self._today = today
        self._people = people
        self._officers: dict[str, str] = {}

    def write(self, plan: CasePlan) -> CaseFile:
        """Write the first revision of the case file of a plan."""
        phrases = PHRASES[plan.language]
        officer = self._officer(plan)
        return CaseFile(
            id=f"{plan.room}-C-{plan.number:04d}",
            revision=1,
            number=f"{plan.room} {plan.allocated_from.year}/D-{plan.number:04d}",
            file_zone=plan.zone.id,
            officer=officer,
            allocated_from=plan.allocated_from,
            allocated_until=plan.allocated_until,
            last_test=self._last_test(plan),
            victim=self._victim(plan, phrases, officer),
            perpetrator=self._perpetrator(plan, phrases, officer),
        )

    def _officer(self, plan: CasePlan) -> str:
        """The one person responsible of a zone keeps all its files."""
        if plan.zone.id not in self._officers:
            rank = PHRASES[plan.language].rank
            self._officers[plan.zone.id] = f"{rank} {self._people.name(plan.language)}"
        return self._officers[plan.zone.id]

    def _last_test(self, plan: CasePlan) -> date | None:
        tested = min(self._today, plan.allocated_until) - timedelta(days=self._stream.randint(1, 25))
        return tested if tested >= plan.allocated_from else None

    def _source(
        self, phrases: Phrases, officer: str, nature: Nature = Nature.FACT, review_days: int = 365
    ) -> Provenance:
        seen = self._today - timedelta(days=self._stream.randint(10, 300))
        return Provenance(
            source=self._stream.choice(phrases.sources),
            on=seen,
            checked_by=officer,
            review_by=seen + timedelta(days=review_days),
            nature=nature,
        )

    def _victim(self, plan: CasePlan, phrases: Phrases, officer: str) -> Victim:
        stream = self._stream
        name = plan.victim_name or self._people.name(plan.victim_language)
        all_clear, duress = stream.sample(phrases.words, 2)
        children = self._children(plan)
        addresses = [self._home(plan, phrases)]
        if stream.random() < 0.5:
            addresses.append(self._address(AddressKind.WORK, plan))
        if any(child.school for child in children):
            addresses.append(self._address(AddressKind.SCHOOL, plan))
        vehicle = None
        if stream.random() < 0.5:
            vehicle = self._vehicle(phrases, officer)
        return Victim(
            name=name,
            phone=self._people.phone(),
            languages=tuple(dict.fromkeys((plan.victim_language, plan.language))),
            channels=self._channels(plan.channels, phrases, officer),
            all_clear_word=all_clear,
            duress_word=duress,
            children=children,
            pregnant=stream.random() < 0.05,
            medical=stream.choice(phrases.medical) if stream.random() < 0.2 else None,
            addresses=tuple(addresses),
            vehicle=vehicle,
            contacts=(
                Contact(
                    name=f"{stream.choice('ABCDEFGHIJKLMN')}. {name.split()[-1]}",
                    phone=self._people.phone(),
                    relation=stream.choice(phrases.contacts),
                ),
            ),
            routes=phrases.routes if any(child.school for child in children) else phrases.routes[1:],
            meetings=phrases.meetings if children and stream.random() < 0.5 else (),
            provenance=self._source(phrases, officer),
        )

    def _home(self, plan: CasePlan, phrases: Phrases) -> Address:
        home = self._address(AddressKind.HOME, plan)
        return home.model_copy(update={"access": self._stream.choice(phrases.access)})

    def _address(self, kind: AddressKind, plan: CasePlan) -> Address:
        spots = plan.zone.spots[:6]
        spot = self._stream.choice(spots)
        lon, lat = near(spot, self._stream)
        if kind is AddressKind.HOME and plan.home is not None:
            lon, lat = plan.home
            spot = min(plan.zone.spots, key=lambda one: math.hypot(one.lon - lon, one.lat - lat))
        street = self._people.street(plan.language)
        if kind is AddressKind.HOME and plan.home_street is not None:
            street = plan.home_street
        text = f"{street}, {spot.name}"
        return Address(kind=kind, text=text, lon=lon, lat=lat)

    def _children(self, plan: CasePlan) -> tuple[Child, ...]:
        children = []
        for _ in range(self._stream.choice((0, 0, 1, 2, 3))):
            age = self._stream.randint(0, 16)
            school = self._stream.choice(SCHOOLS[plan.language]) if 3 <= age <= 12 else None
            children.append(Child(age=age, school=school, school_out="15:30" if school else None))
        return tuple(children)

    def _channels(self, plan: ChannelPlan, phrases: Phrases, officer: str) -> tuple[ChannelRule, ...]:
        if plan is ChannelPlan.NOTHING_CHECKED:
            return ()
        open_channels = {
            ChannelPlan.ALL_REFUSED: frozenset[Channel](),
            ChannelPlan.SPEAK_ALLOWED: frozenset({Channel.CHAT, Channel.PUSH, Channel.SPEAK}),
        }.get(plan, frozenset({Channel.CHAT}))
        source = self._source(phrases, officer, review_days=365)
        review: date | None = self._today + timedelta(days=self._stream.randint(20, 120))
        if plan is ChannelPlan.REVIEW_PASSED:
            review = self._today - timedelta(days=self._stream.randint(1, 9))
        elif plan is ChannelPlan.NO_REVIEW:
            review = None
        source = source.model_copy(update={"review_by": review})
        return tuple(
            ChannelRule(channel=channel, allowed=channel in open_channels, provenance=source)
            for channel in Channel
        )

    def _vehicle(self, phrases: Phrases, officer: str) -> Vehicle:
        return Vehicle(
            description=self._stream.choice(phrases.vehicles),
            plate=self._people.plate(),
            provenance=self._source(phrases, officer),
        )

    def _perpetrator(self, plan: CasePlan, phrases: Phrases, officer: str) -> Perpetrator:
        stream = self._stream
        orders = self._orders(plan, phrases, officer)
        relation = stream.choice(phrases.relations)
        if plan.perpetrator is not None:
            others = [word for word in phrases.relations if word != plan.perpetrator.relation]
            return plan.perpetrator.model_copy(update={"relation": stream.choice(others), "orders": orders})
        spot = stream.choice(plan.zone.spots[:6])
        haunt = stream.choice(phrases.haunts).format(place=spot.name)
        lon, lat = near(spot, stream)
        return Perpetrator(
            id=f"{plan.room}-P-{plan.number:04d}",
            name=plan.perpetrator_name or self._people.name(stream.choice((plan.language, "nl", "fr"))),
            born=self._today.year - stream.randint(22, 63),
            looks=", ".join(stream.choice(part) for part in (phrases.builds, phrases.hair, phrases.marks)),
            languages=(plan.language,),
            aliases=(stream.choice(phrases.aliases),) if stream.random() < 0.2 else (),
            relation=relation,
            status=plan.order.status,
            danger_check=plan.danger_check,
            dangers=tuple(self._danger(kind, phrases, officer) for kind in plan.dangers),
            orders=orders,
            vehicles=tuple(self._vehicle(phrases, officer) for _ in range(stream.choice((0, 1, 1, 1, 2)))),
            addresses=(
                self._address(AddressKind.HOME, replace(plan, home=None, home_street=None)),
                Address(kind=AddressKind.USUAL_PLACE, text=haunt, lon=lon, lat=lat),
            ),
            helpers=(stream.choice(phrases.helpers),) if stream.random() < 0.25 else (),
            history=tuple(stream.sample(phrases.history, stream.randint(1, 3))),
            risk=Risk(
                level=stream.choice((RiskLevel.HIGH, RiskLevel.VERY_HIGH, RiskLevel.LIFE_THREATENING)),
                reasons=tuple(stream.sample(phrases.reasons, 2)),
                provenance=self._source(phrases, officer, Nature.ASSESSMENT, 180),
            ),
            provenance=self._source(phrases, officer),
        )

    def _danger(self, kind: DangerKind, phrases: Phrases, officer: str) -> Danger:
        nature = Nature.ASSESSMENT if kind is DangerKind.SUICIDAL else Nature.FACT
        return Danger(
            kind=kind,
            words=self._stream.choice(phrases.dangers[kind]),
            provenance=self._source(phrases, officer, nature),
        )

    def _orders(self, plan: CasePlan, phrases: Phrases, officer: str) -> tuple[Order, ...]:
        kind, today, stream = plan.order.kind, self._today, self._stream
        if kind is None:
            return ()
        since = today - timedelta(days=stream.randint(5, 10 if kind is OrderKind.HOME_BAN else 120))
        until = today + timedelta(days=stream.randint(30, 200))
        if kind is OrderKind.HOME_BAN:  # fourteen days, as the prosecutor may order alone
            until = since + timedelta(days=14)
        if plan.order is OrderPlan.OVER:
            since, until = today - timedelta(days=190), today - timedelta(days=stream.randint(1, 30))
        served = None if plan.order is OrderPlan.NOT_SERVED else since + timedelta(days=stream.randint(0, 3))
        broken = served is not None and stream.random() < 0.3
        return (
            Order(
                kind=kind,
                authority=phrases.authorities[kind],
                valid_from=since,
                valid_until=until,
                served_on=served,
                radius_m=None if kind is OrderKind.HOME_BAN else float(stream.choice((200, 300, 500, 1000))),
                exceptions=stream.choice(phrases.exceptions) if stream.random() < 0.2 else None,
                last_breach=served + timedelta(days=1) if served is not None and broken else None,
                provenance=self._source(phrases, officer).model_copy(update={"on": since}),
            ),
        )
