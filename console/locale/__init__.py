"""The languages of the screen: nl, fr, de, en, switched while it runs.

The source is English and marks each message; the catalogues beside this file have its words:

    _("{patrol} is on the way", patrol="L-12")      a message, its places filled in by keyword
    ngettext("{n} alarm", "{n} alarms", n)          one or several; ``{n}`` is the number
    pgettext("State", "closed")                     the same English word with another meaning
    N_("acknowledge")                               marks a text that is looked up later, with `_`

Look up when something is shown, never at import time: then `use` changes what is shown next. A message that a
catalogue lacks appears in English. No I/O beyond one catalogue file, read when its language is first used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gettext

LANGUAGES = ("nl", "fr", "de", "en")
"""The languages of the country, and the language of the source. The order is that of the settings."""

_FOLDER = os.path.dirname(__file__)
_chosen = ["en"]


def use(language: str) -> None:
    """Show everything from now on in ``language``.

    Raises:
        ValueError: not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
    _chosen[0] = language


def current() -> str:
    """The language in use: one of `LANGUAGES`."""
    return _chosen[0]


def preferred(environment: Mapping[str, str]) -> str:
    """The language that a terminal asks for (LC_ALL, LC_MESSAGES, LANG, as POSIX orders them); else en."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            language = value[:2].lower()
            return language if language in LANGUAGES else "en"
    return "en"


def _(message: str, /, **places: object) -> str:
    """The message in the language in use, with its places filled in."""
    return _fill(_catalogue(_chosen[0]).gettext(message), message, places)


def ngettext(one: str, several: str, n: int, /, **places: object) -> str:
    """The message for ``n`` things, by the plural rule of the language in use."""
    source = one if n == 1 else several
    return _fill(_catalogue(_chosen[0]).ngettext(one, several, n), source, {"n": n, **places})


def pgettext(context: str, message: str, /, **places: object) -> str:
    """The message where English has one word for several meanings: ``context`` says which."""
    return _fill(_catalogue(_chosen[0]).pgettext(context, message), message, places)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's own manual gives this mark
    """Mark a text for the catalogues and leave it as it is; `_` looks it up when it is shown."""
    return message


def _fill(text: str, source: str, places: Mapping[str, object]) -> str:
    if not places:
        return text
    # A catalogue with a wrong place must not take a line off the screen.
    for attempt in (text, source):
        try:
            return attempt.format_map(_Blank(places))
        except (LookupError, ValueError, AttributeError):
            continue
    return source


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    import gettext

    path = os.path.join(_FOLDER, language, "LC_MESSAGES", "msa.mo")
    try:
        with open(path, "rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, ValueError, UnicodeDecodeError):
        return gettext.NullTranslations()
