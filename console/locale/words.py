"""The words of the domain: what each code of `console.domain` is called on screen, in the language in use.

`WORDS` has the English words by the name of the enumeration and the code; the name is also the context in the
catalogues, since "lost" of a line and "lost" of a button may differ in another language. French words of a
state agree with what it is said of: une intervention, une patrouille, une position, une ligne, un bouton.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from console.locale import _, pgettext

if TYPE_CHECKING:
    from console.domain.commands import Refusal
    from console.domain.patrols import Reason
    from console.domain.typed import MistypedError

Words = Mapping[str, str]

WORDS: Final[Mapping[str, Words]] = {
    "State": {
        "raised": "new",
        "acknowledged": "acknowledged",
        "dispatched": "dispatched",
        "en_route": "en route",
        "on_scene": "on scene",
        "closed": "closed",
    },
    "Outcome": {
        "arrest": "arrest",
        "perpetrator_present_not_arrested": "perpetrator present, not arrested",
        "perpetrator_gone": "perpetrator gone",
        "victim_safe_no_perpetrator": "victim safe, no perpetrator",
        "victim_injured": "victim injured",
        "victim_not_found": "victim not found",
        "test_press": "test press",
        "accidental": "accidental",
        "technical_fault": "technical fault",
        "handed_over": "handed over",
    },
    "Finding": {
        "seen_alone": "seen alone, safe",
        "not_alone": "seen, not alone",
        "injured": "injured",
        "not_found": "not found",
    },
    "VerifiedBy": {
        "patrol": "patrol",
        "all_clear_word": "all-clear word",
        "contact_officer": "contact officer",
    },
    "Heard": {
        "man": "man",
        "woman": "woman",
        "child": "child",
        "blow": "blow",
        "shot": "shot",
        "car": "car",
        "silence": "silence",
        "all_clear_word": "all-clear word",
        "duress_word": "duress word",
    },
    "ByCar": {
        "easily": "one man by car: yes",
        "in_a_hurry": "one man by car: only in a hurry",
        "hardly": "one man by car: hardly – both stay alarms",
        "unknown": "one man by car: not known",
    },
    "DoneByVoice": {
        "acknowledged": "acknowledged",
        "dispatched": "patrol sent",
        "danger_passed": "danger passed on",
        "recalled": "patrol recalled",
        "service_requested": "other service asked",
        "handed_over": "handed over",
        "verified": "verified",
        "other": "other",
    },
    "Rescue": {
        "ambulance": "ambulance",
        "fire": "fire brigade",
    },
    "PatrolState": {
        "free": "free",
        "reserved": "reserved",
        "dispatched": "dispatched",
        "accepted": "accepted",
        "en_route": "en route",
        "on_scene": "on scene",
        "busy": "busy",
        "off_duty": "off duty",
    },
    "PatrolStep": {
        "accepted": "accepted",
        "refused": "refused",
        "en_route": "en route",
        "on_scene": "on scene",
    },
    "Service": {
        "local": "local police",
        "highway": "highway police",
        "railway": "railway police",
    },
    "ReasonCode": {
        "nearest": "nearest",
        "nearest_for_its_age": "nearest of those with a fresh position",
        "second_needed": "{needed} patrols needed",
        "in_allocated_zone": "of zone {zone}",
        "other_zone": "of another zone: {zone}",
        "highway": "highway police",
        "railway": "railway police",
        "other_room": "of another control room: {room}",
        "ahead": "ahead",
        "behind": "behind",
        "reserved_here": "reserved for this intervention",
        "proposed_elsewhere": "also proposed for {number}",
        "position_old": "position {age_s:.0f} s old, may be {may_be_off_m:.0f} m off",
        "position_too_old": "position too old: {age_s:.0f} s, may be {may_be_off_m:.0f} m off",
        "no_position": "no position",
        "busy": "{state} {number}",
        "reserved_elsewhere": "reserved for {number}",
        "off_duty": "off duty",
        "on_it": "already on it",
    },
    "DangerKind": {
        "firearm": "firearm",
        "blade": "blade",
        "violence_against_police": "violence against police",
        "violence": "violence",
        "dog": "dangerous dog",
        "explosives": "explosives",
        "suicidal": "risk of suicide",
    },
    "DangerState": {
        "known": "danger known",
        "none_known": "none known",
        "not_checked": "not checked",
    },
    "DangerCheck": {
        "checked": "checked",
        "not_checked": "not checked",
    },
    "FileChange": {
        "danger": "danger",
        "channels": "what is allowed",
        "orders": "orders",
        "who": "who he is",
        "victim": "the victim",
        "words": "her two words",
        "other": "other",
    },
    "OrderKind": {
        "contact_ban": "contact ban",
        "area_ban": "area ban",
        "home_ban": "temporary home ban",
        "conditional_release": "conditional release",
    },
    "LegalStatus": {
        "suspected": "suspected",
        "charged": "charged",
        "convicted": "convicted",
        "under_order": "under an order",
    },
    "RiskLevel": {
        "high": "high",
        "very_high": "very high",
        "life_threatening": "life-threatening",
    },
    "Nature": {
        "fact": "fact",
        "assessment": "assessment",
    },
    "AddressKind": {
        "home": "home",
        "work": "work",
        "school": "school",
        "family": "family",
        "usual_place": "usual place",
    },
    "Channel": {
        "ring": "ring",
        "call": "call",
        "chat": "chat",
        "speak": "speak",
        "push": "push message",
    },
    "ChannelReason": {
        "allowed": "allowed",
        "forbidden": "forbidden",
        "missing": "nothing recorded",
        "not_checked": "not checked",
        "overdue": "review overdue",
    },
    "LineState": {
        "none": "no line",
        "open": "open",
        "lost": "lost",
        "ended": "ended",
    },
    "Method": {
        "gnss": "GPS",
        "wifi": "Wi-Fi",
        "cell": "mobile mast",
        "unknown": "method unknown",
    },
    "Verdict": {
        "shown": "shown",
        "future": "time in the future",
        "older": "older than the one shown",
        "jump": "impossible jump",
        "coarse": "far less precise",
        "no_position": "no position",
    },
    "Movement": {
        "still": "still",
        "on_foot": "on foot",
        "in_vehicle": "in a vehicle",
        "unknown": "movement unknown",
    },
    "Compass": {
        "N": "N",
        "NE": "NE",
        "E": "E",
        "SE": "SE",
        "S": "S",
        "SW": "SW",
        "W": "W",
        "NW": "NW",
    },
    "ButtonStatus": {
        "allocated": "allocated",
        "expired": "allocation expired",
        "withdrawn": "withdrawn",
        "reported_lost": "reported lost",
        "in_stock": "in stock",
        "unknown": "unknown button",
    },
    "NoteCode": {
        "conflicting_duplicate": "the same press came again with other content",
        "fix_not_shown": "position recorded, not shown",
        "nobody_there": "nobody is logged in there: telephone",
        "words_used": "one of her two words was used: both must be changed",
        "phone_not_reached": "her phone is not connected: what was sent did not reach it",
        "same_man": "THE SAME MAN: another victim of his has an alarm",
        "other_victims_shown": "his other victims were shown",
    },
    "Role": {
        "operator": "operator",
        "supervisor": "supervisor",
        "trainer": "trainer",
        "wall": "wall view",
    },
    "ActorKind": {
        "operator": "operator",
        "device": "device",
        "patrol": "patrol",
        "system": "system",
    },
    "Mode": {
        "live": "LIVE",
        "demo": "DEMO",
        "exercise": "EXERCISE",
        "replay": "REPLAY",
    },
    "Level": {
        "ok": "in time",
        "amber": "due",
        "red": "late",
        "breach": "overdue",
    },
    "ClockKind": {
        "acknowledge": "acknowledge",
        "send": "send a patrol",
        "accept": "patrol accepts",
        "arrive": "patrol arrives",
        "welfare": "state of the victim",
    },
    "AlarmClass": {
        "press": "alarm",
        "watch": "watch",
        "health": "health",
    },
    "HealthKind": {
        "silent": "no daily report",
        "not_linked": "button not linked",
        "battery_low": "battery low",
    },
    "WatchKind": {
        "position_silent": "no position",
        "line_lost": "line lost",
        "not_accepted": "has not accepted",
        "not_arrived": "has not arrived",
        "patrol_silent": "patrol silent",
    },
    "Trouble": {
        "disk_full": "disk full",
        "storage_fails": "the disk does not store",
        "database_locked": "database locked by another program",
        "database_damaged": "database damaged",
        "not_writable": "database may not be written",
        "keys_unusable": "key store unusable",
        "ledger_exchanged": "database exchanged while running",
        "lock_lost": "another backend may be writing",
        "storing_slow": "storing is slow",
        "disk_low": "disk nearly full",
        "tail_broken": "the end of the log is not as it was written",
    },
    "Notice": {
        "unreadable_frame": "the backend says what this version cannot read",
        "frame_failed": "a message of the backend failed here",
        "update_needed": "update needed: an event cannot be shown whole",
        "events_skipped": "events were left out",
        "bad_frame": "the backend could not read a message",
        "stopping": "the backend stops",
        "logged_out": "logged out elsewhere, or revoked",
        "login_refused": "the login was refused",
        "session_over": "the session is over",
        "too_many": "too many attempts",
        "not_logged_in": "not logged in",
        "version": "this version is refused",
        "told": "from outside",
        "exercise_paused": "the exercise stands still",
        "exercise_over": "the exercise is over: q ends it",
    },
    "Awaited": {
        "accept": "should have accepted",
        "arrive": "should have arrived",
    },
    "ChainStep": {
        "consoles": "the other consoles",
        "supervisor": "the supervisor",
        "officer_on_call": "the officer on call",
        "neighbour": "the next control room",
    },
    "PageFault": {
        "not_started": "the command does not start",
        "failed": "the command failed",
        "no_end": "the command does not end",
    },
    "EscalationCode": {
        "unacknowledged": "nobody has acknowledged",
        "nobody_logged_in": "nobody is logged in",
        "nobody_may_know": "nobody on duty there may know of it: do not call that room",
        "nothing_sent": "no patrol has been sent",
        "cancelled_by_device": "the device asks to cancel",
        "duress_word": "duress word",
    },
    "RealBecause": {
        "second_press": "she pressed a second time",
        "another_place": "pressed or seen at another place",
        "no_position": "no position says that it is the place",
        "heard": "what is heard does not belong to a test",
        "not_confirmed": "not confirmed within a minute",
        "reopened": "it was reopened",
    },
    "LeftBecause": {
        "account_disabled": "account disabled",
        "account_removed": "account removed",
        "role_changed": "another role",
        "room_changed": "another control room",
        "console_gone": "the listener's console is gone",
        "excluded": "the case file excludes them",
    },
    "AlarmKind": {
        "press": "press",
        "repeated_press": "repeated press",
        "planned_test": "planned test",
        "cancel_under_way": "cancel under way",
    },
    "Doer": {
        "operator": "operator",
        "supervisor": "supervisor",
        "patrol": "patrol",
        "officer": "officer beside her",
    },
    "StepCode": {
        "acknowledge": "acknowledge",
        "confirm_test": "confirm the test by phone",
        "dispatch": "send patrols",
        "wait_accept": "patrol accepts",
        "read_danger": "pass on the danger",
        "wait_arrival": "patrol arrives",
        "welfare_check": "see the victim alone",
        "close": "close, on a proof",
        "none": "nothing to do",
    },
    "Term": {
        "mobile stalking alarm": "mobile stalking alarm",
        "alarm": "alarm",
        "intervention": "intervention",
        "button": "button",
        "victim": "victim",
        "perpetrator": "perpetrator",
        "case file": "case file",
        "file zone": "file zone",
        "zone": "police zone",
        "control room": "control room",
        "prosecutor's office": "prosecutor's office",
        "case meeting": "case meeting",
        "patrol": "patrol",
        "receipt": "receipt",
        "acknowledge": "acknowledge",
        "dispatch": "dispatch",
        "hand over": "hand over",
        "close": "close",
        "contact ban": "contact ban",
        "test press": "test press",
        "accidental": "accidental",
        "exercise": "EXERCISE",
    },
}
"""Enumeration -> code -> English words. "Compass" has the points of `console.domain.location.POINTS`, "Term"
the words of `docs/domain.md`, "Words"."""

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "state": ("PatrolState", "State"),
    "outcome": ("Outcome",),
    "role": ("Role", "ActorKind"),
    "channel": ("Channel",),
    "why": ("ChannelReason",),
    "verified_by": ("VerifiedBy",),
    "because": ("RealBecause",),
    "heard": ("Heard",),
}
"""Facts of a refusal or a reason that are codes themselves, and whose codes they are."""


def word(code: StrEnum) -> str:
    """What a code is called. One that has no words (a later version's) is shown as it is, without underscores."""
    return _word(type(code).__name__, code.value)


def trouble_word(code: str) -> str:
    """What is wrong with the backend; the code itself where a later version has a new one."""
    return _word("Trouble", code) if code in WORDS["Trouble"] else code.replace("_", " ")


def notice_word(code: str) -> str:
    """What the link has to say; the code itself where a later version has a new one."""
    return _word("Notice", code) if code in WORDS["Notice"] else code.replace("_", " ")


def compass(point: str) -> str:
    """A point of the compass (`console.domain.location.POINTS`) in the letters of the language in use."""
    return _word("Compass", point)


def term(name: str) -> str:
    """A word of the domain by its English name in `docs/domain.md`."""
    return _word("Term", name)


def refusal(refused: Refusal) -> str:
    """The sentence of a refusal; facts that are codes are put into words too."""
    from console.domain.commands import REFUSALS

    facts = {name: _fact(name, value) for name, value in refused.facts.items()}
    sentence = REFUSALS.get(refused.code)
    if sentence is None:
        return f"{refused.code}: {', '.join(map(str, facts.values()))}" if facts else refused.code
    return _(sentence, **(facts or {"number": "?"}))


def mistake(made: MistypedError) -> str:
    """What is wrong with a typed line, in the language in use."""
    from console.domain.typed import MISTAKES

    return _(MISTAKES[made.code], **made.facts)


def reason(given: Reason) -> str:
    """Why a patrol stands where it stands in the ranking, or why it cannot be sent."""
    facts = {name: _fact(name, value) for name, value in given.facts.items()}
    text = WORDS["ReasonCode"].get(given.code.value, given.code.value)
    return pgettext("ReasonCode", text, **facts).strip()


def every_word() -> Iterator[tuple[str, str]]:
    """Context and English words of everything in `WORDS`, for the catalogues."""
    for context, words in WORDS.items():
        for english in words.values():
            yield context, english


def _word(context: str, code: str) -> str:
    english = WORDS.get(context, {}).get(code)
    return code.replace("_", " ") if english is None else pgettext(context, english)


def _fact(name: str, value: object) -> object:
    for context in FACTS.get(name, ()):
        if isinstance(value, str) and value in WORDS[context]:
            return _word(context, value)
    return value
