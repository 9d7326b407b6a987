"""The next step: what the procedure asks for now, as codes and facts for the line NEXT of the screen.

The key for the next step only ever acknowledges or sends patrols (W16): what ends, cancels, rings, unmutes
or releases is done by its own key, after the person has decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from console.domain.casefile import danger_summary
from console.domain.events import Heard
from console.domain.intervention import Intervention, Sent, State
from console.domain.patrols import Candidate, Recommendation, patrols_needed
from console.domain.targets import Clock, ClockKind, Level, Targets, clocks


class StepCode(StrEnum):
    """What to do now."""

    ACKNOWLEDGE = "acknowledge"
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
    HANDLED_BY = "handled_by"  # by: another operator has it in hand
    CLOSED = "closed"


BY_KEY: Final = frozenset({"acknowledge", "dispatch"})
"""The only verbs that the key for the next step may do (W16)."""


AGAINST_ALL_CLEAR: Final = frozenset({Heard.DURESS_WORD, Heard.BLOW, Heard.SHOT})
"""What was heard on the line that makes an all-clear word no proof."""


@dataclass(frozen=True, slots=True)
class Step:
    """The step that is due.

    ``action`` is the verb of `docs/wire.md` that does it, None if there is only waiting. ``by_key``: the key
    for the next step does it. ``patrols`` are the ids that the step is about, and those it sends. ``left_s``
    are the seconds left for it (`Limits.left_s`), None without a limit; ``level`` is how that time stands.
    ``also`` says what must be known beside it.
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

    def __post_init__(self) -> None:
        if self.by_key and self.action not in BY_KEY:
            raise ValueError(f"the key for the next step never does {self.action} (W16)")


def next_step(
    intervention: Intervention,
    recommendation: Recommendation,
    targets: Targets,
    now: datetime,
    *,
    operator: str | None = None,
) -> Step:
    """The step that the procedure asks for now.

    In this order: acknowledge; send as many patrols as are needed; each accepts; each has read the danger
    (W10); one arrives; the first on scene sees the victim alone (W13). Close only once the all-clear word was
    heard: what a patrol saw is told by voice, and the operator closes by their own key. Where more patrols
    are needed and none can be sent, ``also`` says so beside the step of those under way. ``operator`` is who
    asks: what another has in hand is watched, not done (None: whoever handles it).
    """
    state, running = intervention.state, clocks(intervention, now, targets)
    if state is State.CLOSED:
        return Step(StepCode.NONE, StepWhy.CLOSED)
    if state is State.RAISED:
        time = _clock(running, ClockKind.ACKNOWLEDGE)
        return _timed(StepCode.ACKNOWLEDGE, StepWhy.UNACKNOWLEDGED, time, action="acknowledge", by_key=True)
    if operator is not None and intervention.handler not in {None, operator}:
        return Step(StepCode.NONE, StepWhy.HANDLED_BY, facts={"by": intervention.handler or ""})
    also = _also(intervention)
    if _all_clear(intervention):
        return Step(StepCode.CLOSE, StepWhy.ALL_CLEAR_WORD, action="close", also=also)
    short = patrols_needed(intervention.extract) - len(intervention.sent)
    proposed = [one for one in recommendation.best if intervention.patrol(one.patrol.id) is None]
    placed = [one for one in proposed if one.distance_m is not None]
    if short > 0 and (proposed or not intervention.sent):
        return _dispatch(
            intervention, (placed or proposed)[:short], short, _clock(running, ClockKind.SEND), also
        )
    if short > 0:
        also = (*also, StepWhy.NOBODY_TO_SEND)
    return _of_patrols(intervention, running, also)


def _all_clear(intervention: Intervention) -> bool:
    """The all-clear word proves that she is safe (W13), unless something speaks against it.

    A reopened intervention needs a new proof, and a word once heard is not heard anew.
    """
    heard = set(intervention.line.heard)
    return Heard.ALL_CLEAR_WORD in heard and not heard & AGAINST_ALL_CLEAR and not intervention.closings


def _also(intervention: Intervention) -> tuple[StepWhy, ...]:
    also = []
    if intervention.cancelled_at is not None:
        also.append(StepWhy.CANCELLED_BY_DEVICE)
    if Heard.DURESS_WORD in intervention.line.heard:
        also.append(StepWhy.DURESS_WORD)
    return tuple(also)


def _dispatch(
    intervention: Intervention,
    proposed: Sequence[Candidate],
    short: int,
    time: Clock | None,
    also: tuple[StepWhy, ...],
) -> Step:
    sent = len(intervention.sent)
    facts: dict[str, str | float] = {"needed": short + sent, "sent": sent}
    if len(proposed) < short:
        facts["short"] = short - len(proposed)
    if not proposed:
        why = StepWhy.NOBODY_TO_SEND
    elif any(one.distance_m is None for one in proposed):
        why = StepWhy.PLACE_UNKNOWN
    else:
        why = StepWhy.MORE_NEEDED if sent else StepWhy.NOBODY_SENT
    return _timed(
        StepCode.DISPATCH,
        why,
        time,
        action="dispatch",
        by_key=why in {StepWhy.MORE_NEEDED, StepWhy.NOBODY_SENT},
        patrols=tuple(one.patrol.id for one in proposed),
        facts=facts,
        also=(*also, StepWhy.NOBODY_TO_SEND) if 0 < len(proposed) < short else also,
    )


def _of_patrols(intervention: Intervention, running: tuple[Clock, ...], also: tuple[StepWhy, ...]) -> Step:
    """What the patrols that were sent must do: whoever is on scene first, then what another has not done."""
    here = [one for one in intervention.sent if one.state is State.ON_SCENE]
    silent = [one for one in intervention.sent if one.accepted_at is None and one.state is State.DISPATCHED]
    unread = [one for one in intervention.sent if one.read_danger_at is None]
    if here:
        time = _clock(running, ClockKind.WELFARE)
        return _timed(StepCode.WELFARE_CHECK, StepWhy.SEE_HER_ALONE, time, patrols=_ids(here), also=also)
    if silent:
        time = _clock(running, ClockKind.ACCEPT, silent)
        why = StepWhy.NO_ANSWER if _late(time) else StepWhy.NOT_ACCEPTED
        return _timed(StepCode.WAIT_ACCEPT, why, time, patrols=_ids(silent), also=also)
    if unread:
        perpetrator = intervention.extract.perpetrator if intervention.extract else None
        return _timed(
            StepCode.READ_DANGER,
            StepWhy.DANGER_NOT_READ,
            _clock(running, ClockKind.ARRIVE, unread),
            action="danger-passed",
            patrols=_ids(unread),
            facts={"danger": danger_summary(perpetrator).state},
            also=also,
        )
    time = _clock(running, ClockKind.ARRIVE)
    why = StepWhy.OVERDUE if _late(time) else StepWhy.UNDER_WAY
    return _timed(StepCode.WAIT_ARRIVAL, why, time, patrols=_ids(intervention.sent), also=also)


def _clock(running: Sequence[Clock], kind: ClockKind, of: Iterable[Sent] = ()) -> Clock | None:
    """The gravest clock of a kind, of these patrols if any are named."""
    patrols = _ids(of)
    return next((one for one in running if one.kind is kind and (not patrols or one.patrol in patrols)), None)


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
