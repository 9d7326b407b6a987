"""What is to be drawn on the map: one frozen value, and the marks it is drawn with.

Every mark has a shape of its own and a word or a letter, so that colour is never alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.casefile import AddressKind
from console.domain.location import distance_m
from console.domain.patrols import PatrolState
from console.locale import N_
from console.tui.map.projection import Bounds

VICTIM_MARK = "✚"
OTHER_FIX_MARK = "?"
HEADING_MARKS = ("↑", "↗", "→", "↘", "↓", "↙", "←", "↖")
"""Beside the victim, towards where she moves: N, NE, E and so on."""

TRAIL_MARK = "⠶"

THREAT_PREFIX = "P"
"""Before the mark of an address that is the perpetrator's."""

PATROL_MARKS = {
    PatrolState.FREE: "▸",
    PatrolState.RESERVED: "▹",
    PatrolState.BUSY: "▹",
    PatrolState.DISPATCHED: "►",
    PatrolState.ACCEPTED: "►",
    PatrolState.EN_ROUTE: "►",
    PatrolState.ON_SCENE: "◆",
}
"""Full: can be sent; hollow: cannot; large: under way. Who is off duty is not on the map."""

ADDRESS_MARKS = {
    AddressKind.HOME: "⌂",
    AddressKind.WORK: "⚒",
    AddressKind.SCHOOL: "✎",
    AddressKind.FAMILY: "⚯",
    AddressKind.USUAL_PLACE: "△",
}


def heading_mark(heading_deg: float) -> str:
    """The arrow of a heading."""
    return HEADING_MARKS[round(heading_deg % 360 / 45) % 8]


ADDRESS_WORDS = {
    AddressKind.HOME: N_("home"),
    AddressKind.WORK: N_("work"),
    AddressKind.SCHOOL: N_("school"),
    AddressKind.FAMILY: N_("family"),
    AddressKind.USUAL_PLACE: N_("usual place"),
}
"""What they are called; marked for translation here, looked up where it is shown."""

CLOSEST_FIT_M = 250.0
"""No fit shows less than this around the victim: the streets about her are part of the answer."""

OTHER_FIX_WITHIN_M = 5_000.0
"""A second position is fitted in up to here; farther away the streets about her would be lost for it."""

NEAREST_PATROLS = 3
"""So many patrols are fitted into the window while none is on its way."""


class Whose(StrEnum):
    """Whose address it is."""

    VICTIM = "victim"
    PERPETRATOR = "perpetrator"


@dataclass(frozen=True, slots=True)
class Victim:
    """Where the victim is: degrees (WGS84), radius at 95 % in metres.

    ``could_be_now_m`` is the radius of where she can be by now (W9), None if she does not move.
    ``trail`` are earlier positions (lon, lat), the oldest first; ``trail_notes`` the words beside each of them,
    its age, or "". ``heading_deg``: where she moves, None if she is still. ``note`` stands beside the mark in
    words that are already translated, such as the age of a stale position; it is never left out.
    """

    lon: float
    lat: float
    r95_m: float
    could_be_now_m: float | None = None
    trail: tuple[tuple[float, float], ...] = ()
    trail_notes: tuple[str, ...] = ()
    heading_deg: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OtherFix:
    """A position that does not move the marker until the operator chooses it: shown with a question mark."""

    lon: float
    lat: float
    r95_m: float


@dataclass(frozen=True, slots=True)
class PatrolMark:
    """A patrol on the map; ``highlighted`` if it is sent to, or picked for, the intervention shown."""

    call_sign: str
    state: PatrolState
    lon: float
    lat: float
    highlighted: bool = False

    @property
    def key(self) -> str:
        """Its name in every scene."""
        return f"patrol {self.call_sign}"


@dataclass(frozen=True, slots=True)
class AddressMark:
    """A known address: what it is, and whose."""

    kind: AddressKind
    whose: Whose
    lon: float
    lat: float

    @property
    def key(self) -> str:
        """Its name in every scene: an address does not move."""
        return f"address {self.mark} {self.lon:.5f} {self.lat:.5f}"

    @property
    def mark(self) -> str:
        """``⌂`` for the victim's home, ``P⌂`` for the perpetrator's."""
        return (THREAT_PREFIX if self.whose is Whose.PERPETRATOR else "") + ADDRESS_MARKS[self.kind]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that moves on the map, and the zone whose border stands out.

    ``subject`` says what is shown (the intervention's number): another subject makes the map fit itself
    anew, the same one leaves it where the operator put it. ``no_position``: an intervention is shown, and
    nobody knows where the victim is; ``zone`` is then the file zone.
    """

    subject: str = ""
    victim: Victim | None = None
    no_position: bool = False
    other_fixes: tuple[OtherFix, ...] = ()
    patrols: tuple[PatrolMark, ...] = ()
    addresses: tuple[AddressMark, ...] = ()
    zone: str | None = None

    @property
    def hold(self) -> str:
        """What the window holds on to: the victim, else the zone, else the patrols, else nothing."""
        if self.victim is not None:
            return "victim"
        if self.zone is not None:
            return "zone"
        return "patrols" if self.patrols else ""

    def bounds(self) -> Bounds | None:
        """The box that a fit shows; None where the scene has no place of its own, or only a zone.

        With a victim: she in its middle, her circles, and the patrols that matter to her. Those are the
        highlighted ones or, while there is none, the three nearest; and a second position nearby. Without an intervention: all patrols.
        """
        if self.victim is not None:
            at = self.victim
            box = Bounds.around(at.lon, at.lat, max(CLOSEST_FIT_M, at.r95_m, at.could_be_now_m or 0.0))
            fitted = [(one.lon, one.lat) for one in self._fitted_patrols(at)]
            for lon, lat in (*fitted, *((one.lon, one.lat) for one in self._fitted_fixes(at))):
                # As far on the other side, so that she stays in the middle.
                lons, lats = (lon, 2 * at.lon - lon), (lat, 2 * at.lat - lat)
                box = box.joined(Bounds.of(lons, lats))
            return box
        return self.patrol_bounds() if self.hold == "patrols" else None

    def patrol_bounds(self) -> Bounds | None:
        """The box around all patrols; None where there are none."""
        if not self.patrols:
            return None
        return Bounds.of((one.lon for one in self.patrols), (one.lat for one in self.patrols))

    def _fitted_fixes(self, at: Victim) -> list[OtherFix]:
        return [
            fix
            for fix in self.other_fixes
            if distance_m(at.lon, at.lat, fix.lon, fix.lat) <= OTHER_FIX_WITHIN_M
        ]

    def _fitted_patrols(self, at: Victim) -> list[PatrolMark]:
        on_duty = [patrol for patrol in self.patrols if patrol.state in PATROL_MARKS]
        if chosen := [patrol for patrol in on_duty if patrol.highlighted]:
            return chosen
        return sorted(on_duty, key=lambda p: distance_m(at.lon, at.lat, p.lon, p.lat))[:NEAREST_PATROLS]
