"""Which tests may be skipped: in CI only those that `tests/allowed_skips.txt` names, each with its reason."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def allowed_skips(text: str) -> dict[str, str]:
    """Read pattern -> reason.

    Raises:
        ValueError: a line without a reason.
    """
    allowed: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, _, reason = (part.strip() for part in line.partition("|"))
        if not reason:
            raise ValueError(f"{ALLOWED.name}:{number}: say after | why {pattern} may be skipped")
        allowed[pattern] = reason
    return allowed


def not_allowed(skipped: list[str], allowed: dict[str, str]) -> list[str]:
    """Node ids of skipped tests (a whole module is a skip as well) that no pattern names."""
    return sorted(node for node in set(skipped) if not any(fnmatchcase(node, pattern) for pattern in allowed))
