"""`msa config`: which settings apply, where each value comes from, and how a settings file is written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from console.first_look import config_file
from console.settings import Settings, load, values_of
from console.settings_file import docstrings, shown, toml

app = typer.Typer(help="Show the settings and where each value comes from.")


@app.command()
def show(as_json: bool = typer.Option(False, "--json", help="As one JSON object, for scripts.")) -> None:
    """Show each setting, its value, and where the value comes from."""
    loaded = load(os.environ)
    values = values_of(loaded.settings)
    if as_json:
        told = {
            name: {"value": _plain(value), "from": loaded.origins[name]} for name, value in values.items()
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    rows = [(name, shown(value) or "-", loaded.origins[name]) for name, value in values.items()]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        print(f"{name:<{wide[0]}}  {value:<{wide[1]}}  {origin}")


@app.command()
def path() -> None:
    """Print the path of the settings file, whether it exists or not."""
    print(config_file(os.environ))


@app.command()
def example() -> None:
    """Print a settings file with every setting, its default and what it means, to begin with."""
    print("# Settings of msa. Take the # off a line to change its value.")
    print("\n".join(_example(Settings())))


def _example(model: BaseModel, table: str = "") -> Iterator[str]:
    """The lines of one table: first its own values, then the tables in it, as TOML wants it."""
    notes = docstrings(type(model))
    groups = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel | dict):
            groups.append((name, value))
            continue
        if name in notes:
            yield from ("", f"# {notes[name]}")
        yield f"# {name} = {toml(value)}"
    for name, value in groups:
        yield ""
        if name in notes:
            yield f"# {notes[name]}"
        yield f"[{table}{name}]"
        if isinstance(value, BaseModel):
            yield from _example(value, f"{table}{name}.")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value
