"""Which police zones a position touches: the plain answer, as it travels in events.

No geometry library is needed to read or write an allocation; it is computed in `console.domain.zones`.
"""

from pydantic import BaseModel, ConfigDict, Field


class Share(BaseModel):
    """The part of a position's uncertainty disc that lies in one zone.

    `zone` is a zone id, or `None` for what lies outside Belgium; `share` is an area share in 0..1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    zone: str | None
    share: float = Field(ge=0, le=1)


class Allocation(BaseModel):
    """Zones of one position, largest share first (architecture decision 10).

    `shares` add up to 1. `zone` is the zone to send: the one with the largest share inside Belgium or,
    up to 1,500 m outside the outline, the nearest one (then `outside_m` > 0). `None` means farther
    outside: the control room of the file zone decides.

    `outside_m`: metres from the position to the outline, 0 inside. `border_m`: metres from the position to
    the nearest zone border. `accuracy_m`: how far a border of the map may be off, in metres (already part of
    the disc). `approximate`: the map is no official one, and the screen says so beside the zone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    zone: str | None
    shares: tuple[Share, ...]
    outside_m: float = Field(ge=0)
    border_m: float = Field(ge=0)
    accuracy_m: float = Field(ge=0)
    approximate: bool

    @property
    def certain(self) -> bool:
        """True when the whole disc lies in one zone."""
        return len(self.shares) == 1 and self.shares[0].zone is not None

    @property
    def others(self) -> tuple[Share, ...]:
        """Every zone the disc also touches, largest share first; what lies outside Belgium is left out."""
        return tuple(share for share in self.shares if share.zone not in {None, self.zone})
