"""What can follow as a command is typed: verbs, call signs, outcomes, zones, control rooms. Pure.

`console.domain.typed` says what follows each verb; this says which words that can be here and now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from console.domain.events import DoneByVoice, Heard, Outcome
from console.domain.rooms import ROOMS
from console.domain.typed import SPOKEN, VERBS

SHORT: Final[Mapping[str, str]] = {
    "a": "acknowledge",
    "u": "release",
    "d": "dispatch",
    "n": "note",
    "r": "recall",
    "t": "take-over",
    "c": "close",
    "o": "reopen",
    "p": "danger-passed",
    "h": "heard",
    "i": "listen",
    "s": "unmute",
    "w": "chat",
    "b": "ring",
    "B": "call",
    "W": "push",
    "S": "saw",
    "k": "reserve",
    "e": "request",
    "x": "choose-fix",
    "z": "change-zone",
}
"""The letter of the key stands for the verb."""

_SIGN: Final = re.compile(r"(?:[^/\s]+/)?[A-Z]{1,4}-?[0-9]{1,4}")

STEPS: Final = ("scene", "en-route", "accepted", "refused")
FINDINGS: Final = ("alone", "not-alone", "injured", "not-found")

SERVICES: Final = ("ambulance", "fire")


@dataclass(frozen=True, slots=True)
class Names:
    """What can be named here: call signs, and ids of zones, those that matter most first. ``on_it``: call signs of
    the patrols of the intervention.
    """

    call_signs: tuple[str, ...] = ()
    on_it: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    rooms: tuple[str, ...] = field(default=tuple(ROOMS))


def verb_of(words: list[str], names: Names) -> str:
    """The verb of a line: a letter stands for one. ``s`` before what is, or looks like, a call sign is what a patrol
    says, how far it is or how she is; never the microphone, which no slip of the shift key may open.
    """
    verb = words[0] if words else ""
    if verb == "s" and len(words) > 1:
        patrol = words[1].upper()
        if _SIGN.fullmatch(patrol) or patrol in {*names.call_signs, *names.on_it}:
            return "saw" if len(words) > 2 and _of_her(words[2]) else "status"
    return SHORT.get(verb, verb)


def _of_her(word: str) -> bool:
    """It begins what is said of the victim; ``not``, ``injured``, ``alone``."""
    typed = word.casefold().strip(",:;.-").replace("-", "_")
    return typed in {"seen", "saw"} or any(one.startswith(typed) for one in SPOKEN if typed)


def completions(line: str, names: Names) -> tuple[str, ...]:
    """Whole lines that the last word of ``line`` can become, the likeliest first; none where any text may follow."""
    words = line.split(" ")
    last = words[-1]
    if len(words) == 1:
        found = [verb for verb in VERBS if verb.startswith(last)] if last else []
        return tuple(f"{verb} " if VERBS[verb] else verb for verb in found if verb != last)
    before = [word for word in words[:-1] if word]
    verb = verb_of([*before, last], names)
    start = line[: len(line) - len(last)]
    fits = _starting(last, _words(verb, len(before), before, names))
    return tuple(start + one for one in fits if one not in before and one != last)


def _starting(last: str, words: Iterable[str]) -> Iterable[str]:
    """Without regard to capitals, and a call sign by its number as well: ``12`` is ``L-12``."""
    typed, listed = last.casefold(), tuple(dict.fromkeys(words))
    first = [word for word in listed if word.casefold().startswith(typed)]
    if typed.isdigit():
        first += [word for word in listed if word not in first and word.rpartition("-")[2].startswith(typed)]
    return first


def _words(verb: str, place: int, before: list[str], names: Names) -> tuple[str, ...]:
    """What stands at this place after the verb (1 is the first)."""
    free = tuple(one for one in names.call_signs if one not in names.on_it)
    match verb, place:
        case "dispatch" | "reserve", _:
            return free
        case "propose", 1:
            return free
        case "recall" | "let-go" | "danger-passed", 1:
            return names.on_it or names.call_signs
        case "saw" | "status", 1:
            return names.on_it or names.call_signs
        case "status", 2 if before[0] == "s":
            return *STEPS, *FINDINGS
        case "status", 2:
            return STEPS
        case "saw", 2:
            return FINDINGS
        case "close", 1:
            return tuple(one.value for one in Outcome)
        case "heard", 1:
            return tuple(one.value for one in Heard)
        case "afterwards", 2:
            return tuple(one.value for one in DoneByVoice)
        case "change-zone", 1:
            return names.zones
        case "request" | "answered", 1:
            return *SERVICES, *names.zones
        case "support" | "offer-lead" | "take-over-room", 1:
            return names.rooms
        case "choose-fix", 1:
            return "other", "shown"
        case "announce-test", 3:
            return ("home",)
        case _:
            return ()
