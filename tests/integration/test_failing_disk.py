"""R10: whichever call to the disk fails, no promise is false, and the ledger goes on by itself.

strace lets the N-th call of a kind on the ledger's own files fail, on a real ledger: N = 1, 2, … until a run in which
none was left to fail. In `make test` some of the N; in `make soak` every one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import pytest

from backend_stub.ledger import Ledger, verify
from tests.failing_disk_writer import PRESSES
from tests.ledger_story import url

pytestmark = [
    pytest.mark.strace,
    pytest.mark.soak,
    pytest.mark.timeout(900),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

SOAK = bool(os.environ.get("MSA_SOAK"))
FAULTS = {
    "failed fsync": ("fdatasync,fsync", "EIO"),
    "disk full": ("pwrite64", "ENOSPC"),
    "failed write": ("pwrite64", "EIO"),
    "failed read": ("pread64", "EIO"),
    "no room for a journal": ("openat", "ENOSPC"),
    "failed cut": ("ftruncate,unlink", "EIO"),
}
FILES = [f"ledger.db{end}" for end in ("", "-wal", "-shm", ".keys", ".keys-journal", ".master")]


@pytest.fixture(scope="module")
def writer() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.failing_disk_writer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def run(
    writer: subprocess.Popen[str], directory: Path, calls: str, error: str, number: int
) -> tuple[Any, bool]:
    """What the writer says when the ``number``-th of these calls fails, and whether one was left to fail."""
    talk, answers = pipes(writer)
    talk.write(f"{directory}\n")
    pid = answers.readline().split()[1]
    seen = directory.with_suffix(".trace")
    paths = [word for name in FILES for word in ("-P", str(directory / name))]
    inject = f"inject={calls}:error={error}:when={number}"
    strace = subprocess.Popen(
        ["strace", "-f", "-p", pid, "-o", str(seen), *paths, "-e", f"trace={calls}", "-e", inject],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert strace.stderr is not None
    said = strace.stderr.readline()
    if "attached" not in said:
        pytest.skip(f"strace may not attach here: {said}")
    talk.write("go\n")
    answer = json.loads(answers.readline())
    strace.wait(20)
    return answer, "(INJECTED)" in seen.read_text()


def pipes(writer: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert writer.stdin is not None
    assert writer.stdout is not None
    return writer.stdin, writer.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_r10_whichever_call_fails_no_promise_is_false(writer: subprocess.Popen[str], fault: str) -> None:
    calls, error = FAULTS[fault]
    failed = 0
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as base:
        number = 1
        while True:
            directory = Path(base) / str(number)
            directory.mkdir()
            answer, injected = run(writer, directory, calls, error, number)
            assert len(answer["promised"]) == PRESSES, f"it does not go on after {fault} {number}: {answer}"
            assert answer["silent"] == 0, "nothing is lost without a word"
            check(directory, answer["promised"], number)
            shutil.rmtree(directory)
            if not injected:
                break
            failed += 1
            number += 1 if SOAK else max(1, number // 2)
    assert failed > 0, "nothing failed: the test tests nothing"


def check(directory: Path, promised: list[str], number: int) -> None:
    """Everything that was promised is there once, readable, and the chain holds."""
    verdict = verify(url(directory))
    assert verdict.ok, f"{number}: {verdict}"
    ledger = Ledger.open(url(directory))
    there = [str(one.id) for one in ledger.open_interventions()]
    assert set(promised) <= set(there)
    assert not any(one.sealed for one in ledger.open_interventions())
    ledger.close()
