"""pyte, with its frequent ways made short: what a terminal shows of the bytes that a program writes.

pyte goes through a stream letter by letter, and makes a new cell for each; a full-screen program under test writes
more than it keeps up with on a busy machine. Here runs of text and whole control sequences are taken at once, and
whatever else there is goes through pyte as it is. `tests/unit/test_emulator.py` compares the two.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pyte
from pyte import charsets, modes
from pyte.screens import Char, wcwidth

_ALTERNATE: Final = 1049
"""The private mode in which a program has a screen of its own, empty at first, as xterm has it."""
_KITTY_KEYBOARD_OFF: Final = b"\x1b[<u"
"""The one sequence of the screen's that pyte does not know the form of; it would draw its last letter."""
_COMMON: Final = re.compile(r"([^\x00-\x1f\x7f-\x9f]+)|\x1b\[([0-9]{0,3}(?:;[0-9]{0,3}){0,19})([mHK])")
"""A run of text, or a whole sequence for colours, for the cursor's place, or to erase in a line."""


class Screen(pyte.Screen):
    """A screen that counts its bells and knows the lines that stand on it."""

    def __init__(self, columns: int, rows: int) -> None:
        self.bells = 0
        self._narrow: set[str] = set()
        """Signs that are known to be one column wide."""
        self._cells: dict[tuple[Any, ...], dict[str, Char]] = {}
        """Cells by their look and sign: a screen has many of a kind."""
        self._looks: dict[tuple[Char, str], Char] = {}
        """What a sequence for colours makes of a look."""
        self._lines: list[str] = []
        super().__init__(columns, rows)

    def set_mode(self, *modes: int, **how: Any) -> None:
        """As pyte, and the alternate screen is empty at first."""
        super().set_mode(*modes, **how)
        if how.get("private") and _ALTERNATE in modes:
            self.erase_in_display(2)

    def bell(self, *_args: object) -> None:
        """It rings."""
        self.bells += 1

    def draw(self, data: str) -> None:
        """As pyte; a run of narrow signs that fits into the line is put there at once."""
        cursor = self.cursor
        if (
            cursor.x + len(data) > self.columns
            or modes.IRM in self.mode
            or self.charset
            or self.g0_charset is not charsets.LAT1_MAP
            or not self._all_narrow(data)
        ):
            super().draw(data)
            return
        look = cursor.attrs[1:]
        made = self._cells.get(look)
        if made is None:
            made = self._cells[look] = {}
        line = self.buffer[cursor.y]
        for at, sign in enumerate(data, cursor.x):
            cell = made.get(sign)
            if cell is None:
                cell = made[sign] = Char(sign, *look)
            line[at] = cell
        cursor.x += len(data)
        self.dirty.add(cursor.y)

    def colour(self, sequence: str) -> None:
        """Heed the numbers of a sequence for colours: ``1;38;2;255;0;0``."""
        before = self.cursor.attrs
        after = self._looks.get((before, sequence))
        if after is None:
            self.select_graphic_rendition(*(int(number or 0) for number in sequence.split(";")))
            after = self._looks[before, sequence] = self.cursor.attrs
        self.cursor.attrs = after

    def texts(self) -> list[str]:
        """The lines without the blanks at their ends; only those that were written to are worked out anew."""
        if len(self._lines) != self.lines:
            self._lines = [""] * self.lines
            self.dirty.update(range(self.lines))
        for row in self.dirty:
            if row < self.lines:
                self._lines[row] = self._text(row)
        self.dirty.clear()
        return list(self._lines)

    def _text(self, row: int) -> str:
        line = self.buffer.get(row)
        if line is None:  # looking at a row that was never written to must not make one
            return ""
        signs = [line[column].data for column in range(self.columns)]
        if self._narrow.issuperset(signs):
            return "".join(signs).rstrip()
        shown, at = [], 0
        while at < len(signs):
            shown.append(signs[at])
            at += 2 if signs[at] and wcwidth(signs[at][0]) == 2 else 1  # a stub stands after a wide sign
        return "".join(shown).rstrip()

    def _all_narrow(self, data: str) -> bool:
        if not self._narrow.issuperset(data):
            self._narrow.update(sign for sign in data if wcwidth(sign) == 1)
        return self._narrow.issuperset(data)


class Stream(pyte.ByteStream):
    """The bytes on their way to a screen."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._shown = screen
        self._held = b""
        """The beginning of what may become the sequence that pyte does not know."""

    def take(self, data: bytes) -> None:
        """Heed what came; a sequence may be cut anywhere."""
        data = (self._held + data).replace(_KITTY_KEYBOARD_OFF, b"")
        held = next((length for length in range(3, 0, -1) if data.endswith(_KITTY_KEYBOARD_OFF[:length])), 0)
        data, self._held = data[: len(data) - held], data[len(data) - held :]
        text = self.utf8_decoder.decode(data)
        screen, parse, common = self._shown, self._send_to_parser, _COMMON.match
        between = self._taking_plain_text  # and not within a sequence
        at = 0
        while at < len(text):
            if not between or (found := common(text, at)) is None:
                between = bool(parse(text[at]))
                at += 1
                continue
            at = found.end()
            run, numbers, kind = found.groups()
            if run:
                screen.draw(run)
            elif kind == "m":
                screen.colour(numbers)
            elif kind == "H":
                screen.cursor_position(*(int(number or 0) for number in numbers.split(";")))
            else:
                screen.erase_in_line(int(numbers.partition(";")[0] or 0))
        self._taking_plain_text = between
