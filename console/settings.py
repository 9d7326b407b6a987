"""Settings of the console: their values, where each comes from, and what is allowed.

A value is taken from the first that has it: a flag, ``MSA_…`` in the environment, ``config.toml``, the default.
The file is ``config.toml`` in the folder of the platform (Linux: ``~/.config/msa``), or what ``MSA_CONFIG``
names. An empty text counts as not given. A variable is the name of the setting in capitals, with ``_`` between the parts:
``MSA_TARGETS_ACKNOWLEDGE_AMBER``. What the first frame needs of it is looked at before (`console.first_look`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from console.domain.limits import Targets
from console.domain.values import Frozen
from console.first_look import FILE_VARIABLE, PREFIX, THEMES, URL, ThemeName, config_file
from console.wire.exits import Stop

DEFAULT: Final = "default"


def _listed(value: object) -> object:
    """In a variable or a flag, several addresses are separated by commas; a flag may also be given several times."""
    match value:
        case str():
            return tuple(part.strip() for part in value.split(","))
        case list() | tuple() if all(isinstance(one, str) for one in value):
            return tuple(part.strip() for one in value for part in one.split(","))
        case _:
            return value


def _pairs(value: object) -> object:
    """In a variable or a flag, a key map is written ``close=ctrl+k,note=f2``."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",")]
    if not all(name and sign and keys for name, sign, keys in pairs):
        raise ValueError("must be written name=key,name=key")
    return {name.strip(): keys.strip() for name, _sign, keys in pairs}


def _websocket(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"ws", "wss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        good = False
    if not good:
        raise ValueError("must be an address such as ws://127.0.0.1:8765 or wss://backend.example")
    return url


Url = Annotated[str, AfterValidator(_websocket)]


class Sound(Frozen):
    """What is heard until an alarm is acknowledged."""

    bell: bool = True
    """Ring the terminal's bell."""

    command: str | None = Field(default=None, min_length=1)
    """A command that makes the sound instead, with its arguments; it is run without a shell.

    It rings though the terminal has stalled. If it fails the bell rings, whatever ``bell`` says."""

    every_s: float = Field(default=2.0, ge=0.5, le=60)
    """Seconds from one sound to the next."""


class Settings(Frozen):
    """Every setting of the console."""

    url: Annotated[tuple[Url, ...], BeforeValidator(_listed), Field(min_length=1)] = (URL,)
    """Where the backend answers. Several: the first that answers is used, until it is silent (5 s) or only stands by."""

    operator: str | None = Field(default=None, min_length=1, max_length=64)
    """Who logs in; without it the login asks."""

    language: Literal["nl", "fr", "de", "en"] | None = None
    """Language of the screen; without it, that of the terminal (LC_ALL, LC_MESSAGES, LANG)."""

    theme: ThemeName = THEMES[0]
    """Colours of the screen. NO_COLOR in the environment takes all colours away, as monochrome does."""

    zones: Path | None = None
    """A zones file to use instead of the one that comes with the program."""

    procedures: Path | None = None
    """A file of procedures to use instead of the one that comes with the program (msa procedures check)."""

    geocoder: Literal["none", "nominatim", "photon", "pelias"] = "none"
    """Who names the street of a position: nobody, so that no position leaves the control room; or your own server."""

    geocoder_url: str | None = Field(default=None, min_length=1)
    """Where that server answers, such as https://geocoder.example/; public servers are refused."""

    sound: Sound = Sound()
    """What is heard until an alarm is acknowledged."""

    targets: Targets = Targets()
    """Seconds from which a time is amber, red, and in breach."""

    test_every_days: int = Field(default=15, ge=1, le=366)
    """Days after which a button should have been tested again; the case file says since when it is overdue."""

    lock_after: float = Field(default=10.0, ge=0, le=1440)
    """Minutes without a key or the mouse after which the console locks; 0: never. Not while you hold something."""

    tour: bool = True
    """Show the tour of one minute the first time that somebody logs in here and no alarm is open."""

    keymap: Annotated[dict[str, str], BeforeValidator(_pairs)] = Field(default_factory=dict)
    """Other keys for an action: the action's name and its keys, as the help screen (?) shows them."""


@dataclass(frozen=True)
class Loaded:
    """The settings, and for each (by its dotted name) where its value comes from.

    An origin reads ``--url``, ``MSA_URL``, the path of the file, or ``default``.
    """

    settings: Settings
    origins: Mapping[str, str]


def load(environment: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Loaded:
    """Gather the settings. ``flags`` has the values given on the command line, by dotted name; None is none.

    Raises:
        Stop: a file or a value that is not what it must be, with a sentence that names it.
    """
    defaults = dict(_leaves(Settings()))
    file = config_file(environment)
    values, origins = dict(defaults), dict.fromkeys(defaults, DEFAULT)
    layers = (
        {
            name: (value, str(file))
            for name, value in _from_file(file, FILE_VARIABLE in environment).items()
            if value != ""
        },
        {
            name: (environment[variable(name)], variable(name))
            for name in defaults
            if environment.get(variable(name))
        },
        {name: (value, flag(name)) for name, value in (flags or {}).items() if value not in (None, [])},
    )
    for layer in layers:
        for name, (value, origin) in layer.items():
            values[name], origins[name] = value, origin
    try:
        settings = Settings.model_validate(nested(values))
    except ValidationError as wrong:
        raise Stop(_complaint(wrong, values, origins)) from wrong
    return Loaded(settings, origins)


def values_of(settings: Settings) -> dict[str, Any]:
    """Each setting by its dotted name (``targets.acknowledge.amber``), in the order in which they are declared."""
    return dict(_leaves(settings))


def variable(name: str) -> str:
    """The environment variable of a setting: ``sound.bell`` -> ``MSA_SOUND_BELL``."""
    return PREFIX + name.replace(".", "_").upper()


def flag(name: str) -> str:
    """The flag of a setting: ``url`` -> ``--url``."""
    return "--" + name.replace(".", "-").replace("_", "-")


def _leaves(model: BaseModel, before: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield before + name, value


def _from_file(file: Path, must_exist: bool) -> dict[str, object]:
    try:
        with file.open("rb") as source:
            tables = tomllib.load(source)
    except FileNotFoundError:
        if must_exist:
            raise Stop(f"{file}: there is no such file; {FILE_VARIABLE} names it.") from None
        return {}
    except OSError as error:
        raise Stop(f"{file}: cannot be read ({(error.strerror or 'unknown reason').lower()}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Stop(f"{file}: is not a TOML file ({error}).") from error
    return _flat(tables, Settings())


def _flat(tables: Mapping[str, object], model: BaseModel, before: str = "") -> dict[str, object]:
    """The values of a file by dotted name; a table where a group of settings is stays open for the next layer."""
    flat: dict[str, object] = {}
    for name, value in tables.items():
        group = getattr(model, name, None) if name in type(model).model_fields else None
        if isinstance(group, BaseModel) and isinstance(value, Mapping):
            flat |= _flat(value, group, f"{before}{name}.")
        else:
            flat[before + name] = value
    return flat


def nested(values: Mapping[str, object]) -> dict[str, Any]:
    """Settings by dotted name as the models take them: a table for each group."""
    nested: dict[str, Any] = {}
    # A group given as one value comes last, so that the wrong value is seen and not overwritten.
    for name, value in sorted(values.items(), key=lambda item: -item[0].count(".")):
        *groups, last = name.split(".")
        place = nested
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = value
    return nested


def _complaint(wrong: ValidationError, values: Mapping[str, object], origins: Mapping[str, str]) -> str:
    """The first error as a sentence: where it stands, which setting, what is allowed, what it is."""
    errors = wrong.errors(include_url=False)
    first = errors[0]
    parts = [str(part) for part in first["loc"]]
    name = next(
        (
            ".".join(parts[:length])
            for length in range(len(parts), 0, -1)
            if ".".join(parts[:length]) in values
        ),
        ".".join(parts),
    )
    within = [origin for key, origin in origins.items() if key == name or key.startswith(f"{name}.")]
    origin = next((one for one in within if one != DEFAULT), DEFAULT)
    if first["type"] == "extra_forbidden":
        near = get_close_matches(name, origins.keys() - {name}, n=1)
        hint = f"; did you mean {near[0]}?" if near else "; msa config show lists them all."
        return f"{origin}: there is no setting {name}{hint}"
    what = (
        first["msg"]
        .removeprefix("Value error, ")
        .replace("Input should be", "must be")
        .replace("Input", "it")
    )
    what = re.sub(r"\b(String|Value|Tuple) should", "must", what).replace(" after validation", "").rstrip(".")
    if first["type"] in {"model_type", "dict_type"}:
        what = "must be a table"
    given = values[name] if name in values else first["input"]
    more = f" ({len(errors) - 1} more after this one.)" if len(errors) > 1 else ""
    return f"{origin}: {name} {what[:1].lower()}{what[1:]}; it is {given!r}.{more}"
