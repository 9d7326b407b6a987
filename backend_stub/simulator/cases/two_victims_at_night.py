"""Two victims of one man press 14 minutes apart, and one operator is alone."""

from __future__ import annotations

from typing import Final

from backend_stub.registry.demo import DEMO_SAME_MAN
from backend_stub.simulator.cases.case import Case, Post
from backend_stub.simulator.phone import Line, PhoneScript, Press, Sees
from backend_stub.simulator.stories import Story
from console.domain.commands import LineChange

APART_S: Final = 14 * 60.0
BEGINS_S: Final = 30.0
EMPTY_ROAD_MPS: Final = 30.0
"""Motorways at three in the morning."""

_BRIEFING = """
03.10 h; you sit alone (4711). I. Modelnaam presses in Zaventem. Both cars of the night are at an accident and come
free after some thirteen minutes. One minute later Q. Proefnaam presses in the Hageland, 37 km away: the same man
threatens both. He may be at one of them, at both with a helper, or between them. Both stay alarms.

  a, i    take the first and listen; no car that has a position is free; the supervisor is told (W6)
  g a     the second rings: go to it, take it; distance, gap and the speed he needed stand there (W11)
  i       listen to the second: the first says for how long nobody has listened (W2)
  d ⏎     the same car is proposed to both, and marked so: send one car to each
  n c     write down what you decided; close each as what it was
"""

TWO_VICTIMS_AT_NIGHT: Final = Case(
    name="two-victims-at-night",
    title="two victims of one man, fourteen minutes apart, one operator alone",
    rooms=("VBR",),
    speed=6.0,
    briefing=_BRIEFING,
    phones=(
        Story(
            BEGINS_S,
            PhoneScript(
                DEMO_SAME_MAN[0],
                4.4503,
                50.8672,
                (
                    (0.0, Sees(25.0)),
                    (0.5, Press()),
                    (4.0, Line(LineChange.OPENED)),
                    (30.0, Line(LineChange.CAPTION, "somebody rattles at a door")),
                ),
            ),
        ),
        Story(
            BEGINS_S + APART_S,
            PhoneScript(
                DEMO_SAME_MAN[1],
                4.9648,
                50.9401,
                (
                    (0.0, Sees(25.0)),
                    (0.5, Press()),
                    (4.0, Line(LineChange.OPENED)),
                    (40.0, Line(LineChange.CAPTION, "a man calls her name outside")),
                ),
            ),
        ),
    ),
    posted=(
        Post("5388/L-11", 4.7000, 50.8800, busy_s=790.0, drive_mps=EMPTY_ROAD_MPS),
        Post("5388/L-12", 4.7000, 50.8400, busy_s=790.0, drive_mps=EMPTY_ROAD_MPS),
    ),
)
