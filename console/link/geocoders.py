"""Asks the control room's own geocoder what street a position lies in, through geopy's classes.

The position leaves this program, so nothing may carry it further than to that server: no public server, no
redirect, no proxy of the environment, TLS to any other machine. What comes back is foreign text: bounded, cleaned.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from console.link.address import is_loopback
from console.link.streets import AskError, Found, Reverse, Trouble
from console.wire.cleaning import clean

KINDS: Final = ("nominatim", "photon", "pelias")
"""The programs whose interface is spoken."""

PUBLIC: Final = (
    "openstreetmap.org",
    "openstreetmap.fr",
    "openstreetmap.de",
    "komoot.io",
    "geocode.earth",
    "locationiq.com",
    "geoapify.com",
    "pickpoint.io",
)
"""Servers of others: where a victim is, is none of their business."""

TIMEOUT_S: Final = 3.0
"""A street that comes later than this is of no use any more."""

LARGEST_BYTES: Final = 65_536
"""A reverse answer has one to three thousand."""

LONGEST_NAME: Final = 60
"""Characters of a name; the longest street name in Belgium has some 45."""


class Server(NamedTuple):
    """A geocoder's address as geopy wants it: ``domain`` is host, port and path."""

    kind: str
    scheme: str
    domain: str

    @property
    def host(self) -> str:
        """What a screen calls it."""
        return self.domain.partition("/")[0]


def server_of(kind: str, url: str | None) -> Server:
    """Check the settings ``geocoder`` and ``geocoder_url``.

    Raises:
        ValueError: no address, none of HTTP, with a password in it, a public server, or without TLS to another
            machine; the sentence says what to do.
    """
    if not url:
        raise ValueError(f"geocoder is {kind}: geocoder_url must say where your own server answers")
    parts = urlsplit(url)
    try:
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        raise ValueError(f"geocoder_url looks like https://geocoder.example/; it is {url!r}")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("geocoder_url is an address only: no name, password, query or fragment")
    if any(host == one or host.endswith(f".{one}") for one in PUBLIC):
        raise ValueError(
            f"geocoder_url names a public server ({host}): where a victim is would leave the control room; "
            "name a server of the police, or set geocoder to none"
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(f"geocoder_url {url!r} is not encrypted: outside this machine use https://")
    return Server(kind, parts.scheme, parts.netloc + parts.path.rstrip("/"))


def reverse_of(server: Server, timeout_s: float = TIMEOUT_S) -> Reverse:
    """What asks this server. geopy is imported by the first question, in the thread that asks it."""
    known: list[Any] = []

    def reverse(lon: float, lat: float) -> Found | None:
        if not known:
            known.append(_geopy(server, timeout_s))
        try:
            location = known[0].reverse((lat, lon))
        except AskError:
            raise
        except Exception as wrong:  # geopy indexes into whatever it was sent
            raise AskError(Trouble.UNREADABLE) from wrong
        return None if location is None else _found(location)

    return reverse


def _geopy(server: Server, timeout_s: float) -> Any:
    from geopy.adapters import BaseSyncAdapter
    from geopy.geocoders import Nominatim, Pelias, Photon

    BaseSyncAdapter.register(_Careful)
    one = {"nominatim": Nominatim, "photon": Photon, "pelias": Pelias}[server.kind]
    return one(
        domain=server.domain,
        scheme=server.scheme,
        timeout=timeout_s,
        proxies={},
        user_agent="msa",
        adapter_factory=_Careful,
    )


@dataclass
class _Careful:
    """How geopy reaches the server: no proxy, no redirect, a bounded body, a deadline for the whole."""

    proxies: Mapping[str, str]
    ssl_context: Any

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError) as wrong:
            raise AskError(Trouble.UNREADABLE) from wrong

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=self.ssl_context), _no_redirect())
        until = time.monotonic() + timeout
        try:
            # Scheme and host were checked when the settings were read.
            with opener.open(Request(url, headers=dict(headers)), timeout=timeout) as page:  # noqa: S310
                return _bounded(page, until).decode("utf-8")
        except HTTPError as wrong:
            wrong.close()
            raise AskError(Trouble.REFUSED) from wrong
        except TimeoutError as wrong:
            raise AskError(Trouble.SLOW) from wrong
        except OSError as wrong:
            slow = isinstance(getattr(wrong, "reason", None), TimeoutError)
            raise AskError(Trouble.SLOW if slow else Trouble.UNREACHABLE) from wrong
        except (HTTPException, UnicodeDecodeError) as wrong:
            raise AskError(Trouble.UNREADABLE) from wrong


def _bounded(page: Any, until: float) -> bytes:
    """The body, in parts, so that a server that drips is not waited for."""
    body = b""
    while part := page.read1(LARGEST_BYTES):
        body += part
        if len(body) > LARGEST_BYTES:
            raise AskError(Trouble.UNREADABLE)
        if time.monotonic() > until:
            raise TimeoutError
    return body


def _no_redirect() -> Any:
    from urllib.request import HTTPRedirectHandler

    class NoRedirect(HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            """Another address was not configured: the answer is an error."""

    return NoRedirect()


def _found(location: Any) -> Found:
    """Street and town of geopy's answer; no house number, for a circle knows none."""
    raw = location.raw
    named = raw.get("address") or raw.get("properties") or {}
    return Found(
        street=_name(named, "road", "pedestrian", "footway", "path", "street", "name"),
        town=_name(named, "town", "city", "village", "municipality", "locality", "county"),
        lon=float(location.longitude),
        lat=float(location.latitude),
    )


def _name(named: Mapping[str, object], *fields: str) -> str:
    for field in fields:
        value = named.get(field)
        if isinstance(value, str) and value.strip():
            return clean(value, LONGEST_NAME).strip()
    return ""
