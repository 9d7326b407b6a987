"""A real press with a silent open line; he has a firearm."""

from __future__ import annotations

from typing import Final

from backend_stub.registry.demo import DEMO_FIRST, LEUVEN_HOME
from backend_stub.simulator.cases.case import Case, Post
from backend_stub.simulator.phone import Line, PhoneScript, Press, Sees
from backend_stub.simulator.stories import Story
from console.domain.commands import LineChange

_BRIEFING = """
E. Exemple presses at home in Leuven. The line opens and she says nothing: what is heard is all there is.
The file knows of a firearm, and allows chat but no ringing and no speaking.

  a       take the alarm
  i       listen; our microphone stays off (W2)
  h 1     a man is heard, h 3 a child, h 4 a blow: each is logged at once
  d ⏎     two patrols are proposed, because of the firearm; send them
  v       read the danger out; a blow that is heard later must be read again (W10)
  c       once they are there: close as arrest, with a line of text
"""

SILENT_LINE: Final = Case(
    name="silent-line",
    title="a real press, nobody speaks, a firearm is known",
    rooms=("VBR",),
    speed=2.0,
    briefing=_BRIEFING,
    phones=(
        Story(
            10.0,
            PhoneScript(
                DEMO_FIRST,
                *LEUVEN_HOME,
                (
                    (0.0, Sees(20.0)),
                    (0.5, Press()),
                    (3.0, Line(LineChange.OPENED)),
                    (12.0, Line(LineChange.CAPTION, "a man's voice, low, close to the phone")),
                    (30.0, Line(LineChange.CAPTION, "a child crying behind a door")),
                    (60.0, Line(LineChange.CAPTION, "something falls, a blow")),
                    (90.0, Line(LineChange.CAPTION, "quick steps on stairs")),
                ),
            ),
        ),
    ),
    posted=(
        Post("5388/L-11", 4.7085, 50.8745),
        Post("5388/L-12", 4.6905, 50.8850),
        Post("5388/L-13", 4.7371, 50.8849),
        Post("5393/H-14", 4.6465, 50.8987),
    ),
)
