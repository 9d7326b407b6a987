"""The settings screen: what applies and why, changed while the console runs, kept for the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from console.locale import current, use
from console.settings import load
from console.settings_file import OwnSettings, notes
from console.tui.app import Look
from console.tui.keymap import use_keys
from console.tui.screens.settings import SettingsDialog
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import leuven_by_night


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    use_keys({})
    use("en")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text('# ours\noperator = "4711"\n', encoding="utf-8")
    return file


def look(file: Path, *, fixed: bool = False, **variables: str) -> Look:
    return Look(own=OwnSettings({"MSA_CONFIG": str(file), **variables}, {}, fixed=fixed))


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def link() -> StillLink:
    story, _ = leuven_by_night()
    return StillLink(picture_of(story.room, story.now))


async def choose(seat: Seat, name: str) -> None:
    """Open the settings and go to one of them."""
    if not isinstance(seat.screen, SettingsDialog):
        await seat.press("comma")
    seat.screen.query_one(OptionList).highlighted = tuple(notes()).index(name)
    await seat.settle()


async def set_to(seat: Seat, name: str, text: str) -> None:
    await choose(seat, name)
    await seat.press("enter")
    seat.screen.query_one(Input).value = text
    await seat.press("enter")
    await seat.settle()


async def test_every_setting_is_shown_with_its_value_its_origin_and_what_is_allowed(file: Path) -> None:
    async with open_console(link(), look=look(file, MSA_LOCK_AFTER="5")) as seat:
        await choose(seat, "operator")
        said = seat.box()
        assert all(name in said for name in notes())
        assert "4711  ← config.toml" in said
        assert "5  ← MSA_LOCK_AFTER" in said
        await choose(seat, "lock_after")
        assert "Allowed: a number from 0 to 1440" in seat.box()
        assert "takes effect at once" in seat.box()
        await choose(seat, "zones")
        assert "takes effect at the next start" in seat.box()


async def test_language_theme_and_keys_take_effect_at_once_and_are_kept(file: Path) -> None:
    async with open_console(link(), look=look(file)) as seat:
        await choose(seat, "theme")
        await seat.press("enter", "enter")
        assert seat.app.theme == "msa-high-contrast"
        await set_to(seat, "keymap", "note=f11")
        await choose(seat, "language")
        await seat.press("enter")
        assert current() == "nl"
        await seat.press("escape")
        assert "F11" in seat.text("keys")
        settings = load({"MSA_CONFIG": str(file)}).settings
        assert (settings.theme, settings.language, settings.keymap) == (
            "high-contrast",
            "nl",
            {"note": "f11"},
        )
        assert text_of(file).startswith("# ours\n")


async def test_times_take_effect_at_once(file: Path) -> None:
    async with open_console(link(), look=look(file)) as seat:
        await set_to(seat, "targets.acknowledge.breach", "40")
        await set_to(seat, "targets.acknowledge.red", "30")
        assert seat.desk.shown.targets.acknowledge.red == 30


async def test_a_wrong_value_says_what_is_allowed_and_stays_to_be_corrected(file: Path) -> None:
    before = text_of(file)
    async with open_console(link(), look=look(file)) as seat:
        use("fr")
        await set_to(seat, "lock_after", "dix")
        assert "dix : impossible. Permis : un nombre de 0 à 1440" in seat.box()
        assert seat.screen.query_one(Input).value == "dix"
        await seat.press("escape")
        await set_to(seat, "keymap", "note=d")
        assert "la touche d serait à la fois dispatch et note" in seat.box()
        assert text_of(file) == before


async def test_what_the_environment_gives_goes_before_the_file_and_the_screen_says_so(file: Path) -> None:
    async with open_console(link(), look=look(file, MSA_THEME="dark")) as seat:
        await choose(seat, "theme")
        await seat.press("enter")
        assert "MSA_THEME goes before the file" in seat.box()
        assert seat.app.theme == "msa-dark"


async def test_in_a_browser_nobody_changes_the_settings_of_the_server(file: Path) -> None:
    before = text_of(file)
    async with open_console(link(), look=look(file, fixed=True)) as seat:
        await choose(seat, "theme")
        await seat.press("enter")
        assert "those of the server" in seat.box()
        assert text_of(file) == before
        assert seat.app.theme == "msa-dark"
