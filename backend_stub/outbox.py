"""What waits to be sent to one console: bounded, nothing dropped silently (R8, architecture decision 8)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from console.wire.limits import QUEUE_FRAMES

QUEUE_BYTES: Final = 8 * 1024 * 1024
"""Frames can be long: a console that does not read may hold so much of the backend's memory, and no more."""


def _nobody() -> None:
    """Nobody waits."""


class Outbox:
    """A queue of encoded frames. What is only worth its latest state (heartbeat, patrols) waits beside it.

    Beyond its bounds it becomes ``overflowed`` and empty: the console is to be closed, and resumes from its
    cursor. ``wake`` is called when there is something to do.
    """

    def __init__(self, frames: int = QUEUE_FRAMES, size: int = QUEUE_BYTES) -> None:
        self._frames: deque[bytes] = deque()
        self._heartbeat: bytes | None = None
        self._patrols: deque[bytes] = deque()
        self._most_frames, self._most_bytes = frames, size
        self._bytes = 0
        self.overflowed = False
        self.wake: Callable[[], None] = _nobody

    @property
    def waiting(self) -> int:
        """How many frames wait."""
        return len(self._frames)

    def put(self, frames: Iterable[bytes]) -> None:
        """Queue frames in order."""
        for frame in frames:
            if self.overflowed:
                return
            self._frames.append(frame)
            self._bytes += len(frame)
            if len(self._frames) > self._most_frames or self._bytes > self._most_bytes:
                self.overflow()
                return
        self.wake()

    def overflow(self) -> None:
        """Give up on this console: it is closed, and resumes."""
        self.overflowed = True
        self._frames.clear()
        self._patrols.clear()
        self._heartbeat = None
        self._bytes = 0
        self.wake()

    def heartbeat(self, frame: bytes) -> None:
        """Replace the heartbeat that waits."""
        if not self.overflowed:
            self._heartbeat = frame
            self.wake()

    @property
    def wants_patrols(self) -> bool:
        """The last patrol frames are gone: the next may be made."""
        return not self._patrols and not self.overflowed

    def patrols(self, frames: Iterable[bytes]) -> None:
        """Queue patrol frames; only while `wants_patrols`, so that the latest wins."""
        self._patrols.extend(frames)
        self.wake()

    def take(self) -> bytes | None:
        """The next frame to send: events and answers first, then the heartbeat, then patrols; None: nothing."""
        if self._frames:
            frame = self._frames.popleft()
            self._bytes -= len(frame)
            return frame
        if self._heartbeat is not None:
            frame, self._heartbeat = self._heartbeat, None
            return frame
        return self._patrols.popleft() if self._patrols else None
