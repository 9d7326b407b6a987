"""What the first frame is painted with: the same values as the settings', and never an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.first_look import FirstLook, first_look
from console.settings import Settings, load

FILE = 'operator = "1"\nlanguage = "nl"\ntheme = "light"\nurl = ["ws://127.0.0.1:1", "ws://127.0.0.1:2"]\n'
NAMES = ("language", "theme", "operator", "url")


def written(folder: Path, text: str) -> dict[str, str]:
    """The environment of a machine whose settings file has this text."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return {"MSA_CONFIG": str(file), "LC_ALL": "C"}


@pytest.mark.parametrize("text", ["", FILE])
@pytest.mark.parametrize(
    "variables", [{}, {"MSA_OPERATOR": "2", "MSA_LANGUAGE": "fr", "MSA_URL": "ws://a:1, ws://b:2"}]
)
@pytest.mark.parametrize("flags", [{}, {"operator": "3", "theme": "dark", "language": None}])
def test_the_first_frame_and_the_settings_agree(
    tmp_path: Path, text: str, variables: dict[str, str], flags: dict[str, str | None]
) -> None:
    environment = written(tmp_path, text) | variables
    settings = load(environment, flags).settings
    assert first_look(environment, flags) == FirstLook(
        language=settings.language or "en",
        theme=settings.theme,
        operator=settings.operator or "",
        url=settings.url[0],
    )


@pytest.mark.parametrize(
    "text", ["not = [toml", 'theme = "pink"\nlanguage = 7\nurl = {}\noperator = ["a"]\n']
)
def test_what_cannot_be_used_counts_as_not_given(tmp_path: Path, text: str) -> None:
    looked = first_look(written(tmp_path, text), {"language": "xx"})
    assert (looked.language, looked.theme, looked.url) == ("en", Settings().theme, Settings().url[0])


def test_the_first_frame_waits_for_no_check_of_the_settings() -> None:
    """The login is painted before pydantic is loaded: that is a fifth of the start."""
    program = (
        "import sys, console.cli, console.cli.run, console.first_look, console.tui.app;"
        "console.first_look.first_look({}, {}); print('pydantic' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
