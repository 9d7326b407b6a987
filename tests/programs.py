"""Our own programs, started as processes of their own, and what they answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.backend import PASSWORD, RunningBackend

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Answered:
    """Exit code and output of a program that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON line it printed."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON lines it printed."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(program: str, *words: str, password: str | None = PASSWORD, **environment: str) -> Answered:
    """Run `console` (msa) or `backend_stub` (msa-stub) to its end. It never shows a traceback."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", **environment}
    if password is not None:
        env["MSA_PASSWORD"] = password
    ended = subprocess.run(
        [sys.executable, "-m", program, *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=env,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return Answered(ended.returncode, ended.stdout, ended.stderr)


def msa(backend: RunningBackend, *words: str, operator: str = "4711", **environment: str) -> Answered:
    """Run `msa COMMAND --url … --operator …` against a backend."""
    command, *rest = words
    return run("console", command, "--url", backend.url, "--operator", operator, *rest, **environment)


def msa_stub(*words: str) -> Answered:
    """Run `msa-stub`."""
    return run("backend_stub", *words)
