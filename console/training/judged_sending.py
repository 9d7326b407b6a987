"""Whom one sends: the right zone, the right patrols, two where a firearm is known, and what they know of it (W9, W10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.patrols import (
    Candidate,
    Patrol,
    PatrolState,
    Recommendation,
    patrols_needed,
    recommend_for,
)
from console.training.case import Case, by_voice, phrase, spoken
from console.training.history import Moment
from console.training.sheet import Phrase, Row, Target, Verdict

_ON_IT = frozenset({PatrolState.DISPATCHED, PatrolState.ACCEPTED, PatrolState.EN_ROUTE, PatrolState.RESERVED})


def zone(case: Case) -> Row:
    """The zone in hand is one where she is: judged when the first patrol arrives, else where the recording stops."""
    arrived = case.history.first(e.PatrolOnScene)
    at = arrived or _last_before_close(case)
    state = (at.before or at.after) if arrived else at.after
    changes = [
        phrase(_ZONE_WORDS[type(one.event.body)], one, zone=one.event.body.zone, by=one.event.actor.id)
        for one in case.history.of(e.ZoneChanged, e.ZoneKept)
        if isinstance(one.event.body, e.ZoneChanged | e.ZoneKept)
    ]
    by = next((one.event.actor.id for one in case.history.of(e.ZoneChanged, e.ZoneKept)), None)
    allocation = state.allocation
    if allocation is None or allocation.zone is None or state.zone is None:
        return case.row(Target.ZONE, Verdict.CANNOT_BE_JUDGED, [*changes, Phrase("no_zone_known")], by=by)
    done = [*changes, Phrase("zone_held", {"zone": state.zone}, at=at.at)]
    proposals = [
        phrase("zone_proposed", one, zone=one.event.body.zone)
        for one in case.history.of(e.ZoneChangeProposed)
        if isinstance(one.event.body, e.ZoneChangeProposed) and one.at <= at.at
    ]
    possible = [*proposals, Phrase("zone_where_she_is", {"zone": allocation.zone})]
    touched = {one.zone for one in allocation.shares}
    decided = allocation.zone in state.declined_zones and state.zone in touched
    verdict = Verdict.MET if state.zone == allocation.zone or decided else Verdict.MISSED
    return case.row(Target.ZONE, verdict, done, possible, by=by)


_ZONE_WORDS = {e.ZoneChanged: "zone_changed", e.ZoneKept: "zone_kept"}


def _last_before_close(case: Case) -> Moment:
    still = [one for one in case.history.moments if one.after.state is not State.CLOSED]
    return still[-1] if still else case.history.moments[-1]


def patrols(case: Case) -> Row:
    """Each time patrols were sent: were they those that the console recommended at that moment?"""
    batches = list(_batches(case))
    if not batches:
        return case.row(Target.PATROLS, Verdict.NOT_APPLICABLE, [Phrase("nobody_sent")])
    done: list[Phrase] = []
    possible: list[Phrase] = []
    verdicts = []
    for batch in batches:
        first = batch[0]
        sent = [one.event.body.patrol for one in batch if isinstance(one.event.body, e.PatrolDispatched)]
        advice = _advice(case, first, sent) if first.all_known else None
        known = _placed(advice)
        done += _those("sent_patrol", first, sent, known)
        if advice is None or not advice.proposed or not all(one in known for one in sent):
            why = "positions_not_recorded" if advice is None or advice.proposed else "nobody_proposed"
            possible.append(Phrase(why, at=first.at))
            verdicts.append(Verdict.CANNOT_BE_JUDGED)
            continue
        proposed = [one.patrol.id for one in advice.proposed]
        possible += _those("recommended", first, proposed, known)
        right = set(sent) <= set(proposed) or set(proposed) <= set(sent)
        verdicts.append(Verdict.MET if right else Verdict.MISSED)
    by = batches[0][0].event.actor.id
    return case.row(Target.PATROLS, _gravest(verdicts), done, possible, by=by)


def _gravest(verdicts: Sequence[Verdict]) -> Verdict:
    for one in (Verdict.MISSED, Verdict.CANNOT_BE_JUDGED):
        if one in verdicts:
            return one
    return Verdict.MET


def _batches(case: Case) -> Iterator[tuple[Moment, ...]]:
    """Patrols that one decision sent together."""

    def decision(one: Moment) -> tuple[datetime, str]:
        return one.at, one.event.actor.id

    for _, together in groupby(case.history.of(e.PatrolDispatched), decision):
        yield tuple(together)


def _advice(case: Case, first: Moment, sent: Sequence[str]) -> Recommendation | None:
    """The recommendation as it stood just before: those that were sent then count as free, as they were."""
    state = first.before
    if state is None:
        return None
    before = (
        one.model_copy(update={"state": PatrolState.FREE, "intervention": None, "busy_with": None})
        if one.id in sent and one.state in _ON_IT and one.intervention in {None, state.id}
        else one
        for one in first.patrols.values()
    )
    return recommend_for(
        state,
        before,
        first.at,
        room=first.event.actor.room,
        proposed_elsewhere=_elsewhere(first.others),
        targets=case.targets,
    )


def _elsewhere(others: Sequence[Intervention]) -> dict[str, str]:
    return {patrol: other.number for other in others for patrol in (*other.reserved, *other.proposed)}


def _placed(advice: Recommendation | None) -> dict[str, Candidate]:
    """Those of whom it was known where they were, and who could be sent."""
    ranked = () if advice is None else advice.ranked
    return {one.patrol.id: one for one in ranked if one.eligible and one.placed}


def _those(code: str, first: Moment, ids: Sequence[str], known: dict[str, Candidate]) -> list[Phrase]:
    said = []
    for one in ids:
        there = known.get(one)
        if there is None or there.distance_m is None:
            said.append(phrase(f"{code}_somewhere", first, patrol=one))
            continue
        facts = {"metres": there.distance_m, "seconds": there.age_s or 0.0}
        said.append(phrase(code, first, patrol=one, **facts))
    return said


def two_patrols(case: Case) -> Row:
    """Where a firearm is known, two are sent before the first arrives; or another room's are asked for."""
    needed = max(patrols_needed(one.after.extract) for one in case.history.moments)
    if needed < 2:
        return case.row(Target.TWO_PATROLS, Verdict.NOT_APPLICABLE, [Phrase("no_firearm_known")])
    sent = list(case.history.of(e.PatrolDispatched))
    possible = [Phrase("patrols_needed", {"count": needed})]
    if not sent:
        return case.row(Target.TWO_PATROLS, Verdict.NOT_APPLICABLE, [Phrase("nobody_sent")], possible)
    arrived = case.history.first(e.PatrolOnScene)
    at = arrived or _last_before_close(case)
    state = (arrived.before if arrived else None) or at.after
    on_it = [one.patrol for one in state.sent]
    asked = [
        one
        for one in case.history.of(e.PatrolProposed, e.RoomSupportRequested)
        if one.at <= at.at and one.by_operator
    ]
    possible += [one for one in (_free_then(case, sent[-1]),) if one is not None and len(on_it) < needed]
    done = [phrase("patrols_sent", at, count=len(on_it), patrols=", ".join(on_it))]
    done += [phrase("others_asked", one, by=one.event.actor.id) for one in asked]
    verdict = Verdict.MET if len(on_it) >= needed or asked else Verdict.MISSED
    return case.row(Target.TWO_PATROLS, verdict, done, possible, by=sent[0].event.actor.id)


def _free_then(case: Case, last: Moment) -> Phrase | None:
    """Who else could have been sent with the last one."""
    if not last.all_known:
        return Phrase("positions_not_recorded", at=last.at)
    advice = _advice(case, last, ())
    sent = {one.patrol for one in last.after.sent}
    free: list[Patrol] = [one.patrol for one in advice.best if one.patrol.id not in sent] if advice else []
    if not free:
        return Phrase("nobody_free", at=last.at)
    return phrase("also_free", last, patrols=", ".join(one.id for one in free[:2]))


def danger(case: Case) -> Row:
    """Every patrol knows the danger before it arrives, also one that became known on the way (W10)."""
    possible = [Phrase("before_arrival")]
    arrivals = [one for one in case.history.of(e.PatrolOnScene) if one.before is not None]
    if not arrivals:
        said = "nobody_arrived" if case.history.first(e.PatrolDispatched) else "nobody_sent"
        return case.row(Target.DANGER, Verdict.NOT_APPLICABLE, [Phrase(said)])
    voiced = by_voice(case, e.DoneByVoice.DANGER_PASSED)
    done: list[Phrase] = []
    unread = False
    for one in arrivals:
        patrol = one.event.body.patrol if isinstance(one.event.body, e.PatrolOnScene) else ""
        before = one.before.patrol(patrol) if one.before else None
        read_at = before.read_danger_at if before else None
        if read_at is None:
            unread = True
            done.append(phrase("arrived_without_danger", one, patrol=patrol))
        else:
            done.append(Phrase("danger_known", {"patrol": patrol}, at=read_at))
    if unread and voiced is not None:
        return case.row(Target.DANGER, Verdict.CANNOT_BE_JUDGED, [*done, spoken(voiced)], possible)
    return case.row(Target.DANGER, Verdict.MISSED if unread else Verdict.MET, done, possible)
