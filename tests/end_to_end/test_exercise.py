"""`msa exercise` as a trainee has it: warning and goals first, then the console as usual, at the end where the run lies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.wire.recording import read_recording
from tests.end_to_end.processes import Mark
from tests.end_to_end.terminal import Terminal

PATIENCE_S = 60.0
"""Two processes start one after the other; a machine that does other things as well takes its time."""

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def mark() -> Mark:
    return Mark.new()


@pytest.fixture
def environment(tmp_path: Path, mark: Mark) -> dict[str, str]:
    folders = {
        name: str(tmp_path / name) for name in ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    }
    return {**mark.environment, **folders, "MSA_TOUR": "no"}


def test_a_trainee_lives_through_an_exercise_and_may_stop(
    tmp_path: Path, mark: Mark, environment: dict[str, str]
) -> None:
    run = tmp_path / "run"
    words = ["-m", "console", "exercise", "clean-press-leuven", "--out", str(run), "--language", "en"]
    with Terminal([*words, "--speed", "4"], environment) as terminal:
        before = terminal.until("enter: begin", within=PATIENCE_S)
        assert "Acknowledge the alarm within 15 seconds." in before
        assert "A man bangs on a door" in before
        assert "The nearest car" not in before, "the solution is for the trainer"
        terminal.send("enter")
        terminal.until("STALKING ALARM", within=PATIENCE_S)
        terminal.until("EXERCISE")
        terminal.send("a")
        terminal.until("acknowledged by 4711")
        terminal.send("d")
        terminal.until("[✓]")
        terminal.send("enter")
        terminal.until("L-11 sent")
        terminal.until("L-11 en route", within=PATIENCE_S)
        terminal.send("q")
        terminal.until("Leave the console all the same?")
        terminal.send("y")
        terminal.until("msa debrief", within=PATIENCE_S)
        assert "nothing of it counts" in terminal.text()
        assert terminal.ended() == 0
    mark.until_none()
    recording = read_recording(run / "run.msarec.jsonl")
    told = [event.type for event in recording.events()]
    assert (
        told.index("alarm.raised") < told.index("intervention.acknowledged") < told.index("patrol.dispatched")
    )
    about = json.loads((run / "run.json").read_text())
    assert (about["ended"], about["language"]) == ("stopped", "en")
    assert not list(run.glob("*.db*"))


def test_whoever_does_not_begin_has_started_nothing(
    tmp_path: Path, mark: Mark, environment: dict[str, str]
) -> None:
    words = ["-m", "console", "exercise", "accidental", "--out", str(tmp_path / "run"), "--language", "nl"]
    with Terminal(words, environment) as terminal:
        told = terminal.until("enter: beginnen", within=PATIENCE_S)
        assert "OEFENING  Per ongeluk gedrukt, zegt ze" in told
        terminal.send("q", "enter")
        assert terminal.ended(PATIENCE_S) == 0
    assert not (tmp_path / "run").exists()
    mark.until_none()


def test_a_killed_terminal_leaves_nothing_behind(
    tmp_path: Path, mark: Mark, environment: dict[str, str]
) -> None:
    run = tmp_path / "run"
    words = ["-m", "console", "exercise", "clean-press-leuven", "--out", str(run), "--language", "en"]
    with Terminal(words, environment) as terminal:
        terminal.until("enter: begin", within=PATIENCE_S)
        terminal.send("enter")
        terminal.until("EXERCISE", within=PATIENCE_S)
        terminal.until("● live", within=PATIENCE_S)
    mark.until_none(20)


def test_without_a_terminal_it_says_what_to_do(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console", "exercise", "accidental"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonesuch"], "the names are accidental"),
        (["accidental", "--from", "1:00"], "--from is for a recording"),
        ([], "--list names those that ship"),
        (["accidental", "--language", "es"], "is none of nl, fr, de, en"),
    ],
)
def test_what_is_asked_wrongly_is_answered_in_a_sentence(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from console.cli import COMMANDS
    from console.wire.program import run_program

    assert run_program("msa", "x", COMMANDS, ["exercise", *words]) in {2, 3}
    assert says in capsys.readouterr().err
