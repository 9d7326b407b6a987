"""A scenario is read, or every fault of it is named with its line (issue 6, exercise)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli.exercise import command
from console.wire.exits import ExitCode
from console.wire.scenario import LANGUAGES, Scenario
from console.wire.scenario_file import (
    LONGEST_BYTES,
    ScenarioError,
    read_scenario,
    scenario_from,
    shipped_injects,
    shipped_names,
    shipped_scenarios,
)

WANTED_INJECTS = {
    "second-press",
    "fix-lost",
    "position-jump",
    "stuck-position",
    "patrol-unavailable",
    "patrol-slow",
    "vehicle-seen",
    "cancel-under-duress",
    "second-victim",
    "zone-border",
    "test-is-real",
    "flood",
    "link-cut",
    "colleague-takes-over",
}


def text() -> str:
    return (Path(__file__).parents[2] / "data/scenarios/clean-press-leuven.yaml").read_text(encoding="utf-8")


def faults(changed: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ScenarioError) as raised:
        read_scenario(changed.encode(), "x.yaml")
    return [(fault.line, fault.where, fault.wrong) for fault in raised.value.faults]


def line_of(content: str, words: str) -> int:
    return next(n for n, line in enumerate(content.splitlines(), start=1) if words in line)


@pytest.mark.parametrize("name", shipped_names())
def test_each_scenario_that_ships_can_be_used_and_speaks_four_languages(name: str) -> None:
    found = scenario_from(name)
    assert found.name == name
    for language in LANGUAGES:
        assert found.title.spoken(language)
        assert found.goals.spoken(language)
        assert found.solution.spoken(language)
        assert found.notes.spoken(language)
        assert found.content_warning.spoken(language)
    assert len({found.solution.spoken(language) for language in LANGUAGES}) == len(LANGUAGES)
    assert {one.who for one in found.expected} <= found.victims.keys()


def test_they_go_from_easy_to_hard() -> None:
    levels = [one.level for one in shipped_scenarios()]
    assert levels == sorted(levels)


def test_everybody_in_a_scenario_is_invented_and_recognisably_so() -> None:
    from backend_stub.registry.demo_people import STREETS, SURNAMES

    surnames = {name for names in SURNAMES.values() for name in names} | {"Exemple", "Voorbeeld"}
    streets = {street for names in STREETS.values() for street in names}
    for one in shipped_scenarios():
        named = [him.name for him in one.perpetrators.values()]
        for name in (*named, *(her.name for her in one.victims.values())):
            assert name.split(". ", 1)[1] in surnames, f"{one.name}: {name}"
        for victim in one.victims.values():
            assert any(victim.street.startswith(street) for street in streets), f"{one.name}: {victim.street}"


def test_every_inject_of_the_issue_is_there_in_four_languages() -> None:
    injects = shipped_injects().injects
    assert injects.keys() >= WANTED_INJECTS
    for plan in injects.values():
        assert len({plan.title.nl, plan.title.fr, plan.title.en}) == 3


def test_a_key_that_is_misspelt_is_named_with_its_line() -> None:
    changed = text().replace("minutes: 15", "minuts: 15")
    assert (
        line_of(changed, "minuts"),
        "minuts",
        "there is no such key: correct its spelling or leave it out",
    ) in faults(changed)


def test_a_step_of_no_kind_is_named_with_its_line_and_the_kinds() -> None:
    changed = text().replace("do: line, change: opened", "do: lime, change: opened")
    (line, where, wrong), *_ = faults(changed)
    assert line == line_of(changed, "do: lime")
    assert where == "timeline.3"
    assert "press" in wrong


def test_a_wrong_value_inside_a_step_is_named_where_it_stands() -> None:
    changed = text().replace("change: opened", "change: ajar")
    (line, where, wrong), *_ = faults(changed)
    assert (line, where) == (line_of(changed, "change: ajar"), "timeline.3.change")
    assert "opened" in wrong


def test_who_and_where_nobody_knows_is_named() -> None:
    changed = (
        text().replace("who: her, do: press", "who: she, do: press").replace("home: home", "home: house")
    )
    found = faults(changed)
    assert (line_of(changed, "who: she"), "timeline.2.who") in [fault[:2] for fault in found]
    assert any("there is no place 'house'; there is home" in wrong for _, _, wrong in found)


def test_a_language_that_is_missing_is_named() -> None:
    changed = text().replace("  en: A clean press in Leuven\n", "")
    assert any(where == "title.en" for _, where, _ in faults(changed))


def test_points_must_be_as_many_in_each_language() -> None:
    changed = text().replace("    - Acknowledge the alarm within 15 seconds.\n", "")
    assert any(where == "goals" and "en 3" in wrong for _, where, wrong in faults(changed))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ("a: [1\nb: 2", "it is no YAML"),
        ("a: &x 1\nb: *x", "anchors and aliases"),
        ("a: 1\na: 2", "a stands here twice"),
        ("- 1", "a list of keys with values"),
        ("a: \x00", "it is no YAML"),
        ("x" * (LONGEST_BYTES + 1), "at most"),
        ("a: !!python/object/apply:os.system [ls]", "it is no YAML"),
    ],
)
def test_what_is_no_scenario_at_all_is_said_and_harms_nobody(changed: str, says: str) -> None:
    assert says in faults(changed)[0][2]


def test_what_the_trainee_is_told_fits_on_a_line_of_the_narrowest_screen() -> None:
    words = "{nl: x, fr: x, de: x, en: %s}"
    told = "  - {at: 5, do: told, words: " + words + "}\nexpected:"
    assert read_scenario(text().replace("expected:", told % ("y" * 60)).encode(), "x")
    (_, where, wrong), *_ = faults(text().replace("expected:", told % ("y" * 61)))
    assert where.endswith("words.en")
    assert "60" in wrong


def test_times_are_seconds_or_minutes_and_seconds() -> None:
    changed = text().replace("{at: 20, who: her, do: press}", '{at: "1:05", who: her, do: press}')
    assert read_scenario(changed.encode(), "x").timeline[1].at == 65
    assert read_scenario(text().replace('"14:05"', "14:05").encode(), "x").starts == "14:05"


def test_check_says_every_fault_and_ends_with_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text().replace("level: 1", "level: 99").replace("minutes: 15", "minutes: -1"))
    assert command(str(path), check=True, language="en") is ExitCode.BAD_INPUT
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["msa"] * 2
    assert "mine.yaml, line 3: level" in said[0]


def test_the_list_is_for_scripts_too(capsys: pytest.CaptureFixture[str]) -> None:
    command(listed=True, as_json=True, language="fr")
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["name"] for one in found} == set(shipped_names())
    assert next(one for one in found if one["level"] == 1)["title"].startswith("Une")


def test_the_schema_has_every_field_of_the_format() -> None:
    assert set(Scenario.model_json_schema()["properties"]) == set(Scenario.model_fields)
