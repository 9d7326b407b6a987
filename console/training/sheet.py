"""What a score sheet holds: rows with a verdict each. There is no sum: no number says what a person is worth (W20).

Everything is a code with facts, so that each reader gets it in their own language (`console.training.words`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from console.domain.values import rfc3339

Fact = str | float
Facts = Mapping[str, Fact]


class Verdict(StrEnum):
    """How a target stands. What the recording does not show is never guessed."""

    MET = "met"
    MISSED = "missed"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_BE_JUDGED = "cannot_be_judged"


class Target(StrEnum):
    """What is looked at, in the order of an intervention."""

    ACKNOWLEDGE = "acknowledge"
    SEND = "send"
    ZONE = "zone"
    PATROLS = "patrols"
    TWO_PATROLS = "two_patrols"
    DANGER = "danger"
    LISTEN = "listen"
    CONTACT_RULE = "contact_rule"
    BAD_FIX = "bad_fix"
    STALE_FIX = "stale_fix"
    LATE_PATROL = "late_patrol"
    SAME_MAN = "same_man"
    CANCEL = "cancel"
    PLANNED_TEST = "planned_test"
    HAND_OVER = "hand_over"
    WELFARE = "welfare"
    PROOF = "proof"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something said, as a code with its facts. ``at`` and ``event``: what it is about, None if it is about none.

    Facts are named for what they are: ``seconds``, ``metres``, ``patrol`` and ``patrols`` (ids, with a comma between),
    ``zone``, ``room``, ``by`` (the seat or pseudonym of who did it), ``channel``.
    """

    code: str
    facts: Facts = field(default_factory=dict)
    at: datetime | None = None
    event: UUID | None = None

    def as_json(self) -> dict[str, Any]:
        """As it stands in a file for scripts."""
        made: dict[str, Any] = {"code": self.code, **self.facts}
        if self.at is not None:
            made["at"] = rfc3339(self.at)
        if self.event is not None:
            made["event"] = str(self.event)
        return made


@dataclass(frozen=True, slots=True)
class Row:
    """One target of one intervention.

    ``rules``: the rules of the work that ask for it; ``source``: where its figure or its demand comes from. ``done``:
    what the trainee did, ``possible``: what could have been done then. ``by``: the seat that did it, if one did.
    """

    target: Target
    number: str
    rules: tuple[str, ...]
    source: Phrase
    done: tuple[Phrase, ...]
    possible: tuple[Phrase, ...]
    verdict: Verdict
    by: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it stands in a file for scripts."""
        return {
            "target": self.target,
            "intervention": self.number,
            "rules": list(self.rules),
            "source": self.source.as_json(),
            "done": [one.as_json() for one in self.done],
            "possible": [one.as_json() for one in self.possible],
            "verdict": self.verdict,
            "by": self.by,
        }


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """Every row of a recording: each target of each intervention, in their order."""

    rows: tuple[Row, ...]

    def of(self, number: str) -> tuple[Row, ...]:
        """The rows of one intervention."""
        return tuple(row for row in self.rows if row.number == number)

    def row(self, target: Target, number: str | None = None) -> Row:
        """The row of a target; without a number that of the first intervention.

        Raises:
            LookupError: there is none.
        """
        return next(
            iter(row for row in self.rows if row.target is target and number in {None, row.number}), None
        ) or _none(target)

    def as_json(self) -> dict[str, Any]:
        """As it stands in a file for scripts."""
        return {"rows": [row.as_json() for row in self.rows]}


def _none(target: Target) -> Row:
    raise LookupError(f"there is no row {target}")
