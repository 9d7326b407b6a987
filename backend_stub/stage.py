"""The stage of the demo: a backend and a simulator, each a process of its own, in a folder of their own.

Whoever sets the stage may be killed: both end with their pipe (decision 14), and the next demo sweeps the folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.wire.exits import Stop

PASSWORD_VARIABLE: Final = "MSA_DEMO_PASSWORD"  # noqa: S105 - a variable's name
LISTENS_WITHIN_S: Final = 60.0
ENDS_WITHIN_S: Final = 5.0
LOOKS_EVERY_S: Final = 0.05
WATCHES_EVERY_S: Final = 0.5

FOLDER_PREFIX: Final = "msa-demo-"
LOCK: Final = "lock"
"""The file in a folder whose lock its stage holds: a folder with a free lock belongs to nobody any more."""
SWEPT_AFTER_S: Final = 60.0
"""A folder that was made just now may not have its lock yet."""


@dataclass(frozen=True)
class Wanted:
    """What the demo was asked for. ``directory`` None: a temporary folder, which goes at the end.

    ``case``: the name of the case that is played; it has its own ``rooms``.
    """

    rooms: str
    speed: float
    password: str
    directory: Path | None = None
    case: str | None = None

    @property
    def story(self) -> tuple[str, ...]:
        """The options that say what is played, and how fast."""
        what = ("--rooms", self.rooms) if self.case is None else ("--case", self.case)
        return (*what, "--speed", str(self.speed))


def our_program(module: str, *words: str) -> list[str]:
    """The command line of a program of ours, whatever lies in the current folder (``-P``)."""
    return [sys.executable, "-P", "-m", module, *words]


def play(
    wanted: Wanted, ready: Callable[[str, Path], None], tell: Callable[[str], None], stop: threading.Event
) -> None:
    """Run backend and simulator until ``stop`` is set. Leaves no process, and no folder that was not asked for.

    ``ready`` gets the backend's address and the folder once it listens; ``tell`` a line if the simulator ends.

    Raises:
        Stop: the folder is in use, the backend does not start, or it ends by itself.
    """
    with folder_of(wanted.directory) as folder, _Parts(folder) as parts:
        url_file = folder / "url"
        url_file.unlink(missing_ok=True)
        serve = parts.start(
            "serve",
            *("--demo", "--port", "0", "--url-file", str(url_file)),
            *("--database", f"sqlite:///{folder / 'demo.db'}"),
            password=wanted.password,
        )
        # It loads while the backend does.
        simulate = parts.start(
            "simulate",
            *("--url-file", str(url_file), "--wait", str(LISTENS_WITHIN_S)),
            *wanted.story,
        )
        until = time.monotonic() + LISTENS_WITHIN_S
        while not url_file.exists():
            if serve.poll() is not None or time.monotonic() > until:
                raise Stop(f"The backend did not start: {parts.last_words('serve')}")
            if stop.wait(LOOKS_EVERY_S):
                return
        ready(url_file.read_text(encoding="utf-8").strip(), folder)
        simulates = True
        while not stop.wait(WATCHES_EVERY_S):
            if serve.poll() is not None:
                raise Stop(f"The backend ended by itself: {parts.last_words('serve')}")
            if simulates and simulate.poll() is not None:
                simulates = False
                tell(f"The simulator ended by itself: {parts.last_words('simulate')}")


class _Parts:
    """Processes of ours with their logs in a folder. Each ends when its stdin does: whatever becomes of this one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> _Parts:
        return self

    def __exit__(self, *_: object) -> None:
        for part in self._started:
            assert part.stdin is not None
            part.stdin.close()
            part.terminate()  # who is still starting does not look at its pipe yet
        until = time.monotonic() + ENDS_WITHIN_S
        for part in self._started:
            try:
                part.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()

    def start(self, name: str, *options: str, password: str | None = None) -> subprocess.Popen[bytes]:
        """Start `msa-stub NAME` in a session of its own: ctrl+c on the terminal does not reach it."""
        secret = {} if password is None else {PASSWORD_VARIABLE: password}
        with self._log(name).open("ab") as log:
            part = subprocess.Popen(
                our_program("backend_stub", name, *options, "--until-pipe-closes"),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **secret},
                start_new_session=True,
            )
        self._started.append(part)
        return part

    def last_words(self, name: str) -> str:
        """What a part said last."""
        log = self._log(name).read_text(encoding="utf-8", errors="replace")
        lines = log.strip().splitlines()
        return lines[-1].removeprefix("msa-stub: ") if lines else "it says nothing."

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"


@contextlib.contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    """The folder of a demo, held by its lock: ``kept`` stays, None makes one that goes with it.

    Raises:
        Stop: another demo uses it.
    """
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(kept, 2 * ENDS_WITHIN_S):
            yield kept
        return
    _sweep()
    made = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    try:
        with _locked(made, 0.0):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _sweep() -> None:
    """Remove what demos of this user have left that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with contextlib.suppress(OSError, Stop):
            found = left.lstat()
            young = time.time() - found.st_mtime < SWEPT_AFTER_S
            if found.st_uid == os.getuid() and not young and (left / LOCK).is_file():
                with _locked(left, 0.0):
                    shutil.rmtree(left)


@contextlib.contextmanager
def _locked(folder: Path, wait_s: float) -> Iterator[None]:
    """Hold a folder for this process alone; the lock ends with the process, however that ends.

    Raises:
        Stop: another demo holds it, and goes on holding it for ``wait_s`` seconds.
    """
    until = time.monotonic() + wait_s
    with (folder / LOCK).open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise Stop(f"A demo runs in {folder} already: give another --directory.") from None
                time.sleep(LOOKS_EVERY_S)
            else:
                break
        yield
