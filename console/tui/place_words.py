"""A position in words for the radio: by a known address if one is near, else by the nearest named place."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.casefile import Extract
from console.domain.places import Described, KnownAddress, Whose
from console.locale import _
from console.locale.words import compass, word
from console.tui.measures import distance


def known_addresses(extract: Extract | None) -> Iterator[KnownAddress]:
    """The addresses of the case file, with whose they are."""
    if extract is None:
        return
    for address in extract.victim.addresses:
        yield KnownAddress(Whose.VICTIM, address)
    for address in extract.perpetrator.addresses:
        yield KnownAddress(Whose.PERPETRATOR, address)


def place_words(described: Described) -> str:
    """``140 m NE of her home, Voorbeeldstraat 12``, ``Leuven``, ``1.2 km SW of Kessel-Lo``; empty: nothing known."""
    near, place = described.address, described.place
    if near is not None:
        whose = word(near.whose)
        what = _("{whose}: {kind}, {address}", whose=whose, kind=word(near.kind), address=near.address.text)
        return _off(near.distance_m, near.direction, what)
    if place is not None:
        return _off(place.distance_m, place.direction, place.name)
    return ""


def _off(metres: float, direction: str | None, what: str) -> str:
    if direction is None:
        return what
    return _(
        "{distance} {direction} of {what}", distance=distance(metres), direction=compass(direction), what=what
    )
