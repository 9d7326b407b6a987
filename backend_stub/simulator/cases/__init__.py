"""Five cases that can be played again and again: `msa-stub simulate --case NAME`, `msa-stub demo --case NAME`."""

from __future__ import annotations

from typing import Final

from backend_stub.simulator.cases.accidental import ACCIDENTAL
from backend_stub.simulator.cases.car_to_antwerp import CAR_TO_ANTWERP
from backend_stub.simulator.cases.planned_test import PLANNED_TEST, PLANNED_TEST_REAL
from backend_stub.simulator.cases.silent_line import SILENT_LINE
from backend_stub.simulator.cases.two_victims_at_night import TWO_VICTIMS_AT_NIGHT

CASES: Final = {
    case.name: case
    for case in (
        SILENT_LINE,
        ACCIDENTAL,
        PLANNED_TEST,
        PLANNED_TEST_REAL,
        CAR_TO_ANTWERP,
        TWO_VICTIMS_AT_NIGHT,
    )
}
"""Every case, by name."""
