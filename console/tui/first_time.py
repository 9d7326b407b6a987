"""Whether the tour is shown: the first time that somebody logs in here and nothing is open, or when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

TOUR: Final = "tour"
"""The name of the tour's screen: whoever looks at it is not at work, so the desk may choose what an alarm needs."""


@dataclass(frozen=True, slots=True)
class FirstTime:
    """``mark`` is the file that says that it was shown; ``asked``: show it again."""

    mark: Path
    asked: bool = False

    @property
    def due(self) -> bool:
        """Whether it is to be shown."""
        return self.asked or not self.mark.exists()

    def shown(self) -> None:
        """It is shown now: never again. A folder that cannot be written shows it once more, and hurts nobody."""
        try:
            self.mark.parent.mkdir(parents=True, exist_ok=True)
            self.mark.touch()
        except OSError:
            return
