"""The read-out for the radio says what W10 asks for, in the patrol's language, in some 20 seconds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from console.domain import casefile as cf
from console.domain import events as e
from console.domain.hints import still_open
from console.domain.intervention import Intervention
from console.domain.places import Place, PlaceIndex, known_addresses
from console.domain.readout import ReadOut, read_out
from console.domain.readout_words import PHRASES
from console.domain.zones import Municipality
from tests.story import LEUVEN, START, Story, case_file, near, shares

LANGUAGES = ("nl", "fr", "de")
TODAY = date(2026, 3, 1)
TOWN = Municipality(nis="24062", name_nl="Leuven", name_fr="Louvain", name_de="Löwen")
PLACES = PlaceIndex(
    [
        Place(name="Leuven", lon=LEUVEN[0], lat=LEUVEN[1], nis=TOWN.nis),
        Place(name="Heverlee", lon=LEUVEN[0], lat=LEUVEN[1] - 0.02, nis=TOWN.nis),
    ],
    {TOWN.nis: TOWN},
)
NOT_SERVED = {"nl": "NIET betekend", "fr": "PAS signifiée", "de": "NICHT zugestellt"}
NOT_CHECKED = {"nl": "Gevaar NIET nagekeken", "fr": "Danger NON vérifié", "de": "Gefahr NICHT geprüft"}
NONE_KNOWN = {"nl": "Geen gevaar bekend", "fr": "Aucun danger connu", "de": "Keine Gefahr bekannt"}


def alarm(file: cf.CaseFile | None = None, *, sealed: bool = False) -> Intervention:
    """A press at her home."""
    story = Story()
    home = near(332, -300, at=START)
    name = story.press("VBR-2026-0412", home, file, shares(("5388", 1.0)), sealed=sealed)
    return story.seen(name).state


def said(state: Intervention, language: str) -> ReadOut:
    assert state.fix is not None
    place = PLACES.describe_fix(state.fix, state.trail, known_addresses(state.extract))
    return read_out(state, language, TODAY, place)


def with_order(served_on: date | None) -> cf.CaseFile:
    file = case_file()
    orders = (file.perpetrator.orders[0].model_copy(update={"served_on": served_on}),)
    return file.model_copy(update={"perpetrator": file.perpetrator.model_copy(update={"orders": orders})})


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_takes_some_20_seconds_to_say(language: str) -> None:
    assert 15 <= said(alarm(case_file()), language).seconds <= 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_free_texts_that_are_too_long_do_not_make_it_long(language: str) -> None:
    file = case_file()
    long = " ".join(["woord"] * 200)
    he = file.perpetrator.model_copy(
        update={
            "looks": long,
            "dangers": tuple(
                cf.Danger(kind=kind, words=long, provenance=file.perpetrator.provenance)
                for kind in cf.DangerKind
            ),
            "vehicles": (file.perpetrator.vehicles[0].model_copy(update={"description": long}),),
        }
    )
    assert said(alarm(file.model_copy(update={"perpetrator": he})), language).seconds <= 28


def test_the_order_is_where_danger_who_and_car_order_rule_approach() -> None:
    text = said(alarm(case_file()), "nl").text
    points = (
        "Stalkingalarm 412",
        "Waar: woning, Voorbeeldstraat 1, Leuven",
        "GEVAAR: VUURWAPEN (hunting rifle, not handed in), geweld tegen politie",
        "Dader D. Voorbeeld, 41",
        "0-XXX-001",
        "Contactverbod 500 meter, betekend",
        "Haar NIET bellen",
        "Sirene uit vanaf 500 meter",
        "daar op elkaar wachten",
        "toegang: door code with the zone",
    )
    assert sorted(points, key=lambda point: text.lower().index(point.lower())) == list(points)


def test_a_text_is_cut_at_a_comma_so_that_no_meaning_is_turned_round() -> None:
    text = said(alarm(case_file()), "nl").text
    assert "1.85 m, shaved head, voertuig grey VW Golf 0-XXX-001" in text
    assert "toegang: door code with the zone." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_that_was_not_served_is_said_so(language: str) -> None:
    assert NOT_SERVED[language] in said(alarm(with_order(None)), language).text
    assert NOT_SERVED[language] not in said(alarm(with_order(date(2025, 10, 3))), language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_checked_is_never_said_as_none_known(language: str) -> None:
    unchecked = case_file(danger_check=cf.DangerCheck.NOT_CHECKED)
    nobody = alarm(unchecked)
    assert NOT_CHECKED[language] in said(nobody, language).text
    assert NONE_KNOWN[language] not in said(nobody, language).text
    file = case_file(firearm=False)
    calm = file.model_copy(update={"perpetrator": file.perpetrator.model_copy(update={"dangers": ()})})
    assert NONE_KNOWN[language] in said(alarm(calm), language).text
    assert NOT_CHECKED[language] not in said(alarm(calm), language).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sealed", [False, True])
def test_without_a_file_that_opens_danger_is_not_checked(language: str, sealed: bool) -> None:
    text = said(alarm(case_file() if sealed else None, sealed=sealed), language).text
    say = PHRASES[language]
    assert NOT_CHECKED[language] in text
    assert (say.sealed if sealed else say.no_file) in text


def test_she_is_not_called_unless_the_file_allows_it_today() -> None:
    file = case_file()
    rules = tuple(
        cf.ChannelRule(channel=one, allowed=True, provenance=file.victim.channels[1].provenance)
        for one in (cf.Channel.CALL, cf.Channel.RING)
    )
    open_file = file.model_copy(update={"victim": file.victim.model_copy(update={"channels": rules})})
    state = alarm(open_file)
    assert "Haar bellen mag" in read_out(state, "nl", TODAY).text
    review_by = rules[0].provenance.review_by
    assert review_by is not None
    assert "Haar NIET bellen" in read_out(state, "nl", review_by + timedelta(days=1)).text


def test_a_moving_victim_is_said_with_her_direction_and_a_second_press_and_a_shot_are_said() -> None:
    story = Story()
    fix = near(900, 700, at=START, speed_mps=30, heading_deg=44)
    name = story.press("VBR-2026-0412", fix, case_file(), shares(("5388", 1.0)))
    story.happens(name, e.LineOpened(), e.LineHeard(code=e.Heard.SHOT))
    story.happens(name, e.AlarmRepeated(button="B-VBR-0001", press_id="p2", pressed_at=story.now))
    text = said(story.seen(name).state, "de").text
    assert "im Fahrzeug, Richtung Nordosten" in text
    assert "von dort 1,1 Kilometer nach Nordosten" in text
    assert "sie drückte 2 Mal" in text
    assert "am Telefon gehört: SCHUSS" in text


def test_a_town_is_said_once_and_in_the_language_of_the_patrol() -> None:
    story = Story()
    centre = story.press("VBR-2026-0412", near(600, 0, at=START), None, shares(("5388", 1.0)))
    assert "Où : Louvain, de là 600 mètres vers l'est" in said(story.seen(centre).state, "fr").text
    south = story.press("VBR-2026-0413", near(0, -2_225, at=START), None, shares(("5388", 1.0)))
    assert "Wo: Heverlee, Löwen." in said(story.seen(south).state, "de").text


def test_without_a_position_it_says_so() -> None:
    state = alarm(case_file()).model_copy(update={"fix": None})
    assert "position INCONNUE" in read_out(state, "fr", TODAY).text


def test_a_patrol_of_another_language_is_spoken_to_in_dutch() -> None:
    assert read_out(alarm(case_file()), "en", TODAY).language == "nl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_danger_order_address_and_sound_has_its_words(language: str) -> None:
    say = PHRASES[language]
    assert set(say.dangers) == set(cf.DangerKind)
    assert set(say.orders) == set(cf.OrderKind)
    assert set(say.addresses) == set(cf.AddressKind)
    assert len(say.points) == 8


def test_the_siren_goes_off_where_the_case_file_says_else_at_500_metres() -> None:
    file = case_file()
    near_by = file.model_copy(update={"victim": file.victim.model_copy(update={"siren_off_m": 1200})})
    assert "Sirene uit vanaf 500 meter" in said(alarm(file), "nl").text
    assert "Sirene uit vanaf 1,2 kilometer" in said(alarm(near_by), "nl").text
    assert "Sirene uit vanaf 500 meter" in said(alarm(), "nl").text


def test_w11_who_is_sent_later_hears_of_the_same_mans_other_alarm_while_it_is_open() -> None:
    story = Story()
    one = story.press("VBR-2026-0412", near(0, 0, at=START), case_file(), shares(("5388", 1.0)))
    note = e.NoteAdded(code=e.NoteCode.SAME_MAN, words="VBR-2026-0413, 5395")
    state = story.happens(one, note).seen(one).state
    alarms = still_open(state, lambda number: number == "VBR-2026-0413")
    for language, words in (("nl", "ZELFDE MAN"), ("fr", "MÊME HOMME"), ("de", "DERSELBE MANN")):
        text = read_out(state, language, TODAY, same_man=alarms).text
        assert words in text
        assert "413" in text
        assert "5395" in text
    assert still_open(state, lambda number: False) == ()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "in een voertuig, richting zuiden, de kant van Heverlee op"),
        ("fr", "en véhicule, vers le sud, en direction de Heverlee"),
        ("de", "im Fahrzeug, Richtung Süden, auf Heverlee zu"),
    ],
)
def test_a_moving_victim_is_said_with_the_next_place_in_her_heading(language: str, words: str) -> None:
    story = Story()
    fix = near(0, 900, at=START, speed_mps=15, heading_deg=180)
    south = story.press("VBR-2026-0412", fix, case_file(), shares(("5388", 1.0)))
    assert words in said(story.seen(south).state, language).text
    away = near(0, 900, at=START, speed_mps=15, heading_deg=0)
    north = story.press("VBR-2026-0413", away, case_file(), shares(("5388", 1.0)))
    assert "Heverlee" not in said(story.seen(north).state, language).text
