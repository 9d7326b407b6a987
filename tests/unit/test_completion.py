"""What can follow as a command is typed."""

from __future__ import annotations

import pytest

from console.domain.completion import SHORT, Names, completions, verb_of
from console.domain.typed import VERBS, typed

NAMES = Names(
    call_signs=("L-12", "L-07", "H-11"), on_it=("L-03",), zones=("5388", "5393"), rooms=("ANT", "LIM")
)


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("ackn", "acknowledge"),
        ("rec", "recall "),
        ("d ", "d L-12"),
        ("d l-0", "d L-07"),
        ("d 11", "d H-11"),
        ("d L-12 ", "d L-12 L-07"),
        ("r ", "r L-03"),
        ("s L-12 not", "s L-12 not-"),
        ("s L-12 ", "s L-12 scene"),
        ("s L-12 sc", "s L-12 scene"),
        ("status L-12 en", "status L-12 en-route"),
        ("c acc", "c accidental"),
        ("z ", "z 5388"),
        ("offer-lead l", "offer-lead LIM"),
        ("h sh", "h sh"),
        ("x o", "x other"),
    ],
)
def test_the_likeliest_word_comes_first(line: str, first: str) -> None:
    assert completions(line, NAMES)[0].startswith(first)


@pytest.mark.parametrize("line", ["", "n a no", "dance L", "c arrest at", "note", "acknowledge "])
def test_where_any_text_may_follow_nothing_is_proposed(line: str) -> None:
    assert completions(line, NAMES) == ()


def test_who_is_on_it_is_not_proposed_for_sending_and_nobody_twice() -> None:
    assert "d L-03" not in completions("d ", NAMES)
    assert completions("d L-12 L-07 H-11 ", NAMES) == ()


def test_the_short_form_proposes_how_far_it_is_and_how_she_is() -> None:
    offered = [line.rpartition(" ")[2] for line in completions("s L-12 ", NAMES)]
    assert offered == [
        "scene",
        "en-route",
        "accepted",
        "refused",
        "alone",
        "not-alone",
        "injured",
        "not-found",
    ]


def test_every_letter_is_a_verb() -> None:
    assert set(SHORT.values()) <= set(VERBS)


@pytest.mark.parametrize("patrol", ["L-12", "L-99", "l-12", "5388/L-12", "A31"])
def test_no_slip_of_the_shift_key_opens_the_microphone_with_a_call_sign(patrol: str) -> None:
    assert verb_of(["s", patrol, "alone"], NAMES) == "saw"
    assert typed(verb_of(["s", patrol, "alone"], NAMES), [patrol, "alone"]).verb == "saw"
    assert verb_of(["s", patrol], NAMES) == "status"
    assert verb_of(["s", "she asks for it"], NAMES) == "unmute"
