"""The seeds that once failed, and what a failing one says."""

from __future__ import annotations

from pathlib import Path

from tests.simulation.world import Outcome

FAILING = Path(__file__).with_name("failing_seeds.txt")


def failing_seeds() -> tuple[int, ...]:
    """Seeds that broke a promise once; a line may say more behind the number."""
    lines = (line.partition("#")[0].split() for line in FAILING.read_text("utf-8").splitlines())
    return tuple(int(words[0]) for words in lines if words)


def said(outcome: Outcome) -> str:
    """What broke, the last steps before the end, and how to see it again."""
    return "\n".join(
        (
            f"seed {outcome.seed} breaks:",
            *(f"  {sentence}" for sentence in outcome.broken),
            "its last steps:",
            *(f"  {step}" for step in outcome.last),
            f"repeat with: .venv/bin/python -m tests.simulation {outcome.seed} --whole",
        )
    )
