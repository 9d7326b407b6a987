"""End with whoever started us, however that one ended: at the end of an inherited pipe."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable


def when_stdin_ends(act: Callable[[], None]) -> None:
    """Call ``act``, in a thread of its own, when the other end of stdin is gone."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 4096):
                pass
        act()

    threading.Thread(target=wait, name="pipe", daemon=True).start()


def stop_when_stdin_ends(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set ``stop`` when the other end of stdin is gone. A killed terminal leaves nothing behind that way."""

    def act() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
            loop.call_soon_threadsafe(stop.set)

    when_stdin_ends(act)
