"""End with whoever started us, however that one ended: at the end of an inherited pipe."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading


def stop_when_stdin_ends(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set ``stop`` when the other end of stdin is gone. A killed terminal leaves nothing behind that way."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 4096):
                pass
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="pipe", daemon=True).start()
