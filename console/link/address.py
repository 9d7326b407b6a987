"""The address of a backend: a websocket, and encrypted outside this machine (S1)."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def console_url(url: str) -> str:
    """Check a backend's address and complete it with the path of the console's endpoint.

    Raises:
        ValueError: no websocket address, one with a password in it (S2), or without TLS to another machine (S1).
    """
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("a name or password does not belong in the address of a backend")
    if parts.port == 0:
        raise ValueError(f"{url!r} has no port that can be connected to")
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise ValueError(f"{url!r} is no address of a backend: it looks like wss://backend.example:8765")
    if parts.scheme == "ws" and not is_loopback(parts.hostname):
        raise ValueError(f"{url!r} is not encrypted: outside this machine use wss://")
    path = parts.path if parts.path not in {"", "/"} else "/console"
    return parts._replace(path=path, query="", fragment="").geturl()


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
