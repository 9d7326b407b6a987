"""Who may talk to a web server of ours, and what its pages may load: nothing from elsewhere (S1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from console.locale import _

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names by which this machine may call itself."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def check_host(request: web.Request, names: Collection[str]) -> None:
    """Turn away a made-up host name.

    Raises:
        HTTPForbidden: it is none of ``names``.
    """
    if urlsplit(f"//{request.host}").hostname not in names:
        raise web.HTTPForbidden(text=_("This console is not served under that name."))


def check_origin(request: web.Request) -> None:
    """Turn away a page of somebody else's in the same browser.

    Raises:
        HTTPForbidden: the request does not come from a page of this server.
    """
    origin = urlsplit(request.headers.get("Origin", ""))
    if origin.scheme not in {"http", "https"} or origin.netloc != request.host:
        raise web.HTTPForbidden(text=_("Only the page of this console may open it."))


def restrict(request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser to load nothing from elsewhere, and to keep nothing."""
    if not response.prepared:
        response.headers.update(
            {
                "Content-Security-Policy": (
                    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
                    f"img-src 'self' data:; connect-src 'self' {socket_of(request)}; frame-ancestors 'none'; "
                    "base-uri 'none'; form-action 'none'"
                ),
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-store",
            }
        )


def socket_of(request: web.Request) -> str:
    """Where the websockets of this server are, as the browser names it."""
    return f"{'wss' if request.secure else 'ws'}://{request.host}"
