"""The page of a debrief in a real browser: it shows what it should, fetches nothing, and prints its word everywhere."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.debriefed import HOSTILE, folder_of
from tests.end_to_end.browser import Page, needs_browser, page
from tests.end_to_end.printed import text_of_pages
from tests.programs import run

pytestmark = [needs_browser, pytest.mark.browser]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on disk and the page of both."""
    made = tmp_path_factory.mktemp("runs")
    first, second = (folder_of(made, name, in_time=name == "seat-1") for name in ("seat-1", "seat-2"))
    words = ("debrief", str(first), str(second), "--html", str(made / "page.html"), "--language", "nl")
    written = run("console", *words)
    assert written.code == 0, written.err
    return made


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Page]:
    with page() as one:
        one.open(f"file://{folder / 'page.html'}")
        one.until("document.readyState === 'complete'")
        yield one


def test_the_page_shows_both_runs_their_map_their_notes_and_the_screen(opened: Page) -> None:
    text = opened.value("document.body.innerText")
    for part in (
        "OEFENING – nabespreking",
        "Naast elkaar",
        "seat-1",
        "seat-2",
        "Druk tot aangenomen",
        "✗ gemist",
    ):
        assert part in text
    for part in ("Gemiste waarschuwingen", "Vragen om te stellen", "ask about the jump"):
        assert part in text
    assert opened.value("document.querySelectorAll('svg.map .fix').length") > 10
    assert opened.value("document.querySelectorAll('svg.map .patrol').length") > 5
    assert opened.value("document.querySelector('svg.map').getBoundingClientRect().height") > 200
    shown = "[...document.images].filter(one => one.complete && one.naturalWidth > 0).length"
    opened.until(f"{shown} === document.images.length")
    assert opened.value("document.images.length") == 6, "each mark of each run has its picture"


def test_nothing_is_fetched_nothing_runs_and_hostile_text_is_text(opened: Page) -> None:
    assert [one for one in opened.asked_for if not one.startswith(("file://", "data:"))] == []
    assert opened.complaints == []
    assert HOSTILE in opened.value("document.body.innerText")
    assert opened.value("document.scripts.length") == 0
    assert "owned" not in opened.value("document.title")
    assert opened.value("[...document.images].every(one => one.src.startsWith('data:'))")


def test_no_word_is_wider_than_the_page(opened: Page) -> None:
    assert opened.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_every_printed_page_wears_the_word(opened: Page) -> None:
    pdf = base64.b64decode(opened.do("Page.printToPDF", preferCSSPageSize=True)["data"])
    pages = text_of_pages(pdf)
    assert len(pages) > 3
    for text in pages:
        assert text.count("OEFENING") >= 2, text[:200]


def test_a_class_of_runs_is_one_table(folder: Path) -> None:
    made = folder / "class.html"
    assert (
        run("console", "debrief", "--class", str(folder), "--html", str(made), "--language", "de").code == 0
    )
    with page() as one:
        one.open(f"file://{made}")
        one.until("document.readyState === 'complete'")
        assert one.value("document.querySelectorAll('table.rows').length") == 1
        text = one.value("document.body.innerText")
        assert "ÜBUNG" in text
        assert "seat-1" in text
        assert "seat-2" in text
