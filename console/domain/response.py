"""How quickly alarms were answered: the times of each, from its events, and what became of many of them.

A planned test that stayed one has no times (W15). What was entered afterwards has none either: its moment is what
somebody remembers. Percentiles are those of the nearest rank: a time that was really needed, never one between two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from console.domain import events as e
from console.domain.limits import DEFAULTS, Limits, Targets
from console.domain.targets import ClockKind
from console.domain.values import Frozen, Utc


class ResponseTimes(Frozen):
    """The times of one alarm, in seconds; None: it did not come to that.

    ``acknowledge`` counts from the press, ``send`` from the first acknowledgement, ``arrive`` from the first
    patrol that was sent to the first that arrived, ``accept`` of each patrol from the moment it was sent.
    """

    number: str
    raised_at: Utc
    planned_test: bool = False
    acknowledge: float | None = None
    send: float | None = None
    accept: tuple[float, ...] = ()
    arrive: float | None = None
    welfare: float | None = None


class Percentiles(Frozen):
    """How many times of one kind there were, and how long they were, in seconds.

    ``in_time``: the part of them, 0..1, below the limit that is red.
    """

    kind: ClockKind
    count: int
    p50: float
    p90: float
    p95: float
    longest: float
    in_time: float


MEASURED: tuple[ClockKind, ...] = tuple(ClockKind)
"""What has a time, in the order in which it happens."""


def response_of(number: str, timeline: Sequence[e.Event]) -> ResponseTimes:
    """The times of one intervention from its whole timeline.

    Raises:
        ValueError: there is no event.
    """
    if not timeline:
        raise ValueError(f"{number} has no events")
    began = timeline[0]
    pressed = isinstance(began.body, e.AlarmRaised)
    acknowledged = _first(timeline, e.Acknowledged)
    sent = _first(timeline, e.PatrolDispatched)
    arrived = _first(timeline, e.PatrolOnScene)
    found = _first(timeline, e.VictimSeen)
    test = _first(timeline, e.TestConfirmed) is not None and _first(timeline, e.TestIsReal) is None
    if test:
        return ResponseTimes(number=number, raised_at=began.at, planned_test=True)
    return ResponseTimes(
        number=number,
        raised_at=began.at,
        acknowledge=_between(began, acknowledged) if pressed else None,
        send=_between(acknowledged, sent),
        accept=tuple(_accepted(timeline)),
        arrive=_between(sent, arrived),
        welfare=_between(arrived, found),
    )


def percentiles(responses: Iterable[ResponseTimes], targets: Targets = DEFAULTS) -> tuple[Percentiles, ...]:
    """What became of many alarms, a line for each kind of time that there is."""
    known = list(responses)
    lines = []
    for kind in MEASURED:
        times: list[float] = []
        for one in known:
            value = getattr(one, kind)
            times += value if isinstance(value, tuple) else () if value is None else (value,)
        if times:
            lines.append(_line(kind, sorted(times), getattr(targets, kind)))
    return tuple(lines)


def _line(kind: ClockKind, times: Sequence[float], limits: Limits) -> Percentiles:
    return Percentiles(
        kind=kind,
        count=len(times),
        p50=nearest_rank(times, 50),
        p90=nearest_rank(times, 90),
        p95=nearest_rank(times, 95),
        longest=times[-1],
        in_time=sum(one < limits.red for one in times) / len(times),
    )


def nearest_rank(rising: Sequence[float], percent: int) -> float:
    """The smallest of the values that at least ``percent`` of them do not exceed. They must rise, and be some."""
    return rising[max(0, ceil(len(rising) * percent / 100) - 1)]


def _first(timeline: Iterable[e.Event], kind: type[e.Body]) -> e.Event | None:
    return next((event for event in timeline if isinstance(event.body, kind)), None)


def _between(begin: e.Event | None, end: e.Event | None) -> float | None:
    """Seconds from one event to another; None if one is missing, or the second came first."""
    if begin is None or end is None or end.at < begin.at:
        return None
    return (end.at - begin.at).total_seconds()


def _accepted(timeline: Iterable[e.Event]) -> Iterable[float]:
    sent: dict[str, e.Event] = {}
    for event in timeline:
        match event.body:
            case e.PatrolDispatched(patrol=patrol):
                sent[patrol] = event
            case e.PatrolAccepted(patrol=patrol) if patrol in sent:
                yield (event.at - sent.pop(patrol).at).total_seconds()
