"""`msa procedures`: shown, checked, and asked for before the console opens."""

from __future__ import annotations

import json
from pathlib import Path

from tests.programs import run


def test_the_procedures_that_ship_are_in_order_and_shown_with_who_by_when_and_why() -> None:
    assert run("console", "procedures", "check").code == 0
    said = run("console", "procedures", "show", "--kind", "planned_test").out
    assert said.splitlines()[0] == "PLANNED TEST"
    assert "2. confirm the test by phone · officer beside her · within 60 s" in said
    assert "within a minute, or it is real" in said
    facts = run("console", "procedures", "show", "--json", MSA_TARGETS_SEND_RED="40").json
    assert set(facts) == {"press", "repeated_press", "planned_test", "cancel_under_way"}
    assert [one["seconds"] for one in facts["press"] if one["step"] == "dispatch"] == [40]


def test_a_file_that_asks_for_what_the_key_never_does_is_refused_with_a_sentence(tmp_path: Path) -> None:
    shipped = run("console", "procedures", "example").json
    for step in shipped["procedures"]["press"]:
        step["key"] = True
    ours = tmp_path / "ours.json"
    ours.write_text(json.dumps(shipped))
    refused = run("console", "procedures", "check", str(ours))
    assert refused.code == 3
    assert "the key for the next step never does close (W16)" in refused.err
    assert run("console", "procedures", "show", str(tmp_path / "none.json")).code == 3
    assert run("console", "procedures", "show", MSA_PROCEDURES=str(ours)).code == 3


def test_a_file_of_ones_own_is_begun_from_the_one_that_ships(tmp_path: Path) -> None:
    ours = tmp_path / "ours.json"
    ours.write_text(run("console", "procedures", "example").out, encoding="utf-8")
    assert f"{ours}: in order" in run("console", "procedures", "check", str(ours)).out
