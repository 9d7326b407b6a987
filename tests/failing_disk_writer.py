"""A program that presses into a ledger whose disk fails once, and says what it was promised.

Run by the failing-disk test: ``python -m tests.failing_disk_writer``. It reads directories from stdin, one a line. For
each it forks: the child says ``ready PID``, waits for a line ``go``, then presses, each press until it is promised,
and answers with one line of JSON. So what it imports is paid for once, however often a disk fails.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import sys
import time
from pathlib import Path

from backend_stub.ledger import DatabaseError, Ledger, NotStored
from tests.ledger_story import extract, raise_alarm, url

PRESSES = 3
TRIES = 60

_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)  # prctl(2): strace is not our parent


def main() -> None:
    """Fork a child for each directory that is named."""
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY, 0, 0, 0)
            print(f"ready {os.getpid()}", flush=True)
            os.read(0, 3)
            print(json.dumps(press(Path(line.strip()))), flush=True)
            os._exit(0)
        os.waitpid(child, 0)


def press(directory: Path) -> dict[str, object]:
    """Press, each press until it is promised; what was promised, what failed, and whether trouble stood meanwhile."""
    promised: list[str] = []
    failed: list[str] = []
    silent = 0
    ledger: Ledger | None = None
    for _ in range(TRIES):
        try:
            ledger = ledger or Ledger.open(url(directory))
        except DatabaseError as error:
            failed.append(f"open: {error}")
            continue
        if len(promised) == PRESSES:
            break
        number = len(promised)
        known = extract(f"F-{number}") if number == 1 else None
        try:
            promised.append(str(ledger.submit(raise_alarm(f"B-{number}", known)).result(timeout=20)))
        except NotStored as error:
            failed.append(str(error))
            silent += ledger.trouble is None
            time.sleep(0.01)
    if ledger is not None:
        ledger.close()
    return {"promised": promised, "failed": failed, "silent": silent}


if __name__ == "__main__":
    main()
