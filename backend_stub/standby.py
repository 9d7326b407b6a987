"""A second backend beside the first, on the same database: it waits for the right to write, and takes over with it.

That right is an advisory lock on a file beside the database (`backend_stub.ledger.store.Lock`). The system frees it
when the process that holds it ends, however it ends; so two never write, and nobody has to decide who is alive. Until
then every console, phone and patrol that tries here is closed with a code of its own, and tries the other address.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from backend_stub import http
from backend_stub.ledger import InUse, Lock
from backend_stub.ledger.store import path_of
from backend_stub.lines import close, subprotocol
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL, CloseCode

LOOKS_EVERY_S: Final = 0.2
"""How often the lock is tried: a fifth of a second is little beside what it takes to read the ledger."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Take the port, for this standby and for the backend that it becomes.

    Raises:
        OSError: the port is in use, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1_000)


async def stand_by(
    database: str, listening: socket.socket, tls: ssl.SSLContext | None, stop: asyncio.Event
) -> Lock | None:
    """Turn everyone away until the lock is free; return it, or None if told to stop before.

    Raises:
        DatabaseError: the lock file cannot be written.
    """
    path = path_of(database)
    server = await serve(
        _turn_away,
        sock=listening.dup(),  # the port stays taken when this server ends: who connects meanwhile waits
        ssl=tls,
        process_request=_answer,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        select_subprotocol=subprotocol,
        compression=None,
        max_size=MAX_FRAME_BYTES,
        server_header=None,
    )
    try:
        while not stop.is_set():
            try:
                return Lock(path)
            except InUse:
                pass
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOKS_EVERY_S)
        return None
    finally:
        server.close(code=CloseCode.STANDBY, reason="standby")
        await server.wait_closed()


async def _turn_away(ws: ServerConnection) -> None:
    await close(ws, CloseCode.STANDBY, "standby: try the other address")


def _answer(_ws: ServerConnection, request: Request) -> Response | None:
    match request.path.partition("?")[0]:
        case "/healthz":
            return http.health()
        case "/readyz":
            return http.page(HTTPStatus.SERVICE_UNAVAILABLE, "standby\n")
        case "/metrics":
            return http.standby_metrics()
        case "/device" | "/patrol" | "/console":
            return None
    return http.page(HTTPStatus.NOT_FOUND, http.THERE_IS)
