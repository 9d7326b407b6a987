"""The lifecycle of an intervention, as one table, and what its events make of it.

`evolve` folds one event into the state; it is the same for live, replay and exercise.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import Field

from console.domain.allocation import Allocation
from console.domain.casefile import Channel, Extract, FileChange
from console.domain.events import (
    Acknowledged,
    AlarmCancelledByDevice,
    AlarmRaised,
    AlarmRepeated,
    Awaited,
    BelgiumEntered,
    ButtonStatus,
    CasefileChanged,
    CaseFileRef,
    ContactRuleOverridden,
    DangerPassedOn,
    DoneByVoice,
    EnteredAfterwards,
    EscalationPaged,
    EscalationRaised,
    Event,
    FixChosen,
    FixReported,
    Heard,
    InterventionClosed,
    InterventionGlimpsed,
    InterventionOnWall,
    InterventionOpenedByHand,
    InterventionReopened,
    LineHeard,
    NoteAdded,
    NoteCode,
    OtherVictim,
    Outcome,
    PatrolAccepted,
    PatrolDispatched,
    PatrolEnRoute,
    PatrolOnScene,
    PatrolOverdue,
    PatrolProposed,
    PatrolReadDanger,
    PatrolReleased,
    PatrolReserved,
    Released,
    RoomLeadAccepted,
    ServiceAnswered,
    ServiceRequested,
    TakenOver,
    TestIsReal,
    VerifiedBy,
    ZoneAllocated,
    ZoneChanged,
    ZoneChangeProposed,
    ZoneKept,
)
from console.domain.lead import lead_after
from console.domain.location import Fix, Verdict
from console.domain.planned_test import PlannedTest, Standing, folded
from console.domain.rooms import ROOMS
from console.domain.values import Frozen, Utc
from console.domain.voice_line import LineState, VoiceLine
from console.domain.welfare import Found, found_after


class State(StrEnum):
    """Where an intervention stands."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLOSED = "closed"


LIFECYCLE: Final = {
    State.RAISED: frozenset({State.ACKNOWLEDGED}),
    State.ACKNOWLEDGED: frozenset({State.RAISED, State.DISPATCHED, State.CLOSED}),
    State.DISPATCHED: frozenset(
        {State.RAISED, State.ACKNOWLEDGED, State.EN_ROUTE, State.ON_SCENE, State.CLOSED}
    ),
    State.EN_ROUTE: frozenset(
        {State.RAISED, State.ACKNOWLEDGED, State.DISPATCHED, State.ON_SCENE, State.CLOSED}
    ),
    State.ON_SCENE: frozenset(
        {State.RAISED, State.ACKNOWLEDGED, State.DISPATCHED, State.EN_ROUTE, State.CLOSED}
    ),
    State.CLOSED: frozenset({State.ACKNOWLEDGED}),
}
"""Which state may follow which. Back from a patrol's state only when that patrol is recalled, or,
to ``raised``, when who handled it may no longer act and nobody is there to take it (W17)."""

_RANK: Final = (State.ACKNOWLEDGED, State.DISPATCHED, State.EN_ROUTE, State.ON_SCENE)

SETTLED: Final[dict[str, object]] = {"disputed": None, "disputed_why": "", "disputed_allocation": None}
"""No second position waits for a choice."""

TRAIL_LENGTH: Final = 60
"""Fixes kept in the state: half an hour at one every 30 s. The ledger keeps all of them."""


class Sent(Frozen):
    """A patrol on this intervention, with a state of its own."""

    patrol: str
    state: State = State.DISPATCHED
    dispatched_at: Utc
    accepted_at: Utc | None = None
    read_danger_at: Utc | None = None
    on_scene_at: Utc | None = None
    overdue: tuple[Awaited, ...] = ()


class Escalation(Frozen):
    """Somebody else was told (W6, W14): why, whom (a word, the code of a control room, or nobody by name), when.

    ``paged``: whether the command that pages reached somebody; None: it did not run, or has not ended.
    """

    code: str
    to: str | None
    at: Utc
    paged: bool | None = None


class AskedService(Frozen):
    """Another service that was asked for, and what it answered; ``answer`` None: nothing yet."""

    service: str
    asked_at: Utc
    answer: str | None = None
    answered_at: Utc | None = None


NEW_DANGER: Final = frozenset({Heard.SHOT, Heard.BLOW, Heard.DURESS_WORD})
"""What is heard on the line that changes how a patrol approaches: who is under way must hear it (W10)."""


AGAINST_ALL_CLEAR: Final = frozenset({Heard.DURESS_WORD, Heard.BLOW, Heard.SHOT})
"""What was heard on the line that makes an all-clear word no proof (W13)."""


class Closing(Frozen):
    """How it ended."""

    outcome: Outcome
    verified_by: VerifiedBy | None
    words: str
    by: str
    at: Utc


class Intervention(Frozen):
    """The police answer to one victim's emergency, as its events have made it.

    ``unsent_since``: from when it has been in hand without a patrol: acknowledged, reopened, or the last
    patrol released. None while a patrol is on it, and before it is acknowledged. ``allocation`` is that of
    the fix shown, ``disputed_allocation`` that of the other one, ``disputed_why`` the verdict on it.
    ``no_fix_since``: from when her phone reports without a position; None while it finds one. ``declined_zones``: those against which the
    operator kept the zone. ``reserved``: ids of patrols kept for it, which have not been told. ``proposed``: those that were
    asked for and cannot be sent from here. ``found``: what a patrol says of the victim. ``taken_by``: who took it over: the control rooms that accepted the lead; of a hand-over by voice the desk abroad, or no name, while nothing has brought it back since (`_here_again`).
    ``here_again_at``: when that was the last time.
    ``same_man``: number and zone of his other alarms that it was told of. ``file_changes``: what the registry changed in the case file since the press, ``file_changed_at`` the last time.
    ``room`` leads; ``supporting`` rooms help, ``asked`` ones have not answered, ``called`` are those where she
    pressed again, ``reached`` those that see age, zone and owner only (W8). ``nobody_at``: of the rooms that were asked or offered the lead, those where nobody was logged in. ``abroad``: code of whom to call while
    she is outside Belgium. ``waiting_since``: it rings again since then, because who handled it may no longer act;
    ``given_at``: when it was given to its handler, who did not take it (W17). ``glimpsed``: nothing but number, room, zone and time is known here.
    ``excluded``: staff to whom it does not exist (W19); known in the backend alone.
    """

    id: UUID
    number: str
    room: str
    state: State = State.RAISED
    version: int = 1
    decision: int = 0
    button: str | None = None
    button_status: ButtonStatus | None = None
    presses: tuple[tuple[str, str], ...] = ()
    raised_at: Utc
    cancelled_at: Utc | None = None
    handler: str | None = None
    acknowledged_at: Utc | None = None
    acknowledged_by: str | None = None
    unsent_since: Utc | None = None
    waiting_since: Utc | None = None
    given_at: Utc | None = None
    case_file: CaseFileRef | None = None
    extract: Extract | None = None
    file_changes: tuple[FileChange, ...] = ()
    file_changed_at: Utc | None = None
    others: tuple[OtherVictim, ...] = ()
    same_man: tuple[str, ...] = ()
    line: VoiceLine = VoiceLine()
    overridden: tuple[Channel, ...] = ()
    fix: Fix | None = None
    disputed: Fix | None = None
    disputed_why: str = ""
    no_fix_since: Utc | None = None
    trail: tuple[Fix, ...] = ()
    zone: str | None = None
    allocation: Allocation | None = None
    disputed_allocation: Allocation | None = None
    proposed_zone: str | None = None
    declined_zones: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    reserved: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    found: Found | None = None
    services: tuple[AskedService, ...] = ()
    planned_test: PlannedTest | None = None
    taken_by: tuple[str, ...] = ()
    here_again_at: Utc | None = None
    escalations: tuple[Escalation, ...] = ()
    closings: tuple[Closing, ...] = Field(default=())
    asked: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    lead_offered_to: str | None = None
    reached: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    nobody_at: tuple[str, ...] = ()
    abroad: str | None = None
    glimpsed: bool = False
    excluded: tuple[str, ...] = ()

    @property
    def sealed(self) -> bool:
        """There is a case file, and it could not be opened: "file sealed" (W17)."""
        return self.case_file is not None and self.extract is None

    @property
    def file_zone(self) -> str | None:
        """The zone that keeps the case file."""
        return self.case_file.file_zone if self.case_file else None

    @property
    def all_clear(self) -> bool:
        """The all-clear word proves that she is safe (W13), unless something heard speaks against it.

        A new press or a reopening takes the word away: it then needs a new proof.
        """
        heard = set(self.line.heard)
        return Heard.ALL_CLEAR_WORD in heard and not heard & AGAINST_ALL_CLEAR

    @property
    def cancel_unchecked(self) -> bool:
        """The device asked to cancel, and nothing has verified it since: an escalation to check (W14)."""
        if self.cancelled_at is None or self.state is State.CLOSED:
            return False
        return not (self.all_clear or (self.found is not None and self.found.alone))

    def patrol(self, patrol: str) -> Sent | None:
        """The patrol of this id on this intervention, or None."""
        return next((sent for sent in self.sent if sent.patrol == patrol), None)


def open_state(sent: tuple[Sent, ...]) -> State:
    """State of an acknowledged intervention: that of its furthest patrol."""
    return max((one.state for one in sent), key=_RANK.index, default=State.ACKNOWLEDGED)


def evolve(state: Intervention | None, event: Event) -> Intervention:
    """Fold one event into the state. An event this version has no rule for only counts up the version.

    Raises:
        ValueError: the first event does not open an intervention, or a version is missing.
    """
    body = event.body
    if isinstance(body, InterventionGlimpsed):
        return _glimpsed(event, body)
    if isinstance(body, InterventionOnWall):
        return _on_wall(event, body)
    if state is None:
        if not isinstance(body, AlarmRaised | InterventionOpenedByHand):
            raise ValueError(f"an intervention cannot begin with {event.type}")
        press = ((body.button, body.press_id),) if isinstance(body, AlarmRaised) else ()
        return Intervention(
            id=event.intervention,
            number=body.number,
            room=body.room,
            version=event.version,
            decision=event.decision,
            button=body.button,
            button_status=body.button_status if isinstance(body, AlarmRaised) else None,
            presses=press,
            raised_at=event.at,
            case_file=body.case_file,
            extract=body.extract,
            others=body.others or (),
            fix=body.fix,
            trail=(body.fix,) if body.fix else (),
            excluded=event.hidden_from,
        )
    if event.version != state.version + 1:
        raise ValueError(f"version {state.version + 1} of {state.number} is missing")
    change: dict[str, object] = {"version": event.version, "decision": event.decision}
    if event.hidden_from:  # whoever was excluded once stays so
        change["excluded"] = tuple(sorted({*state.excluded, *event.hidden_from}))
    change |= _change(state, event)
    change |= _ending(state, event)
    return state.model_copy(update=change)


def _glimpsed(event: Event, body: InterventionGlimpsed) -> Intervention:
    """What a control room with a glimpse knows: whatever it knew before is gone with its sight (W8)."""
    return Intervention(
        id=event.intervention,
        number=body.number,
        room=body.room,
        state=State.ACKNOWLEDGED,
        version=event.version,
        decision=event.decision,
        raised_at=body.raised_at,
        zone=body.zone,
        glimpsed=True,
    )


def _on_wall(event: Event, body: InterventionOnWall) -> Intervention:
    """What a wall view knows (W18): as much as the clocks and the words of its row need."""
    return Intervention(
        id=event.intervention,
        number=body.number,
        room=body.room,
        state=State(body.state),
        version=event.version,
        decision=event.decision,
        raised_at=body.raised_at,
        acknowledged_at=body.acknowledged_at,
        waiting_since=body.waiting_since,
        unsent_since=body.unsent_since,
        zone=body.zone,
        sent=tuple(
            Sent(
                patrol=one.patrol,
                state=State(one.state),
                dispatched_at=one.dispatched_at,
                accepted_at=one.accepted_at,
                on_scene_at=one.on_scene_at,
            )
            for one in body.sent
        ),
        escalations=tuple(Escalation(code=one.code, to=one.to, at=one.at) for one in body.escalations),
        line=VoiceLine(state=LineState(body.line), since=body.line_since),
        supporting=body.supporting,
    )


def _change(state: Intervention, event: Event) -> dict[str, object]:
    """What the event changes, by field."""
    body = event.body
    match body:
        case AlarmRepeated():
            presses = (*state.presses, (body.button, body.press_id))
            moved = _position(state, body.fix, "shown") if body.fix else {}
            return {"presses": presses, "line": state.line.without_proof(), **moved}
        case FixReported():
            if body.fix is None or body.verdict == Verdict.NO_POSITION:
                # 0,0 is no place: there is nothing to choose between, and what is disputed stays so.
                return {"no_fix_since": state.no_fix_since or event.at}
            return _position(state, body.fix, body.verdict, body.allocation)
        case FixChosen():
            if state.disputed and state.disputed.id == body.fix_id:
                return _position(state, state.disputed, "shown", state.disputed_allocation)
            return SETTLED
        case AlarmCancelledByDevice():
            return {"cancelled_at": event.at}
        case EscalationRaised():
            raised = Escalation(code=body.code, to=body.to, at=event.at)
            return {"escalations": (*state.escalations, raised)}
        case EscalationPaged(to=to, fault=fault):
            return {"escalations": tuple(_paged(one, to, fault is None) for one in state.escalations)}
        case ContactRuleOverridden():
            return {"overridden": tuple(dict.fromkeys((*state.overridden, body.channel)))}
        case ZoneAllocated():
            return {"zone": body.zone, "allocation": body.allocation}
        case ZoneChangeProposed():
            return {"proposed_zone": None if body.zone == state.zone else body.zone}
        case ZoneChanged():
            return {"zone": body.zone, "proposed_zone": None, "declined_zones": ()}
        case ZoneKept():
            return {"proposed_zone": None, "declined_zones": (*state.declined_zones, body.zone)}
        case ServiceRequested():
            asked = AskedService(service=body.service, asked_at=event.at)
            return {"services": (*_without(state, body.service), asked)}
        case ServiceAnswered():
            return {"services": _answered(state, body, event.at)}
        case LineHeard(code=Heard() as code) if code in NEW_DANGER and code not in state.line.heard:
            return {"line": state.line.after(event), "sent": _to_be_told(state.sent)}
        case NoteAdded(code=NoteCode.SAME_MAN, words=words) if words:
            return {"same_man": tuple(dict.fromkeys((*state.same_man, words)))}
        case CasefileChanged():
            return _file_changed(state, body, event.at)
        case Acknowledged():
            return {
                "state": open_state(state.sent),
                "handler": event.actor.id,
                "acknowledged_at": event.at,
                "acknowledged_by": event.actor.id,
                "unsent_since": None if state.sent else event.at,
                "waiting_since": None,
                "given_at": None,
            }
        case Released():
            return {
                "state": State.RAISED,
                "handler": None,
                "acknowledged_at": None,
                "acknowledged_by": None,
                "unsent_since": None,
                "waiting_since": event.at if body.because else None,
                "given_at": None,
            }
        case TakenOver():
            return {
                "handler": body.to_operator or event.actor.id,
                "given_at": event.at if body.to_operator else None,
            }
        case InterventionClosed():
            closing = Closing(
                outcome=body.outcome,
                verified_by=body.verified_by,
                words=body.words,
                by=event.actor.id,
                at=event.at,
            )
            return {"state": State.CLOSED, "closings": (*state.closings, closing), "proposed": ()}
        case InterventionReopened():
            return {
                "state": open_state(state.sent),
                "handler": event.actor.id,
                "given_at": None,
                "unsent_since": None if state.sent else event.at,
                "line": state.line.without_proof(),
            }
        case _:
            return lead_after(state, event) or _patrols(state, event) or {"line": state.line.after(event)}


def _ending(state: Intervention, event: Event) -> dict[str, object]:
    """How she is, a planned test, and who took the lead. For a test that is confirmed no patrol is being waited for (W15)."""
    change: dict[str, object] = {}
    found = found_after(state.found, event, new_danger=_is_new_danger(event.body))
    if found is not state.found:
        change["found"] = found
    match event.body:
        case RoomLeadAccepted(room=room):
            change["taken_by"] = (*state.taken_by, room)
        case EnteredAfterwards(what=DoneByVoice.HANDED_OVER, happened_at=happened_at):
            if state.here_again_at is None or happened_at >= state.here_again_at.replace(
                second=0,
                microsecond=0,  # it is entered by the minute
            ):
                change["taken_by"] = (*state.taken_by, state.abroad or "")
        case AlarmRepeated() | BelgiumEntered() | InterventionReopened():
            change |= _here_again(state, event.at)
    test = folded(state.planned_test, event)
    if test is None:
        return change
    change["planned_test"] = test
    if test.standing is Standing.CONFIRMED:
        change["unsent_since"] = None
    elif isinstance(event.body, TestIsReal) and state.state is State.ACKNOWLEDGED and not state.sent:
        change["unsent_since"] = state.unsent_since or event.at
    return change


def _here_again(state: Intervention, at: datetime) -> dict[str, object]:
    """She pressed again, is back in Belgium, or it was reopened: what was handed over by voice before is not over
    with that, and whoever took it does not know.
    """
    rooms = tuple(one for one in state.taken_by if one in ROOMS)
    return {"taken_by": rooms, "here_again_at": at}


def _is_new_danger(body: object) -> bool:
    match body:
        case LineHeard(code=Heard() as code):
            return code in NEW_DANGER
        case _:
            return False


def _position(
    state: Intervention, fix: Fix, verdict: str, allocation: Allocation | None = None
) -> dict[str, object]:
    trail = (*state.trail, fix)[-TRAIL_LENGTH:]
    if verdict == Verdict.SHOWN:
        shown = {"fix": fix, "trail": trail, "no_fix_since": None, **SETTLED}
        return shown | ({"allocation": allocation} if allocation else {})
    found = {"disputed": fix, "disputed_why": verdict, "disputed_allocation": allocation}
    return found if verdict == Verdict.OLDER else found | {"no_fix_since": None}


def _without(state: Intervention, service: str) -> tuple[AskedService, ...]:
    return tuple(one for one in state.services if one.service != service)


def _answered(state: Intervention, body: ServiceAnswered, at: datetime) -> tuple[AskedService, ...]:
    answer = {"answer": body.answer, "answered_at": at}
    return tuple(
        one.model_copy(update=answer) if one.service == body.service else one for one in state.services
    )


def _file_changed(state: Intervention, body: CasefileChanged, at: datetime) -> dict[str, object]:
    """From now on the extract is the new one. Words that were changed are no longer due to be (W4)."""
    change: dict[str, object] = {
        "file_changes": tuple(dict.fromkeys((*state.file_changes, *body.changes))),
        "file_changed_at": at,
    }
    if body.reference is not None:
        change |= {"case_file": body.reference, "extract": body.extract or state.extract}
    if FileChange.WORDS in body.changes:
        change["line"] = state.line.model_copy(update={"words_used": False})
    if body.new_danger:
        change["sent"] = _to_be_told(state.sent)
    return change


def _to_be_told(sent: tuple[Sent, ...]) -> tuple[Sent, ...]:
    """What they have read is no longer all: who is not there yet must hear the new danger as well (W10)."""
    return tuple(
        one if one.state is State.ON_SCENE else one.model_copy(update={"read_danger_at": None})
        for one in sent
    )


def _patrols(state: Intervention, event: Event) -> dict[str, object]:
    body = event.body
    reserved = state.reserved
    match body:
        case PatrolProposed():
            return {"proposed": (*state.proposed, body.patrol)}
        case PatrolReleased() if body.patrol in state.proposed and not state.patrol(body.patrol):
            return {"proposed": _other(state.proposed, body.patrol)}
        case PatrolReserved():
            return {"reserved": (*reserved, body.patrol), "proposed": _other(state.proposed, body.patrol)}
        case PatrolDispatched():
            sent = (*state.sent, Sent(patrol=body.patrol, dispatched_at=event.at))
            reserved = _other(reserved, body.patrol)
        case PatrolReleased():
            sent = tuple(one for one in state.sent if one.patrol != body.patrol)
            reserved = _other(reserved, body.patrol)
        case PatrolAccepted():
            sent = _update(state, body.patrol, accepted_at=event.at)
        case PatrolReadDanger() | DangerPassedOn():
            sent = _update(state, body.patrol, read_danger_at=event.at)
        case PatrolEnRoute():
            sent = _update(state, body.patrol, state=State.EN_ROUTE)
        case PatrolOverdue(awaited=Awaited() as awaited):
            before = state.patrol(body.patrol)
            sent = _update(state, body.patrol, overdue=(*(before.overdue if before else ()), awaited))
        case PatrolOnScene():
            sent = _update(state, body.patrol, state=State.ON_SCENE, on_scene_at=event.at)
        case _:
            return {}
    if state.state in {State.RAISED, State.CLOSED}:
        return {"sent": sent, "reserved": reserved}
    unsent_since = None if sent else state.unsent_since or event.at
    proposed = state.proposed
    if isinstance(body, PatrolDispatched):
        proposed = _other(proposed, body.patrol)
    return {
        "sent": sent,
        "reserved": reserved,
        "proposed": proposed,
        "state": open_state(sent),
        "unsent_since": unsent_since,
    }


def _paged(one: Escalation, to: str, reached: bool) -> Escalation:
    return one.model_copy(update={"paged": reached}) if one.to == to and one.paged is None else one


def _other(patrols: tuple[str, ...], patrol: str) -> tuple[str, ...]:
    return tuple(one for one in patrols if one != patrol)


def _update(state: Intervention, patrol: str, /, **change: object) -> tuple[Sent, ...]:
    return tuple(one.model_copy(update=change) if one.patrol == patrol else one for one in state.sent)
