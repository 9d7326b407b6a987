"""The first line of a row in little room: what says where to send stays whole."""

from __future__ import annotations

import pytest

from console.tui.widgets.queue_row import narrowed

LONG = "5389 Boortmeerbeek - Haacht - Keerbergen"


def line(since: str, state: str, zone: str, room: int) -> str:
    pieces = ((since, "press"), (state, "press"), (zone, "open"))
    return "".join(text for text, _ink in narrowed(pieces, room))


@pytest.mark.parametrize(
    ("state", "room", "painted"),
    [
        ("NEW  ", 60, f" ▲ 00:12  NEW  {LONG}"),
        ("NEW  ", 40, " ▲ 00:12  NEW  5389 Boortmeerbeek"),
        ("NIEUW  ", 26, " ▲ 00:12  NIEUW  5389"),
        ("TER PLAATSE  ", 26, " ▲ 00:12  TER PLAATSE 5389"),
        ("PRISE EN CHARGE  ", 26, " ▲ 00:12  PRISE EN C… 5389"),
    ],
)
def test_the_code_of_the_zone_is_cut_last(state: str, room: int, painted: str) -> None:
    assert line(" ▲ 00:12  ", state, LONG, room) == painted
