"""Randomness that is the same for the same seed."""

from __future__ import annotations

from random import Random


def stream(seed: int, name: str) -> Random:
    """The stream of random numbers of one thing (a patrol, a phone); others draw from streams of their own."""
    return Random(f"{seed}:{name}")  # noqa: S311 - repeatable on purpose
