"""The catalogues: what hatchling does before it packs or links the project, and the tool behind `make locale`.

Messages stand in the source in English. `console/locale/msa.pot` lists them, `*/LC_MESSAGES/msa.po` has their
words in each language, `msa.mo` is the compiled form that the program reads. The `.mo` files are made at each
build and before each test run; they are never committed, so they cannot disagree with their source.

    python hatch_build.py update     take the messages of the source over into template and catalogues
    python hatch_build.py check      say what is missing or has drifted; exit 1 if anything is
    python hatch_build.py compile    write each .mo that is older than its .po
"""

from __future__ import annotations

import ast
import io
import os
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
FOLDER = ROOT / "console" / "locale"
TEMPLATE = FOLDER / "msa.pot"
LANGUAGES = ("nl", "fr", "de", "en")
PLURALS = {
    "nl": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "de": "nplurals=2; plural=(n != 1);",
    "en": "nplurals=2; plural=(n != 1);",
}
"""Plural rules as the gettext manual gives them. French counts 0 as singular."""

KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""The marks of `console.locale` (babel's notation: which argument is what, c for the context)."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Compiles the catalogues before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling (its name for the hook); both arguments are hatchling's and stay as they are."""
        compile_catalogues()


def catalogue_path(language: str) -> Path:
    """Where a language's words are kept."""
    return FOLDER / language / "LC_MESSAGES" / "msa.po"


def extract() -> Catalog:
    """Collect every message of the console: those marked in the source, the refusals, the mistakes, the words, and what
    the settings say of themselves."""
    sys.path.insert(0, str(ROOT))  # the source that is read, not one that happens to be installed
    from console.domain.commands import REFUSALS
    from console.domain.typed import MISTAKES
    from console.locale.words import every_word
    from console.settings_file import notes

    template = Catalog(charset="utf-8")
    found = extract_from_dir(ROOT / "console", keywords=KEYWORDS, comment_tags=("TRANSLATORS:",))
    for name, _line, message, comments, context in found:
        template.add(message, None, [(f"console/{name}", 0)], auto_comments=comments, context=context)
    for sentence in REFUSALS.values():
        template.add(sentence, None, [("console/domain/commands.py", 0)])
    for sentence in MISTAKES.values():
        template.add(sentence, None, [("console/domain/typed.py", 0)])
    for note in filter(None, notes().values()):
        template.add(note, None, [("console/settings.py", 0)])
    for context, word in every_word():
        template.add(word, None, [("console/locale/words.py", 0)], context=context)
    return template


def update() -> None:
    """Bring template and catalogues up to what the source says; words of messages that are gone go too."""
    template = extract()
    TEMPLATE.write_text(_written(template, None), encoding="utf-8")
    for language in LANGUAGES:
        known = read_catalogue(language)
        fresh = Catalog(locale=language, charset="utf-8")
        for message in template:
            if not message.id:
                continue
            old = known.get(_key(message), message.context)
            words = old.string if old and isinstance(old.id, str) == isinstance(message.id, str) else ""
            if language == "en":
                words = message.id if isinstance(message.id, str) else tuple(message.id)
            fresh.add(
                message.id,
                words,
                message.locations,
                auto_comments=message.auto_comments,
                user_comments=old.user_comments if old else (),
                context=message.context,
            )
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_written(fresh, language), encoding="utf-8")
    compile_catalogues()


def check() -> list[str]:
    """Say, one line each, what the catalogues lack or have too much of; empty: all is well."""
    template = extract()
    complaints = list(unreadable_marks(ROOT / "console"))
    if not TEMPLATE.exists() or TEMPLATE.read_text(encoding="utf-8") != _written(template, None):
        complaints.append(f"{TEMPLATE.relative_to(ROOT)}: not what the source says; run make locale")
    wanted = {(message.context, _key(message)): message for message in template if message.id}
    for language in LANGUAGES:
        place = str(catalogue_path(language).relative_to(ROOT))
        catalogue = read_catalogue(language)
        have = {(message.context, _key(message)) for message in catalogue if message.id}
        complaints += [
            f"{place}: {key[1]!r} is no longer in the source" for key in sorted(have - set(wanted), key=str)
        ]
        for (context, key), message in wanted.items():
            complaint = fault_of(message, catalogue.get(key, context))
            if complaint:
                complaints.append(f"{place}: {key!r}{f' ({context})' if context else ''} {complaint}")
    return complaints


def compile_catalogues() -> None:
    """Write each .mo that is missing or older than its .po, whole or not at all."""
    for language in LANGUAGES:
        source = catalogue_path(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime > source.stat().st_mtime):
            continue
        compiled = io.BytesIO()
        write_mo(compiled, read_catalogue(language))
        draft = target.with_suffix(f".mo.{os.getpid()}")
        draft.write_bytes(compiled.getvalue())
        draft.replace(target)


def read_catalogue(language: str) -> Catalog:
    """A language's words as they are kept; an empty catalogue where there are none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8", abort_invalid=True)


def _written(catalogue: Catalog, language: str | None) -> str:
    """The catalogue as text, without dates: the same messages always give the same file."""
    header = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    if language:
        header = [f"Language: {language}", *header, f"Plural-Forms: {PLURALS[language]}"]
    lines = "".join(f'"{line}\\n"\n' for line in header)
    body = io.BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, include_lineno=False, sort_by_file=True)
    return f'msgid ""\nmsgstr ""\n{lines}\n{body.getvalue().decode("utf-8").strip()}\n'


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def fault_of(message: Message, translated: Message | None) -> str | None:
    """Say what a catalogue's words for a message lack, or None: words missing, or other places than the source."""
    if translated is None:
        return "is missing; run make locale, then write its words"
    texts = (translated.string,) if isinstance(translated.string, str) else tuple(translated.string or ())
    if translated.fuzzy or not texts or not all(texts):
        return "has no words yet"
    sources = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    if len(texts) != len(sources):
        return f"needs {len(sources)} forms, has {len(texts)}"
    allowed = set().union(*map(_places, sources))
    for text in texts:
        if len(sources) == 1 and _places(text) != allowed:
            return f"has the places {sorted(_places(text))} where the source has {sorted(allowed)}"
        if not _places(text) <= allowed:
            return f"has places that the source has not: {sorted(_places(text) - allowed)}"
    return None


def _places(text: str) -> set[str]:
    """Names in braces, which are filled in when the message is shown."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def unreadable_marks(folder: Path) -> Iterator[str]:
    """Marks that extraction passes over in silence: an f-string or a joined text cannot be looked up."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS
            ):
                continue
            if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args[:2]):
                place = f"{path.relative_to(folder.parent)}:{node.lineno}"
                yield f"{place}: {node.func.id}() needs a plain text with {{places}}, filled in by keyword"


def main(arguments: list[str]) -> int:
    """Run one of update, check, compile."""
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_catalogues()
        case ["check"]:
            complaints = check()
            print("\n".join(complaints) if complaints else f"catalogues complete: {', '.join(LANGUAGES)}")
            return 1 if complaints else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
