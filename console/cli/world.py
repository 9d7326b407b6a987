"""The world of an exercise as a process of its own: `msa-stub exercise`, which ends with its pipe."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from console.wire.exits import Stop

PASSWORD_VARIABLE: Final = "MSA_EXERCISE_PASSWORD"  # noqa: S105 - the variable's name, not a password
ENDS_WITHIN_S: Final = 20.0


@dataclass(frozen=True)
class Stage:
    """Where the exercise is, who the trainees are in it, and how it is led.

    ``operator`` is the first of ``operators``; ``control`` with ``token``: its control line; ``injects``: what can
    happen there, by name, in the language of the exercise.
    """

    url: str
    operator: str
    password: str
    operators: Sequence[str]
    control: str
    token: str
    injects: Mapping[str, str]


@contextmanager
def world(words: list[str]) -> Iterator[Stage]:
    """Run the world of the exercise while the block runs; at its end it writes the run.

    Raises:
        Stop: it does not start; the sentence is its own.
    """
    password = secrets.token_urlsafe(18)
    with subprocess.Popen(
        our_program("backend_stub", "exercise", *words),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, PASSWORD_VARIABLE: password},
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.stdin.close()
            raise Stop(_last_words(process.stderr))
        said = json.loads(line)
        try:
            yield Stage(
                url=said["url"],
                operator=said["operator"],
                password=password,
                operators=said["operators"],
                control=said["control"],
                token=said["token"],
                injects=said["injects"],
            )
        finally:
            process.stdin.close()
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.terminate()


def own_folder(name: str) -> Path:
    """Where a run lies if nobody says where."""
    from platformdirs import user_state_path

    return user_state_path("msa") / "runs" / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"


def our_program(module: str, *words: str) -> list[str]:
    """The command line of a program of ours, whatever lies in the current folder (``-P``)."""
    return [sys.executable, "-P", "-m", module, *words]


def _last_words(stream: IO[str] | None) -> str:
    lines = (stream.read() if stream else "").strip().splitlines()
    last = lines[-1].removeprefix("msa-stub: ") if lines else "The exercise did not start."
    return last if last.endswith(".") else last + "."
