"""The control rooms (CIC): one per province and one for Brussels, and which of them border on each other."""

from __future__ import annotations

from typing import Final

ROOMS: Final[dict[str, str]] = {
    "ANT": "CIC Antwerpen",
    "BRU": "CIC Brussel/Bruxelles",
    "BWR": "CIC Brabant wallon",
    "HAI": "CIC Hainaut",
    "LIE": "CIC Liège",
    "LIM": "CIC Limburg",
    "LUX": "CIC Luxembourg",
    "NAM": "CIC Namur",
    "OVL": "CIC Oost-Vlaanderen",
    "VBR": "CIC Vlaams-Brabant",
    "WVL": "CIC West-Vlaanderen",
}
"""Short code -> name, in the room's own language."""

_BORDERS: Final = (
    "ANT-LIM ANT-OVL ANT-VBR BRU-VBR BWR-HAI BWR-LIE BWR-NAM BWR-VBR HAI-NAM HAI-OVL HAI-VBR HAI-WVL "
    "LIE-LIM LIE-LUX LIE-NAM LIE-VBR LIM-VBR LUX-NAM OVL-VBR OVL-WVL"
)


def neighbours(room: str) -> frozenset[str]:
    """Codes of the control rooms whose areas touch that of ``room``."""
    pairs = [pair.split("-") for pair in _BORDERS.split()]
    return frozenset(two if one == room else one for one, two in pairs if room in {one, two})
