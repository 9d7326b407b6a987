"""From how far patrols come without siren (W10): her file, the zone, the control room, the usual distance."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_stub.sirens_file import read_sirens
from console.domain import casefile as cf
from console.domain.file_changes import file_changed
from console.domain.sirens import SIREN_OFF_M, Sirens
from console.wire.exits import Stop
from tests.story import START, case_file
from tests.unit.test_readout import alarm, said

TODAY = START.date()
ZONES = ("5388", "5395")
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def read(tmp_path: Path, text: str) -> Sirens:
    path = tmp_path / "sirens.toml"
    path.write_text(text)
    return read_sirens(path, ZONES)


def test_without_a_file_every_zone_has_the_usual_distance() -> None:
    assert read_sirens(None, ZONES).off_m("5388", "VBR") == SIREN_OFF_M == 500


def test_the_zone_goes_before_its_control_room_and_the_room_before_the_default(tmp_path: Path) -> None:
    sirens = read(tmp_path, "default = 600\n[rooms]\nVBR = 800\n[zones]\n5388 = 300\n")
    assert sirens.off_m("5388", "VBR") == 300
    assert sirens.off_m("5395", "VBR") == 800
    assert sirens.off_m(None, "VBR") == 800
    assert sirens.off_m("5395", "ANT") == sirens.off_m(None, None) == 600


def test_the_example_of_the_documents_is_read(tmp_path: Path) -> None:
    example = OPERATIONS.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    sirens = read(tmp_path, example)
    assert sirens.off_m("5388", "VBR") == 300
    assert sirens.off_m("9999", "LUX") == 1500
    assert sirens.default == SIREN_OFF_M


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("default = -1", "default must be metres, from 0 to 10000"),
        ("default = true", "default must be metres"),
        ("[zones]\n5388 = '300 m'", r"\[zones\] 5388 must be metres"),
        ("[zones]\n1234 = 300", r"\[zones\] 1234 is no zone of this map; there are 5388, 5395"),
        ("[rooms]\nXXX = 300", r"\[rooms\] XXX is no control room; there are ANT"),
        ("rooms = 3", r"rooms must be a table: \[rooms\]"),
        ("siren = 3", "has no siren; it may have default"),
        ("[zones", "is not a TOML file"),
    ],
)
def test_a_file_that_says_what_cannot_be_stops_the_start(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Stop, match=says):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="there is no such file; --sirens names it"):
        read_sirens(tmp_path / "gone.toml", ZONES)


def test_the_extract_has_the_distance_of_her_file_or_else_the_usual_one_of_where_she_is() -> None:
    file = case_file()
    own = file.model_copy(update={"victim": file.victim.model_copy(update={"siren_off_m": 1200})})
    assert cf.extract_of(file, TODAY, 300).victim.siren_off_m == 300
    assert cf.extract_of(own, TODAY, 300).victim.siren_off_m == 1200
    silent = own.model_copy(update={"victim": own.victim.model_copy(update={"siren_off_m": 0})})
    assert cf.extract_of(silent, TODAY, 300).victim.siren_off_m == 0


def test_the_read_out_says_it_and_a_changed_file_keeps_it() -> None:
    state = alarm(case_file())
    later = case_file().model_copy(update={"revision": 4})
    (changed,) = file_changed(state, None, later, TODAY, 300)
    assert changed.victim is not None
    assert changed.victim.siren_off_m == 300
    assert state.extract is not None
    told = state.model_copy(update={"extract": state.extract.model_copy(update={"victim": changed.victim})})
    assert "Sirene uit vanaf 300 meter" in said(told, "nl").text
