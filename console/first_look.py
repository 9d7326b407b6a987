"""What the first frame needs of the settings, taken as it stands: who, where, language and colours.

The settings themselves (`console.settings`) check every value, and take a fifth of the time from the start to the
first frame. They are read right after it, in a thread; what is wrong is said then. Here a value that cannot be used
counts as not given. The order of the sources is the same, and so are the names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from console.locale import LANGUAGES, preferred

PREFIX: Final = "MSA_"
FILE_VARIABLE: Final = "MSA_CONFIG"
ThemeName = Literal["dark", "light", "high-contrast", "colour-blind", "monochrome"]
"""The one list of the themes: the settings allow these, and `console.tui.theme` has their colours."""

THEMES: Final[tuple[ThemeName, ...]] = get_args(ThemeName)
WITHOUT_COLOURS: Final[ThemeName] = "monochrome"
URL: Final = "ws://127.0.0.1:8765"


@dataclass(frozen=True, slots=True)
class FirstLook:
    """``language`` is one that the screen has, ``theme`` one of `THEMES`, ``operator`` may be empty.

    ``NO_COLOR`` in the environment, unless it is empty, chooses the theme without colours (no-color.org).
    """

    language: str
    theme: ThemeName
    operator: str
    url: str


def first_look(environment: Mapping[str, str], flags: Mapping[str, object]) -> FirstLook:
    """Look at flags, environment and file, in this order. Never fails."""
    file = _file(environment)

    def given(name: str) -> str:
        for value in (flags.get(name), environment.get(PREFIX + name.upper()), file.get(name)):
            first = value[0] if isinstance(value, list) and value else value
            if first and isinstance(first, str):
                return first.partition(",")[0].strip() if name == "url" else first
        return ""

    language = given("language")
    theme = WITHOUT_COLOURS if environment.get("NO_COLOR") else given("theme")
    return FirstLook(
        language=language if language in LANGUAGES else preferred(environment),
        theme=next((one for one in THEMES if one == theme), THEMES[0]),
        operator=given("operator"),
        url=given("url") or URL,
    )


def config_file(environment: Mapping[str, str]) -> Path:
    """The settings file that applies; it need not exist unless ``MSA_CONFIG`` names it."""
    named = environment.get(FILE_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("msa") / "config.toml"


def _file(environment: Mapping[str, str]) -> Mapping[str, object]:
    try:
        with config_file(environment).open("rb") as source:
            return tomllib.load(source)
    except (OSError, ValueError):
        return {}
