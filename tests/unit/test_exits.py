"""A person never sees a traceback: one sentence, and a code that a script can trust."""

from __future__ import annotations

import errno
import threading

import pytest

from console.wire.exits import ExitCode, Stop, answer, explain, printable


def failing(error: BaseException) -> int:
    raise error


def test_work_that_is_done_ends_with_0_and_its_own_code_is_kept() -> None:
    assert answer(lambda: None, "msa") == 0
    assert answer(lambda: ExitCode.REFUSED, "msa") == 1


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (Stop("There is no zone 9999."), ExitCode.BAD_INPUT, "There is no zone 9999."),
        (Stop("Wrong password.", ExitCode.NOT_AUTHORISED), ExitCode.NOT_AUTHORISED, "Wrong password."),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
            ExitCode.NOT_REACHABLE,
            "No connection: connection refused. Check the address and that it runs.",
        ),
        (
            OSError(errno.EADDRINUSE, "Address already in use"),
            ExitCode.BAD_INPUT,
            "The port is in use: choose another, or end the program that has it.",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "zones.json"),
            ExitCode.BAD_INPUT,
            "zones.json: no such file or directory.",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            ExitCode.BAD_INPUT,
            "The system refused: permission denied.",
        ),
        (ZeroDivisionError("division by zero"), ExitCode.FAULT, "A fault in the program"),
        (AssertionError(), ExitCode.FAULT, "A fault in the program (AssertionError)."),
    ],
)
def test_an_error_is_one_sentence_and_a_code(
    error: Exception, code: ExitCode, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(lambda: failing(error), "msa") == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"msa: {sentence}")
    assert err.count("\n") == 1


def test_a_fault_of_the_program_is_never_taken_for_a_refusal() -> None:
    refused_codes = {ExitCode.DONE, ExitCode.REFUSED, ExitCode.USAGE, ExitCode.BAD_INPUT}
    assert explain(RuntimeError("?"))[1] not in refused_codes


def test_where_it_happened_is_shown_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MSA_DEBUG", "1")
    assert answer(lambda: failing(ZeroDivisionError("division by zero")), "msa") == ExitCode.FAULT
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_ends_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(lambda: failing(KeyboardInterrupt()), "msa") == 130
    assert capsys.readouterr() == ("", "")


def test_a_thread_that_fails_says_so_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        thread = threading.Thread(
            target=failing, args=(ConnectionResetError(errno.ECONNRESET, "Reset by peer"),)
        )
        thread.start()
        thread.join()

    before = threading.excepthook
    try:
        assert answer(work, "msa") == 0
    finally:
        threading.excepthook = before
    assert (
        capsys.readouterr().err == "msa: No connection: reset by peer. Check the address and that it runs.\n"
    )


def test_what_an_error_quotes_cannot_write_to_the_terminal() -> None:
    assert printable("zone \x1b]52;c;AAAA\x07 is\nunknown") == "zone \ufffd]52;c;AAAA\ufffd is unknown"
