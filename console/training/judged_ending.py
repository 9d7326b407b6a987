"""Handing over and ending: cancel, planned test, hand-over, proof and what a close needs (W8, W13, W14, W15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.planned_test import CONFIRM_WITHIN, Standing
from console.domain.rules.ending import NEEDS_PROOF, missing_for
from console.training.case import Case, by_voice, phrase, seconds_between, spoken
from console.training.history import Moment
from console.training.sheet import Phrase, Row, Target, Verdict

_ASKS: Final = (e.RoomLeadOffered, e.RoomSupportRequested)
_ANSWERS: Final = (
    e.RoomLeadAccepted,
    e.RoomLeadDeclined,
    e.RoomSupportAccepted,
    e.RoomSupportDeclined,
)
_NOT_SEEN: Final = frozenset(
    {e.Outcome.VICTIM_NOT_FOUND, e.Outcome.HANDED_OVER, e.Outcome.TEST_PRESS, e.Outcome.TECHNICAL_FAULT}
)
"""Outcomes at whose end nobody need have said how she is."""


def cancel(case: Case) -> Row:
    """A cancel from the device was checked before anything ended (W14)."""
    cancelled = case.history.first(e.AlarmCancelledByDevice)
    if cancelled is None:
        return case.row(Target.CANCEL, Verdict.NOT_APPLICABLE, [Phrase("no_cancel")])
    possible = [phrase("cancel_came", cancelled), Phrase("cancel_needs_proof")]
    later = case.history.moments[case.history.moments.index(cancelled) :]
    checked = next((one for one in later if not one.after.cancel_unchecked), None)
    if checked is None:
        return case.row(Target.CANCEL, Verdict.CANNOT_BE_JUDGED, [Phrase("open_at_end")], possible)
    if checked.after.state is State.CLOSED:
        by = checked.event.actor.id
        done = [phrase("closed_unchecked", checked, by=by)]
        return case.row(Target.CANCEL, Verdict.MISSED, done, possible, by=by)
    seconds = seconds_between(cancelled.at, checked.at)
    return case.row(
        Target.CANCEL, Verdict.MET, [phrase("cancel_checked", checked, seconds=seconds)], possible
    )


def planned_test(case: Case) -> Row:
    """A planned test that stayed one was confirmed in time; one that turned real was treated as real (W15)."""
    announced = case.history.first(e.TestAnnounced)
    if announced is None:
        return case.row(Target.PLANNED_TEST, Verdict.NOT_APPLICABLE, [Phrase("no_planned_test")])
    limit = CONFIRM_WITHIN.total_seconds()
    possible = [Phrase("confirm_within", {"seconds": limit})]
    real = case.history.first(e.TestIsReal)
    confirmed = case.history.first(e.TestConfirmed)
    if real is not None:
        return _real(case, real, possible)
    if confirmed is not None:
        by = confirmed.event.actor.id
        seconds = seconds_between(announced.at, confirmed.at)
        done = [phrase("test_confirmed", confirmed, seconds=seconds, by=by)]
        verdict = Verdict.MET if seconds <= limit else Verdict.MISSED
        return case.row(Target.PLANNED_TEST, verdict, done, possible, by=by)
    return case.row(Target.PLANNED_TEST, Verdict.CANNOT_BE_JUDGED, [Phrase("open_at_end")], possible)


def _real(case: Case, real: Moment, possible: list[Phrase]) -> Row:
    body = real.event.body
    because = body.because if isinstance(body, e.TestIsReal) else ""
    possible = [*possible, phrase("test_was_real", real, because=because)]
    sent = case.history.first(e.PatrolDispatched)
    limit = case.targets.send.red
    if sent is None:
        voiced = by_voice(case, e.DoneByVoice.DISPATCHED)
        if voiced is not None:
            return case.row(Target.PLANNED_TEST, Verdict.CANNOT_BE_JUDGED, [spoken(voiced)], possible)
        waited = seconds_between(real.at, case.history.over_at)
        verdict = Verdict.MISSED if waited >= limit else Verdict.CANNOT_BE_JUDGED
        return case.row(Target.PLANNED_TEST, verdict, [Phrase("not_sent", {"seconds": waited})], possible)
    seconds = seconds_between(real.at, sent.at)
    by = sent.event.actor.id
    done = [phrase("sent_as_real", sent, seconds=seconds, by=by)]
    possible.append(Phrase("within", {"seconds": limit}))
    verdict = Verdict.MET if seconds < limit else Verdict.MISSED
    return case.row(Target.PLANNED_TEST, verdict, done, possible, by=by)


def hand_over(case: Case) -> Row:
    """What reaches another control room is offered there, and the answer is waited for: until then it stays (W8)."""
    due = [phrase("abroad", one) for one in case.history.of(e.BelgiumLeft)]
    due += [phrase("elsewhere", one, zone=zone, room=room) for one, zone, room in _elsewhere(case)]
    took = [one for one in case.history.of(e.TakenOver) if one.by_operator]
    asks = [one for one in case.history.of(*_ASKS) if one.by_operator]
    voiced = by_voice(case, e.DoneByVoice.HANDED_OVER)
    if voiced is not None:
        return case.row(Target.HAND_OVER, Verdict.CANNOT_BE_JUDGED, [spoken(voiced)], due)
    if asks:
        answers = [one for one in case.history.of(*_ANSWERS) if one.at >= asks[0].at]
        by = asks[0].event.actor.id
        done = [phrase("room_asked", one, room=_room(one), by=one.event.actor.id) for one in asks]
        done += [phrase("room_answered", one, room=_room(one)) for one in answers]
        verdict = Verdict.MET if answers else Verdict.MISSED
        if not answers:
            done.append(Phrase("no_answer", {"seconds": seconds_between(asks[-1].at, case.history.over_at)}))
        return case.row(Target.HAND_OVER, verdict, done, [*due, Phrase("stays_until_accepted")], by=by)
    if took:
        by = took[0].event.actor.id
        done = [phrase("taken_over", one, by=one.event.actor.id) for one in took]
        return case.row(Target.HAND_OVER, Verdict.MET, done, due, by=by)
    if due:
        return case.row(Target.HAND_OVER, Verdict.MISSED, [Phrase("nobody_asked")], due)
    return case.row(Target.HAND_OVER, Verdict.NOT_APPLICABLE, [Phrase("nothing_to_hand_over")])


def _elsewhere(case: Case) -> Iterator[tuple[Moment, str, str]]:
    """Moments at which the zone where she is belongs to another control room, as the recording or its patrols tell."""
    for one in case.history.of(e.ZoneChangeProposed, e.ZoneChanged):
        body = one.event.body
        assert isinstance(body, e.ZoneChangeProposed | e.ZoneChanged)
        named = case.rooms.get(body.zone)
        rooms = {named} if named else {each.room for each in one.patrols.values() if each.zone == body.zone}
        if len(rooms) == 1 and one.after.room not in rooms:
            yield one, body.zone, rooms.pop()


def _room(one: Moment) -> str:
    return getattr(one.event.body, "room", "")


def _closed(case: Case) -> Moment | None:
    closes = list(case.history.of(e.InterventionClosed))
    return closes[-1] if closes else None


def proof(case: Case) -> Row:
    """An outcome that says "nothing is wrong" rests on a proof; a message or silence is none."""
    closed = _closed(case)
    if closed is None:
        return case.row(Target.PROOF, Verdict.NOT_APPLICABLE, [Phrase("open_at_end")])
    body, before = closed.event.body, closed.before
    assert isinstance(body, e.InterventionClosed)
    by = closed.event.actor.id
    facts = {"outcome": body.outcome, "by": by}
    if body.outcome not in NEEDS_PROOF and body.verified_by is None:
        done = [phrase("closed_as", closed, **facts)]
        return case.row(Target.PROOF, Verdict.NOT_APPLICABLE, done, [Phrase("outcome_needs_none")], by=by)
    missing = missing_for(before, body.outcome, body.verified_by) if before else None
    if body.verified_by is not None:
        facts["verified_by"] = body.verified_by
    code = "closed_as" if body.verified_by is None else "closed_with_proof"
    done = [phrase(code, closed, **facts)]
    if missing is not None:
        done.append(phrase("proof_missing", closed, refusal=missing.code))
    verdict = Verdict.MET if missing is None else Verdict.MISSED
    return case.row(Target.PROOF, verdict, done, [Phrase("counts_as_proof")], by=by)


def close(case: Case) -> Row:
    """A close is complete: words, how she is, every service that was asked has answered, nobody recalled too early."""
    closed = _closed(case)
    if closed is None:
        return case.row(Target.CLOSE, Verdict.NOT_APPLICABLE, [Phrase("open_at_end")])
    by = closed.event.actor.id
    lacking = [*_lacking(case, closed)]
    done = lacking or [phrase("close_complete", closed, by=by)]
    possible = [Phrase("close_needs")]
    verdict = Verdict.MISSED if lacking else Verdict.MET
    return case.row(Target.CLOSE, verdict, done, possible, by=by)


def _lacking(case: Case, closed: Moment) -> Iterator[Phrase]:
    body, state = closed.event.body, closed.before or closed.after
    assert isinstance(body, e.InterventionClosed)
    if not body.words.strip():
        yield phrase("without_words", closed)
    if body.outcome not in _NOT_SEEN and not _how_she_is(state):
        yield phrase("nobody_told_how_she_is", closed)
    for one in state.services:
        if one.answer is None:
            yield Phrase("service_unanswered", {"service": one.service}, at=one.asked_at)
    if (early := _recalled_early(case, closed)) is not None:
        yield early


def _how_she_is(state: Intervention) -> bool:
    test = state.planned_test
    confirmed = test is not None and test.standing is Standing.CONFIRMED
    return confirmed or state.all_clear or (state.found is not None and state.found.told)


def _recalled_early(case: Case, closed: Moment) -> Phrase | None:
    """The last patrol was recalled before anybody had said how she is: patrols go only after the proof (W13)."""
    for one in case.history.of(e.PatrolReleased):
        body = one.event.body
        recalled = isinstance(body, e.PatrolReleased) and body.code == "recalled" and one.by_operator
        if recalled and one.at < closed.at and not one.after.sent and not _how_she_is(one.after):
            later = any(sent.at >= one.at for sent in case.history.of(e.PatrolDispatched))
            if not later and one.before is not None and one.before.sent:
                return phrase("recalled_early", one, by=one.event.actor.id)
    return None
