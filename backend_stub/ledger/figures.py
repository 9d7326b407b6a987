"""What the writer did, in figures: written by its thread alone, read by whoever wants them."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

COMMIT_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the classes of the histogram; the last class has none."""


@dataclass
class Figures:
    """Counts since the start. ``waiting_since``: when the job that has waited longest was asked for (monotonic)."""

    monotonic: Callable[[], float] = time.monotonic
    commits: int = 0
    failures: int = 0
    jobs: int = 0
    commit_s: float = 0.0
    classes: list[int] = field(default_factory=lambda: [0] * (len(COMMIT_BOUNDS_S) + 1))
    waiting_since: float | None = None
    last_commit: float | None = None

    def committed(self, jobs: int, seconds: float) -> None:
        """A batch of so many jobs was stored; beginning, jobs, sync and all took so long."""
        self.commits += 1
        self.jobs += jobs
        self.commit_s += seconds
        self.classes[bisect_left(COMMIT_BOUNDS_S, seconds)] += 1
        self.last_commit = self.monotonic()

    @property
    def lag_s(self) -> float:
        """For how long the oldest job has waited that is not answered yet; 0 when none waits."""
        since = self.waiting_since
        return 0.0 if since is None else max(0.0, self.monotonic() - since)

    @property
    def idle_s(self) -> float:
        """Seconds since something was last stored; endless before the first."""
        return float("inf") if self.last_commit is None else self.monotonic() - self.last_commit
