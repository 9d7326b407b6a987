"""Where a victim is: fixes, their radius at 95 %, and what may be believed of them.

Coordinates are WGS84 degrees, always named; where an order is needed it is lon, lat (RFC 7946).
Radii and distances are metres, speeds metres per second, bearings degrees clockwise from north.
"""

from __future__ import annotations

from enum import StrEnum

from console.domain.values import Frozen, Lat, Lon, Metres, Utc


class Method(StrEnum):
    """How a position was found (AML, ETSI TS 103 625, field ``pm``)."""

    GNSS = "gnss"
    WIFI = "wifi"
    CELL = "cell"
    UNKNOWN = "unknown"


class Fix(Frozen):
    """A position that a device reported.

    ``radius_m`` with ``confidence_pct`` is what was reported; `r95_m` in this module is what is drawn.
    ``taken_at`` is the device's clock, ``received_at`` the backend's.
    """

    id: str
    lon: Lon
    lat: Lat
    radius_m: Metres
    confidence_pct: float | None = None
    method: Method = Method.UNKNOWN
    speed_mps: float | None = None
    heading_deg: float | None = None
    taken_at: Utc
    received_at: Utc
