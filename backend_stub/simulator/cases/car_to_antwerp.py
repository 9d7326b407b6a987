"""She is driven from Leuven over the border of the province, into the area of another control room."""

from __future__ import annotations

from typing import Final

from backend_stub.registry.demo import DEMO_FIRST, LEUVEN_HOME
from backend_stub.simulator.cases.case import Case, Post
from backend_stub.simulator.phone import Line, Move, PhoneScript, Press, Sees
from backend_stub.simulator.stories import Story
from console.domain.commands import LineChange
from console.domain.location import Method

CAR_MPS: Final = 110 / 3.6
NORTH_WEST: Final = 325.0
"""Degrees from Leuven along the canal towards Mechelen; the province of Antwerp begins after some 15 km."""

COARSE_M: Final = 350.0
"""Cells along the road: between two reports of a car it may be off by as much as it drives in 30 s."""
OFF_M: Final = 20.0

_BRIEFING = """
E. Exemple is in a car at 110 km/h, from Leuven north-west along the canal, towards Mechelen. It crosses into the
province of Antwerp some eight minutes later, where it stops at a car park. Two control rooms play: 4711 in Leuven,
3711 in Antwerp.

  4711 a, i          take it and listen; the dashed circle is where she could be by now (W9)
  4711 /d WPR/A-12   the highway police stands ahead of her, near Mechelen: it belongs to no zone (W8)
  3711               sees a glimpse three minutes before she comes: age, zone, and that VBR leads
  4711 z             she is in another zone: change it
  4711 f6 ANT        offer the lead; until it is accepted it stays
  3711 f7            accept it: victim and line are Antwerp's; i, d ⏎, and c once they have him
"""

CAR_TO_ANTWERP: Final = Case(
    name="car-to-antwerp",
    title="a victim in a car, over the border into another control room",
    rooms=("VBR", "ANT"),
    speed=4.0,
    briefing=_BRIEFING,
    phones=(
        Story(
            60.0,
            PhoneScript(
                DEMO_FIRST,
                *LEUVEN_HOME,
                (
                    (0.0, Sees(COARSE_M, 68.0, Method.CELL, error_m=OFF_M)),
                    (0.1, Move(CAR_MPS, NORTH_WEST)),
                    (0.5, Press()),
                    (3.0, Line(LineChange.OPENED)),
                    (20.0, Line(LineChange.CAPTION, "an engine at speed, a man's voice")),
                    (240.0, Line(LineChange.CAPTION, "she says: where are you taking me")),
                    (600.0, Move(0.0)),
                    (606.0, Line(LineChange.CAPTION, "the engine stops, a car door")),
                ),
                paced=True,
            ),
        ),
    ),
    posted=(
        Post("5388/L-11", 4.6991, 50.8819),
        Post("5388/L-12", 4.7212, 50.8845),
        Post("5395/B-12", 4.5542, 50.9948),
        Post("5395/B-13", 4.6445, 50.9416),
        Post("WPR/A-12", 4.4700, 51.0350),
        Post("WPR/A-31", 4.4972, 50.8390),
        Post("5359/B-11", 4.5318, 51.0690),
        Post("5913/R-11", 4.4750, 51.0270),
    ),
)
