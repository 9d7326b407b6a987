"""A program's sub-commands: named in a table, imported when asked for, answered with a code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.wire.exits import ExitCode
from console.wire.program import SubCommand, run_program

SOURCE = '''
import typer
from console.wire.exits import ExitCode, Stop

app = typer.Typer()

@app.command()
def loud() -> None:
    print("LOUD")

@app.command()
def quiet() -> None:
    print("quiet")

def press(button: str = typer.Option()) -> int:
    """Press a button."""
    if button == "lost":
        raise Stop("That button is lost.", ExitCode.REFUSED)
    if button == "ask":
        typer.confirm("Really?", abort=True)
    print(f"pressed {button}")
    return ExitCode.REFUSED if button == "late" else ExitCode.DONE
'''

COMMANDS = (
    SubCommand("voice", "sample_of_commands", "Speak."),
    SubCommand("press", "sample_of_commands:press", "Press a button."),
    SubCommand("absent", "module_that_is_not_there", "Never asked for."),
)


@pytest.fixture(autouse=True)
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "sample_of_commands.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("sample_of_commands", None)


def run(*words: str) -> int:
    return run_program("sample", "A sample.", COMMANDS, words)


def test_a_group_has_verbs_and_a_single_command_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("voice", "loud") == ExitCode.DONE
    assert run("press", "--button", "7") == ExitCode.DONE
    assert capsys.readouterr().out == "LOUD\npressed 7\n"


def test_what_a_command_returns_is_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("press", "--button", "late") == ExitCode.REFUSED


def test_a_command_that_stops_says_why_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("press", "--button", "lost") == ExitCode.REFUSED
    assert capsys.readouterr().err == "sample: That button is lost.\n"


def test_a_question_that_nobody_answers_does_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("/dev/null", encoding="utf-8") as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert run("press", "--button", "ask") == ExitCode.USAGE
    assert "Nothing was answered, nothing was done." in capsys.readouterr().err


def test_a_missing_option_is_a_matter_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("press") == ExitCode.USAGE
    assert "--button" in capsys.readouterr().err


def test_help_names_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == ExitCode.DONE
    out = capsys.readouterr().out
    assert all(command.line in out for command in COMMANDS)
    assert "sample_of_commands" not in sys.modules
