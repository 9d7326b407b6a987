"""The sound command of the settings at a real terminal: it rings though the terminal has stopped reading (W6)."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from console.locale import LANGUAGES
from tests.backend import LEUVEN, PASSWORD, RunningBackend
from tests.end_to_end.terminal import Terminal
from tests.programs import run

SCRIPT = """
import pathlib, sys
mark = pathlib.Path(sys.argv[1])
mark.open("a").write(f"{sys.stdin.read()!r}\\n")
print("a sound command has nothing to say on the screen", flush=True)
"""


def rings(mark: Path) -> int:
    return len(mark.read_text().splitlines()) if mark.exists() else 0


def until_rung(mark: Path, times: int) -> None:
    until = time.monotonic() + 20
    while rings(mark) < times:
        assert time.monotonic() < until, f"it has rung {rings(mark)} times"
        time.sleep(0.05)


async def test_the_sound_command_rings_while_the_terminal_is_stalled_and_falls_silent_when_acknowledged(
    backend: RunningBackend, tmp_path: Path
) -> None:
    script, mark = tmp_path / "ring.py", tmp_path / "it has; rung"
    script.write_text(SCRIPT)
    words = ["-m", "console", "run", "--url", backend.url, "--operator", "4711", "--language", "en"]
    env = {
        "MSA_PASSWORD": PASSWORD,
        "MSA_SOUND_COMMAND": f"{sys.executable} {script} '{mark}'",
        "MSA_SOUND_EVERY_S": "0.5",
    }
    with Terminal(words, env) as terminal:
        terminal.until("live", within=30)
        async with backend.device("VBR-B-0041") as phone:
            with terminal.stalled():
                for _ in range(
                    20 * len(LANGUAGES)
                ):  # each changes every word, until nothing more can be written
                    terminal.send("l")
                    await asyncio.sleep(0.04)
                await phone.press(*LEUVEN)
                await asyncio.to_thread(until_rung, mark, 2)
                terminal.send("a")  # the screen stands still: nobody reads this yet
                await asyncio.to_thread(until_rung, mark, 8)
            terminal.until("acknowledged by 4711")
            assert terminal.bells == 0
        await asyncio.sleep(1.0)
        before = rings(mark)
        await asyncio.sleep(1.5)
        assert rings(mark) == before
        assert set(mark.read_text().splitlines()) == {"''"}
        assert "nothing to say" not in terminal.text()


def test_a_sound_command_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    wrong = {
        "MSA_SOUND_COMMAND": str(tmp_path / "gone --loud"),
    }
    with Terminal(
        ["-m", "console", "run", "--operator", "4711"], {"MSA_PASSWORD": PASSWORD, **wrong}
    ) as terminal:
        assert terminal.ended() == 3
        assert "there is no program" in terminal.text()
    assert run("console", "config", "show", **wrong).code == 0
