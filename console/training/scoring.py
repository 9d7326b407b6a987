"""Scoring: what was done against what the rules ask, a row for each target of each intervention.

Pure and deterministic: the same recording, procedures and times give the same sheet. Nothing is added up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from console.domain.limits import DEFAULTS, Targets
from console.domain.procedure import STANDING, Procedures
from console.training import judged_contact, judged_ending, judged_sending, judged_times
from console.training.case import Case
from console.training.history import histories
from console.training.sheet import Phrase, Row, ScoreSheet, Target, Verdict
from console.training.warned import warnings
from console.wire.recorded import Recording

_JUDGES: Final[dict[Target, Callable[[Case], Row]]] = {
    Target.ACKNOWLEDGE: judged_times.acknowledge,
    Target.SEND: judged_times.send,
    Target.ZONE: judged_sending.zone,
    Target.PATROLS: judged_sending.patrols,
    Target.TWO_PATROLS: judged_sending.two_patrols,
    Target.DANGER: judged_sending.danger,
    Target.LISTEN: judged_contact.listen,
    Target.CONTACT_RULE: judged_contact.contact_rule,
    Target.BAD_FIX: judged_contact.bad_fix,
    Target.STALE_FIX: judged_contact.stale_fix,
    Target.LATE_PATROL: judged_contact.late_patrol,
    Target.SAME_MAN: judged_contact.same_man,
    Target.CANCEL: judged_ending.cancel,
    Target.PLANNED_TEST: judged_ending.planned_test,
    Target.HAND_OVER: judged_ending.hand_over,
    Target.WELFARE: judged_times.welfare,
    Target.PROOF: judged_ending.proof,
    Target.CLOSE: judged_ending.close,
}
"""Who judges each target; every target has one."""


def score(recording: Recording, procedures: Procedures = STANDING, targets: Targets = DEFAULTS) -> ScoreSheet:
    """Judge a recording: of every intervention that it holds from its beginning, every target, each once."""
    rows: list[Row] = []
    rooms = {zone.id: zone.room for zone in recording.header.zones}
    for history in histories(recording):
        case = Case(history, procedures, targets, warnings(history, targets), rooms)
        rows += [_JUDGES[target](case) for target in Target]
    return ScoreSheet(tuple(rows))


def of_seat(sheet: ScoreSheet, seat: str, numbers: Collection[str]) -> ScoreSheet:
    """The sheet of one seat of a room: of the interventions in which it acted, without what another seat did.

    What nobody did stands for everyone who had a hand in it.
    """
    rows = (row for row in sheet.rows if row.number in numbers)
    return ScoreSheet(tuple(_seen_by(row, seat) for row in rows))


def _seen_by(row: Row, seat: str) -> Row:
    if row.by is None or row.by == seat:
        return row
    others = Phrase("another_seat", {"by": row.by})
    return replace(row, verdict=Verdict.NOT_APPLICABLE, done=(others, *row.done))
