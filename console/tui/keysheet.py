"""The key sheet: every key, what it does, and the name by which the settings rebind it, as Markdown to print.

``docs/keys.md`` is the sheet of the defaults in English:

    python -m console.tui.keysheet            write it
    python -m console.tui.keysheet --check    say whether it is what the code says; exit 1 if it is not
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from textual.binding import Binding

from console.locale import _
from console.tui.actions import ACTIONS
from console.tui.bindings import QUEUE_BINDINGS, map_bindings
from console.tui.course.keys import COURSE_BINDINGS
from console.tui.keymap import APP_BINDINGS, keys_of, shown
from console.tui.replay.bindings import replay_bindings

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "keys.md"


def sheet() -> str:
    """The sheet with the keys and in the language that are in use."""
    of_one = [action.binding() for action in ACTIONS if action.of_one]
    of_all = [action.binding() for action in ACTIONS if not action.of_one]
    parts = (
        (_("For the selected intervention"), of_one),
        (_("For the queue and what waits"), QUEUE_BINDINGS),
        (_("For the console"), (*of_all, *APP_BINDINGS)),
        (_("In the map (tab goes there)"), map_bindings()),
        (_("In a replay, in the place of the keys that act"), tuple(replay_bindings())),
    )
    lines = [f"# {_('Keys of the console')}", ""]
    lines.append(
        _(
            "The last column is the action's name. It gets other keys in config.toml, under [keymap]: {example}",
            example='`note = "f11"`',
        )
    )
    for title, bindings in parts:
        lines += [
            "",
            f"## {title}",
            "",
            f"| {_('key')} | {_('what it does')} | {_('name')} |",
            "|---|---|---|",
        ]
        lines += _rows(bindings)
    lines += [
        "",
        f"## {_('In a course, on the screen of the instructor (fixed)')}",
        "",
        f"| {_('key')} | {_('what it does')} |",
        "|---|---|",
    ]
    for one in COURSE_BINDINGS:
        keys = " ".join(f"`{shown(key)}`" for key in one.key.split(","))
        lines.append(f"| {keys} | {_(one.tooltip)} |")
    lines.append(f"| `1` … `0` `F1` … `F12` | {_('The inject that stands beside it')} |")
    lines += ["", _("In a box the keys stand on its last line; there they are fixed.")]
    return "\n".join(lines) + "\n"


def _rows(bindings: Iterable[Binding]) -> Iterator[str]:
    for one in bindings:
        if one.id and one.tooltip:
            keys = " ".join(f"`{shown(key)}`" for key in keys_of(one.id))
            said = _(one.tooltip).replace("|", "\\|")
            yield f"| {keys} | {said} | `{one.id}` |"


def main() -> int:
    """Write the document, or with ``--check`` say whether it has drifted."""
    text = sheet()
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(text, encoding="utf-8")
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == text:
        return 0
    print("docs/keys.md is not what the code says: run `make keys`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
