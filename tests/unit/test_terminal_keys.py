"""The keys of the desk as terminals send them: xterm, and the keyboard protocol of kitty, num lock on or off."""

from __future__ import annotations

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key


def keys_of(sent: str) -> list[str]:
    """What is read of a sequence."""
    return [event.key for event in XTermParser().feed(sent) if isinstance(event, Key)]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("\x1bOP", "f1"),
        ("\x1b[P", "f1"),
        ("\x1b[1;129P", "f1"),
        ("\x1bOR", "f3"),
        ("\x1b[13~", "f3"),
        ("\x1b[20~", "f9"),
        ("\x1b[24~", "f12"),
        ("\x1b[A", "up"),
        ("\x1bOA", "up"),
        ("\x1b[1;129A", "up"),
        ("\x1b[H", "home"),
        ("\x1b[1~", "home"),
        ("\x1b[F", "end"),
        ("\x1b[5~", "pageup"),
        ("\x1b[6;129~", "pagedown"),
        ("\x1b[27u", "escape"),
        ("\x1b[27;129u", "escape"),
        ("\r", "enter"),
        ("\x1b[13u", "enter"),
        ("\x1b[32u", "space"),
        (" ", "space"),
        ("\t", "tab"),
        ("\x1b[9u", "tab"),
        ("\x0c", "ctrl+l"),
        ("\x1b[108;5u", "ctrl+l"),
        ("\x1b[97u", "a"),
        ("a", "a"),
        ("F", "F"),
        ("/", "slash"),
        ("\x1b[47u", "slash"),
        ("?", "question_mark"),
    ],
)
def test_a_key_is_the_same_key_on_every_terminal(sent: str, key: str) -> None:
    assert keys_of(sent) == [key]
