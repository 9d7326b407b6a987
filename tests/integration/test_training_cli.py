"""`msa training`: from a run to the list of a zone, and the details for the two alone (W20)."""

from __future__ import annotations

from pathlib import Path

from console.wire import recording as r
from tests.programs import Answered, run
from tests.unit.test_deidentified import left
from tests.unit.test_recording import told

CODES = {"MSA_TRAINEE_CODE": "code of the trainee", "MSA_TRAINER_CODE": "code of the trainer"}


def training(store: Path, verb: str, *words: str, **environment: str) -> Answered:
    return run("console", "training", verb, *words, "--store", str(store), **environment)


def test_a_run_is_done_the_zone_sees_that_and_the_two_see_how(tmp_path: Path) -> None:
    recording, store = tmp_path / f"run{r.SUFFIX}", tmp_path / "training.db"
    r.write_recording(left(told()), recording)
    assert training(store, "expect", "5388-018", "--zone", "5388").code == 0
    words = ("done", str(recording), "--trainee", "5388-017", "--zone", "5388")
    assert training(store, *words).code == 5
    assert training(store, *words, **CODES).code == 0
    listed = training(store, "list", "--zone", "5388").out.splitlines()
    assert [line.split(",")[:3] for line in listed[1:]] == [
        ["5388", "5388-017", "done"],
        ["5388", "5388-018", "not_done"],
    ]
    shown = training(store, "details", "5388-017", MSA_TRAINING_CODE=CODES["MSA_TRAINEE_CODE"])
    assert shown.json["rows"]
    refused = training(store, "details", "5388-017", MSA_TRAINING_CODE="code of anybody")
    assert (refused.code, refused.out) == (1, "")
    assert training(store, "forget", "5388-017").code == 0
    assert training(store, "forget", "5388-017").code == 1


def test_a_file_that_is_none_of_records_is_said_to_be_so(tmp_path: Path) -> None:
    other = tmp_path / "x.db"
    other.write_bytes(b"something else" * 100)
    answered = training(other, "list")
    assert (answered.code, "cannot be used" in answered.err) == (3, True)
