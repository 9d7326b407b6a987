"""Our programs as processes of their own, without what starting Python and importing costs each time.

The first `start` of a test run starts one Python that imports both programs and then forks for each further start.
A child has arguments, environment, folder, signals, standard streams and exit code of its own, as `python -m` gives
them; it saves most of a second of processor time for a command, and more for a backend. That a program starts by
itself is proved in `tests/end_to_end` and `tests/integration/test_house.py`, which start Python anew. So does every
start where a fork of what is loaded is not safe (macOS).

    process = warm.start("console", "list", "--url", url)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
"""

from __future__ import annotations

import array
import atexit
import gc
import importlib
import json
import logging
import os
import pkgutil
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from typing import IO, Any, Final, TypeAlias

PROGRAMS: Final = ("console", "backend_stub")
NEVER_LOADED: Final = ("console.tui", "console.__main__", "backend_stub.__main__")
"""The screen is only started in a terminal, by a Python of its own."""

_LENGTH: Final = struct.Struct("!I")


class Forked:
    """A started program, in the words of `subprocess.Popen`. Its streams are binary."""

    def __init__(self, pid: int, ended: int, streams: tuple[IO[bytes], IO[bytes], IO[bytes]]) -> None:
        """``ended`` is a pipe that closes with the process."""
        self.pid = pid
        self.returncode: int | None = None
        self.stdin, self.stdout, self.stderr = streams
        self._ended = ended

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code.

        Raises:
            TimeoutExpired: it still runs.
        """
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[bytes, bytes]:
        """Close its stdin, read both outputs to their end, and wait for it.

        Raises:
            TimeoutExpired: it still runs.
        """
        self.stdin.close()
        came: dict[IO[bytes], bytes] = {}

        def read(stream: IO[bytes]) -> None:
            came[stream] = stream.read()

        readers = [
            threading.Thread(target=read, args=(one,), daemon=True) for one in (self.stdout, self.stderr)
        ]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join()
        return came[self.stdout], came[self.stderr]

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without a chance to do anything."""
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout)[0]:
            os.close(self._ended)
            self.returncode = _python().code_of(self.pid)
        return self.returncode


Process: TypeAlias = Forked | subprocess.Popen[bytes]


def start(
    program: str, *words: str, environment: Mapping[str, str] | None = None, stdin_is_empty: bool = False
) -> Process:
    """Start ``program`` ("console" or "backend_stub") with these words.

    ``environment`` is added to that of the tests. ``stdin_is_empty``: nothing can be typed, as with /dev/null.
    """
    everything = {**os.environ, **(environment or {})}
    if sys.platform != "linux":
        return subprocess.Popen(
            [sys.executable, "-m", program, *words],
            stdin=subprocess.DEVNULL if stdin_is_empty else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=everything,
        )
    ours, theirs = zip(*(_pipe(write) for write in (True, False, False)), strict=True)
    ended, alive = os.pipe()
    if stdin_is_empty:
        os.close(theirs[0])
        theirs = (os.open(os.devnull, os.O_RDONLY), *theirs[1:])
    asked = {
        "program": program,
        "words": words,
        "environment": everything,
        "folder": os.getcwd(),
    }
    try:
        pid = _python().fork(asked, (*theirs, alive))
    finally:
        for one in (*theirs, alive):
            os.close(one)
    return Forked(pid, ended, ours)


def _pipe(we_write: bool) -> tuple[IO[bytes], int]:
    read, write = os.pipe()
    return (open(write, "wb", buffering=0), read) if we_write else (open(read, "rb"), write)


class _Python:
    """The loaded Python, as those who ask it for a process see it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._control = ours
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self.close)

    def fork(self, asked: Mapping[str, object], handles: tuple[int, ...]) -> int:
        """The process id of a new child that has these as stdin, stdout, stderr and sign of life."""
        with self._lock:
            # One byte carries the handles: how many bytes come with them is not for sure.
            socket.send_fds(self._control, [b"+"], list(handles))
            _send(self._control, asked)
            return int(_receive(self._control))

    def code_of(self, pid: int) -> int:
        """The exit code of a child that has ended."""
        with self._lock:
            self._control.sendall(b"?")
            _send(self._control, pid)
            return int(_receive(self._control))

    def close(self) -> None:
        """End it; what it has started and still runs is not its business."""
        self._control.close()
        self._process.wait()


@cache
def _python() -> _Python:
    return _Python()


def _send(control: socket.socket, what: object) -> None:
    data = json.dumps(what).encode()
    control.sendall(_LENGTH.pack(len(data)) + data)


def _receive(control: socket.socket) -> Any:
    (length,) = _LENGTH.unpack(control.recv(_LENGTH.size, socket.MSG_WAITALL))
    return json.loads(control.recv(length, socket.MSG_WAITALL))


# What the loaded Python does.


def _load() -> None:
    for program in PROGRAMS:
        package = importlib.import_module(program)
        for found in pkgutil.walk_packages(package.__path__, f"{program}."):
            if not found.name.startswith(NEVER_LOADED):
                importlib.import_module(found.name)
    gc.freeze()


def _serve(control: socket.socket) -> dict[str, Any] | None:
    """Answer until nobody asks any more (None); in a child it returns what the child shall do."""
    while True:
        kind, ancillary, _, _ = control.recvmsg(1, socket.CMSG_SPACE(16 * struct.calcsize("i")))
        if not kind:
            return None
        asked = _receive(control)
        if kind == b"?":
            _send(control, os.waitstatus_to_exitcode(os.waitpid(asked, 0)[1]))
            continue
        handles = array.array("i", ancillary[0][2])
        pid = os.fork()
        if pid == 0:
            control.close()
            for number, handle in enumerate(handles[:3]):
                os.dup2(handle, number)
                os.close(handle)
            return dict(asked)
        for handle in handles:
            os.close(handle)
        _send(control, pid)


def _become(asked: Mapping[str, Any]) -> None:
    """Be the program that was asked for."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = [asked["program"], *asked["words"]]
    try:
        runpy.run_module(asked["program"], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        _end(ended.code if isinstance(ended.code, int) else 0)


def _end(code: int) -> None:
    """End as an interpreter does, but for taking apart what was loaded: that would copy all of its memory first."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _load()
    with socket.socket(fileno=int(sys.argv[1])) as _control:
        _asked = _serve(_control)
    if _asked is not None:
        _become(_asked)
