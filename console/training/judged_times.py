"""What has a time: acknowledged, sent, told how she is. In time is below the limit that is red (`Targets`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.domain import events as e
from console.domain.intervention import State
from console.domain.planned_test import Standing
from console.domain.procedure import StepCode
from console.training.case import Case, by_voice, phrase, seconds_between, spoken
from console.training.history import Moment
from console.training.sheet import Phrase, Row, Target, Verdict


def acknowledge(case: Case) -> Row:
    """Press to acknowledged: the acknowledgement that stood; one that was taken back let it ring again (W16)."""
    began = case.history.moments[0]
    if not isinstance(began.event.body, e.AlarmRaised):
        return case.row(Target.ACKNOWLEDGE, Verdict.NOT_APPLICABLE, [phrase("opened_by_hand", began)])
    step = case.step(StepCode.ACKNOWLEDGE, began)
    return _timed(
        case,
        Target.ACKNOWLEDGE,
        began.at,
        case.limit(step.by if step else None),
        _stood(case),
        "acknowledged",
        by_voice(case, e.DoneByVoice.ACKNOWLEDGED),
        breach=case.targets.acknowledge.breach,
    )


def _stood(case: Case) -> Moment | None:
    """The first acknowledgement that its own operator did not take back; else the first of all."""
    stood: Moment | None = None
    for one in case.history.of(e.Acknowledged, e.Released):
        match one.event.body:
            case e.Acknowledged() if stood is None:
                stood = one
            case e.Released(because=None):
                stood = None
    return stood


def send(case: Case) -> Row:
    """Acknowledged to the first patrol sent. A test that is real counts from when it was (W15)."""
    took = _stood(case)
    if took is None:
        return case.row(Target.SEND, Verdict.NOT_APPLICABLE, [phrase("never_acknowledged")])
    real = case.history.first(e.TestIsReal)
    began = took if real is None or real.at <= took.at else real
    sent = next((one for one in case.history.of(e.PatrolDispatched) if one.at >= took.at), None)
    test = case.history.last.planned_test
    if sent is None and test is not None and test.standing is Standing.CONFIRMED:
        return case.row(Target.SEND, Verdict.NOT_APPLICABLE, [phrase("test_stayed_test")])
    step = case.step(StepCode.DISPATCH, began)
    limit = case.limit(step.by if step else None)
    if sent is None and limit[0] is not None:
        proved = _proved_at(case)
        if proved is not None and proved < began.at + timedelta(seconds=limit[0]):
            return case.row(Target.SEND, Verdict.NOT_APPLICABLE, [Phrase("proved_before", at=proved)])
    return _timed(
        case,
        Target.SEND,
        began.at,
        limit,
        sent,
        "sent",
        by_voice(case, e.DoneByVoice.DISPATCHED),
        breach=case.targets.send.breach,
    )


def _proved_at(case: Case) -> datetime | None:
    """When it was proved that she is safe: nobody had to be sent from then on."""
    return next((one.at for one in case.history.moments if one.after.all_clear), None)


def welfare(case: Case) -> Row:
    """First patrol on scene to a word on how she is."""
    arrived = case.history.first(e.PatrolOnScene)
    if arrived is None:
        return case.row(Target.WELFARE, Verdict.NOT_APPLICABLE, [phrase("nobody_arrived")])
    told = next((one for one in case.history.of(e.VictimSeen) if _tells(one, arrived)), None)
    step = case.step(StepCode.WELFARE_CHECK, arrived)
    return _timed(
        case, Target.WELFARE, arrived.at, case.limit(step.by if step else None), told, "told_how_she_is", None
    )


def _tells(one: Moment, arrived: Moment) -> bool:
    return one.at >= arrived.at and one.after.found is not None and one.after.found.told


def _timed(
    case: Case,
    target: Target,
    began: datetime,
    limit: tuple[float | None, Phrase | None],
    did: Moment | None,
    code: str,
    voiced: Moment | None,
    breach: float | None = None,
) -> Row:
    """Judge a time: what was done and when, against what the procedure and the settings ask."""
    seconds, source = limit
    possible = [] if seconds is None else [Phrase("within", {"seconds": seconds})]
    if breach is not None and seconds is not None:
        possible.append(Phrase("breach_at", {"seconds": breach}))
    if did is not None:
        took = seconds_between(began, did.at)
        by = did.event.actor.id
        done = phrase(code, did, seconds=took, by=by)
        if seconds is None:
            return case.row(target, Verdict.NOT_APPLICABLE, [done, Phrase("no_limit")], by=by)
        verdict = Verdict.MET if took < seconds else Verdict.MISSED
        return case.row(target, verdict, [done], possible, by=by, source=source)
    if voiced is not None:
        return case.row(target, Verdict.CANNOT_BE_JUDGED, [spoken(voiced)], possible, source=source)
    if seconds is None:
        return case.row(target, Verdict.NOT_APPLICABLE, [Phrase("no_limit")])
    waited = seconds_between(began, case.history.over_at)
    done = Phrase(f"not_{code}", {"seconds": waited})
    if waited >= seconds:
        return case.row(target, Verdict.MISSED, [done], possible, source=source)
    closed = case.history.last.state is State.CLOSED
    verdict = Verdict.NOT_APPLICABLE if closed else Verdict.CANNOT_BE_JUDGED
    return case.row(target, verdict, [Phrase("over_before", {"seconds": waited})], possible, source=source)
