"""A press that was none, as most are; it is closed only after somebody has seen her alone."""

from __future__ import annotations

from typing import Final

from backend_stub.registry.demo import DEMO_BORDER
from backend_stub.simulator.cases.case import Case, Post
from backend_stub.simulator.phone import Cancel, Chat, Line, PhoneScript, Press, Sees
from backend_stub.simulator.stories import Story
from console.domain.commands import LineChange

_BRIEFING = """
C. Verbeelding presses in the centre of Leuven. A television is heard; then she writes that she sat on the button,
and the app asks to cancel. It may be true. It may also be dictated.

  a       take the alarm
  c       try to close it as accidental: a chat is no proof, nor is a patrol that has not seen her (W13); esc
  d ⏎     send the patrol
  c       once it is there and reports that it saw her alone: accidental, verified by a patrol
"""

ACCIDENTAL: Final = Case(
    name="accidental",
    title="she writes that she is sorry; a patrol must see her alone",
    rooms=("VBR",),
    speed=2.0,
    briefing=_BRIEFING,
    phones=(
        Story(
            10.0,
            PhoneScript(
                DEMO_BORDER,
                4.7150,
                50.8800,
                (
                    (0.0, Sees(30.0)),
                    (0.5, Press()),
                    (3.0, Line(LineChange.OPENED)),
                    (10.0, Line(LineChange.CAPTION, "a television")),
                    (25.0, Chat("sorry, I sat on it")),
                    (35.0, Cancel()),
                ),
            ),
        ),
    ),
    posted=(
        Post("5388/L-11", 4.6991, 50.8819),
        Post("5388/L-13", 4.7371, 50.8849),
        Post("5393/H-14", 4.6465, 50.8987),
    ),
)
