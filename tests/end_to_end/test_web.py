"""`msa web`: the console in a real browser, and who is turned away (S1)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.backend import LEUVEN, PASSWORD, RunningBackend
from tests.end_to_end.browser import Page, needs_browser, page
from tests.end_to_end.processes import Mark
from tests.end_to_end.test_press_to_close import FIRST, events_of
from tests.programs import run

PATIENCE_S = 30.0


@dataclass
class Serving:
    """A web server that runs: its address and its process."""

    address: str
    process: subprocess.Popen[str]
    mark: Mark


@contextlib.contextmanager
def web(*words: str, **environment: str) -> Iterator[Serving]:
    """`msa web` on a free port until the end of the block; it leaves no process."""
    mark = Mark.new()
    env = {**os.environ, "LC_ALL": "C.UTF-8", **mark.environment, **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "web", "--port", "0", *words],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("http"), said + process.stdout.read()
        yield Serving(said.split()[0], process, mark)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        mark.until_none()


def status_of(address: str, **headers: str) -> int:
    """What the server answers a request."""
    request = urllib.request.Request(
        address, headers={name.title(): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def sits_down(serving: Serving, origin: str | None) -> int:
    """Open a seat as a page of this origin would; 101: it was given."""
    try:
        with connect(
            f"{serving.address.replace('http', 'ws', 1)}/ws", origin=Origin(origin) if origin else None
        ):
            return 101  # the origin is any text here, as a hostile page would have it
    except InvalidStatus as refused:
        return refused.response.status_code


def log_in(seat: Page, serving: Serving) -> None:
    """Open the page and log in as 4711."""
    seat.open(serving.address)
    seat.until("document.body.classList.contains('-first-byte')")
    seat.type("4711\n" + PASSWORD + "\n")


@pytest.mark.browser
@needs_browser
@pytest.mark.timeout(120)
async def test_an_operator_acknowledges_an_alarm_in_a_browser(
    backend: RunningBackend, tmp_path: Path
) -> None:
    with (
        web("--url", backend.url, "--language", "en", MSA_PASSWORD="not for browsers") as serving,
        page() as seat,
    ):
        await asyncio.to_thread(log_in, seat, serving)
        await asyncio.to_thread(until_logged_in, backend)
        async with backend.device(FIRST) as phone:
            await phone.press(*LEUVEN)
            until = time.monotonic() + PATIENCE_S
            while "intervention.acknowledged" not in [
                one["body"]["type"] for one in events_of(backend, "VBR-2026-0001")
            ]:
                assert time.monotonic() < until, "the alarm was not acknowledged"
                await asyncio.to_thread(seat.type, "a")
                await asyncio.sleep(0.5)
        taken = next(
            one
            for one in events_of(backend, "VBR-2026-0001")
            if one["body"]["type"] == "intervention.acknowledged"
        )
        assert taken["actor"]["id"] == "4711"
        if folder := os.environ.get("MSA_PICTURES"):
            seat.picture(Path(folder) / "web.png")
        # Nothing comes from elsewhere, and nothing was refused by the page's own rules.
        assert seat.complaints == []
        assert {one.split("/")[2] for one in seat.asked_for if one.startswith("http")} == {
            serving.address.removeprefix("http://")
        }


def until_logged_in(backend: RunningBackend) -> None:
    """Wait until the backend has a console of the room."""
    until = time.monotonic() + PATIENCE_S
    while "console_in" not in backend.log:
        assert time.monotonic() < until, "nobody has logged in"
        time.sleep(0.1)


@pytest.mark.browser
@needs_browser
@pytest.mark.timeout(120)
async def test_the_wall_hangs_in_a_browser_without_a_login(backend: RunningBackend) -> None:
    options = ("--url", backend.url, "--wall", "--operator", "4780", "--language", "en")
    with web(*options, MSA_PASSWORD=PASSWORD) as serving, page() as seat:
        await asyncio.to_thread(seat.open, serving.address)
        await asyncio.to_thread(until_logged_in, backend)
        if folder := os.environ.get("MSA_PICTURES"):
            async with backend.device(FIRST) as phone:
                await phone.press(*LEUVEN)
            await asyncio.sleep(2)
            await asyncio.to_thread(seat.picture, Path(folder) / "wall.png")
        assert '"role": "wall"' in backend.log
        assert seat.complaints == []


def test_only_the_page_of_the_console_may_open_a_seat() -> None:
    with web("--seats", "1") as serving:
        assert sits_down(serving, serving.address) == 101
        assert sits_down(serving, "http://evil.example") == 403
        assert sits_down(serving, serving.address.replace("http://", "https://evil.")) == 403
        assert sits_down(serving, None) == 403


def test_a_made_up_host_name_is_turned_away() -> None:
    with web() as serving:
        assert status_of(serving.address) == 200
        assert status_of(serving.address, host="evil.example") == 403
        assert status_of(f"{serving.address}/page/..%2f__init__.py") == 404


def test_seats_are_counted() -> None:
    with web("--seats", "1") as serving:
        socket = connect(f"{serving.address.replace('http', 'ws', 1)}/ws", origin=Origin(serving.address))
        with socket:
            assert sits_down(serving, serving.address) == 503
        until = time.monotonic() + PATIENCE_S
        while sits_down(serving, serving.address) != 101:
            assert time.monotonic() < until, "a seat that was left stays taken"
            time.sleep(0.2)


def test_a_console_ends_with_a_server_that_was_killed() -> None:
    with web() as serving:
        socket = connect(f"{serving.address.replace('http', 'ws', 1)}/ws", origin=Origin(serving.address))
        with socket:
            socket.recv(timeout=PATIENCE_S)
            assert len(serving.mark.bearers()) == 2
            serving.process.kill()
            serving.process.wait()
            serving.mark.until_none(15)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--host", "0.0.0.0"), 2, "is seen from other machines"),
        (("--certificate", "c.pem"), 2, "belong together"),
        (("--certificate", "no.pem", "--key", "no.pem"), 3, "cannot be used for TLS"),
        (("--language", "xx"), 3, "language"),
        (("--seats", "0"), 2, "--seats"),
        (("--wall", "--operator", "4780"), 2, "set MSA_PASSWORD"),
    ],
)
def test_what_cannot_be_served_is_refused(words: tuple[str, ...], code: int, says: str) -> None:
    refused = run("console", "web", *words, password=None)
    assert (refused.code, says in refused.err) == (code, True), refused.err
