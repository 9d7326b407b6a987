"""Options that `simulate` and `demo` share: which case, which control rooms, and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from console.domain.rooms import ROOMS
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from backend_stub.simulator.cases.case import Case

DEFAULT_ROOMS = "VBR,BRU,ANT"

Rooms = Annotated[
    str | None,
    typer.Option(
        help="Control rooms whose patrols drive and whose victims press, or all. "
        f"Without it {DEFAULT_ROOMS}, or those of the case.",
        metavar="CODES",
    ),
]
Speed = Annotated[
    float | None,
    typer.Option(
        min=0.1, max=100, help="How many times as fast as the wall clock. Without it, what suits a person."
    ),
]
CaseName = Annotated[
    str | None,
    typer.Option(
        "--case", help="Play this case instead of the demo's stories; 'list' names them.", metavar="NAME"
    ),
]


LIST: Final = "list"
"""Given instead of a case it asks which there are."""


def asked_for(name: str | None) -> Case | Literal["listed"] | None:
    """The case that is to be played, or None; ``listed``: all were printed, and that was all that was asked.

    Raises:
        Stop: there is none of this name; the sentence says which there are.
    """
    if name is None:
        return None
    from backend_stub.simulator.cases import CASES  # with the demo's people, which others need not load

    if name == LIST:
        width = max(map(len, CASES))
        for case in CASES.values():
            print(f"{case.name:<{width}}  {case.title}")
        return "listed"
    if name not in CASES:
        raise Stop(f"--case: there is no case {name!r}; the cases are {', '.join(CASES)}.", ExitCode.USAGE)
    return CASES[name]


def rooms_for(case: Case | None, rooms: str | None) -> str:
    """The codes of the control rooms that play: those of the case, else those that were asked for.

    Raises:
        Stop: both were asked for.
    """
    if case is None:
        return DEFAULT_ROOMS if rooms is None else rooms
    if rooms is not None:
        raise Stop(f"--rooms: the case {case.name} has its own: leave the option out.", ExitCode.USAGE)
    return ",".join(case.rooms)


def speed_for(case: Case | None, speed: float | None, usual: float) -> float:
    """How fast: as was asked for, else as suits the case, else as usual."""
    if speed is not None:
        return speed
    return usual if case is None else case.speed


def rooms_of(codes: str) -> frozenset[str]:
    """The control rooms of ``VBR,ANT`` or ``all``.

    Raises:
        Stop: one of them is none.
    """
    if codes.strip().lower() == "all":
        return frozenset(ROOMS)
    wanted = frozenset(code.strip().upper() for code in codes.split(","))
    if unknown := wanted - ROOMS.keys():
        raise Stop(
            f"--rooms: {', '.join(repr(code) for code in sorted(unknown))} is no control room; "
            f"the codes are {', '.join(sorted(ROOMS))}, or all.",
            ExitCode.USAGE,
        )
    return wanted
