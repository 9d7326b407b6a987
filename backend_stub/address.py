"""Which addresses need TLS (S1)."""

from __future__ import annotations

import ipaddress

from console.wire.exits import Stop


def is_loopback(host: str) -> bool:
    """Say whether a host can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(host: str, *, tls: bool) -> None:
    """Refuse to listen in the clear where others can connect.

    Raises:
        Stop: a host beyond this machine without TLS.
    """
    if not tls and not is_loopback(host):
        raise Stop(
            f"{host} can be reached from outside this machine, and that needs TLS: "
            "give --tls-cert and --tls-key, or --host 127.0.0.1."
        )
