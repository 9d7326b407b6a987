"""One port for everyone: `/device`, `/patrol`, `/console` over websockets, and what a monitor asks over HTTP."""

from __future__ import annotations

import socket
import ssl
from asyncio import BaseTransport
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Origin, Subprotocol

from backend_stub import http
from backend_stub.address import check_address, is_loopback
from backend_stub.backend import Backend
from backend_stub.console_line import serve_console
from backend_stub.device_line import serve_device
from backend_stub.lines import subprotocol
from backend_stub.log import LOG
from backend_stub.patrol_line import serve_patrol
from console.wire.exits import Stop
from console.wire.limits import MAX_FRAME_BYTES, SUBPROTOCOL

OPEN_WITHIN_S = 10.0
"""Half a handshake is cut after this."""

SEND_BUFFER_BYTES = 256 * 1024
"""What the system may hold for one peer: left to itself it grows to megabytes, and hides that nobody reads."""

PATHS = frozenset({"/device", "/patrol", "/console"})


class Doorkeeper:
    """Counts connections per address and in all (S3), and says who gets where."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._addresses: Counter[str] = Counter()

    def connections(self) -> type[ServerConnection]:
        """The class of connections that are counted from their first byte to their last."""
        door = self

        class Counted(ServerConnection):
            def connection_made(self, transport: BaseTransport) -> None:
                super().connection_made(transport)
                peer = transport.get_extra_info("socket")
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
                self.counted_for = address_of(self)
                if not door.came(self.counted_for):
                    door.refused()
                    self.transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                door.went(self.counted_for)
                super().connection_lost(exc)

        return Counted

    def came(self, address: str) -> bool:
        """Count a connection; False: there are so many that it is not even answered."""
        self._addresses[address] += 1
        self._backend.counts.connections += 1
        settings = self._backend.settings
        return (
            self._addresses[address] <= settings.per_address + settings.per_address // 10 + 10
            and self._backend.counts.connections <= settings.connections
        )

    def refused(self) -> None:
        """Count one that was not even answered."""
        self._backend.counts.refused_connections += 1

    def went(self, address: str) -> None:
        """A connection ended."""
        self._backend.counts.connections -= 1
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]

    def answer(self, ws: ServerConnection, request: Request) -> Response | None:
        """Answer an HTTP request; None: go on with the websocket."""
        path = request.path.partition("?")[0]
        match path:
            case "/healthz":
                return http.health()
            case "/readyz":
                return http.readiness(self._backend)
            case "/metrics" if self._may_monitor(address_of(ws)):
                return http.metrics(self._backend)
        if path not in PATHS:
            return http.page(HTTPStatus.NOT_FOUND, http.THERE_IS)
        if self._addresses[address_of(ws)] > self._backend.settings.per_address:
            self._backend.counts.refused_connections += 1
            return http.page(HTTPStatus.TOO_MANY_REQUESTS, "Too many connections from this address.\n")
        return None

    def _may_monitor(self, address: str) -> bool:
        """Which control rooms are empty is nobody's business but the monitor's."""
        return address in self._backend.settings.monitors or is_loopback(address)

    async def serve(self, ws: ServerConnection) -> None:
        """Serve one websocket until it is gone. What goes wrong with one never touches the others (R11)."""
        assert ws.request is not None
        path = ws.request.path.partition("?")[0]
        try:
            match path:
                case "/device":
                    await serve_device(ws, self._backend)
                case "/patrol":
                    await serve_patrol(ws, self._backend)
                case _:
                    await serve_console(ws, self._backend, address_of(ws))
        except (ConnectionClosed, ConnectionError):
            LOG.info("connection_lost", extra={"path": path})
        except Exception:
            LOG.exception("connection_failed", extra={"path": path})
            raise


def address_of(ws: ServerConnection) -> str:
    """The address a connection comes from, without its port."""
    peer = ws.remote_address
    return str(peer[0]) if peer else ""


async def listen(
    backend: Backend,
    host: str,
    port: int,
    tls: ssl.SSLContext | None = None,
    listening: socket.socket | None = None,
    door: Doorkeeper | None = None,
) -> Server:
    """Open the port; 0 chooses a free one. ``listening``: a socket that has it already. ``door``: who lets in.

    Raises:
        Stop: a host beyond this machine without TLS (S1).
        OSError: the port is in use, or the address is not this machine's.
    """
    check_address(host, tls=tls is not None)
    door = door or Doorkeeper(backend)
    origins: Sequence[Origin | None] = [None, *(Origin(one) for one in backend.settings.origins)]
    return await serve(
        door.serve,
        *((host, port) if listening is None else ()),
        sock=listening,
        ssl=tls,
        origins=origins,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        select_subprotocol=subprotocol,
        process_request=door.answer,
        compression=None,
        max_size=MAX_FRAME_BYTES,
        open_timeout=OPEN_WITHIN_S,
        create_connection=door.connections(),
        server_header=None,
    )


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or later with this certificate chain and key.

    Raises:
        Stop: a file is not there, or they are no certificate with its key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except FileNotFoundError:
        missing = key if certificate.exists() else certificate
        raise Stop(f"There is no file {missing}: give --tls-cert and --tls-key as PEM files.") from None
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise Stop(f"{certificate} and {key} are no certificate with its key ({reason}).") from None
    return context
