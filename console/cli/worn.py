"""The word of an exercise on every line that leaves it (S10): a sentence begins with it, an object has it as ``mode``."""

from __future__ import annotations

from console.domain.values import Mode
from console.locale.words import word


def worn(line: str, mode: Mode | None) -> str:
    """A line as it leaves a world of this mode; a live one and a demo's leave as they are."""
    if mode not in {Mode.EXERCISE, Mode.REPLAY}:
        return line
    if line.startswith("{"):
        return line if '"mode":' in line[:24] else f'{{"mode": "{mode}", {line[1:]}'
    return f"{word(mode)}  {line}"
