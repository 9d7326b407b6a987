"""What happened, step by step: a digest that tells whether two runs are the same, and the last steps to read."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from typing import Final

KEPT: Final = 60


class Trace:
    """Notes steps with their simulated time. ``whole`` keeps all of them.

    ``hidden`` is left out: the name of a directory, which is another one in each run.
    """

    def __init__(self, clock: Callable[[], float], hidden: str, *, whole: bool = False) -> None:
        self._clock = clock
        self._hidden = hidden.encode()
        self._digest = hashlib.blake2b(digest_size=12)
        self.steps = 0
        self.whole = whole
        self.kept: tuple[str, ...] = ()
        self.last: deque[str] = deque(maxlen=None if whole else KEPT)

    def note(self, who: str, what: str, content: bytes = b"") -> None:
        """A step; of ``content`` the digest alone is kept."""
        self.steps += 1
        line = f"{self._clock():10.4f} {who:<12} {what}"
        self._digest.update(line.encode() + content.replace(self._hidden, b""))
        self.last.append(line)

    def keep(self) -> None:
        """Something broke: these were the last steps, whatever follows."""
        self.kept = self.kept or tuple(self.last)

    @property
    def digest(self) -> str:
        """The same for two runs exactly if the same happened."""
        return self._digest.hexdigest()
