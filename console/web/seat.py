"""A console that a web server has started ends with it, however that one ends."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

LOOKS_EVERY_S: Final = 0.5
ENDS_WITHIN_S: Final = 5.0


def in_a_browser(environment: Mapping[str, str]) -> bool:
    """Whether this console's screen is a page (`msa web` starts it so)."""
    return "web_driver" in environment.get("TEXTUAL_DRIVER", "")


def end_with_parent(end: Callable[[], object]) -> None:
    """Have ``end`` called, from a thread, when the process that started this one is gone.

    A console that does not end within `ENDS_WITHIN_S` is ended: nobody sees it any more.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOKS_EVERY_S)
        threading.Timer(ENDS_WITHIN_S, os._exit, (1,)).start()
        end()

    threading.Thread(target=watch, name="parent", daemon=True).start()
