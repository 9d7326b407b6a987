"""`msa debrief`: what it prints, what it writes, and how it refuses."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.debriefed import folder_of
from tests.programs import run


def test_a_run_is_written_as_a_page_for_its_owner_alone_or_printed_for_scripts(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "seat-2", in_time=False)
    page = tmp_path / "page.html"
    asked = ("debrief", str(folder), "--html", str(page), "--no-pictures", "--language", "fr")
    assert run("console", *asked).code == 0
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "EXERCICE" in page.read_text(encoding="utf-8")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    (facts,) = run("console", "debrief", str(folder), "--json").json["runs"]
    verdicts = {row["target"]: row["verdict"] for row in facts["rows"]}
    assert (verdicts["acknowledge"], verdicts["zone"]) == ("missed", "met")
    assert {one["code"] for one in facts["missed_warnings"]} == {"line_unheard", "bad_fix"}
    assert facts["trainee"] == "seat-2"


def test_the_times_are_those_of_the_settings(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "seat-2", in_time=False)
    settings = {"MSA_TARGETS_ACKNOWLEDGE_RED": "25", "MSA_TARGETS_ACKNOWLEDGE_BREACH": "30"}
    (facts,) = run("console", "debrief", str(folder), "--json", **settings).json["runs"]
    row = next(one for one in facts["rows"] if one["target"] == "acknowledge")
    assert (row["verdict"], row["source"]["code"]) == ("met", "own_setting")


def test_what_cannot_be_done_is_a_sentence_and_a_code(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "seat-1", in_time=True)
    assert run("console", "debrief").code == 2
    assert run("console", "debrief", str(folder), str(folder), str(folder)).code == 2
    assert run("console", "debrief", str(folder)).code == 2, "the screen needs a terminal"
    lost = run("console", "debrief", str(tmp_path / "lost"))
    assert (lost.code, "give the folder of a run" in lost.err) == (3, True)
    nowhere = tmp_path / "none" / "page.html"
    refused = run("console", "debrief", str(folder), "--html", str(nowhere), "--no-pictures")
    assert (refused.code, "cannot be written" in refused.err) == (3, True)
    file = folder / "run.msarec.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    changed = json.loads(lines[2])
    lines[2] = lines[2].replace(changed["at"], "2026-03-01T00:00:00.000Z", 1)
    file.write_text("".join(lines))
    broken = run("console", "debrief", str(folder), "--json")
    assert (broken.code, "line 3" in broken.err) == (3, True)
    assert "Example: msa debrief" in run("console", "debrief", "--help").out
