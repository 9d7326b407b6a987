"""The sound command: really run, one at a time, and what is said when it cannot be."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.targets import DEFAULTS
from console.link import ringer as module
from console.link.interface import Picture
from console.link.ringer import Ringer, ringer_of
from tests.still_link import picture_of
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_sounds import room_of


class Time:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def ringing() -> Picture:
    return picture_of(room_of(fold()), NOW)


def script(tmp_path: Path, text: str) -> str:
    """A command that runs these lines of Python; ``mark`` is a file beside it."""
    path = tmp_path / "sound it.py"
    path.write_text(f"import pathlib, time\nmark = pathlib.Path({str(tmp_path / 'rung')!r})\n{text}\n")
    return f"{sys.executable} '{path}'"


def rung(tmp_path: Path) -> int:
    """How often the script has left its sign."""
    mark = tmp_path / "rung"
    return len(mark.read_text()) if mark.exists() else 0


def wait(true: Callable[[], bool]) -> None:
    """Wait in a thread for what happens elsewhere."""
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


async def listen(command: str, until: int, tmp_path: Path, every_s: float = 0.5) -> list[str]:
    """Let it ring until the mark has ``until`` signs; what it said of itself meanwhile."""
    loop = asyncio.get_running_loop()
    made = ringer_of(command, every_s, loop.time)
    assert made is not None
    said: list[str] = []
    picture = picture_of(room_of(fold()), NOW, loop.time())
    task = asyncio.create_task(made.for_ever(lambda: picture, said.append))
    await asyncio.to_thread(wait, lambda: len(said) + rung(tmp_path) >= until)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return said


async def test_the_command_is_run_with_its_words_and_without_a_shell_again_and_again(tmp_path: Path) -> None:
    command = script(tmp_path, "mark.open('a').write('x')")
    assert await listen(command, 2, tmp_path) == []


@pytest.mark.parametrize(
    ("text", "why"), [("raise SystemExit(3)", "it ends with 3"), ("time.sleep(60)", "it does not end within")]
)
async def test_a_command_that_fails_or_hangs_is_said(
    tmp_path: Path, text: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_S", 2.0)
    [said] = await listen(script(tmp_path, text), 1, tmp_path)
    assert said.startswith(why)


async def test_a_program_that_is_gone_is_said(tmp_path: Path) -> None:
    [said] = await listen(str(tmp_path / "gone"), 1, tmp_path)
    assert said == "no such file or directory"


def test_it_rings_no_more_often_than_it_is_set() -> None:
    clock = Time()
    made = Ringer(("true",), 2.0, DEFAULTS, clock)
    rings = []
    for step in range(9):
        clock.now_s = 1000.0 + step / 2
        rings.append(made.due(ringing()))
    assert rings == [True, False, False, False, True, False, False, False, True]


def test_without_a_command_there_is_no_ringer() -> None:
    assert ringer_of(None, 2.0, Time()) is None
