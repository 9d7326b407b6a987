"""Stand-ins for whom and what a recording names: the same one for the same person or thing throughout (S13).

Nothing of an original is in a stand-in: they are counted. A stand-in is recognisably invented. `StandIns.in_text`
puts them into a text wherever an original stands in it; `StandIns.found_in` says whether one is left.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

SURNAMES: Final = ("Figurant", "Statist", "Rolmans", "Darsteller", "Personnage", "Typetje")
"""Actors' words: nobody takes them for somebody, and the invented people of the demo have others."""

_SHORTEST_PART: Final = 3
"""A part of a name with fewer letters says nothing, and is found in every other word."""

_TITLES: Final = frozenset(
    "insp hinp inspecteur hoofdinspecteur inspectrice inspektor com comm commissaris".split()
)

_LETTERS: Final = {
    "a": "aàáâãäå",
    "c": "cç",
    "e": "eèéêë",
    "i": "iìíîï",
    "n": "nñ",
    "o": "oòóôõö",
    "u": "uùúûü",
}


class Known(StrEnum):
    """What is looked for in a text."""

    PERSON = "person"
    PHONE = "phone"
    PLATE = "plate"
    ADDRESS = "address"
    CASE_NUMBER = "case number"
    NUMBER = "number of an intervention"
    IDENTITY = "identity"
    WORD = "word agreed with her"


class StandIns:
    """Originals and their stand-ins, as they are met."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}
        self._known: dict[tuple[Known, str], str] = {}
        self._looked: dict[str, Known | None] = {}
        self._patterns: list[tuple[Known, re.Pattern[str], str]] | None = None

    def of(self, kind: str, original: str, form: str, known: Known | None = None) -> str:
        """The stand-in of an original of a kind. ``form`` has a place for its number, counted from 1.

        ``known``: it is looked for in texts too.
        """
        key = kind, original
        if key not in self._of:
            self._count[kind] = self._count.get(kind, 0) + 1
            self._of[key] = form.format(self._count[kind])
        if known is not None:
            self.know(known, original, self._of[key])
        return self._of[key]

    def one_of(self, kind: str, original: str, several: tuple[str, ...]) -> str:
        """The stand-in out of a few that look different; when they are used up they come again."""
        return several[(int(self.of(kind, original, "{}")) - 1) % len(several)]

    def person(self, name: str) -> str:
        """The stand-in of a name; two people never share one. Parts of the name are looked for as well."""
        plain = " ".join(name.casefold().split())
        number = int(self.of("person", plain, "{}")) - 1
        turn = number // 26
        surname = SURNAMES[number % len(SURNAMES)]
        made = f"{chr(ord('A') + number % 26)}. {surname}" + (f" {turn + 1}" if turn else "")
        self.know(Known.PERSON, name, made)
        for part in re.findall(r"[^\W\d_]+", name):
            if len(part) >= _SHORTEST_PART and part.casefold() not in _TITLES:
                self.know(Known.PERSON, part, surname)
        return made

    def know(self, what: Known, original: str, stand_in: str) -> None:
        """Look for an original in texts from now on."""
        if self._known.get((what, original)) != stand_in:
            self._known[what, original] = stand_in
            self._patterns = None
            self._looked = {}

    def in_text(self, text: str) -> str:
        """The text with every original in it replaced, in upper or lower case, with or without accents."""
        for _, pattern, stand_in in self._longest_first():
            text = pattern.sub(stand_in.replace("\\", ""), text)
        return text

    def found_in(self, text: str) -> Known | None:
        """What of the originals stands in a text beside stand-ins; None: nothing."""
        if text not in self._looked:
            left = text
            for _, _, stand_in in self._longest_first():
                left = left.replace(stand_in, " ")
            found = (what for what, pattern, _ in self._longest_first() if pattern.search(left))
            self._looked[text] = next(found, None)
        return self._looked[text]

    def _longest_first(self) -> list[tuple[Known, re.Pattern[str], str]]:
        if self._patterns is None:
            ordered = sorted(self._known.items(), key=lambda one: (-len(one[0][1]), one[0]))
            self._patterns = [
                (what, pattern, stand_in)
                for (what, original), stand_in in ordered
                for pattern in _patterns(what, original)
            ]
        return self._patterns


def _patterns(what: Known, original: str) -> list[re.Pattern[str]]:
    """How an original may be written in a text."""
    match what:
        case Known.PHONE:
            digits = re.sub(r"\D", "", original)
            national = digits.removeprefix("00").removeprefix("32").lstrip("0")
            ends = {digits, national} if len(national) >= 6 else {digits}
            return [
                re.compile(r"\+?(?:0{0,2}32|0)?" + r"[\s./()-]*".join(end)) for end in ends if len(end) >= 6
            ]
        case Known.PLATE:
            signs = re.findall(r"\w", original)
            return [_bounded(r"[\s.-]*".join(map(_letter, signs)))] if len(signs) >= 4 else []
        case Known.ADDRESS:
            whole = " ".join(original.split())
            street = whole.split(",")[0]
            name = re.sub(r"[\s\d]+\w?$", "", street)
            forms = {whole, street, name if len(name) >= 5 else street}
            return [_bounded(_written(form)) for form in forms if len(form) >= _SHORTEST_PART]
        case _:
            return [_bounded(_written(original))] if len(original) >= _SHORTEST_PART else []


def _bounded(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _written(text: str) -> str:
    return r"\s+".join("".join(map(_letter, word)) for word in text.split())


def _letter(sign: str) -> str:
    """A letter with or without its accent."""
    plain = unicodedata.normalize("NFD", sign)[0].casefold()
    same = _LETTERS.get(plain)
    return f"[{same}]" if same else re.escape(sign)
