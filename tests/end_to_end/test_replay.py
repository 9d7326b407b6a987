"""`msa replay` at a real terminal: play, step, look, refuse, take over."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from console.wire.recording import write_recording
from tests.end_to_end.terminal import Terminal
from tests.replays import afternoon


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "night.msarec.jsonl"
    write_recording(afternoon()[0].recording(), path)
    return path


def test_a_recording_is_watched_on_the_screen_it_was_lived_on(file: Path) -> None:
    words = ["-m", "console", "replay", str(file), "--at", "0:05", "--language", "nl"]
    with Terminal(words) as terminal:
        terminal.until("00:05 / 09:00", within=60)
        terminal.until("q stoppen")
        terminal.until("WEERGAVE ━━ Leuven by night ━━ WEERGAVE")
        lines = [line for line in terminal.lines() if line.strip()]
        assert all(line[0] in "┏┗┃" for line in lines)  # the frame is around every line
        assert "WEERGAVE" in lines[0]
        assert "WEERGAVE" in lines[-1]
        terminal.until("NIEUW")
        terminal.send("a")
        terminal.until("Dit is een opname")
        terminal.send("X")
        terminal.until("00:20 / 09:00")
        terminal.send("X")
        terminal.until("01:30 / 09:00")
        terminal.send("<", ">", ">", ">", ">", "space")
        terminal.until("02:", within=30)
        terminal.send("space", "A")
        terminal.until("VBR-2026-0413")
        assert not terminal.bells
        assert b"\x1b]2;WEERGAVE" in terminal.came  # the title of the window too
        terminal.send("N")
        terminal.until("Uw notitie")
        terminal.send("te laat", "enter")
        terminal.until("★")
        terminal.send("b")
        terminal.until("msa exercise")
        terminal.send("escape")
        terminal.until_gone("msa exercise")
        terminal.send("q")
        assert terminal.ended() == 0
    notes = file.with_name(file.name + ".notes.json")
    assert stat.S_IMODE(notes.stat().st_mode) == 0o600
    assert json.loads(notes.read_text(encoding="utf-8"))["notes"][0]["text"] == "te laat"


def test_a_file_with_a_fault_ends_before_the_desk_with_its_line(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], lines[3].replace(b"VBR", b"ANT"), *lines[4:]]))
    with Terminal(["-m", "console", "replay", str(file)]) as terminal:
        assert terminal.ended(within=60) == 3
        assert "line 4" in terminal.came.decode()


def test_without_a_terminal_it_says_what_to_do(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console", "replay", str(file)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 2
    assert "--check" in done.stderr
