"""A planned test in words, for the first second and the row of the queue (W15). It never changes a colour."""

from __future__ import annotations

from datetime import datetime

from console.domain.intervention import Intervention
from console.domain.planned_test import Standing
from console.locale import _


def planned_test(state: Intervention, now: datetime | None) -> str | None:
    """What is said of the test that an alarm was announced as; None: of none."""
    test = state.planned_test
    if test is None:
        return None
    if test.standing is Standing.REAL or (now is not None and test.is_late(now)):
        return _("NO TEST: IT IS REAL")
    if test.standing is Standing.CONFIRMED:
        return _("planned test, confirmed")
    return _("planned test, not confirmed")
