"""The pages of a course room as text: what stands on them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from importlib.resources import files
from string import Template

from aiohttp import web

from console.locale import _, current, use


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Words in a reader's language while the block runs, which must not wait: the language is that of the process."""
    before = current()
    use(language)
    try:
        yield
    finally:
        use(before)


def page(name: str, markup: Mapping[str, str] = {}, **words: str) -> web.Response:
    """A page with its words filled in, as text; ``markup`` stands in it as it is."""
    said = {key: escape(value) for key, value in words.items()} | dict(markup)
    text = Template(packaged(name)).substitute(said, language=current(), exercise=escape(_("EXERCISE")))
    return web.Response(text=text, content_type="text/html")


def packaged(name: str) -> str:
    """A file of the pages."""
    return files("console.web.course").joinpath("page", name).read_text(encoding="utf-8")
