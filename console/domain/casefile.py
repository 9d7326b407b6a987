"""The case file: what was collected before anyone pressed, with the provenance of each field.

`CaseFile` is the whole; `extract_of` makes the `Extract` of the first second (W7): what the operator must
know at once, and all that a sent patrol or a helping control room gets.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from console.domain.values import Frozen, Lat, Lon, Metres, Seal


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
    """The victim, with what helps an intervention and the two words of W4."""

    name: str
    phone: str
    languages: tuple[str, ...]
    channels: tuple[ChannelRule, ...] = ()
    all_clear_word: str | None = None
    duress_word: str | None = None
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
    """Everything that was collected beforehand, at one revision. Kept by the file zone."""

    id: str
    revision: int
    number: str
    file_zone: str
    officer: str
    allocated_from: date
    allocated_until: date
    last_test: date | None = None
    victim: Victim
    perpetrator: Perpetrator


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


class Extract(Frozen):
    """First-second extract of a case file (W7), as it stood at the press."""

    case_file: str
    revision: int
    number: str
    file_zone: str
    victim: Annotated[VictimExtract, Seal.CASE]
    perpetrator: Annotated[PerpetratorExtract, Seal.PERPETRATOR]
