"""Run with the Python of an installed wheel, away from the source: what is no code must be there as well."""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
import subprocess
import sys
from pathlib import Path

import backend_stub
import console
from console.domain.intervention import State
from console.locale import LANGUAGES, use
from console.locale.words import word
from console.wire.exits import ExitCode

OF_AN_EXTRA = {
    "console.web.server",
    "console.web.guard",
    "console.web.course.site",
    "console.web.course.pages",
    "console.web.course.patrol",
}
"""Needs what the extra `web` brings, which is not installed here; `msa web` says so."""

for package in (console, backend_stub):
    assert "site-packages" in str(package.__path__[0]), f"{package.__path__} is not the installed wheel"
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__") and module.name not in OF_AN_EXTRA:
            importlib.import_module(module.name)

refused = subprocess.run(
    [sys.executable, "-I", "-m", "console", "web"], capture_output=True, text=True, check=False
)
assert refused.returncode == ExitCode.BAD_INPUT, refused
assert "stalking-alarm-console[web]" in refused.stderr, refused.stderr
for name in ("index.html", "page.css", "page.js"):
    assert (Path(console.__path__[0]) / "web" / "page" / name).is_file(), f"{name} is not in the wheel"
for name in (
    "join.html",
    "operator.html",
    "patrol.html",
    "left.html",
    "course.css",
    "join.js",
    "seat.js",
    "patrol.js",
    "stop.js",
):
    assert (Path(console.__path__[0]) / "web" / "course" / "page" / name).is_file(), f"{name} is missing"

said = set()
for language in LANGUAGES:
    use(language)
    said.add(word(State.ON_SCENE))
assert len(said) == len(LANGUAGES), f"catalogues are missing: {said}"

folder = Path(console.__path__[0])
data = Path(__file__).parents[2] / "data"
for file in data.rglob("*"):
    if file.is_file() and "sources" not in file.relative_to(data).parts:
        shipped = folder / "_data" / file.relative_to(data)
        assert shipped.is_file(), (
            f"data/{file.relative_to(data)} is missing: name it in pyproject.toml, force-include"
        )

if (folder / "tui" / "app.py").exists():
    assert list((folder / "tui").rglob("*.tcss")), "the style sheets are missing"

licences = [
    file for file in importlib.metadata.files("stalking-alarm-console") or [] if file.name == "LICENSE"
]
assert licences, "the licence is missing"
assert "Appendix" in licences[0].read_text(), "the licence is not whole"
print("words, zones, styles and licence are in the wheel")
