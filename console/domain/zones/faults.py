"""What can be wrong with a map of zones, each fault named by a kind and a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NAMED_AT_ONCE = 3


class FaultKind(StrEnum):
    """The kinds of fault, as `msa zones check --json` prints them."""

    UNREADABLE = "unreadable"
    NOT_ZONES = "not_zones"
    MISSING_FIELD = "missing_field"
    WRONG_FIELD = "wrong_field"
    DUPLICATE_ID = "duplicate_id"
    SWAPPED = "swapped"
    OUT_OF_RANGE = "out_of_range"
    WRONG_SHAPE = "wrong_shape"
    INVALID = "invalid"
    OVERLAP = "overlap"
    GAP = "gap"
    BORDERS_DIFFER = "borders_differ"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_MUNICIPALITY = "unknown_municipality"
    MISSING_MUNICIPALITY = "missing_municipality"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: its kind, a sentence for a person, and the zone ids it concerns."""

    kind: FaultKind
    sentence: str
    zones: tuple[str, ...] = ()


class ZonesFileError(Exception):
    """A map that cannot be used. Its text says what is wrong and what to do; ``faults`` holds every fault."""

    def __init__(self, faults: Sequence[Fault], what_to_do: str) -> None:
        self.faults = tuple(faults)
        said = "; ".join(fault.sentence for fault in self.faults[:NAMED_AT_ONCE])
        more = len(self.faults) - NAMED_AT_ONCE
        if more > 0:
            said += f"; and {more} more"
        super().__init__(f"{said}. {what_to_do}")


def quoted(value: object, longest: int = 60) -> str:
    """Quote a value from a file for a message: plain ASCII, cut off, so that it cannot write to the terminal."""
    text = json.dumps(value, default=repr)
    return text if len(text) <= longest else text[:longest] + "…"
