"""Whom to call when a victim leaves Belgium (W8): the desks of the neighbours along the border.

No numbers stand here: each control room has them in its own directory. Names of desks are names of a role.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from console.domain.location import distance_m


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk abroad, and a place (degrees) in the area that it answers for."""

    code: str
    name: str
    lon: float
    lat: float


DESKS: Final = (
    Desk("NL-ZWB", "Meldkamer Zeeland - West-Brabant", 3.83, 51.33),
    Desk("NL-ZWB", "Meldkamer Zeeland - West-Brabant", 4.70, 51.55),
    Desk("NL-OBR", "Meldkamer Oost-Brabant", 5.45, 51.38),
    Desk("NL-LIM", "Meldkamer Limburg", 5.72, 51.10),
    Desk("NL-LIM", "Meldkamer Limburg", 5.80, 50.85),
    Desk("DE-AC", "Einsatzleitstelle Aachen", 6.12, 50.75),
    Desk("DE-EU", "Einsatzleitstelle Euskirchen", 6.45, 50.45),
    Desk("DE-TR", "Einsatzzentrale Trier", 6.35, 50.12),
    Desk("LU", "Centre d'intervention national, Luxembourg", 6.05, 49.95),
    Desk("LU", "Centre d'intervention national, Luxembourg", 5.98, 49.62),
    Desk("FR-54", "CORG de Meurthe-et-Moselle", 5.75, 49.50),
    Desk("FR-55", "CORG de la Meuse", 5.38, 49.50),
    Desk("FR-08", "CORG des Ardennes", 4.80, 49.90),
    Desk("FR-08", "CORG des Ardennes", 4.35, 49.90),
    Desk("FR-02", "CORG de l'Aisne", 4.05, 49.95),
    Desk("FR-59", "CIC de Lille", 3.95, 50.28),
    Desk("FR-59", "CIC de Lille", 3.40, 50.45),
    Desk("FR-59", "CIC de Lille", 3.05, 50.68),
    Desk("FR-59", "CIC de Lille", 2.55, 50.95),
)
"""From Sluis along the border and round to De Panne. On the sea the nearest of them is the first to call."""

NAMES: Final = {desk.code: desk.name for desk in DESKS}
"""Code -> name, in the desk's own language."""


def desk_for(lon: float, lat: float) -> str:
    """Code of the desk that is nearest to a position outside Belgium (degrees)."""
    return min(DESKS, key=lambda desk: distance_m(lon, lat, desk.lon, desk.lat)).code
