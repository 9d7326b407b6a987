"""Text from outside cannot write to the terminal (S11)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.wire.cleaning import MAX_CHARACTERS, MAX_COMBINING, REPLACEMENT, clean, read_cleaned
from console.wire.console_frames import Notice, UnknownFrame, to_console

HOSTILE = [
    "\x1b[31mred",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]0;title\x1b\\",
    "\x9b31m",
    "\x90dcs\x9c",
    "\x00nul",
    "bell\x07",
    "\u202eright to left",
    "zero\u200bwidth",
    "tag\U000e0041",
    "\x9d52;c;ZXZpbA==\x9c",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b_apc\x1b\\",
    "isolate\u2066\u2069",
    "next line\x85",
    "line separator\u2028",
    "byte order\ufeff",
    "hangul\u3164filler",
    "carriage\rreturn",
    "back\x08space",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_terminal_would_obey_is_replaced_and_the_change_can_be_seen(text: str) -> None:
    assert REPLACEMENT in clean(text)
    assert clean(text).isprintable()


def test_names_of_people_and_places_stay_as_they_are() -> None:
    for name in (
        "Łukasz Żółć",
        "Nguyễn Thị Ánh",
        "Sankt Vith",
        "Liège",
        "Ἀθηνᾶ",
        "محمد",
        "王小明",
        "O'Hara [x]",
    ):
        assert clean(name) == unicodedata.normalize("NFC", name)


def test_marks_piled_on_one_letter_are_cut() -> None:
    piled = clean("a" + "\u0316" * 200)
    assert piled.count("\u0316") <= MAX_COMBINING
    assert REPLACEMENT in piled


def test_a_long_text_is_cut_and_says_so() -> None:
    cut = clean("x" * 100_000)
    assert len(cut) == MAX_CHARACTERS
    assert cut.endswith(REPLACEMENT)


@given(st.text(max_size=300))
def test_cleaned_text_is_printable_and_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert once.isprintable()
    assert clean(once) == once


@pytest.mark.parametrize("text", HOSTILE)
def test_every_string_of_a_frame_is_cleaned_even_when_it_is_escaped(text: str) -> None:
    sent = Notice(code="x", facts={"words": text}).model_dump_json()
    for form in (sent, sent.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")):
        if "\\U" in form:
            continue
        notice = read_cleaned(to_console, form)
        assert isinstance(notice, Notice)
        assert notice.facts["words"] == clean(text)


def test_a_frame_of_a_later_version_is_kept() -> None:
    frame = read_cleaned(to_console, '{"type":"drone.picture","height_m":30}')
    assert isinstance(frame, UnknownFrame)
    assert frame.model_dump()["height_m"] == 30


@pytest.mark.parametrize(
    "bad", ["", "[]", "{", '{"type":"events","items":3}', '{"type":7}', '"\\u001b"', "{\\"]
)
def test_what_is_no_frame_is_an_error_and_nothing_else(bad: str) -> None:
    with pytest.raises((ValidationError, ValueError)):
        read_cleaned(to_console, bad)


@pytest.mark.parametrize("filler", ["x", "é", "\\u001b"])
def test_a_long_text_in_a_frame_is_cut_whatever_it_is_made_of(filler: str) -> None:
    long = filler * (50_000 // len(filler))
    notice = read_cleaned(to_console, f'{{"type":"notice","code":"x","facts":{{"words":"{long}"}}}}')
    assert isinstance(notice, Notice)
    assert len(notice.facts["words"]) <= MAX_CHARACTERS
    assert notice.facts["words"].endswith(REPLACEMENT)


@pytest.mark.parametrize("mark", ["\u034f", "\u17b5", "\u180b", "\ufe0f", "\U000e0100", "\U000e01ef"])
def test_marks_that_nobody_sees_are_replaced(mark: str) -> None:
    assert clean(f"a{mark}b") == f"a{REPLACEMENT}b"
