"""Where a web server of ours listens: encrypted outside this machine (S1)."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from console.wire.exits import ExitCode, Stop


def tls_of(host: str, certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """Encrypted outside this machine (S1).

    Raises:
        Stop: it is not, or the certificate cannot be used.
    """
    from console.link.address import is_loopback

    if certificate is None or key is None:
        if certificate or key:
            raise Stop("--certificate and --key belong together: give both.", ExitCode.USAGE)
        if not is_loopback(host):
            raise Stop(
                f"{host} is seen from other machines: give --certificate and --key, or listen on 127.0.0.1.",
                ExitCode.USAGE,
            )
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise Stop(f"{certificate} with {key} cannot be used for TLS: {error}.") from error
    return context


def listening_on(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        Stop: the port is in use, or may not be opened.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise Stop(f"{host}:{port} cannot be opened ({error.strerror}): give another --port.") from error
