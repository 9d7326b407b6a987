"""What programs answer when they end: exit codes, and one sentence instead of a traceback.

The codes are those of `docs/wire.md`, so that a script knows what happened without reading a text.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from enum import IntEnum

DEBUG_VARIABLE = "MSA_DEBUG"
"""Set to 1, an error also shows where in the program it happened."""


class ExitCode(IntEnum):
    """Why a program ended."""

    DONE = 0
    REFUSED = 1
    """By a rule of the job; code and sentence stand on stderr."""
    USAGE = 2
    """The command line cannot be understood."""
    BAD_INPUT = 3
    """A file, a setting or a value is not what it must be."""
    NOT_REACHABLE = 4
    """The backend, or the network to it."""
    NOT_AUTHORISED = 5
    FAULT = 70
    """A mistake in the program itself (EX_SOFTWARE of sysexits.h): never confused with a refusal."""
    INTERRUPTED = 128 + signal.SIGINT
    """Ended by ctrl+c, as a shell counts it."""
    NOBODY_READS = 128 + signal.SIGPIPE
    """Whoever read the output is gone (`msa tail | head`)."""


class Stop(Exception):  # noqa: N818 - an end that was foreseen, said in a sentence; not a mistake
    """Ends the program with a sentence for a person and a code for a script.

    ``sentence`` says what is wrong and what to do. Raise it wherever going on makes no sense; `answer`
    prints it. Never raise it inside the screen: there a message belongs on the screen.
    """

    def __init__(self, sentence: str, code: ExitCode = ExitCode.BAD_INPUT) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


def answer(work: Callable[[], int | None], program: str) -> int:
    """Run ``work`` and return the exit code; whatever goes wrong is one sentence on stderr.

    ``program`` is the name before the sentence (``msa``). A `SystemExit` passes through. With ``MSA_DEBUG=1``
    the traceback is printed as well. A thread that fails is told in the same way.
    """
    threading.excepthook = lambda failed: (
        None if failed.exc_value is None else _tell(program, *explain(failed.exc_value), failed.exc_value)
    )
    try:
        # Whoever started this may have held ctrl+c back until here, where it is answered.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        code = work() or 0
        sys.stdout.flush()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at its end: give it somewhere to write, or it complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.NOBODY_READS
    except Exception as error:
        sentence, code = explain(error)
        _tell(program, sentence, code, error)
    return int(code)


def explain(error: BaseException) -> tuple[str, ExitCode]:
    """Put an error into a sentence, with the exit code that fits it."""
    match error:
        case Stop():
            return error.sentence, error.code
        case ConnectionError() | TimeoutError() | socket.gaierror():
            return (
                f"No connection: {_reason(error)}. Check the address and that it runs.",
                ExitCode.NOT_REACHABLE,
            )
        case OSError(errno=errno.EADDRINUSE):
            return "The port is in use: choose another, or end the program that has it.", ExitCode.BAD_INPUT
        case OSError(filename=None):
            return f"The system refused: {_reason(error)}.", ExitCode.BAD_INPUT
        case OSError():
            return f"{error.filename}: {_reason(error)}.", ExitCode.BAD_INPUT
        case _:
            fault = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return f"A fault in the program ({fault}). {DEBUG_VARIABLE}=1 shows where.", ExitCode.FAULT


def printable(text: str) -> str:
    """``text`` on one line without control characters: an error may quote what came from outside."""
    return "".join(
        sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in " ".join(text.split())
    )


def _reason(error: BaseException) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (reason or type(error).__name__).rstrip(".").lower()


def _tell(program: str, sentence: str, code: ExitCode, error: BaseException) -> None:
    if os.environ.get(DEBUG_VARIABLE) == "1":
        traceback.print_exception(error)
    print(f"{program}: {printable(sentence)}", file=sys.stderr, flush=True)
