"""The course room's web server: who is let in, who is turned away, and what a page may load (W20, S1)."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio

from console.cli.listening import listening_on
from console.locale import LANGUAGES
from console.training.seats import WRONG_OF_ONE, SeatKind, Seats, SeatState
from console.web.course.site import Course, Site, Told, serving
from console.web.guard import LOOPBACK


@dataclass
class Answer:
    """What the server said."""

    status: int
    text: str
    cookie: str
    policy: str

    @property
    def code(self) -> str:
        """Of a refusal."""
        return str(json.loads(self.text)["code"])


class Patrols:
    """The patrols of a world that stands still; it writes down what they say."""

    def __init__(self) -> None:
        self.seen: dict[str, object] = {}
        self.said: list[tuple[str, str, str]] = []
        self.refuses: str | None = None

    def view(self, _patrol: str) -> tuple[dict[str, object], bool]:
        """What was set."""
        return self.seen, False

    async def says(self, patrol: str, says: str, words: str) -> str | None:
        """Write it down."""
        if self.refuses is None:
            self.said.append((patrol, says, words))
        return self.refuses


@dataclass
class Room:
    """A course's server."""

    address: str
    seats: Seats
    patrols: Patrols

    async def ask(
        self, path: str, body: object = None, *, origin: str | None = None, cookie: str = "", host: str = ""
    ) -> Answer:
        """GET, or POST with a body."""
        return await asyncio.to_thread(self._ask, path, body, origin, cookie, host)

    def _ask(self, path: str, body: object, origin: str | None, cookie: str, host: str) -> Answer:
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Origin": self.address if origin is None else origin}
        headers |= {"Cookie": cookie} if cookie else {}
        headers |= {"Host": host} if host else {}
        asked = urllib.request.Request(self.address + path, data=data, headers=headers)
        opener = urllib.request.build_opener(NoRedirect)
        try:
            with opener.open(asked, timeout=20) as answer:
                return said(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as refused:
            return said(refused.code, refused.read(), refused.headers)

    async def joins(self, seat: int = 0) -> str:
        """Sit down; the cookie of the seat."""
        answer = await self.ask("/join", {"code": self.seats.all[seat].code, "language": "nl"})
        assert answer.status == 200, answer
        return answer.cookie.partition(";")[0]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        """Follow none."""


def said(status: int, body: bytes, headers: object) -> Answer:
    """An answer as the tests read it."""
    get = headers.get  # type: ignore[attr-defined]  # an HTTP message
    return Answer(status, body.decode(), get("Set-Cookie") or "", get("Content-Security-Policy") or "")


@pytest_asyncio.fixture
async def room() -> AsyncIterator[Room]:
    """A room with two operator seats; nobody opens a console here."""
    codes, keys = iter("ABCDEFGH"), iter(range(99))
    seats = Seats(lambda signs: next(codes) * signs, time.monotonic, lambda: f"key-{next(keys)}-<x>")
    for number in (1, 2):
        seats.add(f"operator-{number}", SeatKind.OPERATOR, f"471{number}")
    seats.add("patrol-1", SeatKind.PATROL, "5388/L-11")
    patrols = Patrols()
    told = {one: Told(f"titel {one}", f"<warning> {one}", f"briefing {one}") for one in LANGUAGES}
    with listening_on("127.0.0.1", 0) as listening:
        site = Site(Course(told, "ws://127.0.0.1:1", LOOPBACK, seats, patrols=patrols))
        async with serving(site, listening, None):
            yield Room(f"http://127.0.0.1:{listening.getsockname()[1]}", seats, patrols)


async def test_the_warning_and_the_right_to_stop_come_before_the_code_in_each_language(room: Room) -> None:
    rights = set()
    for language in LANGUAGES:
        text = (await room.ask(f"/?language={language}")).text
        assert f'<html lang="{language}">' in text
        warning = text.index(f"&lt;warning&gt; {language}")
        assert warning < text.index('id="code"')
        rights.add(text[warning : text.index("</section>")])
    assert len(rights) == 4


async def test_a_wrong_code_is_refused_and_after_a_few_the_right_one_as_well(room: Room) -> None:
    for _ in range(WRONG_OF_ONE):
        refused = await room.ask("/join", {"code": "ZZZZZZ", "language": "fr"})
        assert (refused.status, refused.code, refused.cookie) == (403, "wrong_code", "")
    limited = await room.ask("/join", {"code": room.seats.all[0].code, "language": "fr"})
    assert (limited.status, limited.code, limited.cookie) == (429, "too_many", "")
    assert room.seats.all[0].state is SeatState.FREE


async def test_a_code_gives_one_browser_its_seat_by_a_cookie_that_no_script_reads(room: Room) -> None:
    code = room.seats.all[0].code
    joined = await room.ask("/join", {"code": code, "language": "nl"})
    assert joined.status == 200
    assert {"HttpOnly", "SameSite=Strict"} <= {part.strip() for part in joined.cookie.split(";")}
    again = await room.ask("/join", {"code": code, "language": "nl"})
    assert (again.status, again.code) == (403, "used")
    page = await room.ask("/seat", cookie=joined.cookie.partition(";")[0])
    assert "operator-1" in page.text
    assert (await room.ask("/seat")).status == 302
    assert (await room.ask("/seat", cookie="msa-seat=made-up")).status == 302


async def test_who_stops_leaves_for_good(room: Room) -> None:
    cookie = await room.joins()
    stopped = await room.ask("/stop", b"", cookie=cookie)
    assert json.loads(stopped.text) == {"to": "/left?language=nl"}
    assert room.seats.all[0].state is SeatState.STOPPED
    assert (await room.ask("/seat", cookie=cookie)).status == 302
    assert (await room.ask("/ws", cookie=cookie)).status == 403


async def test_a_page_of_somebody_elses_can_neither_join_nor_stop_nor_sit(room: Room) -> None:
    code = room.seats.all[0].code
    for evil in ("http://evil.example", "", room.address.replace("http://", "https://evil.")):
        assert (await room.ask("/join", {"code": code, "language": "nl"}, origin=evil)).status == 403
    cookie = await room.joins()
    assert (await room.ask("/stop", b"", cookie=cookie, origin="http://evil.example")).status == 403
    assert (await room.ask("/ws", cookie=cookie, origin="http://evil.example")).status == 403
    assert room.seats.all[0].state is SeatState.TAKEN
    assert (await room.ask("/", host="evil.example")).status == 403


async def test_nothing_may_be_loaded_from_elsewhere(room: Room) -> None:
    cookie = await room.joins()
    for path in ("/", "/seat", "/left"):
        answer = await room.ask(path, cookie=cookie if path == "/seat" else "")
        assert answer.status == 200
        assert "default-src 'none'" in answer.policy
        assert "script-src 'self';" in answer.policy
        own = answer.text.replace(room.address.replace("http", "ws"), "")
        assert "//" not in own, own


async def test_a_patrol_seat_shows_the_extract_as_text_and_says_only_what_a_patrol_says(room: Room) -> None:
    room.patrols.seen = {
        "number": "VBR-2026-0001",
        "readout": "<b>rot</b>",
        "step": "accepted",
        "news": ("danger",),
    }
    operator = await room.joins()
    assert (await room.ask("/patrol", cookie=operator)).status == 403
    assert (await room.ask("/patrol")).status == 403
    cookie = await room.joins(2)
    assert "5388/L-11" in (await room.ask("/seat", cookie=cookie)).text
    shown = json.loads((await room.ask("/patrol", cookie=cookie)).text)
    assert (shown["task"], shown["readout"], shown["step"]) == ("VBR-2026-0001", "<b>rot</b>", "accepted")
    assert len(shown["news"]) == 1
    assert (await room.ask("/patrol", {"says": "en_route"}, cookie=cookie)).status == 200
    assert (await room.ask("/patrol", {"says": "radio", "words": "L-11"}, cookie=cookie)).status == 200
    wrongs: tuple[object, ...] = ({"says": "pause"}, {"says": "radio"}, {}, [])
    for wrong in wrongs:
        assert (await room.ask("/patrol", wrong, cookie=cookie)).status == 400
    assert room.patrols.said == [("5388/L-11", "en_route", ""), ("5388/L-11", "radio", "L-11")]
    room.patrols.refuses = "paused"
    refused = await room.ask("/patrol", {"says": "on_scene"}, cookie=cookie)
    assert (refused.status, refused.code) == (409, "paused")


async def test_what_is_no_request_is_refused_in_words(room: Room) -> None:
    for body in (b"", b"[]", b"{", b'{"code": 1}', b"\xff"):
        assert (await room.ask("/join", body)).status == 400
    assert (await room.ask("/join", b"x" * 100_000)).status in {400, 413}
    assert (await room.ask("/course/..%2fsite.py")).status == 404
    assert room.seats.all[0].state is SeatState.FREE
