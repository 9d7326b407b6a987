"""What the simulated phones do: a few told stories, and behaviours for whoever presses next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from random import Random
from typing import Final

from backend_stub.registry.demo import (
    DEMO_BORDER,
    DEMO_FIRST,
    DEMO_SAME_MAN,
    DEMO_UNKNOWN,
    DEMO_WITHDRAWN,
    HOME_ROOM,
    DemoContent,
)
from backend_stub.simulator.phone import (
    Cancel,
    Chat,
    GoesSilent,
    Line,
    LosesFix,
    Move,
    PhoneScript,
    Press,
    Sees,
    Step,
)
from backend_stub.simulator.seeded import stream
from console.domain.casefile import AddressKind
from console.domain.commands import LineChange
from console.domain.events import ButtonStatus
from console.domain.location import Method

WALK_MPS: Final = 1.4
RUN_MPS: Final = 3.0
TOWN_MPS: Final = 11.0
ROAD_MPS: Final = 22.0

Home = tuple[float, float]
"""lon, lat in degrees."""


@dataclass(frozen=True, slots=True)
class Story:
    """A phone's script that begins at a simulated second."""

    at_s: float
    script: PhoneScript


def homes_of(content: DemoContent) -> Mapping[str, Home]:
    """Where the victim of each button lives."""
    files = {file.id: file for file in content.case_files}
    homes: dict[str, Home] = {}
    for button in content.buttons:
        file = files.get(button.case_file or "")
        address = file and next((one for one in file.victim.addresses if one.kind is AddressKind.HOME), None)
        if address:
            homes[button.id] = (address.lon, address.lat)
    return homes


def told(homes: Mapping[str, Home]) -> tuple[Story, ...]:
    """The demo's own stories, in order: Leuven first, then one on a zone border, then what is rarer."""
    first = homes[DEMO_FIRST]
    return (
        Story(2.0, _script(DEMO_FIRST, first, AT_THE_DOOR)),
        Story(80.0, _script(DEMO_BORDER, homes[DEMO_BORDER], ALONG_THE_BORDER)),
        Story(420.0, _script(DEMO_SAME_MAN[0], homes[DEMO_SAME_MAN[0]], IN_A_CAR)),
        Story(900.0, _script(DEMO_WITHDRAWN, homes[DEMO_WITHDRAWN], SAT_ON_IT)),
        Story(1260.0, _script(DEMO_SAME_MAN[1], homes[DEMO_SAME_MAN[1]], PHONE_DIES)),
        Story(1800.0, _script(DEMO_UNKNOWN, first, SAT_ON_IT)),
    )


def endless(
    content: DemoContent, rooms: frozenset[str], every_s: float, random: Random, begins_s: float = 0.0
) -> Iterator[Story]:
    """Presses of allocated buttons of these control rooms, one about every ``every_s`` seconds, for ever.

    The buttons of the told stories are not among them.
    """
    homes = homes_of(content)
    told_already = {DEMO_FIRST, DEMO_BORDER, *DEMO_SAME_MAN, DEMO_WITHDRAWN}
    buttons = [
        one.id
        for one in content.buttons
        if one.stock in rooms
        and one.status is ButtonStatus.ALLOCATED
        and one.id in homes
        and one.id not in told_already
    ]
    at = begins_s
    while buttons:
        at += every_s * random.uniform(0.5, 1.5)
        button = random.choice(buttons)
        behaviour = random.choice((AT_THE_DOOR, SAT_ON_IT, ON_FOOT, IN_A_CAR, PHONE_DIES, SAT_ON_IT))
        yield Story(at, _script(button, homes[button], behaviour))


def stories_of(
    content: DemoContent, rooms: frozenset[str], every_s: float, seed: int, *, with_told: bool
) -> Iterator[Story]:
    """Everything that happens in these control rooms, in order of time; the same seed gives the same.

    The room of the told stories has nothing but these until the last of them.
    """
    telling = told(homes_of(content)) if with_told and HOME_ROOM in rooms else ()
    if not telling:
        return endless(content, rooms, every_s, stream(seed, "presses"))
    elsewhere = endless(content, rooms - {HOME_ROOM}, every_s, stream(seed, "elsewhere"))
    later = endless(content, frozenset({HOME_ROOM}), every_s, stream(seed, "later"), telling[-1].at_s)
    return merge(telling, later, elsewhere, key=lambda story: story.at_s)


AT_THE_DOOR: Final[tuple[tuple[float, Step], ...]] = (
    (0.0, Sees(25.0)),
    (0.5, Press()),
    (3.0, Line(LineChange.OPENED)),
    (9.0, Line(LineChange.CAPTION, "a man shouting, knocking on a door")),
    (24.0, Line(LineChange.CAPTION, "a child crying")),
    (55.0, Line(LineChange.CAPTION, "glass breaks")),
    (58.0, Press()),
    (90.0, Move(RUN_MPS, 40.0)),
    (150.0, Move(0.0)),
)
"""He is at the door; she presses again and runs to the neighbours."""

ALONG_THE_BORDER: Final[tuple[tuple[float, Step], ...]] = (
    (0.0, Sees(60.0, 68.0, Method.WIFI)),
    (0.5, Press()),
    (4.0, Line(LineChange.OPENED)),
    (10.0, Move(WALK_MPS, 100.0)),
    (40.0, Line(LineChange.CAPTION, "traffic, quick steps")),
    (120.0, LosesFix()),
    (190.0, Sees(900.0, None, Method.CELL)),
    (260.0, Sees(30.0)),
    (300.0, Line(LineChange.LOST)),
    (420.0, Move(0.0)),
)
"""She walks along a zone border; the position gets lost and comes back coarse."""

IN_A_CAR: Final[tuple[tuple[float, Step], ...]] = (
    (0.0, Sees(20.0)),
    (0.5, Press()),
    (3.0, Line(LineChange.OPENED)),
    (15.0, Move(TOWN_MPS, 60.0)),
    (60.0, Line(LineChange.CAPTION, "an engine, a man's voice")),
    (120.0, Move(ROAD_MPS, 75.0)),
    (500.0, Move(0.0)),
)
"""She is driven away."""

ON_FOOT: Final[tuple[tuple[float, Step], ...]] = (
    (0.0, Sees(35.0, 95.0)),
    (0.5, Press()),
    (5.0, Move(WALK_MPS, 200.0)),
    (70.0, Press()),
    (300.0, Move(0.0)),
)
"""She walks, and presses twice."""

SAT_ON_IT: Final[tuple[tuple[float, Step], ...]] = (
    (0.0, Sees(40.0)),
    (0.5, Press()),
    (3.0, Line(LineChange.OPENED)),
    (10.0, Line(LineChange.CAPTION, "a television")),
    (25.0, Chat("sorry, I sat on it")),
    (35.0, Cancel()),
)
"""Most alarms are this; none may be closed on a message."""

PHONE_DIES: Final[tuple[tuple[float, Step], ...]] = (
    (0.0, Sees(150.0, None, Method.CELL)),
    (0.5, Press()),
    (45.0, GoesSilent()),
)
"""A coarse position, then nothing any more."""


def _script(button: str, home: Home, steps: tuple[tuple[float, Step], ...]) -> PhoneScript:
    return PhoneScript(button, home[0], home[1], steps)
