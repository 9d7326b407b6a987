"""Times, ages and distances in the words and digits of the screen."""

from __future__ import annotations

from datetime import date, datetime

from console.domain.days import belgium
from console.locale import _, current


def clock_time(moment: datetime) -> str:
    """Time of day in Belgium: ``15:03:10``."""
    return moment.astimezone(belgium()).strftime("%H:%M:%S")


def day(when: date) -> str:
    """A day: ``30/11/2026``, in German ``30.11.2026``."""
    return when.strftime("%d.%m.%Y" if current() == "de" else "%d/%m/%Y")


def running(seconds: float) -> str:
    """A time that runs on a clock's face: ``00:12``, ``59:59``, then ``1:00:00``."""
    minutes, second = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes:02d}:{second:02d}"
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}"


def age(seconds: float) -> str:
    """An age that is read, not watched: ``8 s``, ``3 min``, ``2 h 05``, ``4 d``."""
    whole = int(seconds)
    if whole < 100:
        return _("{n} s", n=whole)
    if whole < 5400:
        return _("{n} min", n=whole // 60)
    if whole < 172_800:
        return _("{hours} h {minutes}", hours=whole // 3600, minutes=f"{whole // 60 % 60:02d}")
    return _("{n} d", n=whole // 86_400)


def distance(metres: float) -> str:
    """A distance with two figures that count: ``40 m``, ``1.2 km``, ``23 km``."""
    if metres < 995:
        step = 1 if metres < 20 else 5 if metres < 100 else 10
        return f"{round(metres / step) * step} m"
    kilometres = metres / 1000
    return _decimal(f"{kilometres:.1f} km" if kilometres < 9.95 else f"{kilometres:.0f} km")


def share(part: float) -> str:
    """A share of 0..1: ``97 %``; what is there is never 0 %, and never all if something else is too."""
    if 0 < part < 0.005:
        return "<1 %"
    if 0.995 <= part < 1:
        return ">99 %"
    return f"{part * 100:.0f} %"


def _decimal(text: str) -> str:
    return text if current() == "en" else text.replace(".", ",")
