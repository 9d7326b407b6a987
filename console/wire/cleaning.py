"""Text from outside is cleaned before anything shows it (S11, architecture decision 9).

A terminal obeys what it is sent: ESC, OSC 52, C1, NUL and bidirectional overrides in a name would write the
clipboard, the title or over other lines. Whatever could do that becomes U+FFFD, which is also the mark that the
text was changed; the ledger keeps the original.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter
from pydantic_core import from_json

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
MAX_CHARACTERS: Final = 4_000
MAX_COMBINING: Final = 3
"""Marks on one letter; more would climb over the lines above. Vietnamese needs two."""

_PLAIN: Final = re.compile(r"[ -\[\]-~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u20ac]*")
"""A whole frame of these needs no further look: Latin letters, no backslash (an escape may hide anything)."""

_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters that show nothing (Hangul fillers, empty braille): they make a name look like another."""

_BLANK_MARKS: Final = re.compile("[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that show nothing (grapheme joiner, variation selectors): they hide text in text, and shift columns."""

_PRINTABLE_BREAKS: Final = frozenset("\n\t")

T = TypeVar("T")


def clean(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return ``text`` fit for a screen: NFC, no controls, no invisible or direction-changing characters.

    Line breaks and tabs become spaces. What is cut at ``limit`` characters ends in U+FFFD.
    """
    if len(text) <= limit and _PLAIN.fullmatch(text):
        return text
    cut = text[: limit + 1]
    made: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", cut):
        if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Mc"}:
            marks += 1
            if marks > MAX_COMBINING or not made:
                _replace(made)
                continue
        else:
            marks = 0
        if character in _PRINTABLE_BREAKS:
            made.append(" ")
        elif character in _BLANK_LETTERS or _BLANK_MARKS.match(character) or not character.isprintable():
            _replace(made)
        else:
            made.append(character)
    if len(text) > limit:
        return "".join(made[: limit - 1]) + REPLACEMENT
    return "".join(made)


def _replace(made: list[str]) -> None:
    if not made or made[-1] != REPLACEMENT:
        made.append(REPLACEMENT)


def cleaned(value: Any) -> Any:
    """Return parsed JSON with every string in it cleaned, keys too."""
    match value:
        case str():
            return clean(value)
        case list():
            return [cleaned(item) for item in value]
        case dict():
            return {clean(key): cleaned(item) for key, item in value.items()}
        case _:
            return value


def read_cleaned(adapter: TypeAdapter[T], frame: str | bytes) -> T:
    """Validate a frame of JSON text with every string in it cleaned.

    Raises:
        pydantic.ValidationError: not JSON, or not a frame of this kind.
        ValueError: not JSON, where the text needed cleaning first.
    """
    text = frame.decode("utf-8") if isinstance(frame, bytes) else frame
    if _PLAIN.fullmatch(text) and _is_short(text):
        return adapter.validate_json(text)
    return adapter.validate_python(cleaned(from_json(text)))


def _is_short(plain: str) -> bool:
    """No string in this JSON text, in which no quote is escaped, can be longer than `MAX_CHARACTERS`."""
    return len(plain) <= MAX_CHARACTERS or max(map(len, plain.split('"'))) <= MAX_CHARACTERS
