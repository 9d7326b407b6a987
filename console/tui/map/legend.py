"""The line under the map: scale, what the marks mean, and how far the map may be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.domain.patrols import PatrolState
from console.locale import _
from console.tui.map.braille import DOTS_X, Run
from console.tui.map.ink import Ink
from console.tui.map.marks import ADDRESS_WORDS
from console.tui.map.projection import View
from console.tui.map.scene import (
    ADDRESS_MARKS,
    OTHER_FIX_MARK,
    PATROL_MARKS,
    THREAT_PREFIX,
    VICTIM_MARK,
    Scene,
    Whose,
)

BAR_SHARE = 0.16
"""The scale bar takes at most this part of the width."""

GAP = "  "


class Entry(NamedTuple):
    """A mark, what it means in the operator's language, and its ink."""

    mark: str
    meaning: str
    ink: Ink


def scale_bar(view: View) -> str:
    """A bar with its length in metres or kilometres, such as ``├───┤ 500 m``; its ticks are that far apart.

    The length is 1, 2 or 5 times a power of ten. "" where there is no room for it.
    """
    per_cell = view.metres_per_dot * DOTS_X
    longest_m = max(4.0, view.columns * BAR_SHARE) * per_cell
    power = 10.0 ** math.floor(math.log10(longest_m))
    metres = max(step * power for step in (1, 2, 5) if step * power <= longest_m)
    text = f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"
    bar = f"├{'─' * (round(metres / per_cell) - 1)}┤ {text}"
    return bar if len(bar) <= view.columns else ""


def entries(scene: Scene) -> Iterator[Entry]:
    """What the marks of this scene mean, the victim first; only what is on the map."""
    if scene.victim is not None:
        yield Entry(VICTIM_MARK, _("victim"), Ink.VICTIM)
        yield Entry("○", "95 %", Ink.CIRCLE)
        if scene.victim.could_be_now_m is not None:
            yield Entry("◌", _("could be now"), Ink.REACH)
    if scene.other_fixes:
        yield Entry(OTHER_FIX_MARK, _("other position"), Ink.DOUBT)
    seen = {PATROL_MARKS.get(patrol.state) for patrol in scene.patrols}
    for state, meaning, ink in (
        (PatrolState.FREE, _("patrol free"), Ink.PATROL),
        (PatrolState.EN_ROUTE, _("under way"), Ink.PATROL_SENT),
        (PatrolState.ON_SCENE, _("on scene"), Ink.PATROL_SENT),
        (PatrolState.BUSY, _("not available"), Ink.PATROL_BUSY),
    ):
        if (mark := PATROL_MARKS[state]) in seen:
            yield Entry(mark, meaning, ink)
    if any(address.whose is Whose.PERPETRATOR for address in scene.addresses):
        yield Entry(THREAT_PREFIX, _("perpetrator's"), Ink.THREAT)
    kinds = {address.kind for address in scene.addresses}
    for kind, mark in ADDRESS_MARKS.items():
        if kind in kinds:
            yield Entry(mark, _(ADDRESS_WORDS[kind]), Ink.ADDRESS)


def caption(view: View, scene: Scene, remarks: Sequence[str]) -> list[Run]:
    """The line under the map, ``view.columns`` cells: scale, legend, remarks (the first is the last to go).

    What does not fit is left out whole: first remarks from the last, then entries of the legend.
    """
    width = view.columns
    left: list[Run] = []
    used = 0
    if bar := scale_bar(view):
        left, used = [Run(bar, Ink.NOTE)], len(bar)
    kept: list[str] = []
    for remark in remarks:
        if used + len(GAP) * bool(used) + sum(len(GAP) + len(other) for other in kept) + len(remark) > width:
            break
        kept.append(remark)
    right = GAP.join(kept)
    room = width - (len(right) + len(GAP) if right else 0)
    for mark, meaning, ink in entries(scene):
        size = len(GAP) + len(mark) + 1 + len(meaning)
        if used + size > room:
            break
        left += [Run(GAP if used else "", Ink.GROUND), Run(mark, ink), Run(f" {meaning}", Ink.NOTE)]
        used += size
    blank = width - used - len(right)
    return [run for run in (*left, Run(" " * blank, Ink.GROUND), Run(right, Ink.NOTE)) if run.text]
