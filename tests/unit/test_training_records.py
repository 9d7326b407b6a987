"""Records of training: the zone sees done, not done or renewal; details are for two people, and not for long (W20)."""

from __future__ import annotations

import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from console.training.records import (
    DETAILS_DAYS,
    HOLDS_DAYS,
    KEPT_DAYS,
    RecordsFault,
    Standing,
    TrainingRecords,
    csv_lines,
)

TODAY = date(2026, 3, 1)
CANARY = "missed: danger passed on too late"
CODES = "code of the trainee", "code of the trainer"


def opened(path: Path, days: int = 0) -> TrainingRecords:
    return TrainingRecords(path / "training.db", TODAY + timedelta(days=days))


def trained(path: Path) -> None:
    records = opened(path)
    records.expect("5388-018", "5388")
    records.done("5388-017", "5388", CANARY, *CODES)
    records.close()


def standings(path: Path, days: int) -> list[Standing]:
    records = opened(path, days)
    found = [one.standing(TODAY + timedelta(days=days)) for one in records.of_zone("5388")]
    records.close()
    return found


def test_a_zone_sees_done_not_done_or_renewal_and_nothing_else(tmp_path: Path) -> None:
    trained(tmp_path)
    records = opened(tmp_path)
    assert list(csv_lines(records.of_zone("5388"), TODAY)) == [
        "zone,trainee,standing,holds_until",
        "5388,5388-017,done,2027-03-01",
        "5388,5388-018,not_done,",
    ]
    assert not list(records.of_zone("5393"))
    assert standings(tmp_path, HOLDS_DAYS - 20) == [Standing.RENEWAL, Standing.NOT_DONE]
    assert standings(tmp_path, HOLDS_DAYS + KEPT_DAYS) == [Standing.RENEWAL, Standing.NOT_DONE]
    assert standings(tmp_path, HOLDS_DAYS + KEPT_DAYS + 1) == [Standing.NOT_DONE]


def test_either_of_the_two_opens_the_details_and_nobody_else_and_the_file_does_not_say_them(
    tmp_path: Path,
) -> None:
    trained(tmp_path)
    records = opened(tmp_path)
    for code in CODES:
        assert records.details("5388-017", code) == CANARY
    for trainee, code in (("5388-017", "code of anybody"), ("5388-018", CODES[0]), ("nobody", CODES[0])):
        with pytest.raises(RecordsFault, match="no details that this code opens"):
            records.details(trainee, code)
    file = tmp_path / "training.db"
    assert CANARY.encode() not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_details_end_with_their_period_and_a_trainee_can_be_forgotten(tmp_path: Path) -> None:
    trained(tmp_path)
    assert opened(tmp_path, DETAILS_DAYS).details("5388-017", CODES[0]) == CANARY
    opened(tmp_path, DETAILS_DAYS + 1).close()
    with pytest.raises(RecordsFault):
        opened(tmp_path).details("5388-017", CODES[0])
    assert opened(tmp_path).forget("5388-017")
    assert not opened(tmp_path).forget("5388-017")
    assert b"5388-017" not in (tmp_path / "training.db").read_bytes()


@pytest.mark.parametrize("codes", [("short", CODES[1]), (CODES[0], CODES[0])])
def test_a_code_is_long_and_each_of_the_two_has_their_own(tmp_path: Path, codes: tuple[str, str]) -> None:
    with pytest.raises(RecordsFault, match="choose"):
        opened(tmp_path).done("5388-017", "5388", CANARY, *codes)
    assert not list(opened(tmp_path).of_zone())


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    records = opened(tmp_path)
    records.expect('=HYPERLINK("x")', "5388")
    assert "'=HYPERLINK" in list(csv_lines(records.of_zone(), TODAY))[1]
