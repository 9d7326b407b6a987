"""A command is read as it is typed, and a wrong line says how it should look."""

from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.typed import VERBS, MistypedError, typed
from console.locale import use
from console.locale.words import mistake

NOW = datetime(2026, 3, 1, 14, 30, tzinfo=ZoneInfo("Europe/Brussels"))
EVERY = {model.model_fields["verb"].default for model in get_args(get_args(c.AnyCommand)[0])}


def line(text: str, verified_by: str | None = None) -> c.AnyCommand:
    verb, *words = text.split()
    return typed(verb, words, verified_by, NOW)


def test_every_verb_on_an_intervention_can_be_typed() -> None:
    assert set(VERBS) == EVERY - {"open-casefile"}
    samples = {
        "OUTCOME TEXT": "arrest at the door",
        "BUTTON MINUTES home|LAT,LON,NAME OFFICER": "VBR-B-0041 15 home Insp. V. Model",
        "CODE [TEXT]": "shot",
        "CALLSIGN alone|not-alone|injured|not-found [TEXT]": "L-12 alone",
        "CALLSIGN accepted|en-route|scene|refused": "L-12 scene",
        "HH:MM WHAT TEXT": "14:05 dispatched L-12 by radio",
    }
    for verb, after in VERBS.items():
        words = samples.get(after, "one two" if " " in after else "one")
        made = line(f"{verb} {words}" if after else verb)
        assert made.verb == verb


def test_a_line_is_read_with_its_words() -> None:
    assert line("dispatch L-12 5395/L-07") == c.Dispatch(patrols=("L-12", "5395/L-07"))
    assert line("recall L-12 needed elsewhere") == c.Recall(patrol="L-12", reason="needed elsewhere")
    assert line("close accidental sat on it", "patrol") == c.Close(
        outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.PATROL, words="sat on it"
    )
    assert line("heard all-clear-word") == c.HeardOnLine(code=e.Heard.ALL_CLEAR_WORD)


def test_a_victim_is_one_word_or_ends_with_a_colon() -> None:
    assert line("open VBR-B-0041 neighbour called") == c.OpenByHand(
        victim="VBR-B-0041", reason="neighbour called"
    )
    assert line("open E. Exemple: neighbour called: a man shouts") == c.OpenByHand(
        victim="E. Exemple", reason="neighbour called: a man shouts"
    )
    assert line("open +32 000 11 22 33: her mother called") == c.OpenByHand(
        victim="+32 000 11 22 33", reason="her mother called"
    )


def test_a_time_of_day_is_the_latest_that_has_been_on_the_clock_of_who_types() -> None:
    made = line("afterwards 14:05 danger-passed L-12 by radio")
    assert made == c.Afterwards(
        happened_at=datetime(2026, 3, 1, 13, 5, tzinfo=UTC),
        what=e.DoneByVoice.DANGER_PASSED,
        words="L-12 by radio",
    )
    before_midnight = line("afterwards 23:55 dispatched L-12 by radio")
    assert isinstance(before_midnight, c.Afterwards)
    assert before_midnight.happened_at == datetime(2026, 2, 28, 22, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("open VBR-B-0041", "open is followed by BUTTON"),
        ("open E. Exemple:", "open is followed by BUTTON"),
        ("afterwards 14:05 dispatched", "afterwards is followed by HH:MM WHAT TEXT"),
        ("afterwards 24:05 dispatched L-12", "'24:05' is no time of day: write it as 14:05"),
        ("afterwards 14:05 danced L-12", "'danced' is none of: acknowledged"),
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


def test_a_planned_test_is_announced_at_home_or_at_a_named_place() -> None:
    home = c.AnnounceTest(button="VBR-B-0041", minutes=15, officer="Insp. V. Model")
    assert line("announce-test VBR-B-0041 15 home Insp. V. Model") == home
    there = line("announce-test VBR-B-0041 5 50.8787,4.7008,Grote_Markt Insp. V. Model")
    assert there == home.model_copy(
        update={"minutes": 5, "place": e.NamedPlace(name="Grote Markt", lon=4.7008, lat=50.8787)}
    )
    assert line("confirm-test Insp. V. Model") == c.ConfirmTest(officer="Insp. V. Model")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("announce-test VBR-B-0041 16 home V", "1 to 15 minutes"),
        ("announce-test VBR-B-0041 0 home V", "1 to 15 minutes"),
        ("announce-test VBR-B-0041 ten home V", "BUTTON MINUTES"),
        ("announce-test VBR-B-0041 10 home", "BUTTON MINUTES"),
        ("announce-test VBR-B-0041 10 50.9,4.7 V", "no named place"),
        ("announce-test VBR-B-0041 10 95.9,4.7,north V", "no named place"),
        ("withdraw-test", "withdraw-test is followed by BUTTON"),
    ],
)
def test_an_announcement_that_is_not_clear_says_how_it_should_look(text: str, says: str) -> None:
    with pytest.raises(MistypedError, match=says):
        line(text)


def test_what_is_wrong_is_said_in_the_language_of_the_screen() -> None:
    with pytest.raises(MistypedError) as wrong:
        line("dispatch")
    assert str(wrong.value) == "dispatch is followed by CALLSIGN...."
    try:
        said = []
        for language in ("nl", "fr", "de"):
            use(language)
            said.append(mistake(wrong.value))
    finally:
        use("en")
    assert len({*said, str(wrong.value)}) == 4
    assert all(one.startswith("dispatch") for one in said)
