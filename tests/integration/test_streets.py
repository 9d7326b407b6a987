"""Streets from a geocoder: a real HTTP server on loopback that speaks as Nominatim, Photon and Pelias do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from console.link.geocoders import KINDS, Server, reverse_of, server_of
from console.link.streets import KEPT, MOST_WANTED, AskError, Found, Streets, Trouble

HERE = (4.7005, 50.8798)
NASTY = "Naam\x1b]52;c;aGk=\x07se\u202estraat\x00" + "a" * 500
"""A name that would write the clipboard, turn the line round, and fill it."""


def nominatim(street: str, lon: float, lat: float) -> object:
    address = {"road": street, "house_number": "12", "city": "Leuven", "country": "België"}
    return {"lat": str(lat), "lon": str(lon), "display_name": f"12, {street}, Leuven", "address": address}


def photon(street: str, lon: float, lat: float) -> object:
    properties = {"street": street, "housenumber": "12", "city": "Leuven", "country": "België"}
    return {
        "type": "FeatureCollection",
        "features": [{"geometry": {"coordinates": [lon, lat]}, "properties": properties}],
    }


def pelias(street: str, lon: float, lat: float) -> object:
    properties = {"name": f"{street} 12", "street": street, "locality": "Leuven"}
    return {"features": [{"geometry": {"coordinates": [lon, lat]}, "properties": properties}]}


SPEAKS: dict[str, Callable[[str, float, float], object]] = {
    "nominatim": nominatim,
    "photon": photon,
    "pelias": pelias,
}
PATHS = {"nominatim": "/reverse", "photon": "/reverse", "pelias": "/v1/reverse"}


class Geocoder(ThreadingHTTPServer):
    """Answers with ``body``, or as ``misbehave`` says; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = []
        self.body: bytes = b"{}"
        self.status = 200
        self.headers: dict[str, str] = {}
        self.drip_s = 0.0
        self.hold = threading.Event()
        self.hold.set()
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def says(self, kind: str, street: str, lon: float = HERE[0], lat: float = HERE[1]) -> None:
        self.body = json.dumps(SPEAKS[kind](street, lon, lat)).encode()


class Answering(BaseHTTPRequestHandler):
    server: Geocoder

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append((parts.path, parse_qs(parts.query), dict(self.headers)))
        self.server.hold.wait(10)
        body = self.server.body
        try:
            self.send_response(self.server.status)
            for name, value in self.server.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.server.drip_s:
                for place in range(len(body)):
                    self.wfile.write(body[place : place + 1])
                    time.sleep(self.server.drip_s)
            else:
                self.wfile.write(body)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def geocoder() -> Iterator[Geocoder]:
    with Geocoder() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.hold.set()
        server.shutdown()


@contextmanager
def streets_by(server: Server, timeout_s: float = 2.0) -> Iterator[Streets]:
    streets = Streets(reverse_of(server, timeout_s), server.host, every_s=0.01)
    yield streets
    streets.close()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("kind", KINDS)
def test_a_street_is_asked_for_and_named_with_its_town(geocoder: Geocoder, kind: str) -> None:
    geocoder.says(kind, "Naamsestraat")
    with streets_by(server_of(kind, geocoder.url)) as streets:
        assert streets.of(*HERE) == ""
        streets.want([HERE])
        until(lambda: streets.of(*HERE))
        assert streets.of(*HERE) == "Naamsestraat, Leuven"
        assert streets.trouble is None
    path, query, _ = geocoder.asked[0]
    assert path == PATHS[kind]
    asked = {"nominatim": ("lon", "lat"), "photon": ("lon", "lat"), "pelias": ("point.lon", "point.lat")}[
        kind
    ]
    assert [float(query[name][0]) for name in asked] == list(HERE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_name_is_cleaned_and_short(geocoder: Geocoder, kind: str) -> None:
    geocoder.says(kind, NASTY)
    with streets_by(server_of(kind, geocoder.url)) as streets:
        streets.want([HERE])
        until(lambda: streets.of(*HERE))
        said = streets.of(*HERE)
    assert said.isprintable()
    assert len(said) < 130
    assert "\u202e" not in said


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", Trouble.UNREADABLE),
        (b"<html>", Trouble.UNREADABLE),
        (b"[" * 50_000, Trouble.UNREADABLE),
        (b"\xff\xfe", Trouble.UNREADABLE),
        (b'{"features": [{}]}', Trouble.UNREADABLE),
        (b'{"features": [{"geometry": {"coordinates": ["a", "b"]}, "properties": {}}]}', Trouble.UNREADABLE),
        (b'{"features": [7]}', Trouble.UNREADABLE),
        (b" " * 2_000_000, Trouble.UNREADABLE),
    ],
    ids=["empty", "html", "deep", "not utf-8", "no place", "no numbers", "no object", "huge"],
)
@pytest.mark.parametrize("kind", ["photon", "pelias"])
def test_an_answer_that_is_none_is_trouble_and_no_street(
    geocoder: Geocoder, kind: str, body: bytes, trouble: Trouble
) -> None:
    geocoder.body = body
    with pytest.raises(AskError) as wrong:
        reverse_of(server_of(kind, geocoder.url), 2.0)(*HERE)
    assert wrong.value.trouble is trouble


@pytest.mark.parametrize(
    "body", [b"7", b'["a"]', b'{"error": "no"}', b'{"lat": "x", "lon": "y"}', b'{"lat": NaN}']
)
def test_nonsense_of_a_nominatim_is_trouble_and_no_street(geocoder: Geocoder, body: bytes) -> None:
    geocoder.body = body
    with pytest.raises(AskError):
        reverse_of(server_of("nominatim", geocoder.url), 2.0)(*HERE)


def test_where_the_geocoder_knows_nothing_there_is_no_street_and_no_trouble(geocoder: Geocoder) -> None:
    geocoder.body = b'{"error": "Unable to geocode"}'
    with streets_by(server_of("nominatim", geocoder.url)) as streets:
        streets.want([HERE])
        until(lambda: geocoder.asked)
        geocoder.says("nominatim", "Naamsestraat", HERE[0] + 0.01)
        streets.want([(HERE[0] + 0.01, HERE[1])])
        until(lambda: streets.of(HERE[0] + 0.01, HERE[1]))
        assert streets.of(*HERE) == ""
        assert streets.trouble is None


def test_a_street_that_lies_elsewhere_is_not_hers(geocoder: Geocoder) -> None:
    geocoder.says("nominatim", "Elders", HERE[0] + 0.005)
    with streets_by(server_of("nominatim", geocoder.url)) as streets:
        streets.want([HERE])
        until(lambda: geocoder.asked)
        there = (HERE[0] + 0.005, HERE[1])
        streets.want([there])
        until(lambda: streets.of(*there))
        assert streets.of(*HERE) == ""


@pytest.mark.parametrize("status", [302, 404, 429, 500, 503])
def test_an_error_is_trouble_until_it_answers_again_and_a_redirect_is_not_followed(
    geocoder: Geocoder, status: int
) -> None:
    geocoder.says("nominatim", "Naamsestraat")
    geocoder.status = status
    geocoder.headers = {"Location": geocoder.url + "elsewhere"}
    with streets_by(server_of("nominatim", geocoder.url)) as streets:
        streets.want([HERE])
        until(lambda: streets.trouble is Trouble.REFUSED)
        assert {path for path, _, _ in geocoder.asked} == {"/reverse"}
        geocoder.status = 200
        until(lambda: streets.of(*HERE) == "Naamsestraat, Leuven")
        assert streets.trouble is None


def test_a_server_that_does_not_answer_or_drips_is_given_up(geocoder: Geocoder) -> None:
    server = server_of("nominatim", geocoder.url)
    geocoder.hold.clear()
    with pytest.raises(AskError) as silent:
        reverse_of(server, 0.2)(*HERE)
    assert silent.value.trouble is Trouble.SLOW
    geocoder.hold.set()
    geocoder.says("nominatim", "Naamsestraat")
    geocoder.drip_s = 0.05
    with pytest.raises(AskError) as drips:
        reverse_of(server, 0.2)(*HERE)
    assert drips.value.trouble is Trouble.SLOW


def test_nobody_there_is_trouble() -> None:
    with pytest.raises(AskError) as wrong:
        reverse_of(Server("photon", "http", "127.0.0.1:1"), 1.0)(*HERE)
    assert wrong.value.trouble is Trouble.UNREACHABLE


def test_no_proxy_of_the_environment_hears_of_a_position(
    geocoder: Geocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    geocoder.says("photon", "Naamsestraat")
    assert reverse_of(server_of("photon", geocoder.url), 2.0)(*HERE) == Found("Naamsestraat", "Leuven", *HERE)


def test_asking_never_waits_and_two_reports_of_one_place_are_one_question(geocoder: Geocoder) -> None:
    geocoder.says("nominatim", "Naamsestraat")
    geocoder.hold.clear()
    with streets_by(server_of("nominatim", geocoder.url), timeout_s=8) as streets:
        for metres in range(3):
            streets.want([(HERE[0] + metres * 0.00001, HERE[1])])
            assert streets.of(*HERE) == ""
        until(lambda: geocoder.asked)
        geocoder.hold.set()
        until(lambda: streets.of(*HERE))
        streets.want([])
        streets.want([HERE])
    assert len(geocoder.asked) == 1


def test_the_memory_is_bounded_the_pace_is_kept_and_one_that_fails_holds_up_no_other() -> None:
    asked: list[tuple[float, float]] = []

    def reverse(lon: float, lat: float) -> Found:
        asked.append((lon, lat))
        if lon == 4.0:
            raise AskError(Trouble.REFUSED)
        return Found("Straat", "", lon, lat)

    streets = Streets(reverse, every_s=0.0)
    for block in range(0, KEPT + 50, 50):
        streets.want([(4.0, 50.0), *((5.0 + n / 1000, 50.0) for n in range(block, block + 49))])
        until(partial(streets.of, 5.0 + (block + 48) / 1000, 50.0))
    assert streets.of(5.0, 50.0) == ""  # long forgotten
    assert streets.of(5.5, 50.0) == "Straat"
    streets.want((5.0 + n / 1000, 51.0) for n in range(MOST_WANTED + 50))
    until(lambda: streets.of(5.0 + (MOST_WANTED - 1) / 1000, 51.0))
    assert streets.of(5.0 + MOST_WANTED / 1000, 51.0) == ""
    streets.close()
    slow = Streets(reverse, every_s=60.0)
    asked.clear()
    slow.want([(4.1, 50.0), (4.2, 50.0)])
    until(lambda: slow.of(4.1, 50.0))
    assert len(asked) == 1
    slow.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (None, "geocoder_url must say"),
        ("geocoder.example", "looks like"),
        ("ftp://geocoder.example", "looks like"),
        ("http://127.0.0.1:99999", "looks like"),
        ("https://user:word@geocoder.example", "no name, password"),
        ("https://geocoder.example/?key=1", "no name, password"),
        ("http://geocoder.example", "not encrypted"),
        ("https://nominatim.openstreetmap.org", "public server"),
        ("https://Photon.Komoot.io./", "public server"),
        ("https://api.geocode.earth/v1", "public server"),
    ],
)
def test_an_address_that_would_betray_her_is_refused_with_a_sentence(url: str | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        server_of("nominatim", url)


def test_a_server_of_ours_may_lie_below_a_path() -> None:
    server = server_of("photon", "https://maps.police.example:8443/photon/")
    assert server == Server("photon", "https", "maps.police.example:8443/photon")
    assert server.host == "maps.police.example:8443"
