"""A planned test, and one that turns out to be none: she presses a second time."""

from __future__ import annotations

from typing import Final

from backend_stub.registry.demo import DEMO_FIRST, LEUVEN_HOME
from backend_stub.simulator.cases.case import Case, Post
from backend_stub.simulator.phone import Line, PhoneScript, Press, Sees, Step
from backend_stub.simulator.stories import Story
from console.domain.commands import LineChange

_ANNOUNCE = """
Insp. V. Model calls: he is beside E. Exemple at her home in Leuven, and she will press once to test button
VBR-B-0041. You have a minute and a half until she presses.

  f8      announce it: VBR-B-0041, 15 minutes, home, Insp. V. Model
  a       she presses: it rings and looks like any alarm (W15); take it
  f y     the officer is on the phone: confirm, within 60 s of the press
"""
_BRIEFING = f"""{_ANNOUNCE}
  c       close it as planned test, verified by the contact officer
"""
_BRIEFING_REAL = f"""{_ANNOUNCE}
Then she presses again. Nothing was announced for that: the alarm is real from now on, once and for good.

  d ⏎     send two patrols, a firearm is known
  c       it can no longer be closed as planned test; close it as what the patrols find
"""

_ONE_PRESS: Final[tuple[tuple[float, Step], ...]] = (
    (0.0, Sees(20.0)),
    (0.5, Press()),
    (3.0, Line(LineChange.OPENED)),
    (8.0, Line(LineChange.CAPTION, "a calm voice: this is the test")),
)
_SECOND_PRESS: Final[tuple[tuple[float, Step], ...]] = (
    (75.0, Press()),
    (80.0, Line(LineChange.CAPTION, "a door is thrown open, shouting")),
)
_BEGINS_S = 90.0
_POSTED = (
    Post("5388/L-11", 4.7085, 50.8745),
    Post("5388/L-12", 4.6905, 50.8850),
    Post("5388/L-13", 4.7371, 50.8849),
)


def _phone(*steps: tuple[float, Step]) -> tuple[Story, ...]:
    return (Story(_BEGINS_S, PhoneScript(DEMO_FIRST, *LEUVEN_HOME, steps)),)


PLANNED_TEST: Final = Case(
    name="planned-test",
    title="announced, pressed once, confirmed by the officer beside her",
    rooms=("VBR",),
    speed=1.0,
    briefing=_BRIEFING,
    phones=_phone(*_ONE_PRESS),
    posted=_POSTED,
)

PLANNED_TEST_REAL: Final = Case(
    name="planned-test-real",
    title="announced and confirmed; then she presses a second time",
    rooms=("VBR",),
    speed=1.0,
    briefing=_BRIEFING_REAL,
    phones=_phone(*_ONE_PRESS, *_SECOND_PRESS),
    posted=_POSTED,
)
