"""The web server of a course room: join with a code, sit down, stop (W20).

A seat is known by a key in a cookie of this server; the code that opened it opens nothing any more. An operator seat
is the console itself, logged in by this machine as the seat's invented operator: no password goes to a browser.
"""

from __future__ import annotations

import asyncio
import shlex
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Final

from aiohttp import web
from textual_serve.server import Server

from console.locale import LANGUAGES, N_, _, current, preferred
from console.training.seats import NotLetIn, Refused, Seat, SeatKind, Seats
from console.web.course.pages import packaged, page, spoken
from console.web.course.patrol import SAYS, Patrols, patrol_page, shown_to_patrol, why_not
from console.web.guard import Handler, check_host, check_origin, restrict, socket_of

COOKIE: Final = "msa-seat"
LONGEST_BODY: Final = 4096
GOES_WITHIN_S: Final = 10.0

PARTS: Final = {
    "course.css": "text/css",
    "join.js": "text/javascript",
    "seat.js": "text/javascript",
    "patrol.js": "text/javascript",
    "stop.js": "text/javascript",
}

OWN_NAMES: Final = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}

WHY: Final[Mapping[Refused, str]] = {
    Refused.WRONG_CODE: N_("No seat has this code. Read it again, or ask the instructor."),
    Refused.USED: N_("This code was used already. Ask the instructor for a new one."),
    Refused.TOO_MANY: N_("Too many wrong codes. Wait a minute, then try again."),
    Refused.OVER: N_("This course has ended."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told before one joins, in one language."""

    title: str
    warning: str
    briefing: str


@dataclass(frozen=True)
class Course:
    """What the site is for. ``told`` by language; ``urls`` of the exercise's backend; ``names``: host names that a
    browser may use; ``on_change``: called when somebody joins or stops."""

    told: Mapping[str, Told]
    url: str
    names: Collection[str]
    seats: Seats
    on_change: Callable[[], None] = lambda: None
    patrols: Patrols | None = None


class Site:
    """The pages, and the consoles behind the operator seats."""

    def __init__(self, course: Course) -> None:
        self._course, self._seats = course, course.seats
        self._consoles: dict[str, asyncio.Task[object]] = {}
        self._statics = Server("").statics_path

    def application(self) -> web.Application:
        """What aiohttp serves."""
        app = web.Application(middlewares=[self._guard], client_max_size=LONGEST_BODY)
        app.add_routes(
            [
                web.get("/", self._join_page),
                web.post("/join", self._join),
                web.get("/seat", self._seat_page),
                web.post("/stop", self._stop),
                web.get("/left", self._left_page),
                web.get("/ws", self._console),
                web.get("/patrol", self._patrol_view),
                web.post("/patrol", self._patrol_says),
                web.get("/course/{name}", self._part),
                web.static("/static", self._statics),
            ]
        )
        return app

    def at_console(self) -> frozenset[str]:
        """The names of the seats whose console is open in a browser now."""
        return frozenset(self._consoles)

    async def end_console(self, name: str) -> None:
        """Take the console of a seat away, if one is open."""
        task = self._consoles.get(name)
        if task is not None:
            task.cancel()
            await asyncio.wait([task], timeout=GOES_WITHIN_S)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        check_host(request, self._course.names)
        if request.method != "GET":
            check_origin(request)
        response = await handler(request)
        restrict(request, response)
        return response

    async def _join_page(self, request: web.Request) -> web.StreamResponse:
        if self._seat_of(request) is not None:
            raise web.HTTPFound("/seat")
        with spoken(_language_of(request)):
            told = self._course.told[current()]
            links = " ".join(
                f'<a lang="{one}" href="/?language={one}"{" aria-current=page" if one == current() else ""}>'
                f"{OWN_NAMES[one]}</a>"
                for one in LANGUAGES
            )
            return page(
                "join.html",
                {"languages": links},
                title=told.title,
                heading=_("What you will hear and see"),
                warning=told.warning,
                briefing=told.briefing,
                right=_(
                    "You may stop at any moment, without saying why: Stop on the page ends it for you, "
                    "and nothing of yours counts."
                ),
                kept=_(
                    "No name is asked. What is done on a seat is kept for the talk afterwards, for you and the "
                    "trainer, under the name of the seat."
                ),
                code=_("Seat code"),
                join=_("I have read this: join"),
            )

    async def _join(self, request: web.Request) -> web.StreamResponse:
        try:
            said = await request.json()
            code, language = str(said["code"]), str(said["language"])
        except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
            raise web.HTTPBadRequest(text="code, language") from None
        language = language if language in LANGUAGES else "en"
        try:
            seat = self._seats.join(code, language, request.remote or "")
        except NotLetIn as refused:
            with spoken(language):
                why = _(WHY[refused.why])
            status = 429 if refused.why is Refused.TOO_MANY else 403
            return web.json_response({"code": refused.why, "why": why}, status=status)
        response = web.json_response({"to": "/seat"})
        response.set_cookie(COOKIE, seat.key, httponly=True, samesite="Strict", secure=request.secure)
        self._course.on_change()
        return response

    async def _seat_page(self, request: web.Request) -> web.StreamResponse:
        seat = self._seat_of(request)
        if seat is None:
            raise web.HTTPFound("/")
        with spoken(seat.language):
            if seat.kind is SeatKind.PATROL:
                return patrol_page(seat, self._course.told[current()].title)
            return page(
                "operator.html",
                title=self._course.told[current()].title,
                seat=seat.name,
                socket=f"{socket_of(request)}/ws",
                connecting=_("The console is starting …"),
                ended=_("This console has ended."),
                again=_("Start again"),
                stop=_("Stop"),
                sure=_("Yes, I stop: nothing of mine counts"),
            )

    async def _stop(self, request: web.Request) -> web.StreamResponse:
        """Whoever sits there leaves: at once, and for good."""
        seat = self._seat_of(request)
        if seat is not None:
            self._seats.stop(seat.name)
            await self.end_console(seat.name)
            self._course.on_change()
        language = seat.language if seat else "en"
        response = web.json_response({"to": f"/left?language={language}"})
        response.del_cookie(COOKIE)
        return response

    async def _left_page(self, request: web.Request) -> web.StreamResponse:
        with spoken(_language_of(request)):
            return page(
                "left.html",
                title=self._course.told[current()].title,
                stopped=_("You have stopped. Nothing of yours counts."),
                talk=_(
                    "Nobody asks why. If something stays with you: talk to the trainer, or to somebody you trust."
                ),
            )

    async def _patrol_view(self, request: web.Request) -> web.StreamResponse:
        """What the page of a patrol shows, in its language; it asks once a second."""
        seat = self._patrol_seat(request)
        assert self._course.patrols is not None
        view, stands_still = self._course.patrols.view(seat.who)
        with spoken(seat.language):
            return web.json_response(shown_to_patrol(view, paused=stands_still))

    async def _patrol_says(self, request: web.Request) -> web.StreamResponse:
        seat = self._patrol_seat(request)
        assert self._course.patrols is not None
        try:
            said = await request.json()
            says, words = str(said["says"]), str(said.get("words", ""))[:500]
        except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
            raise web.HTTPBadRequest(text="says, words") from None
        if says not in SAYS or (says == "radio" and not words):
            raise web.HTTPBadRequest(text="says, words")
        code = await self._course.patrols.says(seat.who, says, words)
        with spoken(seat.language):
            return web.json_response(
                {"code": code, "why": why_not(code)}, status=200 if code is None else 409
            )

    def _patrol_seat(self, request: web.Request) -> Seat:
        """The seat of a patrol that asks.

        Raises:
            HTTPForbidden: it is none.
        """
        seat = self._seat_of(request)
        if seat is None or seat.kind is not SeatKind.PATROL or self._course.patrols is None:
            raise web.HTTPForbidden(text=_(WHY[Refused.OVER]))
        return seat

    async def _part(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in PARTS:
            raise web.HTTPNotFound
        return web.Response(text=packaged(name), content_type=PARTS[name])

    async def _console(self, request: web.Request) -> web.StreamResponse:
        """The console of a seat. The browser that came last has it: a page that was loaded again is the same person."""
        check_origin(request)
        seat = self._seat_of(request)
        if seat is None:
            raise web.HTTPForbidden(text=_(WHY[Refused.OVER]))
        await self.end_console(seat.name)
        if self._seat_of(request) is None or seat.name in self._consoles:
            raise web.HTTPServiceUnavailable
        task = asyncio.current_task()
        assert task is not None
        self._consoles[seat.name] = task
        self._course.on_change()
        try:
            return await self._terminal_of(seat).handle_websocket(request)
        finally:
            self._consoles.pop(seat.name, None)
            self._course.on_change()

    def _terminal_of(self, seat: Seat) -> Server:
        words = [sys.executable, "-P", "-m", "console", "run", "--url", self._course.url]
        words += ["--operator", seat.who, "--language", seat.language]
        return Server("exec " + shlex.join(words), title="MSA")

    def _seat_of(self, request: web.Request) -> Seat | None:
        return self._seats.of_key(request.cookies.get(COOKIE, ""))


@asynccontextmanager
async def serving(site: Site, listening: socket.socket, tls: ssl.SSLContext | None) -> AsyncIterator[None]:
    """Serve on a socket that listens, while the block runs."""
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listening, ssl_context=tls).start()
        yield
    finally:
        for name in site.at_console():
            await site.end_console(name)
        await runner.cleanup()


def _language_of(request: web.Request) -> str:
    asked = request.query.get("language", "")
    wanted = asked if asked in LANGUAGES else request.headers.get("Accept-Language", "")[:2].lower()
    return preferred({"LANG": wanted})
