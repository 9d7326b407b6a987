"""HTML and SVG as a tree, so that no text can become markup: every text and attribute is escaped on writing (S11)."""

from __future__ import annotations

import base64
import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from console.wire.cleaning import clean

LONGEST: Final = 8_000
"""Characters of one text on a page."""

_UNIT: Final = re.compile(r"(?<=[0-9]) (?=(?:m|km|s|min|h|d)\b|%)")
"""A figure and its unit stay on one line."""


def tag(parent: Element, name: str, text: str = "", /, **attributes: str | float) -> Element:
    """Add an element to another. ``class_`` is the attribute class; ``stroke_width`` is stroke-width."""
    made = SubElement(parent, name, _attributes(attributes))
    if text:
        made.text = _UNIT.sub("\N{NO-BREAK SPACE}", clean(text, LONGEST))
    return made


def root(name: str, /, **attributes: str | float) -> Element:
    """A tree of its own."""
    return Element(name, _attributes(attributes))


def written(tree: Element) -> str:
    """The tree as HTML; what stands in it as text stays text."""
    return tostring(tree, encoding="unicode", method="html")


def as_image(svg: str) -> str:
    """A picture as the address of an image: within it no script runs and nothing is fetched."""
    return "data:image/svg+xml;base64," + base64.b64encode(_alone(svg).encode()).decode()


_ELSEWHERE: Final = re.compile(
    r"@font-face\s*\{[^}]*\}|@import[^;]*;|<script.*?</script\s*>", re.DOTALL | re.I
)
"""What names something outside the picture: a screen's picture names its font at a server."""


def _alone(svg: str) -> str:
    return _ELSEWHERE.sub("", svg)


def _attributes(given: dict[str, str | float]) -> dict[str, str]:
    return {
        name.rstrip("_").replace("_", "-") if name != "viewBox" else name: _value(value)
        for name, value in given.items()
    }


def _value(value: str | float) -> str:
    return clean(value, LONGEST * 1000) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
