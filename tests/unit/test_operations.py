"""What docs/operations.md says of running the backend is what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from console.domain.trouble import Trouble

ROOT = Path(__file__).parents[2]
SAID = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
UNIT = ROOT / "docs" / "msa-stub.service"


@pytest.mark.parametrize("code", Trouble)
def test_every_trouble_says_what_to_do(code: Trouble) -> None:
    rows = [line for line in SAID.splitlines() if f'code="{code}"' in line]
    assert len(rows) == 1
    assert all(len(cell.strip()) > 5 for cell in rows[0].strip("|").split("|"))


def test_every_figure_is_explained_and_none_that_is_not_there() -> None:
    source = (ROOT / "backend_stub" / "http.py").read_text(encoding="utf-8")
    there = set(
        re.findall(r'_figure\(\s*"(\w+)"|_labelled\(\s*"(\w+)"|^        \(\s*"(\w+_total)"', source, re.M)
    )
    figures = {name for names in there for name in names if name} | {"commit_seconds"}
    figures -= {"disk_low"}
    assert set(re.findall(r"msa_(\w+)", SAID)) - {"stub"} == figures


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/msa/bin/msa-stub", "/bin/true"))
    said = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=30, check=False
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_the_unit_starts_a_command_that_there_is() -> None:
    from typer import Typer
    from typer.main import get_command

    from backend_stub.cli.serve import command

    app = Typer()
    app.command()(command)
    known = {option for parameter in get_command(app).params for option in parameter.opts}
    words = next(line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart=")).split()
    assert words[1] == "serve"
    assert {word for word in words if word.startswith("--")} <= known
