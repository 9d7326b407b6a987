"""One of the cases of the simulator, played against a backend as `msa-stub simulate --case NAME` plays it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tests import warm
from tests.backend import RunningBackend
from tests.end_to_end.terminal import Terminal
from tests.programs import msa_stub

CLOSES_WITHIN_S: Final = 20.0
CHANGED: Final = "It has changed since you opened this"

Told = Mapping[str, Any]
"""An event of the ledger as `msa-stub ledger export` writes it."""


@contextmanager
def played(backend: RunningBackend, case: str, speed: float) -> Iterator[None]:
    """The simulator process with a case, from its first patrol on the road until the test is through with it."""
    words = ["simulate", "--case", case, "--speed", str(speed), "--until-pipe-closes"]
    process = warm.start("backend_stub", *words, "--url-file", str(backend.url_file))
    try:
        assert process.stdout is not None
        said = process.stdout.readline().decode()
        assert said.startswith(f"CASE {case}: "), said
        yield
        assert process.poll() is None, "the simulator ended by itself"
        _, complaint = process.communicate(timeout=20)  # closes its stdin
    finally:
        process.kill()
    assert (process.returncode, complaint) == (0, b"")


def ledger_of(backend: RunningBackend, number: str) -> list[Told]:
    """The ledger's events of an intervention, in order."""
    exported = msa_stub("ledger", "export", "--database", backend.database, "--intervention", number)
    assert exported.code == 0
    return [json.loads(line)["event"] for line in exported.out.splitlines()]


def kinds(told: Sequence[Told]) -> list[str]:
    """What happened, in order."""
    return [event["body"]["type"] for event in told]


def bodies(told: Sequence[Told], kind: str) -> list[Told]:
    """What the events of a kind say, in order."""
    return [event["body"] for event in told if event["body"]["type"] == kind]


def happened_in_order(told: Sequence[Told], *wanted: str) -> None:
    """Each of these happened, each after the one before it; others may lie between.

    Raises:
        AssertionError: one is missing there, with what happened instead.
    """
    left = iter(kinds(told))
    for kind in wanted:
        assert kind in left, f"{kind} is missing, or too early, in {kinds(told)}"


def never(told: Sequence[Told], *unwanted: str) -> None:
    """None of these happened.

    Raises:
        AssertionError: one did.
    """
    found = [kind for kind in kinds(told) if kind in unwanted]
    assert not found, f"{found} in {kinds(told)}"


def number_of(terminal: Terminal, room: str = "VBR") -> str:
    """The number of the intervention that rings on this screen."""
    shown = terminal.until("STALKING ALARM")
    at = shown.index(f"{room}-20")
    return shown[at : at + len("VBR-2026-0001")]


def command(terminal: Terminal, line: str) -> None:
    """Type a command on the command line: ``dispatch A-12``."""
    terminal.send("/")
    terminal.until("n a note · esc: back")
    terminal.send(line, "enter")


def close_with(terminal: Terminal, *keys: str, shows: str) -> None:
    """Close in the box, as an operator does: if it has changed meanwhile, look again and open the box anew.

    Raises:
        AssertionError: it does not end.
    """
    for _ in range(5):
        terminal.send("c")
        terminal.until("Outcome")
        terminal.send(*keys)
        until = time.monotonic() + CLOSES_WITHIN_S
        while CHANGED not in (shown := terminal.text()) and time.monotonic() < until:
            if shows in shown:
                return
            time.sleep(0.05)
        terminal.send("escape")
        terminal.until_gone("Outcome")
    raise AssertionError(f"{shows!r} does not show:\n{terminal.text()}")
