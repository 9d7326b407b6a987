"""The languages: every word in nl, fr, de and en, switched while the program runs, and never a blank line."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import console.domain
import hatch_build
from console import locale
from console.domain.commands import REFUSALS, Refusal
from console.domain.events import Outcome
from console.domain.intervention import State
from console.domain.location import POINTS
from console.domain.patrols import PatrolState, Reason, ReasonCode
from console.locale import LANGUAGES, N_, _, ngettext, pgettext, use
from console.locale.words import WORDS, compass, every_word, reason, refusal, term, word

WORDS_OF_THE_DOMAIN = """
mobile stalking alarm | mobiel stalkingalarm | alarme mobile anti-harcèlement | mobiler Stalking-Alarm
alarm | alarm | alarme | Alarm
intervention | interventie | intervention | Einsatz
button | knop | bouton | Alarmknopf
victim | slachtoffer | victime | Opfer
perpetrator | dader | auteur | Täter
case file | dossier | dossier | Akte
file zone | dossierbeherende zone | zone de police gestionnaire du dossier | aktenführende Polizeizone
zone | politiezone | zone de police | Polizeizone
control room | meldkamer | CIC | Leitstelle
prosecutor's office | parket | parquet | Staatsanwaltschaft
case meeting | multidisciplinair overleg | concertation multidisciplinaire | multidisziplinäre Beratung
patrol | patrouille | patrouille | Streife
receipt | ontvangstbevestiging | accusé de réception | Empfangsbestätigung
acknowledge | aannemen | prendre en charge | annehmen
dispatch | uitsturen | envoyer | entsenden
hand over | overdragen | transmettre | übergeben
close | afsluiten | clôturer | abschließen
contact ban | contactverbod | interdiction de contact | Kontaktverbot
test press | testdruk | pression de test | Testdruck
accidental | onterecht alarm | alarme injustifiée | Fehlalarm
exercise | OEFENING | EXERCICE | ÜBUNG
"""

SHOWN = (
    "State Outcome VerifiedBy Heard Rescue PatrolState PatrolStep Service ReasonCode DangerKind DangerState DangerCheck "
    "OrderKind LegalStatus RiskLevel Nature AddressKind Channel ChannelReason LineState Method Verdict Movement "
    "ButtonStatus NoteCode Role ActorKind Mode Level ClockKind "
    "Trouble AlarmClass WatchKind Awaited ChainStep EscalationCode "
    "RealBecause LeftBecause AlarmKind Doer StepCode DoneByVoice ByCar FileChange Finding PageFault HealthKind"
).split()
"""Enumerations of the domain whose codes stand on a screen as words."""


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    use("en")
    yield
    use("en")


def codes_of_the_domain() -> dict[str, type[StrEnum]]:
    found: dict[str, type[StrEnum]] = {}
    for module in pkgutil.walk_packages(console.domain.__path__, "console.domain."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__module__ == module.name:
                found[thing.__name__] = thing
    return found


@pytest.mark.parametrize("row", WORDS_OF_THE_DOMAIN.strip().splitlines())
def test_a_word_of_the_domain_is_the_one_that_was_agreed(row: str) -> None:
    name, *agreed = (part.strip() for part in row.split("|"))
    said = []
    for language in ("nl", "fr", "de"):
        use(language)
        said.append(term(name))
    assert said == agreed


@pytest.mark.parametrize("name", SHOWN)
def test_every_code_that_is_shown_has_its_words(name: str) -> None:
    assert set(WORDS[name]) == {code.value for code in codes_of_the_domain()[name]}


def test_no_words_are_left_of_codes_that_are_gone() -> None:
    assert set(WORDS) == {*SHOWN, "Compass", "Notice", "Term"}


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_the_words_of_every_code_are_in_every_catalogue(language: str) -> None:
    catalogue = hatch_build.read_catalogue(language)
    blank = [
        (context, english) for context, english in every_word() if not _words(catalogue, context, english)
    ]
    assert blank == []


def _words(catalogue: Catalog, context: str, english: str) -> object:
    message = catalogue.get(english, context)
    return message.string if message else None


def test_every_refusal_is_said_in_the_language_of_the_screen() -> None:
    for code, english in REFUSALS.items():
        said = set()
        for language in LANGUAGES:
            use(language)
            said.add(refusal(Refusal(code=code)))
        assert len(said) == len(LANGUAGES), f"{code}: not translated everywhere: {said}"
        use("en")
        assert refusal(Refusal(code=code)) == Refusal(code=code).sentence, english


def test_a_code_within_a_refusal_is_put_into_words_too() -> None:
    refused = Refusal(code="proof_needed", facts={"outcome": Outcome.ACCIDENTAL})
    use("nl")
    assert "onterecht alarm" in refusal(refused)
    use("de")
    assert "Fehlalarm" in refusal(refused)


def test_a_patrol_that_is_busy_elsewhere_is_refused_in_one_language() -> None:
    busy = Refusal(
        code="patrol_busy", facts={"patrol": "L-03", "state": "on_scene", "number": "VBR-2026-0412"}
    )
    use("nl")
    assert refusal(busy) == "L-03 is niet vrij: ter plaatse, VBR-2026-0412."


def test_a_refusal_of_a_later_version_is_shown_with_its_code() -> None:
    assert refusal(Refusal(code="not_on_sundays", facts={"day": "sunday"})) == "not_on_sundays: sunday"


def test_switching_the_language_changes_what_is_shown_next() -> None:
    shown = []
    for language in ("nl", "fr", "de", "en"):
        use(language)
        shown.append(word(State.ON_SCENE))
    assert shown == ["ter plaatse", "sur place", "vor Ort", "on scene"]
    assert locale.current() == "en"


def test_one_english_word_may_have_several_meanings() -> None:
    use("fr")
    assert word(State.CLOSED) == "clôturée"
    assert pgettext("ButtonStatus", "withdrawn") == "retiré"
    assert (compass("SW"), compass("W")) == ("SO", "O")


def test_every_point_of_the_compass_has_its_letters() -> None:
    assert set(WORDS["Compass"]) == set(POINTS)


def test_a_reason_of_the_ranking_says_its_facts() -> None:
    use("nl")
    old = Reason(ReasonCode.POSITION_OLD, {"age_s": 75.4, "may_be_off_m": 1056.2})
    assert reason(old) == "positie 75 s oud, kan 1056 m verder zijn"
    assert reason(Reason(ReasonCode.BUSY, {"state": PatrolState.ON_SCENE, "number": ""})) == "ter plaatse"


def test_an_unknown_language_is_refused_and_nothing_changes() -> None:
    use("nl")
    with pytest.raises(ValueError, match="nl, fr, de, en"):
        use("es")
    assert locale.current() == "nl"


def test_a_message_that_no_catalogue_has_appears_in_english() -> None:
    use("nl")
    assert _(N_("a message of tomorrow, {who}"), who="L-12") == "a message of tomorrow, L-12"


def test_one_and_several_follow_the_rule_of_the_language() -> None:
    assert ngettext("{n} thing of tomorrow", "{n} things of tomorrow", 1) == "1 thing of tomorrow"
    assert ngettext("{n} thing of tomorrow", "{n} things of tomorrow", 0) == "0 things of tomorrow"


def test_a_wrong_place_in_a_catalogue_takes_no_line_off_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        def gettext(self, message: str) -> str:
            return "{wo} {0} kaputt"

    monkeypatch.setattr(locale, "_catalogue", lambda language: Wrong())
    assert _("{who} is on the way", who="L-12") == "L-12 is on the way"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "nl_BE.UTF-8"}, "nl"),
        ({"LANG": "nl_BE.UTF-8", "LC_ALL": "fr_BE.UTF-8"}, "fr"),
        ({"LC_MESSAGES": "de_BE"}, "de"),
        ({"LC_ALL": "C", "LANG": "nl_BE"}, "en"),
        ({"LANG": "es_ES"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminal_says_which_language_it_wants(environment: dict[str, str], language: str) -> None:
    assert locale.preferred(environment) == language


def test_languages_cost_nothing_before_the_first_frame() -> None:
    code = "import sys, console.locale; print(sorted({'gettext', 'babel', 'pydantic'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_message_without_words_or_with_wrong_places_is_found() -> None:
    catalogue = Catalog()
    catalogue.add("sent to {who}", "")
    catalogue.add("sent by {who}", "gestuurd door {wie}")
    catalogue.add(("{n} one", "{n} many"), ("{n} een", "{n} veel"))
    found = {
        message.id: hatch_build.fault_of(message, message)
        for message in catalogue
        if isinstance(message.id, str)
    }
    assert found["sent to {who}"] == "has no words yet"
    assert "wie" in (found["sent by {who}"] or "")
    plural = catalogue.get("{n} one")
    assert plural is not None
    assert hatch_build.fault_of(plural, plural) is None
    assert "missing" in (hatch_build.fault_of(plural, None) or "")


def test_a_mark_that_extraction_would_pass_over_is_found(tmp_path: Path) -> None:
    source = tmp_path / "screen.py"
    source.write_text('_(f"sent to {who}")\n_("sent" + word)\n_("fine {who}", who=who)\n', encoding="utf-8")
    assert [complaint.split(":")[1] for complaint in hatch_build.unreadable_marks(tmp_path)] == ["1", "2"]
