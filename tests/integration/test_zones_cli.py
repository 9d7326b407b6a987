"""`msa zones` as a program: what it prints, its exit codes, and one sentence instead of a traceback."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from console.cli import ABOUT, COMMANDS
from console.domain.zones.allocating import shapes_of
from console.wire.program import run_program
from console.wire.zones_file import packaged_bytes, read_zones

Ran = subprocess.CompletedProcess[str]


def msa(*words: str) -> Ran:
    """Run the command in this process: the same code as in one of its own, without its start."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_program("msa", ABOUT, COMMANDS, ["zones", *words])
    return Ran(words, code, out.getvalue(), err.getvalue())


def told(ran: Ran) -> dict[str, Any]:
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def complains(ran: Ran, code: int, said: str) -> None:
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_position_in_leuven_is_found() -> None:
    ran = msa("find", "--at", "50.879,4.700", "--radius", "30", "--confidence", "68")
    assert ran.returncode == 0
    assert "100.0 %  5388 Leuven (CIC Vlaams-Brabant)" in ran.stdout
    assert "radius 49 m at 95 % (30 m at 68 %)" in ran.stdout
    assert "nearest border" in ran.stdout
    assert "approximation, not an official map: borders may be 1,280 m off" in ran.stdout
    assert "GeoNames" in ran.stdout
    assert ran.stderr == ""


def test_it_is_a_command_of_the_program() -> None:
    words = [sys.executable, "-m", "console", "zones", "find", "--at", "50.879,4.700", "--json"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=50)
    assert told(ran)["zone"] == "5388"
    wrong = subprocess.run([*words[:-2], "x"], capture_output=True, text=True, check=False, timeout=50)
    complains(wrong, 2, "is no position")


def test_json_has_shares_that_add_up_and_names_what_lies_outside() -> None:
    answer = told(msa("find", "--at", "50.7797,5.6920", "--radius", "3000", "--confidence", "95", "--json"))
    assert sum(share["share"] for share in answer["shares"]) == pytest.approx(1)
    assert None in [share["zone"] for share in answer["shares"]]
    assert answer["zone"] in [share["zone"] for share in answer["shares"]]
    assert (answer["lat"], answer["lon"], answer["r95_m"]) == (50.7797, 5.692, 3000)
    assert answer["approximate"] is True
    assert answer["border_m"] >= 0


def test_an_unknown_confidence_is_said() -> None:
    assert "(900 m, confidence unknown)" in msa("find", "--at", "50.85,4.35", "--radius", "900").stdout


def test_abroad_is_said_in_words() -> None:
    assert "outside Belgium: no zone to send" in msa("find", "--at", "50.8514,5.6910").stdout


def test_swapped_numbers_are_answered_as_given_with_a_hint() -> None:
    ran = msa("find", "--at", "4.7,50.88", "--json")
    assert told(ran)["zone"] is None
    assert (told(ran)["lat"], told(ran)["lon"]) == (4.7, 50.88)
    assert "Latitude comes first: 50.88,4.7 would lie in Belgium" in ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("find", "--at", "Leuven"), "is no position: latitude, comma, longitude"),
        (("find", "--at", "50,879,4,700"), "with points: 50.879,4.700"),
        (("find", "--at", "nan,4.7"), "is no position"),
        (("find", "--at", "91,4.7"), "lies in -90..90"),
        (("find", "--at", "50.9,4.7", "--radius", "-1"), "metres, 0 or more"),
        (("find", "--at", "50.9,4.7", "--radius", "inf"), "metres, 0 or more"),
        (("find", "--at", "50.9,4.7", "--confidence", "101"), "from 0 to 100"),
        (("import", "--out", "x"), "--municipalities FILE"),
        (("import", "x", "--out", "x"), "--code FIELD"),
        (("import", "--municipalities", "x", "--out", "x"), "--nis FIELD"),
    ],
)
def test_a_command_line_that_cannot_be_understood_ends_with_2(words: tuple[str, ...], said: str) -> None:
    ran = msa(*words)
    complains(ran, 2, "")
    assert said in " ".join(ran.stderr.split())


def test_a_zones_file_that_is_none_ends_with_3(tmp_path: Path) -> None:
    none = tmp_path / "none.geojson"
    none.write_bytes(b"\x00\xff")
    complains(msa("find", "--at", "50.9,4.7", "--zones", str(none)), 3, "not text in UTF-8")
    complains(msa("find", "--at", "50.9,4.7", "--zones", str(tmp_path / "gone")), 3, "is not there")
    complains(msa("check", str(tmp_path)), 3, "is a directory")


def test_the_shipped_file_is_sound(tmp_path: Path) -> None:
    shipped = tmp_path / "zones.geojson"
    shipped.write_bytes(packaged_bytes("zones.geojson"))
    assert "176 sound zones of 11 control rooms, no fault" in msa("check", str(shipped)).stdout
    answer = told(msa("check", str(shipped), "--json"))
    assert (answer["sound"], answer["faults"], answer["notes"]) == (True, [], [])


def test_a_file_with_faults_names_each_and_ends_with_3(tmp_path: Path) -> None:
    document = json.loads(packaged_bytes("zones.geojson"))
    del document["features"][3]["properties"]["prosecutor"]
    document["features"][9]["id"] = document["features"][8]["id"]
    broken = tmp_path / "broken.geojson"
    broken.write_text(json.dumps(document))
    ran = msa("check", str(broken))
    assert ran.returncode == 3
    assert f"missing_field: zone {document['features'][3]['id']}: prosecutor is missing" in ran.stdout
    assert "duplicate_id: zone id" in ran.stdout
    report = json.loads(msa("check", str(broken), "--json").stdout)
    assert report["sound"] is False
    assert {fault["kind"] for fault in report["faults"]} >= {"missing_field", "duplicate_id"}


def official_like(epsg: int) -> str:
    """The shipped zones as an office would export them: its own field names, in Lambert, without our fields."""
    zones = read_zones()
    ahead = Transformer.from_crs("EPSG:4326", f"EPSG:{epsg}", always_xy=True).transform
    shapes = shapely.transform(
        shapes_of([zones.polygons[zone.id] for zone in zones]),
        lambda xy: np.column_stack(ahead(xy[:, 0], xy[:, 1])),
    )
    features = [
        {
            "type": "Feature",
            "properties": {"ZONE": zone.code, "NAAM": zone.name},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for zone, shape in zip(zones, shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "attribution": "An office", "features": features})


def test_an_official_map_is_imported_checked_and_used(tmp_path: Path) -> None:
    source, out = tmp_path / "map.geojson", tmp_path / "zones.geojson"
    source.write_text(official_like(31370))
    made = msa("import", str(source), "--code", "ZONE", "--name", "NAAM", "--out", str(out))
    assert made.returncode == 0, made.stderr
    assert "176 zones written" in made.stdout
    assert "100% agree with the map that ships" in made.stdout
    assert msa("check", str(out)).returncode == 0
    found = told(msa("find", "--at", "50.879,4.700", "--zones", str(out), "--json"))
    assert (found["zone"], found["approximate"], found["accuracy_m"]) == ("5388", False, 0)
    assert found["attribution"] == "An office"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_map_with_its_zones_elsewhere_is_not_written(tmp_path: Path) -> None:
    document = json.loads(official_like(3812))
    codes = [feature["properties"]["ZONE"] for feature in document["features"]]
    for feature, code in zip(document["features"], codes[88:] + codes[:88], strict=True):
        feature["properties"] = {"ZONE": code} if code else {"ZONE": codes[0]}
    source, out = tmp_path / "map.geojson", tmp_path / "zones.geojson"
    source.write_text(json.dumps(document))
    out.write_text("as it was")
    complains(msa("import", str(source), "--code", "ZONE", "--out", str(out)), 3, "Nothing was written")
    assert out.read_text() == "as it was"


def test_a_place_that_cannot_be_written_ends_with_3(tmp_path: Path) -> None:
    source = tmp_path / "map.geojson"
    source.write_text(official_like(3812))
    out = tmp_path / "gone" / "zones.geojson"
    complains(
        msa("import", str(source), "--code", "ZONE", "--name", "NAAM", "--out", str(out)),
        3,
        "cannot be written",
    )


@pytest.mark.parametrize("verb", ["find", "check", "import"])
def test_help_has_an_example(verb: str) -> None:
    ran = msa(verb, "--help")
    assert ran.returncode == 0
    assert f"msa zones {verb} " in " ".join(ran.stdout.split())
    assert "Example" in ran.stdout
