"""A console without a screen, in a process of its own, so that a test can kill it: the link with its journal.

    python -m tests.console_process URL OPERATOR DIRECTORY

A line on stdin is a command to send (`Command` as JSON, its id chosen by the test); each picture with news is a line
on stdout: how the link stands, the waiting commands with where they stand, the results.
"""

from __future__ import annotations

import json
import os
import queue
import sys
from pathlib import Path

from console.domain.commands import Command
from console.link.interface import Picture
from console.link.live import LiveLink


def told(picture: Picture) -> str:
    """What a test wants to know of a picture, as a line."""
    pending = {str(key): [one.waiting, one.went_out] for key, one in picture.pending.items()}
    results = {str(one.id): one.refusal and one.refusal.code for one in picture.results}
    live = picture.connection == "live" and not picture.gap and bool(picture.head)
    return json.dumps({"live": live, "pending": pending, "results": results})


def main(url: str, operator: str, directory: str) -> None:
    """Run until stdin ends, or until somebody kills it."""
    link = LiveLink((url,), journal_directory=Path(directory))
    pictures: queue.SimpleQueue[Picture] = queue.SimpleQueue()
    link.start(pictures.put)
    link.login(operator, os.environ["MSA_PASSWORD"])

    def tell() -> None:
        said = ""
        while True:
            line = told(pictures.get())
            if line != said:
                said = line
                print(line, flush=True)

    import threading

    threading.Thread(target=tell, daemon=True).start()
    for line in sys.stdin:
        command = Command.model_validate_json(line)
        link._do(lambda: link._session.submit(command, link._clock()))  # noqa: B023 - done before the next
    link.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
