"""What is asked of an intervention: commands of people, reports of devices and patrols.

Both go through `console.domain.intervention.decide`, which answers with event bodies or a `Refusal`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from console.domain.events import DoneByVoice, Finding, Heard, NamedPlace, Outcome, VerifiedBy
from console.domain.location import Fix
from console.domain.values import Frozen, Utc

Line = Annotated[str, Field(min_length=1, max_length=2000)]
LONGEST_NAME: Final = 64
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Acknowledge(Frozen):
    """Take the alarm."""

    verb: Literal["acknowledge"] = "acknowledge"


class Release(Frozen):
    """Take back an acknowledgement, within its grace (W16)."""

    verb: Literal["release"] = "release"


class TakeOver(Frozen):
    """Take an intervention from another operator."""

    verb: Literal["take-over"] = "take-over"
    reason: str = Field(default="", max_length=2000)


class Dispatch(Frozen):
    """Send patrols, named by id or call sign."""

    verb: Literal["dispatch"] = "dispatch"
    patrols: tuple[Name, ...] = Field(min_length=1, max_length=20)


class Reserve(Frozen):
    """Keep patrols for this intervention."""

    verb: Literal["reserve"] = "reserve"
    patrols: tuple[Name, ...] = Field(min_length=1, max_length=20)


class Recall(Frozen):
    """Call a patrol back, with a reason."""

    verb: Literal["recall"] = "recall"
    patrol: Name
    reason: Line


class Request(Frozen):
    """Ask for another emergency service or a neighbouring zone."""

    verb: Literal["request"] = "request"
    service: Name


class Answered(Frozen):
    """What the service that was asked for answered."""

    verb: Literal["answered"] = "answered"
    service: Name
    answer: Line


class DangerPassed(Frozen):
    """The danger was read to the patrol and repeated back (W10)."""

    verb: Literal["danger-passed"] = "danger-passed"
    patrol: Name


class PatrolStep(StrEnum):
    """What a patrol reports of its task."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"


class Status(Frozen):
    """A patrol says by voice how far it is: it counts as if its own terminal had said so."""

    verb: Literal["status"] = "status"
    patrol: Name
    step: PatrolStep


class Saw(Frozen):
    """A patrol says by voice how the victim is (W13)."""

    verb: Literal["saw"] = "saw"
    patrol: Name
    finding: Finding
    words: str = Field(default="", max_length=2000)


class Propose(Frozen):
    """Ask for a patrol that cannot be sent from here: another control room's, or one on another alarm (W11)."""

    verb: Literal["propose"] = "propose"
    patrol: Name


class LetGo(Frozen):
    """Do not send a patrol that was asked for, or ask for it no longer."""

    verb: Literal["let-go"] = "let-go"
    patrol: Name
    reason: str = Field(default="", max_length=2000)


class ChooseFix(Frozen):
    """Of two disputed fixes, show this one."""

    verb: Literal["choose-fix"] = "choose-fix"
    fix_id: Name


class ChangeZone(Frozen):
    """Allocate another zone."""

    verb: Literal["change-zone"] = "change-zone"
    zone: Name


class KeepZone(Frozen):
    """Keep the zone although another one is proposed."""

    verb: Literal["keep-zone"] = "keep-zone"


class Listen(Frozen):
    """Listen on the open line."""

    verb: Literal["listen"] = "listen"


class StopListening(Frozen):
    """Let go of the line: nobody listens from now on (W2)."""

    verb: Literal["stop-listening"] = "stop-listening"


class Mute(Frozen):
    """Switch our microphone off."""

    verb: Literal["mute"] = "mute"


class Unmute(Frozen):
    """Switch our microphone on: only if the case file allows speaking, or with a typed reason (W3)."""

    verb: Literal["unmute"] = "unmute"
    override: str | None = Field(default=None, max_length=2000)


class HeardOnLine(Frozen):
    """Log what is heard (W2)."""

    verb: Literal["heard"] = "heard"
    code: Heard
    words: str = Field(default="", max_length=2000)


class Chat(Frozen):
    """Write to the 112 app: only if the case file allows it, or with a typed reason (W3)."""

    verb: Literal["chat"] = "chat"
    words: Line
    override: str | None = Field(default=None, max_length=2000)


class Ring(Frozen):
    """Make the phone ring: only if the case file allows it, or with a typed reason (W3)."""

    verb: Literal["ring"] = "ring"
    override: str | None = Field(default=None, max_length=2000)


class Call(Frozen):
    """Call her on her phone: only if the case file allows it, or with a typed reason (W3)."""

    verb: Literal["call"] = "call"
    override: str | None = Field(default=None, max_length=2000)


class Push(Frozen):
    """Put a message on the screen of her phone: only if the file allows it, or with a typed reason (W3)."""

    verb: Literal["push"] = "push"
    words: Line
    override: str | None = Field(default=None, max_length=2000)


class Note(Frozen):
    """Write a note."""

    verb: Literal["note"] = "note"
    words: Line


class Support(Frozen):
    """Ask another control room to help (W8)."""

    verb: Literal["support"] = "support"
    room: Name


class OfferLead(Frozen):
    """Offer the lead to another control room (W8)."""

    verb: Literal["offer-lead"] = "offer-lead"
    room: Name


class AcceptLead(Frozen):
    """Accept the lead (W8)."""

    verb: Literal["accept-lead"] = "accept-lead"


class AcceptSupport(Frozen):
    """Help the control room that asked (W8)."""

    verb: Literal["accept-support"] = "accept-support"


class Decline(Frozen):
    """Refuse the lead or the support that is asked of this room, end its support, or take an offer back (W8)."""

    verb: Literal["decline"] = "decline"
    reason: str = Field(default="", max_length=2000)


class TakeOverRoom(Frozen):
    """Take over everything that is open in another control room, which is being evacuated (W8)."""

    verb: Literal["take-over-room"] = "take-over-room"
    room: Name
    reason: Line


class ConfirmTest(Frozen):
    """Confirm a planned test (W15)."""

    verb: Literal["confirm-test"] = "confirm-test"
    officer: Name


class AnnounceTest(Frozen):
    """Announce a planned test press of a button: from now on, for so many minutes (W15).

    ``place`` None: her home address, as the case file has it.
    """

    verb: Literal["announce-test"] = "announce-test"
    button: Name
    minutes: int = Field(ge=1, le=15)
    place: NamedPlace | None = None
    officer: Name


class WithdrawTest(Frozen):
    """Take the announcement of a planned test back: from now on a press of the button is real (W15)."""

    verb: Literal["withdraw-test"] = "withdraw-test"
    button: Name


class Close(Frozen):
    """End it, with a coded outcome, a proof where W13 asks for one, and a line of text."""

    verb: Literal["close"] = "close"
    outcome: Outcome
    verified_by: VerifiedBy | None = None
    words: Line


class Reopen(Frozen):
    """Go on with a closed intervention; the history is kept."""

    verb: Literal["reopen"] = "reopen"
    reason: Line


class OpenByHand(Frozen):
    """Open an intervention without a press, for an allocated victim (W5)."""

    verb: Literal["open"] = "open"
    victim: Name
    reason: Line


class Afterwards(Frozen):
    """Enter what was done by voice while the link was down, with the time at which it happened (W12)."""

    verb: Literal["afterwards"] = "afterwards"
    happened_at: Utc
    what: DoneByVoice
    words: Line


class OpenCasefile(Frozen):
    """Open the full case file; asked by a query, logged as an event (W7)."""

    verb: Literal["open-casefile"] = "open-casefile"


AnyCommand = Annotated[
    Acknowledge
    | Release
    | TakeOver
    | Dispatch
    | Reserve
    | Recall
    | Request
    | Answered
    | DangerPassed
    | Status
    | Saw
    | Propose
    | LetGo
    | ChooseFix
    | ChangeZone
    | KeepZone
    | Listen
    | StopListening
    | Mute
    | Unmute
    | HeardOnLine
    | Chat
    | Ring
    | Call
    | Push
    | Note
    | Support
    | OfferLead
    | AcceptLead
    | AcceptSupport
    | Decline
    | TakeOverRoom
    | ConfirmTest
    | AnnounceTest
    | WithdrawTest
    | Close
    | Reopen
    | OpenByHand
    | Afterwards
    | OpenCasefile,
    Field(discriminator="verb"),
]


class Command(Frozen):
    """A command as it travels: the same ``id`` sent again has the same result.

    ``intervention`` is the UUID or the number (``VBR-2026-0412``). ``seen_decision`` is the intervention's
    ``decision`` that the operator had on screen; None (scripts) means: whatever it is now. After ``expires_at``, on
    the backend's clock, it is not done any more (W12); None: late it is still meant.
    """

    id: UUID
    intervention: str | None = Field(default=None, max_length=LONGEST_NAME)
    seen_decision: int | None = None
    expires_at: Utc | None = Field(default=None, exclude_if=lambda moment: moment is None)
    do: AnyCommand

    def too_late(self, now: datetime) -> Refusal | None:
        """Why it is not done any more; None: it may be."""
        return Refusal(code=TOO_LATE) if self.expires_at is not None and now > self.expires_at else None


class Press(Frozen):
    """A press of a button. (button, press id) is its identity."""

    kind: Literal["press"] = "press"
    button: Name
    press_id: Name
    pressed_at: Utc
    fix: Fix | None = None


class FixReport(Frozen):
    """A position of the phone; None: it reports that it has none."""

    kind: Literal["fix"] = "fix"
    fix: Fix | None


class Cancel(Frozen):
    """The device asks to cancel (W14)."""

    kind: Literal["cancel"] = "cancel"


class LineChange(StrEnum):
    """What the telephony says of the open line."""

    OPENED = "opened"
    CAPTION = "caption"
    LOST = "lost"
    ENDED = "ended"


class LineReport(Frozen):
    """The open line changed, or a caption says what is to be heard."""

    kind: Literal["line"] = "line"
    change: LineChange
    words: str = ""


class ChatReport(Frozen):
    """She wrote in the app."""

    kind: Literal["chat"] = "chat"
    words: Line


class PatrolReport(Frozen):
    """A patrol reports on its task."""

    kind: Literal["patrol"] = "patrol"
    patrol: Name
    step: PatrolStep


class PatrolSaw(Frozen):
    """A patrol says how the victim is (W13)."""

    kind: Literal["saw"] = "saw"
    patrol: Name
    finding: Finding
    words: str = Field(default="", max_length=2000)


class PatrolRead(Frozen):
    """A patrol confirms that it read the danger (W10)."""

    kind: Literal["read"] = "read"
    patrol: Name


Report = Press | FixReport | Cancel | LineReport | ChatReport | PatrolReport | PatrolRead | PatrolSaw

TOO_LATE: Final = "too_late"
"""The code of a command that came after the moment until which it was meant. It is not remembered as answered."""

REFUSALS: dict[str, str] = {
    "recorded": "This is a recording: nothing can be done in it.",
    "not_in_recording": "The recording does not hold this.",
    "unknown_intervention": "There is no intervention {intervention} in this control room.",
    "wrong_role": "A {role} may not do this: it needs an operator or a supervisor of the control room.",
    "not_your_room": "{room} leads this intervention: ask for the lead or offer support.",
    "already_acknowledged": "{by} has already acknowledged {number}.",
    "not_acknowledged": "Acknowledge {number} first.",
    "not_yours": "{by} handles {number}: take it over first.",
    "already_yours": "You already handle {number}.",
    "closed": "{number} is closed: reopen it with a reason first.",
    "not_closed": "{number} is not closed.",
    "too_late": "The command came too late to be done, and nothing was done: look again, then repeat.",
    "changed_since_seen": "{number} has changed since it was shown: look again, then repeat.",
    "not_your_acknowledgement": "{by} acknowledged {number}, and alone can take it back: hand it over instead.",
    "grace_over": "An acknowledgement can be taken back for {seconds} seconds only: hand it over instead.",
    "patrols_sent": "Patrols are on {number}: recall them first, or hand it over.",
    "unknown_patrol": "There is no patrol {patrol}.",
    "ambiguous_patrol": "{patrol} is the call sign of several patrols: {choices}. Name one of these.",
    "patrol_not_free": "{patrol} is not free: {state}.",
    "patrol_busy": "{patrol} is not free: {state}, {number}.",
    "patrol_named_twice": "{patrol} is named twice.",
    "patrol_not_on_it": "{patrol} is not on {number}.",
    "patrol_already_on_it": "{patrol} is already on {number}.",
    "patrol_step_known": "{patrol} is already further, or has said so before: {state}.",
    "patrol_has_arrived": "{patrol} is on scene: recall it with a reason.",
    "proof_needed": "To close as {outcome} it must be verified: by a patrol, the all-clear word or the contact "
    "officer. A message, a chat or silence is no proof.",
    "no_patrol_saw": "No patrol is on scene at {number}: it cannot be verified by a patrol.",
    "not_seen_alone": "No patrol has said that it saw the victim of {number} alone: enter its word first.",
    "patrol_can_be_sent": "{patrol} can be sent from here: dispatch it.",
    "patrol_proposed_already": "{patrol} is asked for already on {number}.",
    "patrol_not_proposed": "{patrol} is not asked for on {number}.",
    "no_all_clear_word": "The all-clear word was not logged as heard on the line of {number}.",
    "duress_word_heard": "The duress word was heard on {number}: only a patrol can verify.",
    "not_a_planned_test": "{number} was not announced and confirmed as a planned test: close it as what it was.",
    "heard_against": "{heard} was heard on {number}: the all-clear word is no proof then, only a patrol can verify.",
    "not_handed_over": "Nobody took {number} over: enter the hand-over by voice first (when, and who has it now).",
    "no_test_announced": "No test was announced for {number}: it is an alarm like any other.",
    "test_is_real": "{number} is no test any more ({because}): send a patrol.",
    "test_already_confirmed": "The test {number} is confirmed already.",
    "another_officer": "The test {number} was announced with another officer: only that one confirms it.",
    "unknown_button": "There is no button {button} of this control room.",
    "no_home_address": "The case file of {button} has no home address: give the place as LAT,LON,NAME.",
    "place_elsewhere": "That place lies in the area of {room}, not of this control room: the test is announced there.",
    "test_already_announced": "A test of {button} is announced already: withdraw it first.",
    "test_after_alarm": "{number} of {button} is open: a test cannot be announced for it.",
    "no_test_to_withdraw": "No test of {button} is announced.",
    "channel_refused": "The case file does not allow this channel ({channel}: {why}). Type a reason to override.",
    "no_line": "There is no open line on {number}.",
    "already_listening": "You already listen on the line of {number}.",
    "not_listening": "You do not listen on the line of {number}: listen first.",
    "already_muted": "Our microphone on {number} is off already.",
    "already_live": "Your microphone on {number} is live already.",
    "no_phone": "{number} has no button: nothing can be sent to her phone.",
    "unknown_fix": "{number} has no fix {fix}.",
    "nothing_disputed": "No other position of {number} waits for a choice.",
    "unknown_zone": "There is no zone {zone}.",
    "no_zone_proposed": "No other zone is proposed for {number}.",
    "unknown_service": "'{service}' is no service: ambulance, fire, or the id of a zone.",
    "service_asked_already": "{service} was asked for already on {number}, and has not answered yet.",
    "service_not_asked": "{service} was not asked for on {number}, or has answered already.",
    "patrol_reserved_already": "{patrol} is reserved for {number} already.",
    "no_case_file": "{number} has no case file.",
    "unknown_room": "There is no control room {room}.",
    "room_leads": "{room} already leads {number}.",
    "room_helps": "{room} is already asked to help with {number}, or helps.",
    "not_asked": "Nothing is asked of {room} for {number}.",
    "not_offered": "The lead of {number} is not offered to {room}.",
    "patrol_of_other_room": "{patrol} belongs to {room}: ask {room} to support, it sends its own patrols.",
    "not_for_support": "{room} leads {number}: a supporting control room sends its own patrols and writes notes.",
    "own_patrols_on_it": "Patrols of {room} are on {number}: recall them first.",
    "supervisor_needed": "Only a supervisor can take over a whole control room.",
    "own_room": "{room} is your own control room.",
    "nothing_open": "Nothing is open in {room}.",
    "not_available": "'{verb}' cannot be used here yet: use the radio or the telephone.",
    "text_empty": "Write a line of text.",
    "victim_too_short": "Type at least {letters} letters or digits of a name, a phone number or a button.",
    "unknown_victim": "No victim of this control room fits {victim}: try her name, phone or button.",
    "ambiguous_victim": "Several victims fit: {choices}. Name one of these buttons.",
    "too_many_victims": "{count} victims fit: type more of the name, or the whole button.",
    "already_open": "{number} is open for her already, at {room}: go on there.",
    "not_yet": "That time has not come yet: enter what has happened.",
    "before_it_began": "{number} had not begun then: look at the time.",
    "too_long_ago": "That is more than {hours} hours ago: it belongs in a report.",
    "holds_open": "You hold {numbers}: hand it over or close it first. A console that holds an open intervention neither "
    "locks nor logs out.",
    "listens_open": "You listen on the line of {numbers}: let go of it first. A console that listens neither locks nor "
    "logs out.",
    "wrong_password": "The password is wrong.",
    "too_many_attempts": "Too many attempts: wait half a minute, then type it again.",
    "wait_to_unlock": "Wait {seconds} s, then type the password again.",
    "not_recorded": "This could not be recorded: use the radio or the telephone, then try again.",
}
"""Each refusal's code with its sentence (English; the catalogues translate it). Nothing is refused silently."""


class Refusal(Frozen):
    """Why something was not done: a code for programs, a sentence for people."""

    code: str
    facts: dict[str, str] = Field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence in English, with its facts filled in."""
        return REFUSALS[self.code].format_map(_Blank(self.facts))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
