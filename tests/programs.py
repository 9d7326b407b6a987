"""Our own programs, started as processes of their own, and what they answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests import warm
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
    env = {"LC_ALL": "C.UTF-8", **environment}
    if password is not None:
        env["MSA_PASSWORD"] = password
    process = warm.start(program, *words, environment=env, stdin_is_empty=True)
    try:
        out, err = (text.decode() for text in process.communicate(timeout=PATIENCE_S))
    finally:
        process.kill()
    assert "Traceback" not in err, err
    assert process.returncode is not None
    return Answered(process.returncode, out, err)


def msa(backend: RunningBackend, *words: str, operator: str = "4711", **environment: str) -> Answered:
    """Run `msa COMMAND --url … --operator …` against a backend."""
    command, *rest = words
    return run("console", command, "--url", backend.url, "--operator", operator, *rest, **environment)


def msa_stub(*words: str) -> Answered:
    """Run `msa-stub`."""
    return run("backend_stub", *words)
