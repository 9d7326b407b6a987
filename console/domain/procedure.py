"""The next step: what the procedure asks for now, as codes and facts for the line NEXT of the screen.

Which steps, in which order, who does them and by when is data: a `Procedure` for each kind of alarm
(`console.domain.procedure_file` reads them). Whether a step is due is decided here. The key for the next step
only ever acknowledges or sends patrols (W16): what ends, cancels, rings, unmutes or releases is done by its own
key, after the person has decided, whatever a file says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from console.domain.casefile import danger_summary
from console.domain.events import Heard
from console.domain.intervention import Intervention, Sent, State
from console.domain.patrols import Candidate, Recommendation, patrols_needed
from console.domain.planned_test import CONFIRM_WITHIN, Standing
from console.domain.targets import Clock, ClockKind, Level, Limits, Targets, clocks


class StepCode(StrEnum):
    """What to do now."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM_TEST = "confirm_test"
    DISPATCH = "dispatch"
    WAIT_ACCEPT = "wait_accept"
    READ_DANGER = "read_danger"
    WAIT_ARRIVAL = "wait_arrival"
    WELFARE_CHECK = "welfare_check"
    CLOSE = "close"
    NONE = "none"


class StepWhy(StrEnum):
    """Why this is the step. Facts are named beside each."""

    UNACKNOWLEDGED = "unacknowledged"
    TEST_NOT_CONFIRMED = "test_not_confirmed"  # officer: who must be on the phone (W15)
    TEST_CONFIRMED = "test_confirmed"
    TEST_IS_REAL = "test_is_real"  # it was announced as a test
    NOBODY_SENT = "nobody_sent"
    MORE_NEEDED = "more_needed"  # needed, sent
    NOBODY_TO_SEND = "nobody_to_send"  # short: how many are missing
    PLACE_UNKNOWN = "place_unknown"  # nothing says which patrol is near: a person chooses
    NOT_ACCEPTED = "not_accepted"
    NO_ANSWER = "no_answer"  # the time to accept is red: call it by radio
    DANGER_NOT_READ = "danger_not_read"  # danger: known, none_known or not_checked
    UNDER_WAY = "under_way"
    OVERDUE = "overdue"  # the time to arrive is red
    CANCELLED_BY_DEVICE = "cancelled_by_device"  # W14: an escalation to check, never a close
    DURESS_WORD = "duress_word"
    SEE_HER_ALONE = "see_her_alone"  # W13: only who saw her alone can say that she is safe
    ALL_CLEAR_WORD = "all_clear_word"  # W13: proof on an open line
    SEEN_ALONE = "seen_alone"  # W13: a patrol saw her alone
    NOT_ALONE = "not_alone"  # a patrol saw her, and somebody beside her
    INJURED = "injured"
    NOT_FOUND = "not_found"
    HANDLED_BY = "handled_by"  # by: another operator has it in hand
    CLOSED = "closed"


BY_KEY: Final = frozenset({"acknowledge", "dispatch"})
"""The only verbs that the key for the next step may do (W16)."""


class AlarmKind(StrEnum):
    """Kinds of alarm that have a procedure of their own."""

    PRESS = "press"
    REPEATED_PRESS = "repeated_press"
    PLANNED_TEST = "planned_test"
    CANCEL_UNDER_WAY = "cancel_under_way"


class Doer(StrEnum):
    """Doer does a step."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    PATROL = "patrol"
    OFFICER = "officer"


class By(StrEnum):
    """By when: the time of this name in `Targets`; ``confirm`` is the minute of a planned test (W15)."""

    ACKNOWLEDGE = "acknowledge"
    SEND = "send"
    ACCEPT = "accept"
    ARRIVE = "arrive"
    WELFARE = "welfare"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """A step as a procedure has it. ``reason`` by language; ``key``: the key for the next step does it."""

    step: StepCode
    who: Doer
    by: By | None = None
    key: bool = False
    reason: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.key and self.step not in BY_KEY:
            raise ValueError(f"the key for the next step never does {self.step} (W16)")

    def said(self, language: str) -> str:
        """The reason in a language, else in the first that there is."""
        return self.reason.get(language) or next(iter(self.reason.values()), "")


def within_s(by: By | None, targets: Targets) -> float | None:
    """By when, in seconds: red, as the settings have it; None: no limit."""
    if by is None:
        return None
    if by is By.CONFIRM:
        return CONFIRM_WITHIN.total_seconds()
    limits: Limits = getattr(targets, by)
    return limits.red


Procedure = tuple[ProcedureStep, ...]
Procedures = Mapping[AlarmKind, Procedure]

_ALARM: Final = (
    ProcedureStep(StepCode.ACKNOWLEDGE, Doer.OPERATOR, By.ACKNOWLEDGE, key=True),
    ProcedureStep(StepCode.CLOSE, Doer.OPERATOR),
    ProcedureStep(StepCode.DISPATCH, Doer.OPERATOR, By.SEND, key=True),
    ProcedureStep(StepCode.WELFARE_CHECK, Doer.PATROL, By.WELFARE),
    ProcedureStep(StepCode.WAIT_ACCEPT, Doer.PATROL, By.ACCEPT),
    ProcedureStep(StepCode.READ_DANGER, Doer.OPERATOR, By.ARRIVE),
    ProcedureStep(StepCode.WAIT_ARRIVAL, Doer.PATROL, By.ARRIVE),
)
_TEST: Final = (
    ProcedureStep(StepCode.ACKNOWLEDGE, Doer.OPERATOR, By.ACKNOWLEDGE, key=True),
    ProcedureStep(StepCode.CONFIRM_TEST, Doer.OFFICER, By.CONFIRM),
    ProcedureStep(StepCode.CLOSE, Doer.OPERATOR),
)
STANDING: Final[Procedures] = MappingProxyType(
    {kind: _TEST if kind is AlarmKind.PLANNED_TEST else _ALARM for kind in AlarmKind}
)
"""The order of the rules, for whoever has read no file. Close stands early: it is due only on a proof (W13)."""


@dataclass(frozen=True, slots=True)
class Step:
    """The step that is due.

    ``action`` is the verb of `docs/wire.md` that does it, None if there is only waiting. ``by_key``: the key
    for the next step does it. ``patrols`` are the ids that the step is about, and those it sends. ``left_s``
    are the seconds left for it (`Limits.left_s`), None without a limit; ``level`` is how that time stands.
    ``also`` says what must be known beside it. ``reason``: why the procedure has this step, by language.
    """

    code: StepCode
    why: StepWhy
    action: str | None = None
    by_key: bool = False
    patrols: tuple[str, ...] = ()
    left_s: float | None = None
    level: Level = Level.OK
    facts: Mapping[str, str | float] = field(default_factory=dict)
    also: tuple[StepWhy, ...] = ()
    reason: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.by_key and self.action not in BY_KEY:
            raise ValueError(f"the key for the next step never does {self.action} (W16)")


def kind_of(state: Intervention, now: datetime) -> AlarmKind:
    """Which procedure an alarm follows. A test that is real, or that nobody confirmed in time, is a press."""
    test = state.planned_test
    if test is not None and test.standing is not Standing.REAL and not test.is_late(now):
        return AlarmKind.PLANNED_TEST
    if state.cancel_unchecked:
        return AlarmKind.CANCEL_UNDER_WAY
    return AlarmKind.REPEATED_PRESS if len(state.presses) > 1 else AlarmKind.PRESS


def next_step(
    intervention: Intervention,
    recommendation: Recommendation,
    targets: Targets,
    now: datetime,
    *,
    operator: str | None = None,
    procedures: Procedures = STANDING,
) -> Step:
    """The step that the procedure asks for now: the first one of its kind of alarm that is due.

    Close is due only on a proof: what a patrol saw is told by voice, and the operator closes by their own key.
    Where more patrols are needed and none can be sent, ``also`` says so beside the step of those under way.
    ``operator`` is who asks: what another has in hand is watched, not done (None: whoever handles it).
    """
    state = intervention.state
    if state is State.CLOSED:
        return Step(StepCode.NONE, StepWhy.CLOSED)
    if state is not State.RAISED and operator is not None and intervention.handler not in {None, operator}:
        return Step(StepCode.NONE, StepWhy.HANDLED_BY, facts={"by": intervention.handler or ""})
    case = _Case.of(intervention, recommendation, targets, now)
    procedure = procedures[kind_of(intervention, now)]
    due = ((one, _DUE[one.step](case, one)) for one in procedure)
    step, found = next((one, step) for one, step in due if step is not None)
    return replace(found, by_key=found.by_key and step.key, reason=step.reason)


@dataclass(frozen=True, slots=True)
class _Case:
    """What decides whether a step is due. ``short``: how many patrols more are needed."""

    state: Intervention
    now: datetime
    running: tuple[Clock, ...]
    proposed: Sequence[Candidate]
    short: int
    also: tuple[StepWhy, ...]

    @classmethod
    def of(
        cls, state: Intervention, recommendation: Recommendation, targets: Targets, now: datetime
    ) -> _Case:
        proposed = [one for one in recommendation.best if state.patrol(one.patrol.id) is None]
        short = patrols_needed(state.extract) - len(state.sent)
        also = _also(state, now)
        if short > 0 and state.sent and not proposed:
            also = (*also, StepWhy.NOBODY_TO_SEND)
        return cls(state, now, clocks(state, now, targets), proposed, short, also)

    def time(self, by: By | None, of: Iterable[Sent] = ()) -> Clock | None:
        """The gravest clock of this name, of these patrols if any are named; None: no limit."""
        if by is None or by is By.CONFIRM:
            return None
        kind, patrols = ClockKind(by), _ids(of)
        return next(
            (one for one in self.running if one.kind is kind and (not patrols or one.patrol in patrols)), None
        )


def _also(state: Intervention, now: datetime) -> tuple[StepWhy, ...]:
    also = []
    test = state.planned_test
    if test is not None and (test.standing is Standing.REAL or test.is_late(now)):
        also.append(StepWhy.TEST_IS_REAL)
    if state.cancel_unchecked:
        also.append(StepWhy.CANCELLED_BY_DEVICE)
    if Heard.DURESS_WORD in state.line.heard:
        also.append(StepWhy.DURESS_WORD)
    return tuple(also)


def _acknowledge(case: _Case, one: ProcedureStep) -> Step | None:
    if case.state.state is not State.RAISED:
        return None
    time = case.time(one.by)
    return _timed(StepCode.ACKNOWLEDGE, StepWhy.UNACKNOWLEDGED, time, action="acknowledge", by_key=True)


def _confirm_test(case: _Case, one: ProcedureStep) -> Step | None:
    test = case.state.planned_test
    if test is None or test.standing is not Standing.ANNOUNCED or test.is_late(case.now):
        return None
    left = (test.confirm_until - case.now).total_seconds()
    whole = CONFIRM_WITHIN.total_seconds()
    return Step(
        StepCode.CONFIRM_TEST,
        StepWhy.TEST_NOT_CONFIRMED,
        action="confirm-test",
        left_s=left,
        level=Level.RED if left < whole / 4 else Level.AMBER if left < whole / 2 else Level.OK,
        facts={"officer": test.officer},
        also=case.also,
    )


def _close(case: _Case, one: ProcedureStep) -> Step | None:
    """Due on a proof: a confirmed test, the all-clear word, or a patrol that saw her alone. A reopened intervention needs a new proof."""
    state = case.state
    if kind_of(state, case.now) is AlarmKind.PLANNED_TEST:
        confirmed = state.planned_test is not None and state.planned_test.standing is Standing.CONFIRMED
        why = StepWhy.TEST_CONFIRMED if confirmed else None
    else:
        why = StepWhy.ALL_CLEAR_WORD if state.all_clear else None
        if state.found is not None and state.found.alone:
            why = StepWhy.SEEN_ALONE
    if why is None:
        return None
    return _timed(StepCode.CLOSE, why, case.time(one.by), action="close", also=case.also)


def _dispatch(case: _Case, one: ProcedureStep) -> Step | None:
    if case.short <= 0 or (not case.proposed and case.state.sent):
        return None
    placed = [each for each in case.proposed if each.placed]
    proposed, also = (placed or case.proposed)[: case.short], case.also
    sent = len(case.state.sent)
    facts: dict[str, str | float] = {"needed": case.short + sent, "sent": sent}
    if len(proposed) < case.short:
        facts["short"] = case.short - len(proposed)
    if not proposed:
        why = StepWhy.NOBODY_TO_SEND
    elif not all(each.placed for each in proposed):
        why = StepWhy.PLACE_UNKNOWN
    else:
        why = StepWhy.MORE_NEEDED if sent else StepWhy.NOBODY_SENT
    return _timed(
        StepCode.DISPATCH,
        why,
        case.time(one.by),
        action="dispatch",
        by_key=why in {StepWhy.MORE_NEEDED, StepWhy.NOBODY_SENT},
        patrols=tuple(each.patrol.id for each in proposed),
        facts=facts,
        also=(*also, StepWhy.NOBODY_TO_SEND) if 0 < len(proposed) < case.short else also,
    )


def _welfare_check(case: _Case, one: ProcedureStep) -> Step | None:
    here = [each for each in case.state.sent if each.state is State.ON_SCENE]
    if not here:
        return None
    time = case.time(one.by)
    found = case.state.found
    why = StepWhy.SEE_HER_ALONE if found is None or found.alone else StepWhy(found.finding)
    return _timed(StepCode.WELFARE_CHECK, why, time, patrols=_ids(here), also=case.also)


def _wait_accept(case: _Case, one: ProcedureStep) -> Step | None:
    silent = [each for each in case.state.sent if each.accepted_at is None and each.state is State.DISPATCHED]
    if not silent:
        return None
    time = case.time(one.by, silent)
    why = StepWhy.NO_ANSWER if _late(time) else StepWhy.NOT_ACCEPTED
    return _timed(StepCode.WAIT_ACCEPT, why, time, patrols=_ids(silent), also=case.also)


def _read_danger(case: _Case, one: ProcedureStep) -> Step | None:
    unread = [each for each in case.state.sent if each.read_danger_at is None]
    if not unread:
        return None
    perpetrator = case.state.extract.perpetrator if case.state.extract else None
    return _timed(
        StepCode.READ_DANGER,
        StepWhy.DANGER_NOT_READ,
        case.time(one.by, unread),
        action="danger-passed",
        patrols=_ids(unread),
        facts={"danger": danger_summary(perpetrator).state},
        also=case.also,
    )


def _wait_arrival(case: _Case, one: ProcedureStep) -> Step | None:
    if not case.state.sent:
        return None
    time = case.time(one.by)
    why = StepWhy.OVERDUE if _late(time) else StepWhy.UNDER_WAY
    return _timed(StepCode.WAIT_ARRIVAL, why, time, patrols=_ids(case.state.sent), also=case.also)


_DUE: Final[Mapping[StepCode, Callable[[_Case, ProcedureStep], Step | None]]] = {
    StepCode.ACKNOWLEDGE: _acknowledge,
    StepCode.CONFIRM_TEST: _confirm_test,
    StepCode.CLOSE: _close,
    StepCode.DISPATCH: _dispatch,
    StepCode.WELFARE_CHECK: _welfare_check,
    StepCode.WAIT_ACCEPT: _wait_accept,
    StepCode.READ_DANGER: _read_danger,
    StepCode.WAIT_ARRIVAL: _wait_arrival,
}
"""Each step with what makes it due. One of a procedure always is: every procedure has them all."""


def _late(time: Clock | None) -> bool:
    return time is not None and time.level in {Level.RED, Level.BREACH}


def _ids(sent: Iterable[Sent]) -> tuple[str, ...]:
    return tuple(one.patrol for one in sent)


def _timed(
    code: StepCode,
    why: StepWhy,
    time: Clock | None,
    *,
    action: str | None = None,
    by_key: bool = False,
    patrols: tuple[str, ...] = (),
    facts: Mapping[str, str | float] | None = None,
    also: tuple[StepWhy, ...] = (),
) -> Step:
    return Step(
        code=code,
        why=why,
        action=action,
        by_key=by_key,
        patrols=patrols,
        left_s=time.left_s if time else None,
        level=time.level if time else Level.OK,
        facts=facts or {},
        also=also,
    )
