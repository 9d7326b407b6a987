"""A backend of our own for a benchmark: its own process, demo content, a database on a real disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from pydantic import BaseModel
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from console.domain.commands import AnyCommand, Command
from console.wire import console_frames as f
from console.wire import field_frames as ff
from console.wire.limits import SUBPROTOCOL

PASSWORD: Final = "benchmark-wachtwoord-1234"
STARTS_WITHIN_S: Final = 60.0


@contextmanager
def disk_directory() -> Iterator[Path]:
    """A directory that is gone afterwards; under /var/tmp, which is on a disk also where /tmp is in memory."""
    place = "/var/tmp" if Path("/var/tmp").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="msa-bench-", dir=place) as name:
        yield Path(name)


def file_system(directory: Path) -> str:
    """Type of the file system that holds a directory (``ext4``), where the system tells it; else ``disk``."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "disk"
    holding = [line.split()[1:3] for line in mounts if directory.is_relative_to(line.split()[1])]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else "disk"


@contextmanager
def process(words: list[str], env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this Python. It ends when its stdin does, at the end of the block or of this process."""
    started = subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    assert started.stdin is not None
    try:
        yield started
    finally:
        started.stdin.close()
        try:
            started.wait(timeout=15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
        if started.stdout is not None:
            started.stdout.close()


def first_line(started: subprocess.Popen[bytes]) -> str:
    """What a process says first: that it is ready, and where."""
    assert started.stdout is not None
    line = started.stdout.readline().decode().strip()
    if not line:
        raise RuntimeError("a process of the benchmark ended before it was ready")
    return line


@dataclass(frozen=True)
class Colleague:
    """An operator without a screen: gives commands, and does not ask for the feed.

    ``head``: the last position of the room's feed at the login.
    """

    socket: ClientConnection
    head: int = 0

    def do(self, intervention: str, do: AnyCommand) -> None:
        """Give a command and wait until it is done.

        Raises:
            RuntimeError: it is refused.
        """
        command = Command(id=uuid4(), intervention=intervention, seen_decision=None, do=do)
        self.socket.send(f.CommandFrame(command=command).model_dump_json())
        while True:
            frame = f.to_console.validate_json(self.socket.recv(timeout=30))
            if isinstance(frame, f.Result) and frame.id == command.id:
                if frame.refusal:
                    raise RuntimeError(f"{do.verb} is refused: {frame.refusal}")
                return


@dataclass(frozen=True)
class RealBackend:
    """Where it listens, and the tokens of the devices by button.

    Of the buttons of Flemish Brabant: those that ``victims`` carry, with a case file, and those in ``stock``.
    """

    url: str
    database: str
    tokens: Mapping[str, str]
    victims: tuple[str, ...]
    stock: tuple[str, ...]

    def operators(self, number: int) -> list[str]:
        """So many more operators of Flemish Brabant, for a console each: an operator has few."""
        from backend_stub.ledger.store import existing, writing_engine
        from backend_stub.registry import store

        engine = writing_engine(existing(self.database))
        with engine.begin() as connection:
            one = next(account for account in store.accounts(connection) if account.id == "4712")
            more = [one.model_copy(update={"id": f"9{place:03}"}) for place in range(number)]
            store.put_accounts(connection, more)
        engine.dispose()
        return [account.id for account in more]

    @contextmanager
    def phone(self, button: str) -> Iterator[ClientConnection]:
        """A device that has said hello."""
        with connect(f"{self.url}/device", compression=None, proxy=None) as socket:
            _say(socket, ff.DeviceHello(button=button, token=self.tokens[button]))
            yield socket

    @contextmanager
    def colleague(self, operator: str) -> Iterator[Colleague]:
        """Another operator, logged in."""
        with connect(
            f"{self.url}/console", subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, proxy=None
        ) as socket:
            _say(socket, f.Login(operator=operator, password=PASSWORD))
            welcome = f.to_console.validate_json(socket.recv(timeout=30))
            if not isinstance(welcome, f.Welcome):
                raise RuntimeError(f"operator {operator} is not let in: {welcome}")
            yield Colleague(socket, welcome.head)


@contextmanager
def real_backend(directory: Path) -> Iterator[RealBackend]:
    """Start one with its files in ``directory``, and end it.

    Raises:
        RuntimeError: it does not come up.
    """
    url_file, database = directory / "backend.url", f"sqlite:///{directory / 'backend.db'}"
    words = ["-m", "backend_stub", "serve", "--demo", "--port", "0", "--until-pipe-closes"]
    words += ["--database", database, "--url-file", str(url_file)]
    words += ["--log-file", str(directory / "backend.log")]
    with process(words, {"MSA_DEMO_PASSWORD": PASSWORD}) as backend:
        until = time.monotonic() + STARTS_WITHIN_S
        while not url_file.exists():
            if backend.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the backend does not listen")
            time.sleep(0.02)
        tokens = json.loads(url_file.with_name("backend.url.tokens").read_text(encoding="utf-8"))
        listing = [sys.executable, "-m", "backend_stub", "buttons", "list", "--json"]
        listed = subprocess.run([*listing, "--database", database], stdout=subprocess.PIPE, check=True)
        buttons = [
            button for button in map(json.loads, listed.stdout.splitlines()) if button["stock"] == "VBR"
        ]
        victims, stock = (
            tuple(button["id"] for button in buttons if button["status"] == status)
            for status in ("allocated", "in_stock")
        )
        url = url_file.read_text(encoding="utf-8").strip()
        yield RealBackend(url, database, tokens["devices"], victims, stock)


def console_words(backend: RealBackend, *more: str) -> list[str]:
    """The words after `python` that open a console on a backend."""
    return ["-m", "console", "run", "--url", backend.url, "--language", "en", *more]


def console_env(directory: Path) -> dict[str, str]:
    """Surroundings of a console that knows nothing of this user's settings and leaves nothing in their home."""
    home = str(directory)
    return {
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_STATE_HOME": home,
        "MSA_PASSWORD": "",
        "MSA_TOUR": "no",
    }


def _say(socket: ClientConnection, frame: BaseModel) -> None:
    socket.send(frame.model_dump_json())
