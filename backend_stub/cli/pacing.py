"""Options that `simulate` and `demo` share: which control rooms, and how fast."""

from __future__ import annotations

from typing import Annotated

import typer

from console.domain.rooms import ROOMS
from console.wire.exits import ExitCode, Stop

DEFAULT_ROOMS = "VBR,BRU,ANT"

Rooms = Annotated[
    str,
    typer.Option(help="Control rooms whose patrols drive and whose victims press, or all.", metavar="CODES"),
]
Speed = Annotated[float, typer.Option(min=0.1, max=100, help="How many times as fast as the wall clock.")]


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
