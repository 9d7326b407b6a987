"""The line under the map: scale, what the marks mean, and how far the map may be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from console.domain.patrols import PatrolState
from console.locale import _
from console.tui.map.braille import DOTS_X, Run, one_cell_each
from console.tui.map.ground import PLACE_MARK
from console.tui.map.ink import Ink
from console.tui.map.projection import View
from console.tui.map.scene import (
    ADDRESS_MARKS,
    ADDRESS_WORDS,
    OTHER_FIX_MARK,
    PATROL_MARKS,
    THREAT_PREFIX,
    TRAIL_MARK,
    VICTIM_MARK,
    AddressMark,
    OtherFix,
    PatrolMark,
    Scene,
    Victim,
    Whose,
    heading_mark,
)

BAR_SHARE = 0.16
"""The scale bar takes at most this part of the width."""

GAP = "  "

FIRST_KEYS = 4
"""So many keys have room before the words for an approximate map have."""

OFF = "⇱"
"""Before what is not on the map and must not be overlooked: its mark, and how far off it is and where."""


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
    if scene.victim is not None:
        if scene.victim.heading_deg is not None:
            yield Entry(heading_mark(scene.victim.heading_deg), _("her heading"), Ink.CIRCLE)
        if scene.victim.trail:
            yield Entry(TRAIL_MARK, _("her trail"), Ink.TRAIL)


def every_entry() -> Iterator[tuple[str, str]]:
    """Every sign that the map can show, and what it means."""
    nowhere = 0.0, 0.0
    victim = Victim(*nowhere, 0.0, could_be_now_m=0.0, trail=(nowhere,), heading_deg=45.0)
    everything = Scene(
        victim=victim,
        other_fixes=(OtherFix(*nowhere, 0.0),),
        patrols=tuple(PatrolMark("", state, *nowhere) for state in PATROL_MARKS),
        addresses=tuple(AddressMark(kind, whose, *nowhere) for kind in ADDRESS_MARKS for whose in Whose),
    )
    meanings = {
        "○": _("her position with its radius: she is inside with 95 % certainty"),
        "◌": _("where she could be by now, at the speed she had"),
        OTHER_FIX_MARK: _("another position, which contradicts the one shown; x chooses"),
        TRAIL_MARK: _("where she was, with its age"),
        THREAT_PREFIX: _("before an address: the perpetrator's"),
    }
    for mark, meaning, _ink in entries(everything):
        yield mark, meanings.get(mark, meaning)
    yield OFF, _("not on the map now: how far from its middle, and where")
    yield PLACE_MARK, _("a town, village or quarter")
    yield "━", _("border of the zone to send")
    yield "─", _("border of a police zone, or of the country")


def caption(view: View, named: Iterable[Entry], remarks: Sequence[str]) -> list[Run]:
    """The line under the map, ``view.columns`` cells: scale, what is ``named``, remarks (the first is the last to go).

    What does not fit is left out whole: first remarks from the last, then what is named, from the last.
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
    for mark, meaning, ink in named:
        size = len(GAP) + len(mark) + 1 + len(meaning)
        if used + size > room:
            break
        left += [Run(GAP if used else "", Ink.GROUND), Run(mark, ink), Run(f" {meaning}", Ink.NOTE)]
        used += size
    blank = width - used - len(right)
    return [run for run in (*left, Run(" " * blank, Ink.GROUND), Run(right, Ink.NOTE)) if run.text]


def key_line(view: View, named: Iterable[Entry], off: str, approximate: bool) -> list[Run]:
    """The line under the map with its keys instead of what its marks mean.

    What must not be overlooked comes first: ``off`` (what is not on the map) and that the map is
    ``approximate``, as a sign where there is no room for the words. Keys that do not fit are left out whole.
    """
    entries = list(named)
    first = sum(len(one.mark) + 1 + len(one.meaning) + len(GAP) for one in entries[:FIRST_KEYS])
    right = GAP.join(part for part in (off, f"≈ {_('approximate map')}" if approximate else "") if part)
    if first + len(right) > view.columns:
        right = GAP.join(part for part in (off, "≈" if approximate else "") if part)
    left: list[Run] = []
    used = 0
    for mark, meaning, ink in entries:
        size = len(GAP) * bool(used) + len(mark) + 1 + len(meaning)
        if used + size + (len(GAP) + len(right) if right else 0) > view.columns:
            break
        left += [Run(GAP if used else "", Ink.GROUND), Run(mark, ink), Run(f" {meaning}", Ink.NOTE)]
        used += size
    right = right[: view.columns - used]
    blank = view.columns - used - len(right)
    return [run for run in (*left, Run(" " * blank, Ink.GROUND), Run(right, Ink.NOTE)) if run.text]


def sentence(view: View, text: str) -> list[Run]:
    """A sentence in the place of the line under the map, with the scale where it fits too."""
    words = one_cell_each(text)[: view.columns]
    bar = scale_bar(view)
    left = bar + GAP if bar and len(bar) + len(GAP) + len(words) <= view.columns else ""
    blank = view.columns - len(left) - len(words)
    return [
        run for run in (Run(left, Ink.NOTE), Run(words, Ink.PATROL), Run(" " * blank, Ink.GROUND)) if run.text
    ]
