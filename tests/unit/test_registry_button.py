"""What is known of a button on a day (W1): expiry is a fact to show, never a disarming."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from backend_stub.registry.records import Button
from backend_stub.registry.registry import Registry
from console.domain.events import ButtonStatus

LAST = date(2026, 8, 31)
ALLOCATED = Button(
    id="VBR-B-0001",
    stock="VBR",
    status=ButtonStatus.ALLOCATED,
    case_file="VBR-C-0001",
    allocated_from=date(2026, 3, 1),
    allocated_until=LAST,
    prosecutor="Leuven",
)


def test_an_allocation_holds_through_its_last_day_and_is_expired_after_it() -> None:
    registry = Registry(buttons=[ALLOCATED])
    assert registry.button_status("VBR-B-0001", LAST) is ButtonStatus.ALLOCATED
    assert registry.button_status("VBR-B-0001", LAST + timedelta(days=1)) is ButtonStatus.EXPIRED
    assert registry.button("VBR-B-0001") == ALLOCATED


@pytest.mark.parametrize(
    "status",
    [ButtonStatus.WITHDRAWN, ButtonStatus.REPORTED_LOST, ButtonStatus.IN_STOCK, ButtonStatus.EXPIRED],
)
def test_another_status_stays_whatever_the_day(status: ButtonStatus) -> None:
    registry = Registry(buttons=[ALLOCATED.model_copy(update={"status": status})])
    for day in (date(2025, 1, 1), LAST, LAST + timedelta(days=999)):
        assert registry.button_status("VBR-B-0001", day) is status


def test_a_button_nobody_knows_is_unknown() -> None:
    assert Registry().button_status("VBR-B-9999", LAST) is ButtonStatus.UNKNOWN
    assert Registry().button("VBR-B-9999") is None
    assert Registry().case_of_button("VBR-B-9999") is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "unknown"}, "no status to record"),
        ({"allocated_until": None}, "needs its office"),
        ({"prosecutor": None}, "needs its office"),
        ({"allocated_until": date(2026, 2, 1)}, "ends before it begins"),
    ],
)
def test_a_record_that_cannot_be_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Button.model_validate(ALLOCATED.model_dump() | change)
