"""A program that presses buttons into a ledger and says after each receipt that it has one.

Run by the power-loss test under strace: ``python -m tests.power_loss_writer DIRECTORY COUNT SYNCHRONOUS``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from backend_stub.ledger import Ledger, store
from tests.ledger_story import extract, raise_alarm, url


def main() -> None:
    """Press ``COUNT`` buttons one after another; a line of ``acks`` for each receipt."""
    directory, count, synchronous = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    store.SYNCHRONOUS = synchronous
    acks = os.open(directory / "acks", os.O_WRONLY | os.O_CREAT, 0o600)
    ledger = Ledger.open(url(directory))
    for number in range(count):
        known = extract(f"F-{number}") if number % 3 == 0 else None
        raised = ledger.submit(raise_alarm(f"B-{number}", known)).result()
        os.write(acks, f"{raised}\n".encode())
    ledger.close()


if __name__ == "__main__":
    main()
