"""The web server of `msa web`: one page, and a console of its own for each browser that opens it.

The terminal in the page and the process behind it are textual-serve's. What is ours: the page (nothing of it comes
from another place than this server), and who may open it. A page of somebody else's in the same browser is turned
away by its `Origin`, a made-up host name by its `Host` (S1); seats are counted, because each is a process.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

from aiohttp import web
from textual_serve.server import Server

from console.locale import _, current
from console.web.guard import Handler, check_host, check_origin, restrict, socket_of


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served. ``command`` is run by a shell for each seat; ``names``: host names that a browser may use."""

    command: str
    names: Collection[str]
    seats: int
    title: str


class Seats:
    """The page, its parts, and the consoles behind it."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._taken = 0
        self._terminals = Server(serving.command, title=serving.title)

    def application(self) -> web.Application:
        """What aiohttp serves."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/healthz", self._alive),
                web.get("/ws", self._seat),
                web.get("/download/{key}", self._terminals.handle_download),
                web.get("/page/{name}", self._part),
                web.static("/static", self._terminals.statics_path),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn away who has no business here, and tell the browser to load nothing from elsewhere."""
        check_host(request, self._serving.names)
        response = await handler(request)
        restrict(request, response)
        return response

    async def _page(self, request: web.Request) -> web.Response:
        size = request.query.get("fontsize", "")
        text = Template(_packaged("index.html")).substitute(
            language=current(),
            title=escape(self._serving.title),
            socket=escape(f"{socket_of(request)}/ws"),
            font_size=size if size.isdigit() and 6 <= int(size) <= 60 else "16",
            connecting=escape(_("The console is starting …")),
            ended=escape(_("This console has ended.")),
            again=escape(_("Start again")),
        )
        return web.Response(text=text, content_type="text/html")

    async def _part(self, request: web.Request) -> web.Response:
        kinds = {"page.css": "text/css", "page.js": "text/javascript"}
        name = request.match_info["name"]
        if name not in kinds:
            raise web.HTTPNotFound
        return web.Response(text=_packaged(name), content_type=kinds[name])

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"seats": self._serving.seats, "taken": self._taken})

    async def _seat(self, request: web.Request) -> web.StreamResponse:
        """A browser sits down: it gets a console of its own, until one of them goes."""
        check_origin(request)
        if self._taken >= self._serving.seats:
            raise web.HTTPServiceUnavailable(text=_("All seats are taken."))
        self._taken += 1
        try:
            return await self._terminals.handle_websocket(request)
        finally:
            self._taken -= 1


def serve(serving: Serving, listening: socket.socket, tls: ssl.SSLContext | None) -> None:
    """Serve on a socket that listens, until a signal."""
    web.run_app(
        Seats(serving).application(),
        sock=listening,
        ssl_context=tls,
        access_log=None,
        shutdown_timeout=5.0,
        print=None,
    )


def _packaged(name: str) -> str:
    return files("console.web").joinpath("page", name).read_text(encoding="utf-8")
