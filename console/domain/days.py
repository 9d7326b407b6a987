"""Days of people in Belgium: a permission's last day, a number's year."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@cache
def belgium() -> tzinfo | None:
    """The zone of the control rooms; None, this machine's own, where the system has no zones."""
    try:
        return ZoneInfo("Europe/Brussels")
    except ZoneInfoNotFoundError:
        return None


def day_in_belgium(moment: datetime) -> date:
    """The day in Belgium at a moment (aware)."""
    return moment.astimezone(belgium()).date()
