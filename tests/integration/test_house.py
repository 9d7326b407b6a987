"""The house: what is locked is what is asked for, and make, msa and msa-stub say what is wrong in a sentence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from console import cli

ROOT = Path(__file__).parents[2]
LOCKS = ("run", "dev", "build")
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)


def locked(lock: str) -> dict[str, list[Version]]:
    """Versions of each package in a lock: several where they differ by Python version."""
    found: dict[str, list[Version]] = {}
    for pin in PINNED.finditer((ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")):
        found.setdefault(canonicalize_name(pin["name"]), []).append(Version(pin["version"]))
    return found


def project() -> dict[str, list[str]]:
    """What pyproject.toml and requirements/build.in ask for, by lock."""
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8").splitlines()
    return {
        "run": metadata["project"]["dependencies"],
        "dev": metadata["project"]["dependencies"] + metadata["project"]["optional-dependencies"]["dev"],
        "build": [line for line in build if line and not line.startswith("#")]
        + metadata["build-system"]["requires"],
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_at_a_version_that_is_allowed(lock: str) -> None:
    versions = locked(lock)
    for line in project()[lock]:
        wanted = Requirement(line)
        found = versions.get(canonicalize_name(wanted.name), [])
        assert found, f"{wanted.name} is not in requirements/{lock}.txt: make lock"
        assert all(wanted.specifier.contains(version) for version in found), f"{line}: locked at {found}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_file_has_its_hash_and_no_place_of_one_machine(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    pins = re.split(
        r"^(?=\S)", "".join(line for line in text.splitlines(True) if line[0] != "#"), flags=re.MULTILINE
    )
    for pin in filter(None, pins):
        assert PINNED.match(pin), pin.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin.splitlines()[0]
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|/home/|/opt/|/tmp/", text)


@pytest.mark.parametrize("lock", ["run", "build"])
def test_a_user_gets_the_versions_that_are_tested(lock: str) -> None:
    tested = locked("dev")
    assert {name: versions for name, versions in locked(lock).items() if tested.get(name) != versions} == {}


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in a copy of the Makefile, where nothing is installed yet."""
    shutil.copy(ROOT / "Makefile", folder)
    return subprocess.run(
        ["make", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )


def python_that(folder: Path, name: str, body: str) -> str:
    """A stand-in for a Python: a shell script that answers as that Python would."""
    script = folder / name
    script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def test_without_the_venv_module_make_says_the_line_to_run(tmp_path: Path) -> None:
    python = python_that(tmp_path, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    run = make(tmp_path, ".venv/bin/python", f"PYTHON={python}")
    assert run.returncode != 0
    assert "sudo apt install python3-venv" in run.stderr
    assert not (tmp_path / ".venv").exists()


def test_with_an_old_python_make_says_which_is_needed(tmp_path: Path) -> None:
    python = python_that(tmp_path, "python3.9", 'case "$2" in *version_info*) exit 1;; esac; exit 0')
    run = make(tmp_path, ".venv/bin/python", f"PYTHON={python}")
    assert run.returncode != 0
    assert "Python 3.11 or newer is needed" in run.stderr
    assert "make PYTHON=python3.12" in run.stderr


def test_make_lists_its_targets(tmp_path: Path) -> None:
    listed = make(tmp_path).stdout
    for target in ("demo", "test", "check", "bench", "soak", "zones", "locale", "lock", "clean"):
        assert re.search(rf"^  make {target} +\w", listed, re.MULTILINE), target


def test_make_needs_no_newer_make_than_that_of_macos() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    # Newer than 3.81: != assignment, &: grouped targets, .ONESHELL, .RECIPEPREFIX, $(file …), $(guile …).
    assert not re.search(
        r"^\w+ *!=|&:|\.ONESHELL|\.RECIPEPREFIX|\$\((file|guile|let|intcmp) ", text, re.MULTILINE
    )


def msa(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run msa as a process of its own; ``code`` runs in it afterwards."""
    script = f"import sys; from console.cli import main; ended = main()\n{code}\nsys.exit(ended)"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_help_lists_every_command_with_its_line() -> None:
    told = " ".join(msa("--help").stdout.split())
    for command in cli.COMMANDS:
        assert f"{command.name} {command.line.rstrip('.')}" in told


@pytest.mark.parametrize("name", [command.name for command in cli.COMMANDS])
def test_every_listed_command_explains_itself(name: str) -> None:
    run = msa(name, "--help")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(f"Usage: msa {name}")


def test_the_version_is_that_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert msa("--version").stdout.strip() == f"msa {version}"


@pytest.mark.parametrize(
    "arguments", [["conifg"], ["--nope"], ["config", "shwo"], ["config", "show", "--nope"], []]
)
def test_a_line_that_cannot_be_understood_is_told_so_with_2(arguments: list[str]) -> None:
    run = msa(*arguments)
    assert run.returncode == 2
    assert "Usage: msa" in run.stderr
    assert "Traceback" not in run.stderr


def test_only_the_command_that_is_asked_for_is_imported() -> None:
    modules = "print(sorted(name for name in sys.modules if name.startswith('console.cli.')))"
    assert msa("config", "path", code=modules).stdout.splitlines()[-1] == "['console.cli.config']"
    assert msa("--help", code=modules).stdout.splitlines()[-1] == "[]"


def test_nothing_heavy_is_imported_to_find_the_command() -> None:
    heavy = "print(sorted({'sqlmodel', 'sqlalchemy', 'geopy', 'shapely', 'numpy', 'websockets'} & set(sys.modules)))"
    assert msa("--help", code=heavy).stdout.splitlines()[-1] == "[]"
    assert msa("config", "show", code=heavy).stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        run = subprocess.run(
            [sys.executable, "-m", "console", "config", "example"],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert (run.returncode, run.stderr) == (128 + 13, "")


def test_the_licence_is_the_whole_text_with_its_appendix() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    for article in range(1, 16):
        assert re.search(rf"^{article}\.[A-Z]", text, re.MULTILINE), article
    for licence in ("GNU General Public License (GPL) v. 2, v. 3", "CeCILL v. 2.0, v. 2.1", "LiLiQ-R+"):
        assert licence in text.partition("Appendix\n")[2]
