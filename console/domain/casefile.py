"""The case file: what was collected before anyone pressed, with the provenance of each field.

`CaseFile` is the whole; `extract_of` makes the `Extract` of the first second (W7): what the operator must
know at once, and all that a sent patrol or a helping control room gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated

from console.domain.values import Frozen, HiddenFrom, Lat, Lon, Metres, Seal


class Nature(StrEnum):
    """A fact or somebody's assessment (Directive (EU) 2016/680, art. 7; W23)."""

    FACT = "fact"
    ASSESSMENT = "assessment"


class Provenance(Frozen):
    """Where a field comes from: its source, its date, who checked it, and when to look again."""

    source: str
    on: date
    checked_by: str
    review_by: date | None = None
    nature: Nature = Nature.FACT


class DangerKind(StrEnum):
    """What changes how a patrol approaches. `NOTHING_CHECKED` is not `NONE_KNOWN`."""

    FIREARM = "firearm"
    BLADE = "blade"
    VIOLENCE_AGAINST_POLICE = "violence_against_police"
    VIOLENCE = "violence"
    DOG = "dog"
    EXPLOSIVES = "explosives"
    SUICIDAL = "suicidal"


class Danger(Frozen):
    """One danger to the team, in words, with its provenance."""

    kind: DangerKind
    words: str
    provenance: Provenance


class DangerCheck(StrEnum):
    """Whether somebody looked: 'none known' may be said only after a check."""

    CHECKED = "checked"
    NOT_CHECKED = "not_checked"


class Channel(StrEnum):
    """Ways to reach the victim, each of which may betray her (W3)."""

    RING = "ring"
    CALL = "call"
    CHAT = "chat"
    SPEAK = "speak"
    PUSH = "push"


class ChannelRule(Frozen):
    """Whether a channel is allowed. Without a rule, or overdue, the answer is no (W3)."""

    channel: Channel
    allowed: bool
    provenance: Provenance


class OrderKind(StrEnum):
    """Orders that may be in force against the perpetrator."""

    CONTACT_BAN = "contact_ban"
    AREA_BAN = "area_ban"
    HOME_BAN = "home_ban"  # tijdelijk huisverbod / interdiction temporaire de résidence
    CONDITIONAL_RELEASE = "conditional_release"


class Order(Frozen):
    """An order of an authority. ``served_on`` None: not served on him, so not enforceable as known to him."""

    kind: OrderKind
    authority: str
    valid_from: date
    valid_until: date
    served_on: date | None = None
    radius_m: Metres | None = None
    exceptions: str | None = None
    last_breach: date | None = None
    provenance: Provenance


class LegalStatus(StrEnum):
    """What he is before the law (W23)."""

    SUSPECTED = "suspected"
    CHARGED = "charged"
    CONVICTED = "convicted"
    UNDER_ORDER = "under_order"


class Vehicle(Frozen):
    """A vehicle he uses."""

    description: str
    plate: str | None
    provenance: Provenance


class AddressKind(StrEnum):
    """What a known address is."""

    HOME = "home"
    WORK = "work"
    SCHOOL = "school"
    FAMILY = "family"
    USUAL_PLACE = "usual_place"


class Address(Frozen):
    """A known address with how to get in."""

    kind: AddressKind
    text: str
    lon: Lon
    lat: Lat
    access: str | None = None


class Child(Frozen):
    """A child in the household: age and, for the afternoon, the school."""

    age: int
    school: str | None = None
    school_out: str | None = None


class Contact(Frozen):
    """A trusted contact of the victim."""

    name: str
    phone: str
    relation: str


class RiskLevel(StrEnum):
    """The case meeting's assessment."""

    HIGH = "high"
    VERY_HIGH = "very_high"
    LIFE_THREATENING = "life_threatening"


class Risk(Frozen):
    """Risk level with its reasons."""

    level: RiskLevel
    reasons: tuple[str, ...]
    provenance: Provenance


class Perpetrator(Frozen):
    """The perpetrator. ``id`` links the files of several victims of one man."""

    id: str
    name: str
    born: int | None
    looks: str
    languages: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    relation: str
    status: LegalStatus
    danger_check: DangerCheck
    dangers: tuple[Danger, ...] = ()
    orders: tuple[Order, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    addresses: tuple[Address, ...] = ()
    helpers: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    risk: Risk
    provenance: Provenance


class Victim(Frozen):
    """The victim, with what helps an intervention and the two words of W4. ``siren_off_m``: from how far her
    neighbourhood hears a siren, where that is not the usual distance.

    ``words_used_on``: the day on which one of them was heard; both must be changed, and are not yet.
    """

    name: str
    phone: str
    languages: tuple[str, ...]
    channels: tuple[ChannelRule, ...] = ()
    all_clear_word: str | None = None
    duress_word: str | None = None
    words_used_on: date | None = None
    siren_off_m: Metres | None = None
    children: tuple[Child, ...] = ()
    pregnant: bool = False
    medical: str | None = None
    addresses: tuple[Address, ...] = ()
    vehicle: Vehicle | None = None
    contacts: tuple[Contact, ...] = ()
    routes: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    provenance: Provenance


class CaseFile(Frozen):
    """Everything that was collected beforehand, at one revision. Kept by the file zone.

    ``excluded``: ids of staff to whom it does not exist (W19); it stands in the full file alone.
    """

    id: str
    revision: int
    number: str
    file_zone: str
    officer: str
    allocated_from: date
    allocated_until: date
    last_test: date | None = None
    excluded: HiddenFrom = ()
    victim: Victim
    perpetrator: Perpetrator


class FileChange(StrEnum):
    """What a new revision of a case file changes, in the order in which it must be heard."""

    DANGER = "danger"
    CHANNELS = "channels"
    ORDERS = "orders"
    WHO = "who"
    VICTIM = "victim"
    WORDS = "words"
    OTHER = "other"


class PerpetratorExtract(Frozen):
    """Who threatens, in the order a patrol needs it. Stored under the perpetrator's own key."""

    id: str
    name: str
    age: int | None
    looks: str
    relation: str
    status: LegalStatus
    danger_check: DangerCheck
    dangers: tuple[Danger, ...]
    orders: tuple[Order, ...]
    vehicles: tuple[Vehicle, ...]
    addresses: tuple[Address, ...]


class VictimExtract(Frozen):
    """The victim as the first second needs her: name, languages, what is allowed, who is with her."""

    name: str
    languages: tuple[str, ...]
    channels: tuple[ChannelRule, ...]
    children: tuple[Child, ...]
    pregnant: bool
    medical: str | None
    addresses: tuple[Address, ...]
    words_used_on: date | None = None
    siren_off_m: Metres | None = None


class Extract(Frozen):
    """First-second extract of a case file (W7), as it stood at the press."""

    case_file: str
    revision: int
    number: str
    file_zone: str
    victim: Annotated[VictimExtract, Seal.CASE]
    perpetrator: Annotated[PerpetratorExtract, Seal.PERPETRATOR]


GRAVITY = (
    DangerKind.FIREARM,
    DangerKind.EXPLOSIVES,
    DangerKind.BLADE,
    DangerKind.VIOLENCE_AGAINST_POLICE,
    DangerKind.VIOLENCE,
    DangerKind.DOG,
    DangerKind.SUICIDAL,
)
"""Dangers in the order in which a patrol must hear them: what kills at a distance first."""


class DangerState(StrEnum):
    """What may be said of danger. "None known" may be said only after somebody looked."""

    KNOWN = "known"
    NONE_KNOWN = "none_known"
    NOT_CHECKED = "not_checked"


class DangerSummary(Frozen):
    """Dangers, gravest first. ``complete`` False: nobody checked whether there are others."""

    state: DangerState
    dangers: tuple[Danger, ...] = ()
    complete: bool


class ChannelReason(StrEnum):
    """Why a channel is allowed or refused (W3)."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    NOT_CHECKED = "not_checked"
    OVERDUE = "overdue"


class ChannelAnswer(Frozen):
    """Whether a channel may be used, why, and the rule that decided (None: there is none)."""

    channel: Channel
    allowed: bool
    reason: ChannelReason
    rule: ChannelRule | None = None


def by_gravity(dangers: Iterable[Danger]) -> tuple[Danger, ...]:
    """Sort dangers gravest first; of one kind the latest first."""
    return tuple(
        sorted(dangers, key=lambda danger: (GRAVITY.index(danger.kind), -danger.provenance.on.toordinal()))
    )


def has_firearm(dangers: Iterable[Danger]) -> bool:
    """Say whether a firearm is known: then two patrols are needed."""
    return any(danger.kind is DangerKind.FIREARM for danger in dangers)


def danger_summary(perpetrator: Perpetrator | PerpetratorExtract | None) -> DangerSummary:
    """Sum up the danger to the team. Without a perpetrator (no file, or a sealed one) nothing was checked.

    A danger that is known stands, however old and whoever looked: age never makes it "none known".
    """
    if perpetrator is None:
        return DangerSummary(state=DangerState.NOT_CHECKED, complete=False)
    checked = perpetrator.danger_check is DangerCheck.CHECKED
    if perpetrator.dangers:
        return DangerSummary(
            state=DangerState.KNOWN, dangers=by_gravity(perpetrator.dangers), complete=checked
        )
    state = DangerState.NONE_KNOWN if checked else DangerState.NOT_CHECKED
    return DangerSummary(state=state, complete=checked)


def overdue(provenance: Provenance, today: date) -> bool:
    """Say whether a field should have been looked at again before ``today``."""
    return provenance.review_by is not None and provenance.review_by < today


def orders_in_force(orders: Iterable[Order], today: date) -> tuple[Order, ...]:
    """Orders valid on ``today``, first and last day included; the one that lasts longest first.

    An order that was not served is in force too: ``served_on`` says what a patrol must know of it.
    """
    valid = [order for order in orders if order.valid_from <= today <= order.valid_until]
    return tuple(sorted(valid, key=lambda order: order.valid_until, reverse=True))


def channel_answer(channels: Iterable[ChannelRule], channel: Channel, today: date) -> ChannelAnswer:
    """Answer whether a channel to the victim may be used on ``today``, and why (W3).

    Refused unless every rule on the channel allows it, with a source, by somebody who checked it, not later
    than today, and with a review-by date that has not passed. What nobody will look at again is not checked:
    a permission without an end would outlive what it was based on.
    """
    answer = ChannelAnswer(channel=channel, allowed=False, reason=ChannelReason.MISSING)
    for rule in channels:
        if rule.channel is not channel:
            continue
        reason = _judge_rule(rule, today)
        answer = ChannelAnswer(
            channel=channel, allowed=reason is ChannelReason.ALLOWED, reason=reason, rule=rule
        )
        if not answer.allowed:
            return answer
    return answer


def _judge_rule(rule: ChannelRule, today: date) -> ChannelReason:
    source = rule.provenance
    if not rule.allowed:
        return ChannelReason.FORBIDDEN
    if not source.source.strip() or not source.checked_by.strip() or source.on > today:
        return ChannelReason.NOT_CHECKED
    if source.review_by is None:
        return ChannelReason.NOT_CHECKED
    return ChannelReason.OVERDUE if overdue(source, today) else ChannelReason.ALLOWED


def allowed(channels: Iterable[ChannelRule], channel: Channel, today: date) -> bool:
    """Say whether a channel may be used on ``today``; `channel_answer` also says why not."""
    return channel_answer(channels, channel, today).allowed


def extract_of(case_file: CaseFile, now: date, siren_off_m: float | None = None) -> Extract:
    """Make the first-second extract (W7) as of the day ``now``. ``siren_off_m``: the usual distance where she is,
    in metres, which holds where her file sets none (W10).

    Dangers come gravest first, orders only if in force on that day. The age is the one reached in that year:
    only the year of birth is kept. The two words of W4, phone, contacts, routes, agenda, helpers, history and
    risk reasoning stay in the full file.
    """
    victim, perpetrator = case_file.victim, case_file.perpetrator
    return Extract(
        case_file=case_file.id,
        revision=case_file.revision,
        number=case_file.number,
        file_zone=case_file.file_zone,
        victim=VictimExtract(
            name=victim.name,
            languages=victim.languages,
            channels=victim.channels,
            children=victim.children,
            pregnant=victim.pregnant,
            medical=victim.medical,
            addresses=victim.addresses,
            words_used_on=victim.words_used_on,
            siren_off_m=siren_off_m if victim.siren_off_m is None else victim.siren_off_m,
        ),
        perpetrator=PerpetratorExtract(
            id=perpetrator.id,
            name=perpetrator.name,
            age=None if perpetrator.born is None else now.year - perpetrator.born,
            looks=perpetrator.looks,
            relation=perpetrator.relation,
            status=perpetrator.status,
            danger_check=perpetrator.danger_check,
            dangers=by_gravity(perpetrator.dangers),
            orders=orders_in_force(perpetrator.orders, now),
            vehicles=perpetrator.vehicles,
            addresses=perpetrator.addresses,
        ),
    )
