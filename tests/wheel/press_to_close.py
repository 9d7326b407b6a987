"""Run with the Python of an installed wheel: a press goes to its close through the programs that it installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BIN = Path(sys.prefix) / "bin"
PASSWORD = "invented-for-this-run"
PATIENCE_S = 60.0

WANTED = [
    "alarm.raised",
    "zone.allocated",
    "intervention.acknowledged",
    "patrol.dispatched",
    "note.added",
    "intervention.closed",
    "patrol.released",
]


def run(program: str, *arguments: str) -> str:
    """Run one of the installed programs to its end and return what it printed; any other exit than 0 ends this."""
    done = subprocess.run(
        [BIN / program, *arguments], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    if done.returncode:
        sys.exit(f"{program} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def in_order(wanted: Sequence[str], seen: Sequence[str]) -> bool:
    """Say whether ``seen`` has all of ``wanted`` in this order, whatever else it has between."""
    rest = iter(seen)
    return all(kind in rest for kind in wanted)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ |= {"MSA_PASSWORD": PASSWORD, "MSA_DEMO_PASSWORD": PASSWORD, "MSA_OPERATOR": "4711"}
        database, url_file = f"sqlite:///{place / 'demo.db'}", place / "url"
        server = subprocess.Popen(
            [
                *(BIN / "msa-stub", "serve", "--demo", "--port", "0", "--until-pipe-closes"),
                *("--database", database, "--url-file", url_file, "--log-file", place / "log"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        try:
            until = time.monotonic() + PATIENCE_S
            while not url_file.exists():
                if server.poll() is not None or time.monotonic() > until:
                    sys.exit(f"the backend does not listen (exit code {server.poll()})")
                time.sleep(0.1)
            os.environ["MSA_URL"] = url_file.read_text(encoding="utf-8").strip()
            press_to_close(database, url_file)
        finally:
            server.communicate()
        run("msa-stub", "ledger", "verify", "--database", database)
    print("a press went to its close, and the ledger's chain holds")


def press_to_close(database: str, url_file: Path) -> None:
    buttons = lines(run("msa-stub", "buttons", "list", "--database", database, "--json"))
    button = next(one["id"] for one in buttons if one["status"] == "allocated")
    press = ("--button", button, "--at", "50.8787,4.7008", "--url-file", str(url_file))
    receipt = json.loads(run("msa-stub", "press", *press))
    print(f"pressed, receipt {receipt}")
    number = lines(run("msa", "list", "--json"))[0]["number"]
    patrol = next(
        one["id"]
        for one in lines(run("msa", "list", "--patrols", "--json"))
        if one["state"] == "free" and one["room"] == number[:3]
    )
    run("msa", "act", number, "acknowledge")
    run("msa", "act", number, "dispatch", patrol)
    run("msa", "act", number, "note", "neighbour saw him leave")
    run("msa", "act", number, "close", "perpetrator_gone", "gone when the patrol came")
    seen = [
        event["event"]["body"]["type"]
        for event in lines(run("msa", "tail", "--after", "0", "--until-idle", "1"))
    ]
    if not in_order(WANTED, seen):
        sys.exit(f"the events are not those of a press that was taken to its close: {seen}")


if __name__ == "__main__":
    main()
