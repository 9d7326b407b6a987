"""The themes: every text can be read on its ground, and the colours that mean something stay apart for everybody."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from textual.color import Color
from textual.theme import Theme

from console.first_look import THEMES as NAMES
from console.first_look import first_look
from console.tui.theme import THEME_LABELS, THEMES
from tests.contrast import ENHANCED, SIMULATED, TEXT, contrast, difference

INKS = ("foreground", "muted", "primary", "secondary", "warning", "error", "success")
GROUNDS = ("background", "surface", "panel", "chosen")
STATES = ("error", "warning", "success")
"""Grave, amber, done: what must not be taken for each other."""

APART = 25.0
"""Two colours of this distance (delta E of 1976) are called different at a glance; 2.3 is just noticeable."""


def color(theme: Theme, name: str) -> Color:
    return Color.parse(getattr(theme, name, None) or theme.variables[name])


def test_settings_and_colours_know_the_same_themes() -> None:
    assert tuple(THEMES) == tuple(THEME_LABELS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_text_of_a_theme_can_be_read_on_every_ground(name: str) -> None:
    theme = THEMES[name]  # type: ignore[index]  # a name of the list that is the type
    wanted = ENHANCED if name == "high-contrast" else TEXT
    weak = {
        (ink, ground): round(found, 2)
        for ink, ground in product(INKS, GROUNDS)
        if (found := contrast(color(theme, ink), color(theme, ground))) < wanted
    }
    assert weak == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_cursor_of_a_list_can_be_read(name: str) -> None:
    theme = THEMES[name]  # type: ignore[index]
    ink, ground = color(theme, "block-cursor-foreground"), color(theme, "block-cursor-background")
    assert contrast(ink, ground) >= (ENHANCED if name == "high-contrast" else TEXT)


@pytest.mark.parametrize("cones", SIMULATED)
def test_states_stay_apart_without_red_or_green_cones(cones: str) -> None:
    theme = THEMES["colour-blind"]
    close = {
        pair: round(found, 1)
        for pair in combinations(STATES, 2)
        if (found := difference(color(theme, pair[0]), color(theme, pair[1]), cones)) < APART
    }
    assert close == {}


def test_the_simulation_tells_what_red_and_green_look_like_to_others() -> None:
    red, green = Color(200, 60, 50), Color(95, 125, 50)
    assert difference(red, green) > 2 * difference(red, green, "deuteranopia")
    assert difference(red, red, "protanopia") == 0


def test_the_theme_without_colours_has_none() -> None:
    theme = THEMES["monochrome"]
    tinted = [name for name in (*INKS, *GROUNDS) if len(set(color(theme, name).rgb)) > 1]
    assert tinted == []


@pytest.mark.parametrize(("asked", "shown"), [("1", "monochrome"), ("", "light")])
def test_no_color_takes_the_colours_away_and_an_empty_one_does_not(asked: str, shown: str) -> None:
    environment = {"NO_COLOR": asked, "MSA_THEME": "light", "MSA_CONFIG": "/nowhere"}
    assert first_look(environment, {}).theme == shown
