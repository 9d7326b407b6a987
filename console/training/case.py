"""What every judge of a target gets, and the words they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from console.domain import events as e
from console.domain.limits import DEFAULTS, Limits, Targets
from console.domain.procedure import By, Procedures, ProcedureStep, StepCode, kind_of, within_s
from console.training.history import History, Moment
from console.training.sheet import Fact, Phrase, Row, Target, Verdict
from console.training.warned import Warned, WarningKind

RULES: Final[dict[Target, tuple[str, ...]]] = {
    Target.ACKNOWLEDGE: ("W1", "W6"),
    Target.SEND: ("W6",),
    Target.ZONE: ("W9",),
    Target.PATROLS: ("W9", "W11"),
    Target.TWO_PATROLS: ("W10",),
    Target.DANGER: ("W10",),
    Target.LISTEN: ("W2",),
    Target.CONTACT_RULE: ("W3",),
    Target.BAD_FIX: ("W9",),
    Target.STALE_FIX: ("W9",),
    Target.LATE_PATROL: ("W6",),
    Target.SAME_MAN: ("W11",),
    Target.CANCEL: ("W14",),
    Target.PLANNED_TEST: ("W15",),
    Target.HAND_OVER: ("W8", "W17"),
    Target.WELFARE: ("W13",),
    Target.PROOF: ("W13",),
    Target.CLOSE: ("W13",),
}
"""The rules of the work that each target rests on."""

SOURCES: Final[dict[Target, str]] = {
    Target.ACKNOWLEDGE: "nena",
    Target.SEND: "nfpa",
    Target.ZONE: "circular_zone",
    Target.PATROLS: "recommendation",
    Target.TWO_PATROLS: "two_patrols",
    Target.DANGER: "practice",
    Target.LISTEN: "practice",
    Target.CONTACT_RULE: "case_file",
    Target.BAD_FIX: "practice",
    Target.STALE_FIX: "report_every",
    Target.LATE_PATROL: "practice",
    Target.SAME_MAN: "practice",
    Target.CANCEL: "practice",
    Target.PLANNED_TEST: "planned_test",
    Target.HAND_OVER: "practice",
    Target.WELFARE: "practice",
    Target.PROOF: "practice",
    Target.CLOSE: "practice",
}
"""Where the demand or its figure comes from (`docs/domain.md`, `Targets`), as codes of `console.training.words`."""


@dataclass(frozen=True, slots=True)
class Case:
    """An intervention with what it is judged by. ``rooms``: which control room answers for a zone, as recorded."""

    history: History
    procedures: Procedures
    targets: Targets
    warned: tuple[Warned, ...]
    rooms: Mapping[str, str]

    def row(
        self,
        target: Target,
        verdict: Verdict,
        done: Sequence[Phrase],
        possible: Sequence[Phrase] = (),
        *,
        by: str | None = None,
        source: Phrase | None = None,
    ) -> Row:
        """A row of this intervention."""
        return Row(
            target,
            self.history.number,
            RULES[target],
            source or Phrase(SOURCES[target]),
            tuple(done),
            tuple(possible),
            verdict,
            by,
        )

    def step(self, code: StepCode, at: Moment) -> ProcedureStep | None:
        """The step of the procedure that the alarm followed at a moment, or None."""
        procedure = self.procedures[kind_of(at.after, at.at)]
        return next((one for one in procedure if one.step is code), None)

    def limit(self, by: By | None) -> tuple[float | None, Phrase | None]:
        """By when, in seconds, and the source if the control room set it itself."""
        seconds = within_s(by, self.targets)
        if by is None or by is By.CONFIRM:
            return seconds, None
        ours: Limits = getattr(self.targets, by)
        default: Limits = getattr(DEFAULTS, by)
        return seconds, None if ours == default else Phrase("own_setting", {"seconds": default.red})

    def unanswered(self, *kinds: WarningKind) -> tuple[Warned, ...]:
        """The warnings of these kinds that nobody answered."""
        return tuple(one for one in self.warned if one.code in kinds and one.missed)


def phrase(code: str, one: Moment | None = None, /, **facts: Fact) -> Phrase:
    """A phrase, of an event if one is given."""
    return Phrase(code, facts) if one is None else Phrase(code, facts, at=one.at, event=one.event.id)


def seconds_between(begin: datetime, end: datetime) -> float:
    """Seconds from one moment to the next, never below 0."""
    return max(0.0, (end - begin) / timedelta(seconds=1))


def by_voice(case: Case, what: e.DoneByVoice) -> Moment | None:
    """What was done by voice and entered afterwards (W12): its time is what somebody remembers."""
    for one in case.history.of(e.EnteredAfterwards):
        body = one.event.body
        assert isinstance(body, e.EnteredAfterwards)
        if body.what == what:
            return one
    return None


def spoken(one: Moment) -> Phrase:
    """Says that a thing was done by voice, with the time that is remembered."""
    assert isinstance(one.event.body, e.EnteredAfterwards)
    return Phrase("by_voice", {"by": one.event.actor.id}, at=one.event.body.happened_at, event=one.event.id)
