"""What the settings say of themselves, and how one is changed in ``config.toml`` without touching the rest.

A change is made in the text of the file: comments, order and lines that nobody here knows stay as they are. Before it
is kept the new text is read again: if anything but the one setting differs, it is refused.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from console.first_look import config_file
from console.settings import Loaded, Settings, load, nested, values_of


class NotWrittenError(Exception):
    """The file cannot be changed: it is not writable, or it is written in a way that only a person can change."""


class NotAllowedError(Exception):
    """The value is none that the setting can have."""


@dataclass(frozen=True)
class OwnSettings:
    """The settings of this console, with where they come from, and the one way in which they are changed.

    ``flags`` are those of the command line. ``fixed``: they are another's (a page of `msa web` shows the server's)
    and can only be read.
    """

    environment: Mapping[str, str]
    flags: Mapping[str, object]
    fixed: bool = False

    @property
    def file(self) -> Path:
        """The file in which a change is kept."""
        return config_file(self.environment)

    def loaded(self) -> Loaded:
        """The settings as they stand now, with where each comes from.

        Raises:
            Stop: the file was changed meanwhile and cannot be read.
        """
        return load(self.environment, self.flags)

    def change(self, name: str, text: str) -> Any:
        """Give a setting the value that was typed (empty: its default), keep it in the file and return it.

        Raises:
            NotAllowedError: the setting cannot have this value.
            NotWrittenError: the file cannot be changed.
            Stop: the file was changed meanwhile and cannot be read.
        """
        value = values_of(read(self.loaded(), name, text.strip()))[name]
        before = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        default = values_of(Settings())[name]
        after = rewritten(before, name, None if value == default else value)
        try:
            _replace(self.file, after)
        except OSError as error:
            raise NotWrittenError(error.strerror or type(error).__name__) from error
        return value


def read(loaded: Loaded, name: str, text: str) -> Settings:
    """The settings with one of them as typed; an empty text is its default.

    Raises:
        NotAllowedError: the setting cannot have this value.
    """
    values: dict[str, Any] = values_of(loaded.settings)
    values[name] = text or values_of(Settings())[name]
    try:
        return Settings.model_validate(nested(values))
    except ValidationError as wrong:
        raise NotAllowedError(name) from wrong


@cache
def notes(model: type[BaseModel] = Settings, before: str = "") -> Mapping[str, str]:
    """The text under each setting in the source, by dotted name; one without has that of its group."""
    found: dict[str, str] = {}
    own = docstrings(model)
    for name, field in model.model_fields.items():
        said = own.get(name, "")
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            inner = notes(kind, f"{before}{name}.")
            found |= {key: note or said for key, note in inner.items()}
        else:
            found[before + name] = said
    return found


def field_of(name: str) -> FieldInfo:
    """The declaration of a setting: its type and its limits."""
    model: Any = Settings
    *groups, last = name.split(".")
    for group in groups:
        model = model.model_fields[group].annotation
    found: FieldInfo = model.model_fields[last]
    return found


def choices(name: str) -> tuple[str, ...]:
    """What a setting of a few values can be, as it is typed; "" is its default. Empty: it is no such setting."""
    kinds = _kinds(field_of(name).annotation)
    named = tuple(value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind))
    if named:
        return ("", *named) if NoneType in kinds else named
    return ("yes", "no") if kinds == (bool,) else ()


def limits(name: str) -> tuple[str, float | None, float | None]:
    """What else is allowed: ``number``, ``text``, ``path``, ``addresses`` or ``keys``; a number's least and most."""
    field = field_of(name)
    kinds = [kind for kind in _kinds(field.annotation) if kind is not NoneType]
    if kinds and kinds[0] in {int, float}:
        low = next(
            (getattr(one, side) for one in field.metadata for side in ("ge", "gt") if hasattr(one, side)),
            None,
        )
        high = next((one.le for one in field.metadata if hasattr(one, "le")), None)
        return "number", low, high
    origin = get_origin(kinds[0])
    if origin is tuple:
        return "addresses", None, None
    if origin is dict:
        return "keys", None, None
    return ("path" if kinds[0] is Path else "text"), None, None


def shown(value: object) -> str:
    """A value as it is read and typed: ``yes``, ``10``, ``note=f11``; "" for none."""
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Mapping):
        return ",".join(f"{name}={keys}" for name, keys in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def toml(value: object) -> str:
    """A value as TOML writes it; a setting without one is an empty text."""
    if value is None:
        return '""'
    if isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(
        list(value) if isinstance(value, tuple) else value if isinstance(value, str) else str(value)
    )


def rewritten(text: str, name: str, value: object) -> str:
    """The text of the file with one setting changed; ``value`` None takes it out.

    Raises:
        NotWrittenError: only a person can change it there.
    """
    try:
        before = _flat(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise NotWrittenError(str(error)) from error
    wanted = {key: one for key, one in before.items() if key != name and not key.startswith(f"{name}.")}
    lines = list(_without(text.splitlines(), name))
    if isinstance(value, Mapping):
        # The names in it are no settings: a dot in one of them is no table.
        for key, one in reversed(list(value.items())):
            lines = _with(lines, (name, json.dumps(key)), one)
            wanted[f"{name}.{key}"] = one
    elif value is not None:
        lines = _with(lines, tuple(name.split(".")), value)
        wanted[name] = json.loads(json.dumps(list(value) if isinstance(value, tuple) else _plain(value)))
    changed = "\n".join(lines) + ("\n" if lines else "")
    try:
        same = _flat(tomllib.loads(changed)) == wanted
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise NotWrittenError(name)
    return changed


_TABLE: Final = re.compile(r"^\s*\[\s*([A-Za-z0-9_.\s\"'-]+?)\s*\]\s*(#.*)?$")
_ENTRY: Final = re.compile(r"^\s*([A-Za-z0-9_.\s\"'-]+?)\s*=")


def _without(lines: list[str], name: str) -> Iterator[str]:
    """Every line but those that give this setting a value, which may be several."""
    table, skip_until = "", 0
    for place, line in enumerate(lines):
        if place < skip_until:
            continue
        if head := _TABLE.match(line):
            table = _dotted(head[1]) + "."
        elif entry := _ENTRY.match(line):
            end = _end_of(lines, place)
            key = table + _dotted(entry[1])
            if key == name or key.startswith(f"{name}."):
                skip_until = end
                continue
            yield from lines[place:end]
            skip_until = end
            continue
        yield line


def _end_of(lines: list[str], start: int) -> int:
    """Where the value that begins in a line ends: a list or a text may go on over several."""
    for end in range(start + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return start + 1


def _with(lines: list[str], name: tuple[str, ...], value: object) -> list[str]:
    """The lines with a value more, in the table that is there for it, or in a new one at the end."""
    *groups, last = name
    for length in range(len(groups), 0, -1):
        table, rest = ".".join(groups[:length]), [*groups[length:], last]
        for place, line in enumerate(lines):
            if (head := _TABLE.match(line)) and _dotted(head[1]) == table:
                return [*lines[: place + 1], f"{'.'.join(rest)} = {toml(value)}", *lines[place + 1 :]]
    if groups:
        return [
            *lines,
            *([""] if lines and lines[-1] else []),
            f"[{groups[0]}]",
            f"{'.'.join([*groups[1:], last])} = {toml(value)}",
        ]
    first = next((place for place, line in enumerate(lines) if _TABLE.match(line)), len(lines))
    while first > 0 and not lines[first - 1].strip():
        first -= 1
    return [*lines[:first], f"{last} = {toml(value)}", *lines[first:]]


def _dotted(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _flat(tables: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in tables.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{name}.")
        else:
            flat[before + name] = value
    return flat


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """The types that a setting may have: of ``int | None`` both, with what annotates them taken off."""
    if get_origin(annotation) is Literal or annotation is None:
        return (annotation,)
    if get_origin(annotation) in {tuple, dict}:
        return (annotation,)
    return get_args(annotation) or (annotation,)


def docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The text under each field of a model, from its source."""
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(after, ast.Expr)
            and isinstance(field.target, ast.Name)
        ):
            found[field.target.id] = " ".join(str(ast.literal_eval(after.value)).split())
    return found


def _replace(file: Path, text: str) -> None:
    """Whole or not at all, with the rights that the file had."""
    file.parent.mkdir(parents=True, exist_ok=True)
    target = file.resolve()
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            os.chmod(draft, target.stat().st_mode & 0o777)
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
