"""A real browser without a window, driven through its own protocol (Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from websockets.sync.client import ClientConnection, connect

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S: Final = 30.0

needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, NAMES)), reason="there is no Chromium on this machine"
)


class Page:
    """The one page of a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._sent = socket, 0
        self.complaints: list[str] = []
        self.asked_for: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.do(f"{domain}.enable")

    def do(self, method: str, **parameters: object) -> Any:
        """Send one command and return what it answers."""
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._socket.recv(timeout=PATIENCE_S))
            self._note(said)
            if said.get("id") == self._sent:
                assert "error" not in said, said
                return said["result"]

    def _note(self, said: dict[str, Any]) -> None:
        match said.get("method"):
            case "Log.entryAdded" if said["params"]["entry"]["level"] == "error":
                self.complaints.append(said["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(said["params"]["exceptionDetails"]["text"])
            case "Network.requestWillBeSent":
                self.asked_for.append(said["params"]["request"]["url"])

    def open(self, url: str) -> None:
        """Go to an address."""
        self.do("Page.navigate", url=url)

    def value(self, script: str) -> Any:
        """What a script is worth."""
        return self.do("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until a script is true."""
        until = time.monotonic() + PATIENCE_S
        while not self.value(script):
            assert time.monotonic() < until, f"never true: {script}; {self.complaints}"
            time.sleep(0.1)

    def type(self, text: str) -> None:
        """Type a text as keys; a newline is enter."""
        for sign in text:
            if sign == "\n":
                for kind in ("rawKeyDown", "char", "keyUp"):
                    code = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
                    self.do("Input.dispatchKeyEvent", type=kind, **code)
            else:
                self.do("Input.dispatchKeyEvent", type="keyDown", key=sign, text=sign)
                self.do("Input.dispatchKeyEvent", type="keyUp", key=sign)

    def picture(self, file: Path) -> None:
        """Photograph the page as PNG."""
        file.write_bytes(base64.b64decode(self.do("Page.captureScreenshot")["data"]))


@contextlib.contextmanager
def page(environment: dict[str, str] | None = None, columns: int = 1600, rows: int = 1000) -> Iterator[Page]:
    """A browser with one empty page of so many pixels; it ends with the block."""
    program = next(found for name in NAMES if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory(prefix="msa-browser-", ignore_cleanup_errors=True) as folder:
        browser = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-port=0",
                "--no-first-run",
                f"--user-data-dir={folder}",
                f"--window-size={columns},{rows}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        try:
            port = _port(Path(folder) / "DevToolsActivePort", browser)
            with connect(_debugger(port), max_size=None, ping_interval=None) as socket:
                yield Page(socket)
        finally:
            browser.terminate()
            try:
                browser.wait(10)
            except subprocess.TimeoutExpired:
                browser.kill()
                browser.wait()


def _port(file: Path, browser: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + PATIENCE_S
    while not (file.exists() and file.read_text().count("\n")):
        assert browser.poll() is None, "the browser ended by itself"
        assert time.monotonic() < until, "the browser does not start"
        time.sleep(0.05)
    return int(file.read_text().splitlines()[0])


def _debugger(port: int) -> str:
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=PATIENCE_S) as answer:
        found = next(one for one in json.load(answer) if one["type"] == "page")
    return str(found["webSocketDebuggerUrl"])
