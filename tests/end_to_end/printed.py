"""The text of each page of a PDF that Chromium printed: enough of the format for that, and no more."""

from __future__ import annotations

import re
import zlib
from typing import Final

_OBJECT: Final = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM: Final = re.compile(rb"(.*?)stream\r?\n(.*?)endstream", re.DOTALL)
_SHOWN: Final = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|\[(.*?)\] TJ", re.DOTALL)
_SINGLE: Final = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")
_RANGE: Final = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>")


def text_of_pages(pdf: bytes) -> list[str]:
    """What is written on each page, in the order in which it was drawn, without the blanks between words."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return [_text(page, objects) for page in pages]


def _text(page: bytes, objects: dict[int, bytes]) -> str:
    fonts = {
        name.decode(): _letters(objects[int(number)], objects)
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)
    }
    content = b"".join(
        _stream(objects[int(number)]) for number in re.findall(rb"/Contents\s*\[?(\d+) 0 R", page)
    )
    made, letters = [], {}
    for font, one, several in _SHOWN.findall(content):
        if font:
            letters = fonts.get(font.decode(), {})
            continue
        for glyphs in [one, *re.findall(rb"<([0-9A-Fa-f]+)>", several)]:
            made += [letters.get(glyphs[at : at + 4].upper(), "") for at in range(0, len(glyphs), 4)]
    return "".join(made)


def _letters(font: bytes, objects: dict[int, bytes]) -> dict[bytes, str]:
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if found is None:
        return {}
    table = _stream(objects[int(found[1])])
    letters: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, code in _SINGLE.findall(block):
            letters[glyph.upper()] = bytes.fromhex(code.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, code in _RANGE.findall(block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                letters[b"%04X" % (int(first, 16) + step)] = chr(int(code, 16) + step)
    return letters


def _stream(body: bytes) -> bytes:
    found = _STREAM.match(body)
    if found is None:
        return b""
    # What follows the compressed bytes, a line break, is left over.
    return zlib.decompressobj().decompress(found[2]) if b"/FlateDecode" in found[1] else found[2]
