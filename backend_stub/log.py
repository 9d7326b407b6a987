"""The backend's log: one JSON object a line, without personal data.

What happened to people stands in the ledger. Here stand connections by number, control rooms, codes and counts:
never a name, a button, a position, a text or a token.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path

from console.domain.values import rfc3339

LOG = logging.getLogger("msa.backend")
_OF_RECORD = frozenset(vars(logging.makeLogRecord({})))


class JsonLines(logging.Formatter):
    """Writes a record with its ``extra`` fields; of an exception only its type and where it was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of ASCII JSON: nothing in it can write to a terminal (S11)."""
        line: dict[str, object] = {
            "at": rfc3339(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _OF_RECORD}
        if record.exc_info and record.exc_info[1] is not None:
            error, trace = record.exc_info[1], record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            line["error"] = type(error).__name__
            if trace is not None:
                line["where"] = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        return json.dumps(line, default=str)


class _File(WatchedFileHandler):
    """Appends to a file, to the new one after somebody has moved it away (logrotate)."""

    lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name in `logging`
        """A full disk has no room for a log either: what is lost is counted, and said on stderr the first time."""
        self.lost += 1
        if self.lost == 1:
            print(json.dumps({"level": "error", "event": "log_not_written"}), file=sys.stderr, flush=True)


def start_log(file: Path | None) -> None:
    """Write the log to a file (appended), or to stderr."""
    handler = logging.StreamHandler(sys.stderr) if file is None else _File(file, "a", "ascii")
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    LOG.setLevel(logging.INFO)
    # A failed handshake or a peer that vanished is daily business, and its text may quote what was sent.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
