"""`msa-stub demo`: backend, simulator and console together, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from backend_stub.registry.passwords import made_up_password
from console.wire.exits import ExitCode, Stop

PASSWORD_VARIABLE: Final = "MSA_DEMO_PASSWORD"  # noqa: S105 - a variable's name
LISTENS_WITHIN_S: Final = 30.0
ENDS_WITHIN_S: Final = 10.0
POLL_S: Final = 0.05


def command(
    operator: Annotated[
        str, typer.Option(help="Who is logged in: 4711, 4712, 4700 (supervisor) of VBR, 3711 of ANT.")
    ] = "4711",
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, help="How many times as fast as the wall clock.")
    ] = 4.0,
    rooms: Annotated[
        str, typer.Option(help="Control rooms whose patrols drive, or all.", metavar="CODES")
    ] = "VBR,BRU,ANT",
    directory: Annotated[
        Path | None, typer.Option(help="Keep database and logs here; without it they go at the end.")
    ] = None,
    console: Annotated[
        bool, typer.Option("--console/--no-console", help="Without it, backend and simulator alone.")
    ] = True,
) -> int:
    """Show an alarm on a dispatcher's screen: a backend, simulated phones and patrols, and the console.

    Example: msa-stub demo --speed 8
    """
    if console and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("The console needs a terminal. Without one: msa-stub demo --no-console.", ExitCode.USAGE)
    # A hang-up and a termination end the program as ctrl+c does: what it started is ended on the way out.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(ExitCode.INTERRUPTED))
    password = os.environ.get(PASSWORD_VARIABLE) or made_up_password()
    with _folder(directory) as folder, contextlib.ExitStack() as running:
        print("Starting the backend …", flush=True)
        url = _backend(running, folder, password)
        _start(
            running,
            folder,
            "simulate",
            *("--url-file", str(folder / "url"), "--rooms", rooms, "--speed", str(speed)),
        )
        print(f"Backend: {url}   operators 4711 4712 4700 (VBR) 3711 (ANT) 4790 (trainer)")
        print(
            f"A second console, in another terminal: MSA_PASSWORD={password} msa run --url {url} --operator 4712"
        )
        sys.stdout.flush()
        if not console:
            return _until_interrupted()
        environment = {**os.environ, "MSA_PASSWORD": password}
        words = [sys.executable, "-m", "console", "run", "--url", url, "--operator", operator]
        with subprocess.Popen(words, env=environment) as screen:
            return _wait(screen)


def _backend(running: contextlib.ExitStack, folder: Path, password: str) -> str:
    """Start the backend and wait until it listens; return its address."""
    url_file = folder / "url"
    serve = _start(
        running,
        folder,
        "serve",
        *("--demo", "--port", "0", "--url-file", str(url_file)),
        *("--database", f"sqlite:///{folder / 'demo.db'}"),
        password=password,
    )
    until = time.monotonic() + LISTENS_WITHIN_S
    while not url_file.exists():
        if serve.poll() is not None or time.monotonic() > until:
            log = (folder / "serve.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise Stop(f"The backend did not start: {log[-1] if log else 'it says nothing'}")
        time.sleep(POLL_S)
    return url_file.read_text(encoding="utf-8").strip()


def _start(
    running: contextlib.ExitStack, folder: Path, name: str, *options: str, password: str | None = None
) -> subprocess.Popen[bytes]:
    """Start `msa-stub NAME`, which ends when its stdin does: whatever becomes of this process."""
    environment = dict(os.environ)
    if password is not None:
        environment[PASSWORD_VARIABLE] = password
    log = running.enter_context((folder / f"{name}.log").open("ab"))
    process = subprocess.Popen(
        [sys.executable, "-m", "backend_stub", name, *options, "--until-pipe-closes"],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=environment,
        start_new_session=True,
    )
    running.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(screen: subprocess.Popen[bytes]) -> int:
    """Wait for the console; ctrl+c belongs to it, and a termination of ours ends it too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return screen.wait()
    except SystemExit:
        screen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            screen.wait(ENDS_WITHIN_S)
        raise


def _until_interrupted() -> int:
    print("Ends with ctrl+c.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
    return ExitCode.DONE


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """The folder of this demo: one that stays, or one that goes with it."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="msa-demo-", ignore_cleanup_errors=True) as made:
        yield Path(made)
