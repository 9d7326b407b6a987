"""The keys: other ones by the settings, said wherever a key is named, and never two things for one key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.locale import LANGUAGES, use
from console.tui.bindings import desk_bindings, map_bindings
from console.tui.hand import offer
from console.tui.keymap import APP_BINDINGS, checked, key_of, keys_of, use_keys
from console.tui.keysheet import DOCUMENT, sheet
from console.wire.exits import Stop


@pytest.fixture(autouse=True)
def _defaults_again() -> Iterator[None]:
    yield
    use_keys({})
    use("en")


def test_each_binding_has_a_name_of_its_own_and_the_defaults_do_not_clash() -> None:
    names = [one.id for one in (*APP_BINDINGS, *desk_bindings())]
    assert None not in names
    assert len(set(names)) == len(names)
    assert all(one.id and one.tooltip for one in map_bindings())
    assert checked({}) == {}


def test_another_key_is_said_wherever_it_is_named() -> None:
    use_keys({"afterwards": "f11", "note": "?", "keys": "ctrl+k"})
    assert (key_of("afterwards"), key_of("note"), keys_of("note")) == ("F11", "?", ("question_mark",))
    assert "F11 enters it" in offer()
    assert "| `F11` | Enter what was done by voice" in sheet()


def test_two_actions_may_change_places() -> None:
    use_keys({"note": "d", "dispatch": "n"})
    assert (key_of("note"), key_of("dispatch")) == ("d", "n")


def test_the_map_may_have_a_key_of_the_desk() -> None:
    assert checked({"map.fit": "a"}) == {"map.fit": "a"}


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"notes": "d"}, "no action notes; did you mean note?"),
        ({"zzzzz": "d"}, "no action zzzzz; msa keys lists them all."),
        ({"note": "d"}, "the key d would be both dispatch and note"),
        ({"note": "f11", "close": "f11"}, "the key f11 would be both note and close"),
        ({"note": "ctrl+p"}, "the key ctrl+p would be both palette and note"),
        ({"map.fit": "f"}, "the key f would be both map.follow and map.fit"),
        ({"note": "hello"}, "note has no key 'hello'"),
        ({"note": ""}, "note has no key ''"),
        ({"note": "hyper+nothing"}, "note has no key 'hyper+nothing'"),
    ],
)
def test_a_key_map_that_cannot_be_is_refused_with_what_is_wrong(keymap: dict[str, str], said: str) -> None:
    use_keys({"note": "f11"})
    with pytest.raises(Stop, match="keymap: ") as refused:
        use_keys(keymap)
    assert said in str(refused.value)
    assert key_of("note") == "F11", "what was in use stays"


def test_the_document_of_the_keys_is_what_the_code_says() -> None:
    """``make keys`` writes it."""
    assert DOCUMENT.read_text(encoding="utf-8") == sheet()


def test_the_sheet_is_in_four_languages() -> None:
    sheets = set()
    for language in LANGUAGES:
        use(language)
        sheets.add(sheet())
    assert len(sheets) == len(LANGUAGES)
    assert all(text.count("| `") == sheet().count("| `") for text in sheets)
