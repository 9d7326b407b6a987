"""Whatever is doubtful of a position stands on the screen in words, in four languages (docs/domain.md, "Location")."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from console.domain import events as e
from console.domain.allocation import Allocation
from console.domain.location import Fix, Method, Verdict
from console.locale import LANGUAGES, use
from console.tui.glance import Glance
from console.tui.widgets.where import where, zone
from tests.small_country import small_country
from tests.still_link import picture_of
from tests.story import START, Story, case_file, near, shares

HERE = near(600, 600, at=START)
AWAY = near(9_000, 0, at=START, name="F2")


def glance(
    *bodies: e.KnownBody, fix: Fix | None = HERE, area: Allocation | None = None, wait: float = 0
) -> Glance:
    story = Story()
    name = story.press("VBR-2026-0412", fix, case_file(), area or shares(("5388", 1.0)))
    story.happens(name, *bodies).wait(wait)
    return Glance(picture_of(story.room, story.now), 1000.0, story.seen(name), atlas=small_country())


def refused(verdict: Verdict) -> Glance:
    return glance(e.FixReported(fix=AWAY, verdict=verdict))


SHOWN = {
    "stale": (glance(wait=200), ("▲ 3 min old", "▲ 3 min oud", "▲ il y a 3 min", "▲ 3 min alt")),
    "no confidence": (
        glance(fix=near(600, 600, at=START, confidence_pct=None)),
        ("confidence unknown", "betrouwbaarheid onbekend", "fiabilité inconnue", "Verlässlichkeit unbekannt"),
    ),
    "mast": (
        glance(fix=near(600, 600, at=START, method=Method.CELL)),
        ("mobile mast", "gsm-mast", "antenne GSM", "Funkzelle"),
    ),
    "clock": (
        glance(fix=HERE.model_copy(update={"taken_at": START - timedelta(seconds=90)})),
        ("clock is off", "wijkt af", "décalée", "geht falsch"),
    ),
    "stuck": (
        glance(
            *(
                e.FixReported(fix=near(600, 600, at=START + timedelta(seconds=30 * n), name=f"F{n}"))
                for n in range(2, 6)
            )
        ),
        ("▲ STUCK", "▲ VASTGELOPEN", "▲ FIGÉE", "▲ EINGEFROREN"),
    ),
    Verdict.JUMP: (
        refused(Verdict.JUMP),
        ("impossible jump", "onmogelijke sprong", "saut impossible", "unmöglicher Sprung"),
    ),
    Verdict.COARSE: (
        refused(Verdict.COARSE),
        ("less precise", "minder nauwkeurig", "moins précise", "ungenauer"),
    ),
    Verdict.FUTURE: (
        refused(Verdict.FUTURE),
        ("in the future", "in de toekomst", "dans le futur", "in der Zukunft"),
    ),
    Verdict.OLDER: (refused(Verdict.OLDER), ("older than", "ouder dan", "plus ancienne que", "älter als")),
    Verdict.NO_POSITION: (
        glance(fix=None),
        ("NO POSITION", "GEEN POSITIE", "PAS DE POSITION", "KEINE POSITION"),
    ),
    "none now": (
        glance(e.FixReported(fix=None, verdict="no_position"), wait=40),
        ("no position now", "nu geen positie", "plus de position", "jetzt keine Position"),
    ),
    "outside": (
        glance(area=shares(("5388", 0.9), (None, 0.1)).model_copy(update={"outside_m": 900.0})),
        ("outside Belgium 10 %", "buiten België 10 %", "hors de Belgique 10 %", "außerhalb Belgiens 10 %"),
    ),
    "approximate": (
        glance(),
        ("approximate map", "benaderende kaart", "carte approximative", "Näherungskarte"),
    ),
    "by car": (
        glance(fix=near(at=START, speed_mps=20, heading_deg=20)),
        (
            "in a vehicle · heading N, towards Wilsele",
            "in een voertuig · richting N, kant Wilsele op",
            "en véhicule · direction N, vers Wilsele",
            "im Fahrzeug · Richtung N, auf Wilsele zu",
        ),
    ),
}
"""What is doubtful -> a look at it, and its words in en, nl, fr, de."""


@pytest.fixture
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use(request.param)
    yield request.param
    use("en")


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"], indirect=True)
@pytest.mark.parametrize("doubt", SHOWN)
def test_what_is_doubtful_is_said(doubt: str, language: str) -> None:
    seen, words = SHOWN[doubt]
    said = "\n".join(line.plain for line in (*where(seen), *zone(seen)))
    assert words[("en", "nl", "fr", "de").index(language)] in said


def test_every_verdict_and_every_language_is_in_the_table() -> None:
    assert set(Verdict) - {Verdict.SHOWN} <= set(SHOWN)
    assert {len(words) for _, words in SHOWN.values()} == {len(LANGUAGES)}


@pytest.mark.parametrize(
    "doubt",
    [one for one in SHOWN if one not in {"approximate", "outside", Verdict.NO_POSITION, "mast"}],
)
def test_where_there_is_little_room_it_is_said_too(doubt: str) -> None:
    seen, _ = SHOWN[doubt]
    full = "\n".join(line.plain for line in where(seen))
    brief = "\n".join(line.plain for line in where(seen, brief=True))
    for sign in ("▲", "STUCK", "unknown", "clock is off", "[x]", "towards"):
        assert (sign in brief) == (sign in full)


def test_one_key_chooses_whatever_the_reason_and_an_empty_field_is_never_to_choose() -> None:
    for verdict in (Verdict.JUMP, Verdict.COARSE, Verdict.FUTURE, Verdict.OLDER):
        assert "[x]" in "\n".join(line.plain for line in where(refused(verdict)))
    gulf = AWAY.model_copy(update={"lon": 0.0, "lat": 0.0})
    seen = glance(e.FixReported(fix=gulf, verdict="no_position"), wait=40)
    assert seen.seen is not None
    assert seen.seen.state.disputed is None
    said = "\n".join(line.plain for line in where(seen))
    assert "[x]" not in said
    assert "no position now, for 40 s" in said


def test_a_position_that_is_found_again_or_chosen_ends_the_doubt() -> None:
    lost = e.FixReported(fix=None, verdict="no_position")
    found = e.FixReported(fix=near(610, 600, at=START + timedelta(seconds=30), name="F3"))
    for seen in (
        glance(lost, found),
        glance(e.FixReported(fix=AWAY, verdict="jump"), e.FixChosen(fix_id="F2")),
    ):
        assert "▲" not in "\n".join(line.plain for line in where(seen))
