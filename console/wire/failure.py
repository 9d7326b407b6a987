"""What is written down when something of the screen fails."""

from __future__ import annotations

import logging
import traceback


def note_failure(where: str, wrong: BaseException) -> None:
    """Log what failed and where, without the values: a case file may be among them."""
    frames = traceback.extract_tb(wrong.__traceback__)
    at = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    logging.getLogger(__name__).error("%s failed: %s at %s", where, type(wrong).__name__, at)
