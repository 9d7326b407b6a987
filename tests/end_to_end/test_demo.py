"""The demo as a person has it: in a terminal, with a real backend, and however it ends, nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.processes import Mark
from tests.end_to_end.terminal import Terminal

PATIENCE_S = 60.0
"""The first alarm is there within seconds; a machine that does other things as well gets six times the ten."""

ALARM = "STALKING ALARM"
LEAVE = "Leave the console all the same?"


class Demo:
    """A demo to be started, whose processes and folders can be found again."""

    def __init__(self, home: Path) -> None:
        self.mark = Mark.new()
        self.temporary = home / "tmp"
        self.temporary.mkdir()
        # A home of its own: the console keeps nothing in that of whoever runs the tests.
        self.environment = {
            **self.mark.environment,
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "TMPDIR": str(self.temporary),
            "MSA_LANGUAGE": "en",
        }
        self._terminals: list[Terminal] = []

    def terminal(self, *options: str, shell: bool = False) -> Terminal:
        """Start it in a terminal; with ``shell`` below another process, as make or a shell does."""
        words = ["-m", "backend_stub", "demo", *options]
        if shell:
            below = (
                f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, *{words!r}]).returncode)"
            )
            words = ["-c", below]
        made = Terminal(words, self.environment)
        self._terminals.append(made)
        return made

    def without_console(self, *options: str) -> subprocess.Popen[str]:
        """Start backend and simulator alone."""
        return subprocess.Popen(
            [sys.executable, "-m", "backend_stub", "demo", "--no-console", *options],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def folders(self) -> list[Path]:
        """The temporary folders of demos that are there."""
        return sorted(self.temporary.glob("msa-demo-*"))

    def until_nothing_is_left(self) -> None:
        """No process within ten seconds, and then no folder."""
        self.mark.until_none(within=10)
        assert self.folders == []

    def close(self) -> None:
        """End whatever a failed test has left."""
        for terminal in self._terminals:
            terminal.close()
        for pid in self.mark.bearers():
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path)
    yield made
    made.close()


def until_said(process: subprocess.Popen[str], text: str) -> str:
    """The first line with ``text``; the timeout of the tests ends a wait in vain."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"it ended without {text!r}")


def test_the_first_alarm_stands_on_the_screen_and_quitting_leaves_nothing(demo: Demo) -> None:
    terminal = demo.terminal()
    terminal.until("Starting the backend", PATIENCE_S)
    assert "DEMO" in terminal.until(ALARM, PATIENCE_S)
    terminal.until("5388 Leuven")
    assert len(demo.folders) == 1
    terminal.send("q")
    terminal.until(LEAVE)
    terminal.send("y")
    assert terminal.ended() == 0
    assert "Traceback" not in terminal.text()
    demo.until_nothing_is_left()


def test_a_second_alarm_comes_while_the_operator_is_busy_and_patrols_react(demo: Demo) -> None:
    terminal = demo.terminal("--speed", "10")
    terminal.until(ALARM, PATIENCE_S)
    terminal.send("a")
    terminal.until("1 open", PATIENCE_S)
    terminal.send("d")
    terminal.until("[✓] 1 ")
    terminal.send("enter")
    terminal.until("accepted", PATIENCE_S)
    terminal.until("1 new", PATIENCE_S)
    terminal.until("on scene", PATIENCE_S)


def test_a_case_is_told_before_it_begins_and_can_still_be_left(demo: Demo) -> None:
    terminal = demo.terminal("--case", "silent-line", "--speed", "10")
    told = terminal.until("enter: begin", PATIENCE_S)
    assert "CASE silent-line" in told
    assert "i       listen" in told
    terminal.send("enter")
    terminal.until(ALARM, PATIENCE_S)
    terminal.until("her home, Voorbeeldstraat 12")
    terminal.close()
    other = demo.terminal("--case", "accidental")
    other.until("enter: begin", PATIENCE_S)
    other.send("ctrl+c")
    assert other.ended() == 130
    demo.until_nothing_is_left()


@pytest.mark.parametrize(
    "phase", [pytest.param("Starting the backend", marks=pytest.mark.soak_only), "Backend: "]
)
def test_ctrl_c_while_it_starts_ends_it(demo: Demo, phase: str) -> None:
    terminal = demo.terminal()
    terminal.until(phase, PATIENCE_S)
    terminal.send("ctrl+c")
    assert terminal.ended() == 130
    assert "Traceback" not in terminal.text()
    demo.until_nothing_is_left()


def test_ctrl_c_in_the_console_asks_and_a_second_one_ends_it(demo: Demo) -> None:
    terminal = demo.terminal()
    terminal.until(ALARM, PATIENCE_S)
    terminal.send("ctrl+c")
    terminal.until(LEAVE)
    terminal.send("ctrl+c")
    assert terminal.ended() == 0
    demo.until_nothing_is_left()


def hang_up(terminal: Terminal) -> None:
    terminal.hang_up()


def kill(terminal: Terminal) -> None:
    terminal.kill()


def terminate(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGTERM)


@pytest.mark.parametrize(
    ("end", "phase"),
    [
        pytest.param(hang_up, "Starting the backend", marks=pytest.mark.soak_only),
        pytest.param(kill, "Starting the backend", marks=pytest.mark.soak_only),
        (terminate, "Starting the backend"),
        (hang_up, ALARM),
        pytest.param(kill, ALARM, marks=pytest.mark.soak_only),  # below a shell it is killed as well
    ],
)
def test_however_it_ends_nothing_is_left(demo: Demo, end: Callable[[Terminal], None], phase: str) -> None:
    terminal = demo.terminal()
    terminal.until(phase, PATIENCE_S)
    end(terminal)
    demo.until_nothing_is_left()


def test_a_terminal_that_is_closed_above_make_or_a_shell_leaves_nothing(demo: Demo) -> None:
    terminal = demo.terminal(shell=True)
    terminal.until(ALARM, PATIENCE_S)
    terminal.hang_up()
    demo.until_nothing_is_left()


def test_a_demo_killed_below_a_shell_leaves_nothing(demo: Demo) -> None:
    terminal = demo.terminal(shell=True)
    terminal.until(ALARM, PATIENCE_S)
    os.kill(demo.mark.one("console", "run"), signal.SIGKILL)
    assert terminal.ended() != 0
    demo.until_nothing_is_left()


def test_a_killed_stage_takes_backend_and_simulator_with_it(demo: Demo) -> None:
    process = demo.without_console()
    until_said(process, "Backend: ")
    process.kill()
    demo.mark.until_none(within=10)


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.soak_only)])
def test_without_console_a_signal_ends_it(demo: Demo, number: signal.Signals) -> None:
    process = demo.without_console()
    line = until_said(process, "Backend: ")
    assert line.split()[1].startswith("ws://127.0.0.1:")
    process.send_signal(number)
    assert process.wait() == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""
    demo.until_nothing_is_left()


def test_without_console_the_end_of_the_backend_is_told(demo: Demo) -> None:
    process = demo.without_console()
    until_said(process, "Backend: ")
    os.kill(demo.mark.one("serve"), signal.SIGKILL)
    assert process.wait() == 3
    assert process.stderr is not None
    assert "The backend ended by itself" in process.stderr.read()
    demo.until_nothing_is_left()


def test_a_kept_folder_has_one_demo_at_a_time_and_stays(demo: Demo, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = demo.without_console("--directory", str(kept))
    until_said(first, "Backend: ")
    second = demo.without_console("--directory", str(kept))
    assert second.wait() == 3
    assert second.stderr is not None
    assert "A demo runs in" in second.stderr.read()
    first.terminate()
    assert first.wait() == 0
    assert (kept / "demo.db").exists()
    assert not (kept / "url").exists()


def test_a_backend_that_does_not_start_is_told_with_its_reason(demo: Demo, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "demo.db").write_text("a letter to the prosecutor, which is no database")
    terminal = demo.terminal("--directory", str(kept))
    shown = terminal.until("The backend did not start", PATIENCE_S)
    assert terminal.ended() == 3
    assert "Traceback" not in shown
    demo.mark.until_none()


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), 2, "needs a terminal"),
        (("--no-console", "--rooms", "VBR,XXX"), 2, "'XXX' is no control room"),
        (("--no-console", "--speed", "0"), 2, "--speed"),
    ],
)
def test_what_cannot_be_shown_is_refused(demo: Demo, options: tuple[str, ...], code: int, says: str) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "backend_stub", "demo", *options],
        env={**os.environ, **demo.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == code
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
