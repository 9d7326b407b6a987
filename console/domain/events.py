"""What happens to an intervention: the vocabulary of the ledger.

An `Event` is an envelope (who, when, which version) around one body. Bodies are frozen models with a
``type``; a field marked with a `Seal` is personal and is stored under that key (`docs/ledger.md`), every
other field is a clear fact. An event type that this version does not know becomes an `UnknownBody`: it is
kept whole and shown as "update needed", never dropped.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import Discriminator, Field, Tag

from console.domain.allocation import Allocation
from console.domain.casefile import (
    Channel,
    DangerKind,
    DangerState,
    Extract,
    FileChange,
    PerpetratorExtract,
    VictimExtract,
)
from console.domain.location import Fix
from console.domain.values import Actor, HiddenFrom, Kept, Lat, Lon, Seal, Utc


class ButtonStatus(StrEnum):
    """What the registry knows of a button. Whatever it is, a press is an alarm (W1)."""

    ALLOCATED = "allocated"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPORTED_LOST = "reported_lost"
    IN_STOCK = "in_stock"
    UNKNOWN = "unknown"


class Heard(StrEnum):
    """What is heard on the open line, as codes (W2)."""

    MAN = "man"
    WOMAN = "woman"
    CHILD = "child"
    BLOW = "blow"
    SHOT = "shot"
    CAR = "car"
    SILENCE = "silence"
    ALL_CLEAR_WORD = "all_clear_word"
    DURESS_WORD = "duress_word"


class Outcome(StrEnum):
    """How an intervention ended (W13)."""

    ARREST = "arrest"
    PERPETRATOR_PRESENT_NOT_ARRESTED = "perpetrator_present_not_arrested"
    PERPETRATOR_GONE = "perpetrator_gone"
    VICTIM_SAFE_NO_PERPETRATOR = "victim_safe_no_perpetrator"
    VICTIM_INJURED = "victim_injured"
    VICTIM_NOT_FOUND = "victim_not_found"
    TEST_PRESS = "test_press"
    ACCIDENTAL = "accidental"
    TECHNICAL_FAULT = "technical_fault"
    HANDED_OVER = "handed_over"


class Rescue(StrEnum):
    """Other emergency services that can be asked to come along; a zone is asked for by its id."""

    AMBULANCE = "ambulance"
    FIRE = "fire"


class Finding(StrEnum):
    """What a patrol says of the victim. Only who saw her alone can say that she is safe (W13)."""

    SEEN_ALONE = "seen_alone"
    NOT_ALONE = "not_alone"
    INJURED = "injured"
    NOT_FOUND = "not_found"


class VerifiedBy(StrEnum):
    """What counts as proof that it is over. A message, a chat or silence does not (W13)."""

    PATROL = "patrol"
    ALL_CLEAR_WORD = "all_clear_word"
    CONTACT_OFFICER = "contact_officer"


class NoteCode(StrEnum):
    """Notes that the system writes by itself."""

    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    FIX_NOT_SHOWN = "fix_not_shown"
    WORDS_USED = "words_used"
    PHONE_NOT_REACHED = "phone_not_reached"
    SAME_MAN = "same_man"
    OTHER_VICTIMS_SHOWN = "other_victims_shown"
    NOBODY_THERE = "nobody_there"


class DoneByVoice(StrEnum):
    """What was done by radio or telephone while the link was down (W12)."""

    ACKNOWLEDGED = "acknowledged"
    DISPATCHED = "dispatched"
    DANGER_PASSED = "danger_passed"
    RECALLED = "recalled"
    SERVICE_REQUESTED = "service_requested"
    HANDED_OVER = "handed_over"
    VERIFIED = "verified"
    OTHER = "other"


class Awaited(StrEnum):
    """What a patrol should have done by now."""

    ACCEPT = "accept"
    ARRIVE = "arrive"


class LeftBecause(StrEnum):
    """Why somebody no longer holds an intervention, or listens on its line, without having let go (W17)."""

    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_REMOVED = "account_removed"
    ROLE_CHANGED = "role_changed"
    ROOM_CHANGED = "room_changed"
    CONSOLE_GONE = "console_gone"
    EXCLUDED = "excluded"


class RealBecause(StrEnum):
    """Why a press that was announced as a test is real (W15)."""

    SECOND_PRESS = "second_press"
    ANOTHER_PLACE = "another_place"
    NO_POSITION = "no_position"
    HEARD = "heard"
    NOT_CONFIRMED = "not_confirmed"
    REOPENED = "reopened"


class NamedPlace(Kept):
    """A place with its name: degrees, WGS84."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    lon: Lon
    lat: Lat


class CaseFileRef(Kept):
    """Which revision of which case file an event was made with."""

    id: str
    revision: int
    number: str
    file_zone: str


class OtherVictim(Kept):
    """Another victim of the same man (W11): where her file is kept, and no name. ``room`` is that zone's.

    ``hidden_from``: staff whom her file excludes; to them she is not among the others (W19).
    """

    case_file: str
    zone: str
    room: str
    hidden_from: HiddenFrom = ()


class Body(Kept):
    """Base of every event body."""


def _extract(
    case_file: CaseFileRef | None, victim: VictimExtract | None, perpetrator: PerpetratorExtract | None
) -> Extract | None:
    """The extract, or None when there is no case file or it cannot be opened ("file sealed")."""
    if case_file is None or victim is None or perpetrator is None:
        return None
    return Extract(
        case_file=case_file.id,
        revision=case_file.revision,
        number=case_file.number,
        file_zone=case_file.file_zone,
        victim=victim,
        perpetrator=perpetrator,
    )


class _CarriesExtract(Body):
    """The first-second extract (W7) travels in the event that opens an intervention, as it stood then."""

    case_file: CaseFileRef | None = None
    victim: Annotated[VictimExtract | None, Seal.CASE] = None
    perpetrator: Annotated[PerpetratorExtract | None, Seal.PERPETRATOR] = None
    others: Annotated[tuple[OtherVictim, ...] | None, Seal.PERPETRATOR] = None

    @property
    def extract(self) -> Extract | None:
        """The extract, or None when there is no case file or it cannot be opened ("file sealed")."""
        return _extract(self.case_file, self.victim, self.perpetrator)


class AlarmRaised(_CarriesExtract):
    """A press that opens an intervention."""

    type: Literal["alarm.raised"] = "alarm.raised"
    number: str
    room: str
    button: str
    button_status: ButtonStatus
    press_id: str
    pressed_at: Utc
    fix: Annotated[Fix | None, Seal.CASE] = None


class AlarmRepeated(Body):
    """A later press of the same victim: it joins the open intervention."""

    type: Literal["alarm.repeated"] = "alarm.repeated"
    button: str
    press_id: str
    pressed_at: Utc
    fix: Annotated[Fix | None, Seal.CASE] = None


class AlarmCancelledByDevice(Body):
    """The device asked to cancel: an escalation to check, never a close (W14)."""

    type: Literal["alarm.cancelled_by_device"] = "alarm.cancelled_by_device"
    button: str


class InterventionOpenedByHand(_CarriesExtract):
    """An operator opened it without a press (W5)."""

    type: Literal["intervention.opened_by_hand"] = "intervention.opened_by_hand"
    number: str
    room: str
    button: str | None = None
    reason: Annotated[str, Seal.CASE] = ""
    fix: Annotated[Fix | None, Seal.CASE] = None


class FixReported(Body):
    """A position during the intervention. ``verdict`` says whether it moves the marker.

    ``allocation``: the zones that the circle touches until the next report (`console.domain.could_be_now`).
    """

    type: Literal["fix.reported"] = "fix.reported"
    fix: Annotated[Fix | None, Seal.CASE] = None
    verdict: str = "shown"
    allocation: Allocation | None = None


class FixChosen(Body):
    """Of two disputed fixes the operator chose one."""

    type: Literal["fix.chosen"] = "fix.chosen"
    fix_id: str


class ZoneAllocated(Body):
    """The zone at the press; ``allocation`` None: no position, the file zone's control room answers."""

    type: Literal["zone.allocated"] = "zone.allocated"
    zone: str | None
    allocation: Allocation | None = None
    by: Literal["position", "nearest", "file_zone"] = "position"


class ZoneChangeProposed(Body):
    """A later fix lies in another zone: the operator decides."""

    type: Literal["zone.change_proposed"] = "zone.change_proposed"
    zone: str
    allocation: Allocation


class ZoneChanged(Body):
    """The operator changed the zone."""

    type: Literal["zone.changed"] = "zone.changed"
    zone: str


class ZoneKept(Body):
    """The operator keeps the zone although she was seen in ``zone``: that one is not proposed again (W9)."""

    type: Literal["zone.kept"] = "zone.kept"
    zone: str


class Acknowledged(Body):
    """An operator took the alarm."""

    type: Literal["intervention.acknowledged"] = "intervention.acknowledged"


class Released(Body):
    """An acknowledgement was taken back within its grace (W16), or who handled it may no longer act and no supervisor
    is there (W17): then ``because`` says why, and ``from_operator`` who that was. It rings again.
    """

    type: Literal["intervention.released"] = "intervention.released"
    from_operator: str | None = None
    because: LeftBecause | None = None


class TakenOver(Body):
    """Another operator of the room handles it from now on: who took it or, if who handled it may no longer act, the
    supervisor ``to_operator`` to whom it was given (W17); ``because`` then says why.
    """

    type: Literal["intervention.taken_over"] = "intervention.taken_over"
    from_operator: str | None
    to_operator: str | None = None
    because: LeftBecause | None = None
    reason: Annotated[str, Seal.CASE] = ""


class EscalationRaised(Body):
    """Somebody else must look: nobody acknowledged, a cancel, a duress word (W6, W14)."""

    type: Literal["escalation.raised"] = "escalation.raised"
    code: str
    to: str | None = None


class PageFault(StrEnum):
    """Why nobody was reached by the command that pages (W6)."""

    NOT_STARTED = "not_started"
    FAILED = "failed"
    NO_END = "no_end"


class EscalationPaged(Body):
    """Who is not at a console was paged by the control room's own command, or could not be (``fault``)."""

    type: Literal["escalation.paged"] = "escalation.paged"
    to: str
    fault: PageFault | None = None


class PatrolProposed(Body):
    """A patrol that cannot be sent from here is asked for: it is another control room's, or on another alarm (W11)."""

    type: Literal["patrol.proposed"] = "patrol.proposed"
    patrol: str


class PatrolReserved(Body):
    """A patrol is kept for this intervention."""

    type: Literal["patrol.reserved"] = "patrol.reserved"
    patrol: str


class PatrolDispatched(Body):
    """A patrol was sent."""

    type: Literal["patrol.dispatched"] = "patrol.dispatched"
    patrol: str
    distance_m: float | None = None


class PatrolAccepted(Body):
    """The patrol accepted the task."""

    type: Literal["patrol.accepted"] = "patrol.accepted"
    patrol: str


class PatrolReadDanger(Body):
    """The patrol confirmed that it read the danger (W10)."""

    type: Literal["patrol.read_danger"] = "patrol.read_danger"
    patrol: str


class PatrolEnRoute(Body):
    """The patrol drives."""

    type: Literal["patrol.en_route"] = "patrol.en_route"
    patrol: str


class PatrolOnScene(Body):
    """The patrol arrived."""

    type: Literal["patrol.on_scene"] = "patrol.on_scene"
    patrol: str


class VictimSeen(Body):
    """A patrol says how the victim is: by its terminal, or by voice through an operator."""

    type: Literal["victim.seen"] = "victim.seen"
    patrol: str
    finding: Finding
    words: Annotated[str, Seal.CASE] = ""


class PatrolReleased(Body):
    """The patrol is no longer on this intervention: recalled, or released at the close. ``not_sent``: it was only
    proposed, and whoever could send it does not.
    """

    type: Literal["patrol.released"] = "patrol.released"
    patrol: str
    code: Literal["recalled", "closed", "refused", "not_sent"] = "recalled"
    reason: Annotated[str, Seal.CASE] = ""


class PatrolOverdue(Body):
    """The patrol should have accepted or arrived (class watch). None: whoever wrote it did not say which."""

    type: Literal["patrol.overdue"] = "patrol.overdue"
    patrol: str
    awaited: Awaited | None = None


class ServiceRequested(Body):
    """Another emergency service, or a neighbouring zone, was asked for."""

    type: Literal["service.requested"] = "service.requested"
    service: str


class ServiceAnswered(Body):
    """What that service answered."""

    type: Literal["service.answered"] = "service.answered"
    service: str
    answer: Annotated[str, Seal.CASE]


class DangerPassedOn(Body):
    """The danger was read to a patrol over the radio and repeated back (W10)."""

    type: Literal["danger.passed_on"] = "danger.passed_on"
    patrol: str


class LineOpened(Body):
    """The open line stands; it opens muted on our side (W2)."""

    type: Literal["line.opened"] = "line.opened"


class LineLost(Body):
    """The line broke (class watch): it closes nothing."""

    type: Literal["line.lost"] = "line.lost"


class LineRestored(Body):
    """The line stands again."""

    type: Literal["line.restored"] = "line.restored"


class LineEnded(Body):
    """The line was ended."""

    type: Literal["line.ended"] = "line.ended"


class LineListenerChanged(Body):
    """Who listens on our side; None: nobody. ``because``: who listened did not let go by themselves."""

    type: Literal["line.listener_changed"] = "line.listener_changed"
    operator: str | None
    because: LeftBecause | None = None


class LineMuted(Body):
    """Our microphone is off."""

    type: Literal["line.muted"] = "line.muted"


class LineUnmuted(Body):
    """Our microphone is live."""

    type: Literal["line.unmuted"] = "line.unmuted"


class LineHeard(Body):
    """Something was heard: a code and free text; a caption of the simulator has no code."""

    type: Literal["line.heard"] = "line.heard"
    code: Heard | None = None
    words: Annotated[str, Seal.CASE] = ""


class ChatSent(Body):
    """We wrote to the 112 app."""

    type: Literal["chat.sent"] = "chat.sent"
    words: Annotated[str, Seal.CASE]


class ChatReceived(Body):
    """She wrote to us. It is never a verification (W13)."""

    type: Literal["chat.received"] = "chat.received"
    words: Annotated[str, Seal.CASE]


class PhoneRung(Body):
    """Her phone was made to ring."""

    type: Literal["phone.rung"] = "phone.rung"


class PhoneCalled(Body):
    """She was called on her phone."""

    type: Literal["phone.called"] = "phone.called"


class PushSent(Body):
    """A message was put on the screen of her phone."""

    type: Literal["push.sent"] = "push.sent"
    words: Annotated[str, Seal.CASE]


class ContactRuleOverridden(Body):
    """An operator used a refused channel, with a typed reason (W3)."""

    type: Literal["contact_rule.overridden"] = "contact_rule.overridden"
    channel: Channel
    reason: Annotated[str, Seal.CASE]


class NoteAdded(Body):
    """A note of a person, or with ``code`` of the system. ``hidden_from``: staff who may not know what it names."""

    type: Literal["note.added"] = "note.added"
    words: Annotated[str, Seal.CASE] = ""
    code: NoteCode | None = None
    hidden_from: HiddenFrom = ()


class RoomSupportRequested(Body):
    """Another control room was asked to help (W8)."""

    type: Literal["room.support_requested"] = "room.support_requested"
    room: str


class RoomSupportAccepted(Body):
    """It helps."""

    type: Literal["room.support_accepted"] = "room.support_accepted"
    room: str


class RoomLeadOffered(Body):
    """The lead was offered; until it is accepted it stays (W8)."""

    type: Literal["room.lead_offered"] = "room.lead_offered"
    room: str


class RoomSupportDeclined(Body):
    """It does not help, or no longer."""

    type: Literal["room.support_declined"] = "room.support_declined"
    room: str
    reason: Annotated[str, Seal.CASE] = ""


class RoomLeadDeclined(Body):
    """The offered lead was refused, or the offer was taken back: the lead stays where it is."""

    type: Literal["room.lead_declined"] = "room.lead_declined"
    room: str
    reason: Annotated[str, Seal.CASE] = ""


class RoomLeadAccepted(Body):
    """The lead passed: it was offered, a supervisor took over the whole control room (W8), or nobody of the other
    room acknowledged, and one of this did (W6).
    """

    type: Literal["room.lead_accepted"] = "room.lead_accepted"
    room: str
    code: Literal["offered", "room_taken_over", "escalated"] = "offered"
    reason: Annotated[str, Seal.CASE] = ""


class RoomReached(Body):
    """Another control room sees it from now on (W8): a part of the circle is there, she heads there, it keeps the
    case file, or she pressed again there."""

    type: Literal["room.reached"] = "room.reached"
    room: str
    why: Literal["share", "ahead", "file_zone", "press"]


class BelgiumLeft(Body):
    """She is outside Belgium; ``desk`` is the code of whom to call (`console.domain.abroad`)."""

    type: Literal["belgium.left"] = "belgium.left"
    desk: str


class BelgiumEntered(Body):
    """She is back in Belgium."""

    type: Literal["belgium.entered"] = "belgium.entered"


class InterventionGlimpsed(Body):
    """All that a control room with a glimpse gets of another's intervention: age, zone and owner.

    It is never stored: it is sent in the place of an event that this room may not see.
    """

    type: Literal["intervention.glimpsed"] = "intervention.glimpsed"
    number: str
    room: str
    zone: str | None
    raised_at: Utc


class OnWallPatrol(Kept):
    """A patrol as a wall shows it: its id, its step as a word, and the times its clocks run from."""

    patrol: str
    state: str
    dispatched_at: Utc
    accepted_at: Utc | None = None
    on_scene_at: Utc | None = None


class OnWallEscalation(Kept):
    """Who else was told, and why: two codes."""

    code: str
    to: str | None
    at: Utc


class InterventionOnWall(Body):
    """All that a wall view gets of an intervention: how it stands, in numbers, codes and times (W18).

    It is never stored: it is sent in the place of every event, and has a field for each thing that may be seen. No
    name, address, point, word, plate, button or operator is among them. ``heard_at``: when her phone last said where it
    is. ``listened``: somebody on our side listens on the line. ``told_how_she_is``: a patrol has said how she is.
    """

    type: Literal["intervention.on_wall"] = "intervention.on_wall"
    number: str
    room: str
    zone: str | None
    state: str
    raised_at: Utc
    by_hand: bool = False
    presses: int = 1
    acknowledged_at: Utc | None = None
    waiting_since: Utc | None = None
    unsent_since: Utc | None = None
    heard_at: Utc | None = None
    sent: tuple[OnWallPatrol, ...] = ()
    told_how_she_is: bool = False
    line: str = "none"
    line_since: Utc | None = None
    listened: bool = False
    escalations: tuple[OnWallEscalation, ...] = ()
    danger: DangerState = DangerState.NOT_CHECKED
    dangers: tuple[DangerKind, ...] = ()
    supporting: tuple[str, ...] = ()
    test: bool = False
    cancelled: bool = False
    abroad: bool = False


class CasefileOpened(Body):
    """Somebody opened the full case file (W7)."""

    type: Literal["casefile.opened"] = "casefile.opened"
    case_file: str
    revision: int


class CasefileChanged(Body):
    """The case file changed while the intervention was open: the extract as it is from now on.

    ``changes``: what is new in it. ``new_danger``: a danger that those under way have not heard of (W10).
    ``reference`` None: whoever wrote it said only that it changed. ``hidden_from``: staff whom the file excludes from
    now on, and did not before (W19).
    """

    type: Literal["casefile.changed"] = "casefile.changed"
    case_file: str
    revision: int
    reference: CaseFileRef | None = None
    changes: tuple[FileChange, ...] = ()
    new_danger: bool = False
    hidden_from: HiddenFrom = ()
    victim: Annotated[VictimExtract | None, Seal.CASE] = None
    perpetrator: Annotated[PerpetratorExtract | None, Seal.PERPETRATOR] = None

    @property
    def extract(self) -> Extract | None:
        """The extract from now on; None: it is not told, or cannot be opened."""
        return _extract(self.reference, self.victim, self.perpetrator)


class TestAnnounced(Body):
    """A planned test press was announced (W15)."""

    type: Literal["test.announced"] = "test.announced"
    button: str
    until: Utc
    officer: Annotated[str, Seal.CASE]
    place: Annotated[NamedPlace | None, Seal.CASE] = None


class TestConfirmed(Body):
    """The officer beside the victim confirmed the planned test (W15)."""

    type: Literal["test.confirmed"] = "test.confirmed"
    officer: Annotated[str, Seal.CASE]


class TestIsReal(Body):
    """What was announced as a test is real, and why; nothing makes it a test again (W15)."""

    type: Literal["test.is_real"] = "test.is_real"
    because: RealBecause


class InterventionClosed(Body):
    """It ended, with a coded outcome (W13)."""

    type: Literal["intervention.closed"] = "intervention.closed"
    outcome: Outcome
    verified_by: VerifiedBy | None = None
    words: Annotated[str, Seal.CASE]


class InterventionReopened(Body):
    """It goes on; the history is kept."""

    type: Literal["intervention.reopened"] = "intervention.reopened"
    reason: Annotated[str, Seal.CASE]


class EnteredAfterwards(Body):
    """What was done by voice while the link was down, with its real time (W12)."""

    type: Literal["entered.afterwards"] = "entered.afterwards"
    happened_at: Utc
    what: str
    words: Annotated[str, Seal.CASE]


class Withheld(Body):
    """Stands for an event that who is logged in may not see; it only counts up the version. It is never stored."""

    type: Literal["event.withheld"] = "event.withheld"


class UnknownBody(Kept):
    """An event of a later version: kept raw, shown as "update needed".

    Its ``type`` may be a known one, if a later version has put into it what this one cannot read.
    """

    type: str = Field(json_schema_extra=lambda schema: schema.update({"not": {"enum": [*BODIES]}}))


KnownBody = (
    AlarmRaised
    | AlarmRepeated
    | AlarmCancelledByDevice
    | InterventionOpenedByHand
    | FixReported
    | FixChosen
    | ZoneAllocated
    | ZoneChangeProposed
    | ZoneChanged
    | ZoneKept
    | Acknowledged
    | Released
    | TakenOver
    | EscalationRaised
    | EscalationPaged
    | PatrolProposed
    | PatrolReserved
    | PatrolDispatched
    | PatrolAccepted
    | PatrolReadDanger
    | PatrolEnRoute
    | PatrolOnScene
    | VictimSeen
    | PatrolReleased
    | PatrolOverdue
    | ServiceRequested
    | ServiceAnswered
    | DangerPassedOn
    | LineOpened
    | LineLost
    | LineRestored
    | LineEnded
    | LineListenerChanged
    | LineMuted
    | LineUnmuted
    | LineHeard
    | ChatSent
    | ChatReceived
    | PhoneRung
    | PhoneCalled
    | PushSent
    | ContactRuleOverridden
    | NoteAdded
    | RoomSupportRequested
    | RoomSupportAccepted
    | RoomLeadOffered
    | RoomSupportDeclined
    | RoomLeadDeclined
    | RoomLeadAccepted
    | RoomReached
    | BelgiumLeft
    | BelgiumEntered
    | InterventionGlimpsed
    | InterventionOnWall
    | CasefileOpened
    | CasefileChanged
    | TestAnnounced
    | TestConfirmed
    | TestIsReal
    | InterventionClosed
    | InterventionReopened
    | EnteredAfterwards
    | Withheld
)

BODIES: dict[str, type[Body]] = {body.model_fields["type"].default: body for body in get_args(KnownBody)}
"""Every event type of this version with its model."""


def _tag(value: Any) -> str:
    if isinstance(value, UnknownBody):
        return "unknown"
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return "known" if isinstance(kind, str) and kind in BODIES else "unknown"


AnyBody = Annotated[
    Annotated[KnownBody, Field(discriminator="type"), Tag("known")] | Annotated[UnknownBody, Tag("unknown")],
    Discriminator(_tag),
]


class Event(Kept):
    """One entry of an intervention's history.

    ``version`` counts every event of the intervention from 1 without gaps; ``decision`` counts only the
    decisive ones, so that commands can say what they had seen. ``at`` is the backend's clock, and no order.
    ``hidden_from``: staff to whom the intervention does not exist from here on (W19).
    """

    id: UUID
    intervention: UUID
    version: int
    decision: int
    at: Utc
    actor: Actor
    body: AnyBody
    hidden_from: HiddenFrom = ()

    @property
    def type(self) -> str:
        """The event type, as in the vocabulary."""
        return self.body.type


DECISIVE = frozenset(
    {
        "intervention.acknowledged",
        "intervention.released",
        "intervention.taken_over",
        "patrol.reserved",
        "patrol.dispatched",
        "patrol.released",
        "zone.changed",
        "zone.kept",
        "room.support_accepted",
        "room.lead_accepted",
        "contact_rule.overridden",
        "test.confirmed",
        "intervention.closed",
        "intervention.reopened",
    }
)
"""Event types that count up ``decision``: lifecycle, dispatch, hand-over, close, contact rule (docs/wire.md).

What a patrol reports by itself (accepted, en route, on scene) changes no decision of an operator.
"""
