"""A command as a person types it: ``dispatch L-12 L-07``, ``close arrest arrested at the door``.

One grammar for `msa act` and for the console's command line. A wrong line gets a sentence that says what is
wrong and how the line should look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from pydantic import ValidationError

from console.domain import commands as c
from console.domain.events import DoneByVoice, Finding, Heard, NamedPlace, Outcome, VerifiedBy
from console.domain.planned_test import LONGEST
from console.domain.rules.by_hand import moment_of

E = TypeVar("E", bound=StrEnum)

VERBS: Final[dict[str, str]] = {
    "acknowledge": "",
    "release": "",
    "take-over": "[REASON]",
    "dispatch": "CALLSIGN...",
    "reserve": "CALLSIGN...",
    "recall": "CALLSIGN REASON",
    "request": "ambulance|fire|ZONE",
    "answered": "ambulance|fire|ZONE TEXT",
    "danger-passed": "CALLSIGN",
    "status": "CALLSIGN accepted|en-route|scene|refused",
    "saw": "CALLSIGN alone|not-alone|injured|not-found [TEXT]",
    "propose": "CALLSIGN",
    "let-go": "CALLSIGN [REASON]",
    "choose-fix": "shown|other|ID",
    "change-zone": "ZONE",
    "keep-zone": "",
    "listen": "",
    "stop-listening": "",
    "mute": "",
    "unmute": "[REASON]",
    "heard": "CODE [TEXT]",
    "chat": "TEXT",
    "ring": "[REASON]",
    "call": "[REASON]",
    "push": "TEXT",
    "note": "TEXT",
    "support": "ROOM",
    "offer-lead": "ROOM",
    "accept-lead": "",
    "accept-support": "",
    "decline": "[REASON]",
    "take-over-room": "ROOM REASON",
    "confirm-test": "OFFICER",
    "announce-test": "BUTTON MINUTES home|LAT,LON,NAME OFFICER",
    "withdraw-test": "BUTTON",
    "close": "OUTCOME TEXT",
    "reopen": "REASON",
    "open": "BUTTON|PHONE|NAME: REASON",
    "afterwards": "HH:MM WHAT TEXT",
}
"""Each verb with what follows it. ``open`` is no verb on an intervention: it makes one."""

MAKES_ONE: Final = frozenset({"open"})
"""Verbs that act on no intervention: they make one."""

OF_NONE: Final = frozenset({"announce-test", "withdraw-test", "take-over-room"})
"""Verbs that act on no intervention and make none."""

LONGEST_MINUTES: Final = int(LONGEST.total_seconds() // 60)

SPOKEN: Final = {one.value: one for one in Finding} | {
    "alone": Finding.SEEN_ALONE,
    "safe": Finding.SEEN_ALONE,
    "alone_safe": Finding.SEEN_ALONE,
}
"""What a patrol says of the victim, as it is said."""

SAID_STEPS: Final = {one.value: one for one in c.PatrolStep} | {
    "scene": c.PatrolStep.ON_SCENE,
    "arrived": c.PatrolStep.ON_SCENE,
    "there": c.PatrolStep.ON_SCENE,
    "route": c.PatrolStep.EN_ROUTE,
    "under_way": c.PatrolStep.EN_ROUTE,
    "driving": c.PatrolStep.EN_ROUTE,
    "accepts": c.PatrolStep.ACCEPTED,
    "refuses": c.PatrolStep.REFUSED,
}
"""How far a patrol says that it is, as it is said."""

_DEGREES: Final = r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)"
_PLACE: Final = re.compile(rf"{_DEGREES},{_DEGREES},(.*[^_\s].*)")


MISTAKES: Final[dict[str, str]] = {
    "no_verb": "{verb!r} is no verb. Verbs: {verbs}.",
    "followed_by": "{verb} is followed by {what}.",
    "nothing_follows": "nothing follows {verb}.",
    "not_verified": "only close is verified by something, {verb} is not.",
    "reason_twice": "{verb}: give the reason once, after the verb or as an override.",
    "no_override": "only chat, ring, call, push and unmute override the contact rule, {verb} does not.",
    "none_of": "{word!r} is none of: {codes}.",
    "no_time": "{word!r} is no time of day: write it as 14:05.",
    "test_minutes": "announce-test: a test is announced for 1 to {minutes} minutes.",
    "no_place": "{word!r} is no named place: home, or latitude, longitude and a name: 50.879,4.700,town_hall.",
    "too_long": "{verb}: a text or name has more than {most} characters.",
    "name_empty": "{verb}: a name is empty.",
    "too_many": "{verb}: more than {most} are named.",
    "not_understood": "{verb}: this cannot be understood.",
}
"""What is wrong with a line, by code, with its sentence (English; the catalogues translate it)."""


class MistypedError(ValueError):
    """The line is no command; the text is a sentence for whoever typed it. ``code`` and ``facts``: for a screen that
    says it in another language.
    """

    def __init__(self, code: str, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(MISTAKES[code].format(**facts))


def typed(
    verb: str,
    words: Sequence[str],
    verified_by: str | None = None,
    now: datetime | None = None,
    override: str | None = None,
) -> c.AnyCommand:
    """Read a command from its verb and the words after it.

    ``verified_by`` belongs to ``close``: patrol, all_clear_word or contact_officer (W13). ``now`` belongs to
    ``afterwards``: the moment, on the clock by which the time of day was typed (W12). ``override`` belongs to
    ``chat``, ``ring``, ``call``, ``push`` and ``unmute``: the reason for which the contact rule is overridden (W3).

    Raises:
        MistypedError: unknown verb, a word too few or too many, one that is too long, a code that does not exist.
    """
    try:
        return _overriding(_typed(verb, words, verified_by, now), override)
    except ValidationError as wrong:
        fault = wrong.errors()[0]
        raise _plainly(verb, fault["type"], fault.get("ctx", {})) from wrong


def _overriding(do: c.AnyCommand, reason: str | None) -> c.AnyCommand:
    if reason is None:
        return do
    match do:
        case c.Chat():
            return c.Chat(words=do.words, override=reason)
        case c.Unmute(override=None):
            return c.Unmute(override=reason)
        case c.Ring(override=None):
            return c.Ring(override=reason)
        case c.Call(override=None):
            return c.Call(override=reason)
        case c.Push():
            return c.Push(words=do.words, override=reason)
        case c.Unmute() | c.Ring() | c.Call():
            raise MistypedError("reason_twice", verb=do.verb)
        case _:
            raise MistypedError("no_override", verb=do.verb)


def _typed(verb: str, words: Sequence[str], verified_by: str | None, now: datetime | None) -> c.AnyCommand:
    if verb not in VERBS:
        raise MistypedError("no_verb", verb=verb, verbs=", ".join(VERBS))
    if verified_by is not None and verb != "close":
        raise MistypedError("not_verified", verb=verb)
    text = " ".join(words).strip()
    bare: dict[str, Callable[[], c.AnyCommand]] = {
        "acknowledge": c.Acknowledge,
        "release": c.Release,
        "listen": c.Listen,
        "stop-listening": c.StopListening,
        "keep-zone": c.KeepZone,
        "mute": c.Mute,
        "accept-lead": c.AcceptLead,
        "accept-support": c.AcceptSupport,
    }
    if verb in bare:
        if words:
            raise _usage(verb)
        return bare[verb]()
    if not text and not VERBS[verb].startswith("["):
        raise _usage(verb)
    match verb:
        case "take-over":
            return c.TakeOver(reason=text)
        case "decline":
            return c.Decline(reason=text)
        case "take-over-room":
            return c.TakeOverRoom(room=words[0].upper(), reason=_rest(verb, words))
        case "unmute":
            return c.Unmute(override=text or None)
        case "ring":
            return c.Ring(override=text or None)
        case "call":
            return c.Call(override=text or None)
        case "push":
            return c.Push(words=text)
        case "saw":
            return _saw(words)
        case "status":
            return _status(words)
        case "let-go":
            return c.LetGo(patrol=words[0], reason=" ".join(words[1:]).strip())
        case "dispatch":
            return c.Dispatch(patrols=tuple(words))
        case "reserve":
            return c.Reserve(patrols=tuple(words))
        case "recall":
            return c.Recall(patrol=words[0], reason=_rest(verb, words))
        case "answered":
            return c.Answered(service=words[0], answer=_rest(verb, words))
        case "heard":
            return c.HeardOnLine(code=_code(Heard, words[0]), words=" ".join(words[1:]))
        case "chat":
            return c.Chat(words=text)
        case "note":
            return c.Note(words=text)
        case "reopen":
            return c.Reopen(reason=text)
        case "confirm-test":
            return c.ConfirmTest(officer=" ".join(words))
        case "announce-test":
            return _announced(words)
        case "open":
            return _open(words)
        case "afterwards":
            return _afterwards(words, now)
        case "close":
            proof = None if verified_by is None else _code(VerifiedBy, verified_by)
            return c.Close(outcome=_code(Outcome, words[0]), verified_by=proof, words=_rest(verb, words))
        case _:
            return _one_word(verb, words)


def _status(words: Sequence[str]) -> c.Status:
    """``L-12 scene``, as it is said on the radio: ``L-12 on scene``, ``L-12 is under way``."""
    patrol, *said = words
    spoken = "_".join(one.casefold().strip(",:;.") for one in said if one.casefold() != "is").replace(
        "-", "_"
    )
    if spoken not in SAID_STEPS:
        raise _usage("status")
    return c.Status(patrol=patrol, step=SAID_STEPS[spoken])


def _saw(words: Sequence[str]) -> c.Saw:
    """``L-12 alone``, as it is said on the radio: ``L-12 seen, not alone: her brother is there``."""
    patrol, *said = words
    while said and said[0].casefold().strip(",:;-") in {"seen", "saw", ""}:
        said = said[1:]
    for count in (2, 1):
        spoken = "_".join(one.casefold().strip(",:;.") for one in said[:count]).replace("-", "_")
        if len(said) >= count and spoken in SPOKEN:
            return c.Saw(patrol=patrol, finding=SPOKEN[spoken], words=" ".join(said[count:]).strip())
    raise _usage("saw")


def _open(words: Sequence[str]) -> c.OpenByHand:
    """A name or a phone number has spaces: it ends with a colon. A button is one word and needs none."""
    ends = next((place for place, one in enumerate(words, start=1) if one.endswith(":")), None)
    if ends is None:
        return c.OpenByHand(victim=words[0], reason=_rest("open", words))
    victim, reason = " ".join(words[:ends]).removesuffix(":").strip(), " ".join(words[ends:]).strip()
    if not victim or not reason:
        raise _usage("open")
    return c.OpenByHand(victim=victim, reason=reason)


def _afterwards(words: Sequence[str], now: datetime | None) -> c.Afterwards:
    text = " ".join(words[2:]).strip()
    if not text or now is None:
        raise _usage("afterwards")
    try:
        moment = moment_of(words[0], now)
    except ValueError:
        raise MistypedError("no_time", word=words[0]) from None
    return c.Afterwards(happened_at=moment, what=_code(DoneByVoice, words[1]), words=text)


def _announced(words: Sequence[str]) -> c.AnnounceTest:
    """``VBR-B-0041 15 home Insp. V. Model``. A name with spaces is quoted, or written with ``_``."""
    if len(words) < 4 or not words[1].isascii() or not words[1].isdigit():
        raise _usage("announce-test")
    minutes = int(words[1][:9])
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise MistypedError("test_minutes", minutes=LONGEST_MINUTES)
    return c.AnnounceTest(
        button=words[0], minutes=minutes, place=_named_place(words[2]), officer=" ".join(words[3:])
    )


def _named_place(text: str) -> NamedPlace | None:
    """``home`` is None: her home address; else ``LAT,LON,NAME``."""
    if text.casefold() == "home":
        return None
    found = _PLACE.fullmatch(text)
    if found is None or not (-90 <= float(found[1]) <= 90 and -180 <= float(found[2]) <= 180):
        raise MistypedError("no_place", word=text)
    return NamedPlace(name=found[3].replace("_", " ").strip(), lon=float(found[2]), lat=float(found[1]))


def _one_word(verb: str, words: Sequence[str]) -> c.AnyCommand:
    if len(words) != 1:
        raise _usage(verb)
    name = words[0]
    made: dict[str, Callable[[], c.AnyCommand]] = {
        "request": lambda: c.Request(service=name),
        "propose": lambda: c.Propose(patrol=name),
        "danger-passed": lambda: c.DangerPassed(patrol=name),
        "choose-fix": lambda: c.ChooseFix(fix_id=name),
        "change-zone": lambda: c.ChangeZone(zone=name),
        "support": lambda: c.Support(room=name.upper()),
        "offer-lead": lambda: c.OfferLead(room=name.upper()),
        "withdraw-test": lambda: c.WithdrawTest(button=name),
    }
    return made[verb]()


def _plainly(verb: str, kind: str, limits: Mapping[str, object]) -> MistypedError:
    """What a model refuses, for whoever typed it."""
    match kind:
        case "string_too_long":
            return MistypedError("too_long", verb=verb, most=limits["max_length"])
        case "string_too_short":
            return MistypedError("name_empty", verb=verb)
        case "too_long":
            return MistypedError("too_many", verb=verb, most=limits["max_length"])
        case _:
            return MistypedError("not_understood", verb=verb)


def _usage(verb: str) -> MistypedError:
    after = VERBS[verb]
    if not after:
        return MistypedError("nothing_follows", verb=verb)
    return MistypedError("followed_by", verb=verb, what=after)


def _rest(verb: str, words: Sequence[str]) -> str:
    text = " ".join(words[1:]).strip()
    if not text:
        raise _usage(verb)
    return text


def _code(codes: type[E], word: str) -> E:
    try:
        return codes(word.casefold().replace("-", "_"))
    except ValueError:
        raise MistypedError("none_of", word=word, codes=", ".join(codes)) from None
