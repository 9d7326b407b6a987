"""What a benchmark hands over: a figure beside its baseline, measured in the same run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured figure.

    ``promise`` is its number (``P6``), ``what`` says in words what was measured. ``value`` and ``baseline``
    are in ``unit``; ``against`` names the baseline. ``goal`` is the limit of value / baseline, below which
    (``lower_is_better``) or above which it must stay; None: the figure has no goal of its own.
    """

    promise: str
    what: str
    value: float
    unit: str
    against: str
    baseline: float
    goal: float | None = None
    lower_is_better: bool = True

    @property
    def ratio(self) -> float:
        """The figure as a multiple of its baseline: the part that does not depend on the machine."""
        return self.value / self.baseline

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.goal is None:
            return None
        return self.ratio <= self.goal if self.lower_is_better else self.ratio >= self.goal
