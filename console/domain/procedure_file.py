"""The file of procedures: per kind of alarm the steps, who does each, by when, and why. A control room may replace it.

A file may order the steps and say who, by when and why; it may not leave one out, and it may not let the key for
the next step close, cancel, ring, unmute or release (W16). Whatever is wrong is said in sentences, all of it at
once. Pure: it is handed the text. The seconds of each time stand in the settings (`console.domain.targets`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

from console.domain.procedure import (
    BY_KEY,
    STANDING,
    AlarmKind,
    By,
    Doer,
    Procedures,
    ProcedureStep,
    StepCode,
)

FORMAT: Final = 1
LONGEST_BYTES: Final = 256 * 1024
LONGEST_REASON: Final = 300
LANGUAGES: Final = ("nl", "fr", "de", "en")
FIELDS: Final = ("step", "who", "by", "key", "reason")
MOST_FAULTS: Final = 20

FORBIDDEN: Final = frozenset({"close", "cancel", "ring", "unmute", "release", "recall", "chat"})
"""Steps that a file is told apart for: the key for the next step never does them (W16)."""

E = TypeVar("E", AlarmKind, StepCode, Doer, By)


class ProcedureFileError(ValueError):
    """The file cannot be used. ``faults``: one sentence for each thing that is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults[:MOST_FAULTS])
        more = len(faults) - len(self.faults)
        said = [*self.faults, *([f"And {more} more."] if more else [])]
        super().__init__("\n".join(said))


def read_procedures(text: str | bytes) -> Procedures:
    """Read a file of procedures.

    Raises:
        ProcedureFileError: with a sentence for everything that is wrong in it.
    """
    if len(text) > LONGEST_BYTES:
        raise ProcedureFileError([f"The file is larger than {LONGEST_BYTES // 1024} KiB."])
    try:
        given = json.loads(text, object_pairs_hook=_no_twice)
    except (ValueError, RecursionError) as wrong:
        raise ProcedureFileError([f"The file is no JSON text: {wrong}."]) from None
    faults: list[str] = []
    made = _kinds(given, faults)
    if faults:
        raise ProcedureFileError(faults)
    return MappingProxyType(made)


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!a} stands twice in one object")
    return dict(pairs)


def _kinds(given: object, faults: list[str]) -> dict[AlarmKind, tuple[ProcedureStep, ...]]:
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        faults.append(f'The file must be an object with "format": {FORMAT} and "procedures".')
        return {}
    procedures = given.get("procedures")
    if not isinstance(procedures, dict):
        faults.append('"procedures" must be an object: each kind of alarm with the list of its steps.')
        return {}
    for name in sorted(set(given) - {"format", "procedures"}):
        faults.append(f"{name!a} is not known beside format and procedures.")
    for name in procedures:
        if name not in set(AlarmKind):
            faults.append(f"{name!a} is no kind of alarm: {', '.join(AlarmKind)}.")
    made = {}
    for kind in AlarmKind:
        if kind not in procedures:
            faults.append(f"{kind}: the procedure is missing.")
            continue
        made[kind] = _procedure(kind, procedures[kind], faults)
    return made


def _procedure(kind: AlarmKind, given: object, faults: list[str]) -> tuple[ProcedureStep, ...]:
    if not isinstance(given, list) or not given:
        faults.append(f"{kind}: a procedure is a list of steps.")
        return ()
    before = len(faults)
    steps = [_step(f"{kind}, step {place}", one, faults) for place, one in enumerate(given, start=1)]
    made = tuple(step for step in steps if step is not None)
    if len(faults) == before:
        faults += _together(kind, [step.step for step in made])
    return made


def _together(kind: AlarmKind, steps: Sequence[StepCode]) -> list[str]:
    """Every step once, so that none is forgotten; what begins and what is left over in their places."""
    wanted = [one.step for one in STANDING[kind]]
    faults = [f"{kind}: the step {step} stands twice." for step in wanted if steps.count(step) > 1]
    faults += [
        f"{kind}: the step {step} is missing: every step stands in it once."
        for step in wanted
        if step not in steps
    ]
    faults += [f"{kind}: {step} is no step of this kind of alarm." for step in steps if step not in wanted]
    if faults:
        return faults
    if steps[0] is not StepCode.ACKNOWLEDGE:
        faults.append(f"{kind}: acknowledge comes first: every press is acknowledged (W1).")
    if StepCode.WAIT_ARRIVAL in steps and steps[-1] is not StepCode.WAIT_ARRIVAL:
        faults.append(f"{kind}: wait_arrival comes last: no step after it would ever be reached.")
    return faults


def _step(where: str, given: object, faults: list[str]) -> ProcedureStep | None:
    if not isinstance(given, dict):
        faults.append(f"{where}: a step is an object with {', '.join(FIELDS)}.")
        return None
    before = len(faults)
    for name in sorted(set(given) - set(FIELDS)):
        faults.append(f"{where}: {name!a} is not known: a step has {', '.join(FIELDS)}.")
    key = given.get("key", False)
    code = _code(StepCode, where, "step", given.get("step"), faults, asks_key=key is True)
    who = _code(Doer, where, "who", given.get("who"), faults)
    by = None if given.get("by") is None else _code(By, where, "by", given["by"], faults)
    if not isinstance(key, bool):
        faults.append(f"{where}: key must be true or false.")
    elif key and code is not None and code not in BY_KEY:
        faults.append(_by_key(where, code))
    if code is not None and (code is StepCode.CONFIRM_TEST) is not (by is By.CONFIRM):
        faults.append(f'{where}: confirm_test goes with "by": "confirm", and no other step does (W15).')
    reason = _reason(where, given.get("reason"), faults)
    if len(faults) > before or code is None or who is None:
        return None
    return ProcedureStep(code, who, by, key, reason)


def _by_key(where: str, step: str) -> str:
    return (
        f"{where}: the key for the next step never does {step} (W16): "
        f'only {" and ".join(sorted(BY_KEY))} may have "key": true.'
    )


def _code(
    codes: type[E], where: str, name: str, given: object, faults: list[str], *, asks_key: bool = False
) -> E | None:
    allowed = [one for one in codes if one != StepCode.NONE]
    if isinstance(given, str) and given in allowed:
        return codes(given)
    if isinstance(given, str) and asks_key and given in FORBIDDEN:
        faults.append(_by_key(where, given))
    else:
        faults.append(f"{where}: {name} must be one of {', '.join(allowed)}; it is {given!a}.")
    return None


def _reason(where: str, given: object, faults: list[str]) -> Mapping[str, str]:
    """A text for every language, or one for each."""
    texts = dict.fromkeys(LANGUAGES, given) if isinstance(given, str) else given
    if not isinstance(texts, dict) or not texts:
        faults.append(f"{where}: reason must say why: a text, or a text for each of {', '.join(LANGUAGES)}.")
        return {}
    for language, text in texts.items():
        if language not in LANGUAGES:
            faults.append(f"{where}: reason: {language!a} is none of {', '.join(LANGUAGES)}.")
        elif not isinstance(text, str) or not text.strip() or not text.isprintable():
            faults.append(f"{where}: reason: the text in {language} is empty or has signs that are no text.")
        elif len(text) > LONGEST_REASON:
            faults.append(
                f"{where}: reason: the text in {language} has more than {LONGEST_REASON} characters."
            )
        else:
            continue
        return {}
    return MappingProxyType({language: text.strip() for language, text in texts.items()})
