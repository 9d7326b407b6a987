"""The screen of a `Terminal` as an SVG picture: what pyte has in its cells, with their colours.

Pictures are written only where `MSA_PICTURES` names a folder: ``MSA_PICTURES=docs/cases make test``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from pyte.screens import Char

from tests.end_to_end.terminal import Terminal

FOLDER_VARIABLE: Final = "MSA_PICTURES"

STILL_S: Final = 0.08

CELL_W: Final = 8.4
CELL_H: Final = 17.0
BASELINE: Final = 13.0
FONT: Final = "14px 'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace"

INK: Final = "d0d4da"
PAPER: Final = "101418"
NAMED: Final = {
    "black": "000000",
    "red": "cd3131",
    "green": "0dbc79",
    "brown": "e5e510",
    "blue": "2472c8",
    "magenta": "bc3fbc",
    "cyan": "11a8cd",
    "white": "e5e5e5",
}
"""pyte's names of the first eight colours; the screen itself uses true colours."""


class Look(NamedTuple):
    """How a cell is drawn; colours are six hexadecimal digits."""

    ink: str
    paper: str
    bold: bool
    underlined: bool


def taken(terminal: Terminal, name: str) -> None:
    """Write the screen to ``NAME.svg`` in the folder that the environment names; without one do nothing."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}.svg").write_text(svg(_whole(terminal)), encoding="utf-8")


def _whole(terminal: Terminal) -> list[list[Char]]:
    """The cells once nothing is written any more: a program is often in the middle of a screen."""
    before: list[list[Char]] = []
    while (now := terminal.cells()) != before:
        before = now
        time.sleep(STILL_S)
    return now


def svg(rows: list[list[Char]]) -> str:
    """The picture of rows of cells. A wide sign stands in its first cell, and an empty one follows it."""
    columns = max(map(len, rows))
    width, height = columns * CELL_W, len(rows) * CELL_H
    looks: dict[Look, str] = {}
    body = [part for y, row in enumerate(rows) for part in _row(row, y, looks)]
    styles = [f".{name}{{fill:#{look.ink}{_more(look)}}}" for look, name in looks.items()]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">',
            f"<style>text{{font:{FONT};white-space:pre}}{''.join(styles)}</style>",
            f'<rect width="100%" height="100%" fill="#{PAPER}"/>',
            *body,
            "</svg>\n",
        )
    )


def _row(row: list[Char], y: int, looks: dict[Look, str]) -> Iterator[str]:
    x, inked = 0, []
    for look, cells in groupby(row, key=_look):
        signs = list(cells)
        text = "".join(one.data for one in signs)
        if look.paper != PAPER:
            yield (
                f'<rect x="{x * CELL_W:.1f}" y="{y * CELL_H:.0f}" width="{len(signs) * CELL_W + 0.2:.1f}" '
                f'height="{CELL_H:.0f}" fill="#{look.paper}"/>'
            )
        if text.strip():
            inked.append((x, look, text, len(signs)))
        x += len(signs)
    for start, look, text, length in inked:
        blank = len(text) - len(text.lstrip())
        said = text.strip()
        name = looks.setdefault(look, f"c{len(looks)}")
        across = (length - blank - (len(text) - len(text.rstrip()))) * CELL_W
        yield (
            f'<text class="{name}" x="{(start + blank) * CELL_W:.1f}" y="{y * CELL_H + BASELINE:.0f}" '
            f'textLength="{across:.1f}">{escape(said, quote=False)}</text>'
        )


def _look(cell: Char) -> Look:
    ink, paper = _colour(cell.fg, INK), _colour(cell.bg, PAPER)
    if cell.reverse:
        ink, paper = paper, ink
    return Look(ink, paper, cell.bold, cell.underscore)


def _colour(name: str, usual: str) -> str:
    return usual if name == "default" else NAMED.get(name.removeprefix("bright"), name)


def _more(look: Look) -> str:
    bold = ";font-weight:bold" if look.bold else ""
    return bold + (";text-decoration:underline" if look.underlined else "")
