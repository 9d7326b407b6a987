"""A command is read as it is typed, and a wrong line says how it should look."""

from typing import get_args

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.typed import VERBS, MistypedError, typed

EVERY = {model.model_fields["verb"].default for model in get_args(get_args(c.AnyCommand)[0])}


def line(text: str, verified_by: str | None = None) -> c.AnyCommand:
    verb, *words = text.split()
    return typed(verb, words, verified_by)


def test_every_verb_on_an_intervention_can_be_typed() -> None:
    assert set(VERBS) == EVERY - {"open", "open-casefile"}
    for verb, after in VERBS.items():
        words = {"OUTCOME TEXT": "arrest at the door", "CODE [TEXT]": "shot"}.get(
            after, "one two" if " " in after else "one"
        )
        made = line(f"{verb} {words}" if after else verb)
        assert made.verb == verb


def test_a_line_is_read_with_its_words() -> None:
    assert line("dispatch L-12 5395/L-07") == c.Dispatch(patrols=("L-12", "5395/L-07"))
    assert line("recall L-12 needed elsewhere") == c.Recall(patrol="L-12", reason="needed elsewhere")
    assert line("close accidental sat on it", "patrol") == c.Close(
        outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.PATROL, words="sat on it"
    )
    assert line("heard all-clear-word") == c.HeardOnLine(code=e.Heard.ALL_CLEAR_WORD)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dance", "'dance' is no verb"),
        ("dispatch", "dispatch is followed by CALLSIGN"),
        ("recall L-12", "recall is followed by CALLSIGN REASON"),
        ("acknowledge it", "nothing follows acknowledge"),
        ("close happily ever after", "'happily' is none of: arrest"),
        ("close arrest", "close is followed by OUTCOME TEXT"),
        ("change-zone 5388 5395", "change-zone is followed by ZONE"),
        ("note " + "x" * 2001, "note: a text or name has more than 2000 characters"),
        ("dispatch " + "x" * 65, "dispatch: a text or name has more than 64 characters"),
        ("dispatch" + " L-12" * 21, "dispatch: more than 20 are named"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(MistypedError, match=says):
        line(text)


def test_only_a_close_is_verified() -> None:
    with pytest.raises(MistypedError, match="only close"):
        line("note he left", "patrol")


def test_an_empty_name_is_none() -> None:
    with pytest.raises(MistypedError, match="dispatch: a name is empty"):
        typed("dispatch", ["L-12", ""])
