"""Distance and bearing from anything on the map to anything: two things are chosen, by letter or with the mouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from string import ascii_lowercase

from console.domain.location import bearing_deg, distance_m, heading_words
from console.locale import _
from console.locale.words import compass
from console.tui.map.projection import View
from console.tui.map.scene import (
    ADDRESS_WORDS,
    OTHER_FIX_MARK,
    PATROL_MARKS,
    VICTIM_MARK,
    Scene,
    Whose,
)
from console.tui.measures import distance

WITHIN_CELLS = 2
"""A click this near a mark means the mark, and not the ground beside it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a distance is measured from or to. ``key`` names it in every scene ("": a place on the ground)."""

    key: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Measuring:
    """What has been chosen so far, and the letter of each thing that can be chosen, by its key."""

    letters: Mapping[str, str]
    chosen: tuple[Thing, ...] = ()

    @classmethod
    def among(cls, scene: Scene) -> Measuring:
        """Letters for what is in a scene, the most important first; what has none left is chosen with the mouse."""
        return cls(dict(zip((one.key for one in things(scene)), ascii_lowercase, strict=False)))

    @property
    def choosing(self) -> bool:
        """Something is still to be chosen."""
        return len(self.chosen) < 2

    def takes(self, key: str) -> bool:
        """Whether a key is a letter of something that can be chosen now."""
        return self.choosing and key in self.letters.values()

    def with_letter(self, letter: str, scene: Scene) -> Measuring:
        """The thing with this letter is chosen; nothing changes if it has gone."""
        found = next((one for one in things(scene) if self.letters.get(one.key) == letter), None)
        return self if found is None else self.with_thing(found)

    def with_thing(self, thing: Thing) -> Measuring:
        """A thing is chosen."""
        return replace(self, chosen=(*self.chosen, thing)) if self.choosing else self

    def now(self, scene: Scene) -> tuple[Thing, ...]:
        """What was chosen, where it is in this scene; what has gone stays where it was last."""
        here = {one.key: one for one in things(scene)}
        return tuple(here.get(one.key, one) for one in self.chosen)

    def words(self, scene: Scene) -> str:
        """What the line under the map says: what to do next, or how far it is and in which direction."""
        found = self.now(scene)
        match found:
            case (one, other):
                metres = distance_m(one.lon, one.lat, other.lon, other.lat)
                said = distance(metres)
                if metres >= 1:
                    degrees = bearing_deg(one.lon, one.lat, other.lon, other.lat)
                    said += f" {compass(heading_words(degrees))} ({degrees:.0f}°)"
                return _("{far} straight line: {one} → {other}", one=one.name, other=other.name, far=said)
            case (one,):
                return _("letter or click · esc: end · from {one} to …", one=one.name)
            case _:
                return _("measure: letter or click · esc: end")


def things(scene: Scene) -> Iterator[Thing]:
    """What is in a scene: the victim, what warns, patrols (the nearest to her first), addresses."""
    victim = scene.victim
    if victim is not None:
        yield Thing("victim", f"{VICTIM_MARK} {_('victim')}", victim.lon, victim.lat)
    for number, fix in enumerate(scene.other_fixes):
        yield Thing(f"fix {number}", f"{OTHER_FIX_MARK} {_('other position')}", fix.lon, fix.lat)
    on_duty = [one for one in scene.patrols if one.state in PATROL_MARKS]
    if victim is not None:
        on_duty.sort(key=lambda one: distance_m(victim.lon, victim.lat, one.lon, one.lat))
    for patrol in sorted(on_duty, key=lambda one: not one.highlighted):
        mark = PATROL_MARKS[patrol.state]
        yield Thing(patrol.key, f"{mark}{patrol.call_sign}", patrol.lon, patrol.lat)
    for address in scene.addresses:
        his = address.whose is Whose.PERPETRATOR
        kind = _(ADDRESS_WORDS[address.kind])
        name = _("{kind} of the PERPETRATOR", kind=kind) if his else _("her {kind}", kind=kind)
        yield Thing(address.key, f"{address.mark} {name}", address.lon, address.lat)


def under(view: View, scene: Scene, column: int, row: int) -> Thing:
    """What a click at a cell means: the nearest mark within two cells, else the place on the ground."""

    def off(thing: Thing) -> int:
        at_column, at_row = view.to_cell(thing.lon, thing.lat)
        return max(abs(at_column - column), 2 * abs(at_row - row))

    near = min(things(scene), key=off, default=None)
    if near is not None and off(near) <= WITHIN_CELLS:
        return near
    lon, lat = view.to_degrees((column + 0.5) * 2, (row + 0.5) * 4)
    return Thing("", _("place"), lon, lat)
