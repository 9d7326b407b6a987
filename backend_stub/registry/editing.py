"""Change a case file as its zone would: by named facts, or by a JSON merge patch (RFC 7396). Nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from console.domain.casefile import (
    CaseFile,
    Channel,
    ChannelRule,
    Danger,
    DangerCheck,
    DangerKind,
    OrderKind,
    Provenance,
)

E = TypeVar("E", bound=StrEnum)

REVIEW_AFTER = timedelta(days=180)
"""What is entered today is looked at again in half a year."""


class MistakeError(ValueError):
    """What was asked does not fit the file; the text is a sentence for whoever asked."""


@dataclass(frozen=True)
class Edits:
    """What is to be changed. Texts as they are typed: ``firearm=pistol``, ``ring=yes``, ``contact_ban=2026-03-01``.

    ``words``: the all-clear word and the duress word. ``patch``: a JSON merge patch for what has no option.
    """

    danger: Sequence[str] = ()
    no_danger: Sequence[str] = ()
    danger_check: str | None = None
    channel: Sequence[str] = ()
    served: Sequence[str] = ()
    words: str | None = None
    siren_off_m: float | None = None
    patch: str | None = None
    source: str = "file manager"
    by: str = "file manager"


def edited(file: CaseFile, edits: Edits, today: date) -> CaseFile:
    """The next revision of a case file.

    Raises:
        MistakeError: nothing would change, or something does not fit.
    """
    told = Provenance(source=edits.source, on=today, checked_by=edits.by, review_by=today + REVIEW_AFTER)
    man = file.perpetrator
    gone = {_code(DangerKind, kind, "--no-danger") for kind in edits.no_danger}
    if absent := gone - {one.kind for one in man.dangers}:
        raise MistakeError(f"--no-danger: the file names no {', '.join(sorted(absent))}")
    dangers = [one for one in man.dangers if one.kind not in gone]
    for text in edits.danger:
        kind, words = _pair(text, "--danger", "KIND=WORDS")
        dangers.append(Danger(kind=_code(DangerKind, kind, "--danger"), words=words, provenance=told))
    check = man.danger_check
    if edits.danger_check is not None:
        check = _code(DangerCheck, edits.danger_check, "--danger-check")
    man = man.model_copy(
        update={
            "dangers": tuple(dangers),
            "danger_check": check,
            "orders": tuple(_served(man.orders, edits, today)),
        }
    )
    she = file.victim.model_copy(update={"channels": _channels(file, edits, told)} | _words(file, edits))
    if edits.siren_off_m is not None:
        she = she.model_copy(update={"siren_off_m": edits.siren_off_m})
    changed = _patched(file.model_copy(update={"victim": she, "perpetrator": man}), edits.patch)
    if (changed.id, changed.revision) != (file.id, file.revision):
        raise MistakeError("id and revision of a file are not changed by hand")
    if changed.perpetrator.id != file.perpetrator.id:
        raise MistakeError("another man is another file: the id of the perpetrator stays")
    if changed == file:
        raise MistakeError("nothing would change")
    return changed.model_copy(update={"revision": file.revision + 1})


def _channels(file: CaseFile, edits: Edits, told: Provenance) -> tuple[ChannelRule, ...]:
    rules = list(file.victim.channels)
    for text in edits.channel:
        name, answer = _pair(text, "--channel", "CHANNEL=yes|no")
        channel = _code(Channel, name, "--channel")
        if answer not in {"yes", "no"}:
            raise MistakeError(f"--channel: {answer!r} is neither yes nor no")
        rules = [one for one in rules if one.channel is not channel]
        rules.append(ChannelRule(channel=channel, allowed=answer == "yes", provenance=told))
    return tuple(rules)


def _served(orders: Sequence[Any], edits: Edits, today: date) -> list[Any]:
    served: dict[OrderKind, date] = {}
    for text in edits.served:
        name, _, day = text.partition("=")
        kind = _code(OrderKind, name, "--served")
        if kind not in {one.kind for one in orders}:
            raise MistakeError(f"--served: the file names no {kind}")
        try:
            served[kind] = date.fromisoformat(day) if day else today
        except ValueError:
            raise MistakeError(f"--served: {day!r} is no day, for example {today.isoformat()}") from None
    return [
        one.model_copy(update={"served_on": served[one.kind]}) if one.kind in served else one
        for one in orders
    ]


def _words(file: CaseFile, edits: Edits) -> dict[str, Any]:
    """Both words are changed together: whoever overheard the one may know of the other (W4)."""
    if edits.words is None:
        return {}
    words = [one.strip() for one in edits.words.split(",")]
    if len(words) != 2 or not all(words) or words[0].casefold() == words[1].casefold():
        raise MistakeError("--words: two different words, ALL-CLEAR,DURESS")
    before = {one.casefold() for one in (file.victim.all_clear_word, file.victim.duress_word) if one}
    if before & {one.casefold() for one in words}:
        raise MistakeError("--words: both must be new")
    return {"all_clear_word": words[0], "duress_word": words[1], "words_used_on": None}


def _patched(file: CaseFile, patch: str | None) -> CaseFile:
    content: Any = file.model_dump(mode="json")
    if patch is not None:
        try:
            given = from_json(patch)
        except ValueError as wrong:
            raise MistakeError(f"the patch is no JSON: {wrong}") from None
        if not isinstance(given, dict):
            raise MistakeError("the patch is a JSON object with the fields to change")
        content = _merged(content, given)
    try:
        return CaseFile.model_validate(content)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        raise MistakeError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396: objects are merged, null takes a field away, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise MistakeError(f"{option}: {text!r} is not {form}")
    return name.strip(), value.strip()


def _code(codes: type[E], text: str, option: str) -> E:
    try:
        return codes(text.strip().casefold())
    except ValueError:
        raise MistakeError(f"{option}: {text!r} is none of: {', '.join(codes)}") from None
