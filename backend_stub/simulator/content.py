"""The content that the backend was filled with, made again from the same seed, for the simulated world."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic_core import from_json

from backend_stub.registry.demo import DEMO_SEED, DemoContent, demo_content
from console.domain.zones import ZonesFileError
from console.wire.exits import Stop
from console.wire.zones_file import PACKAGED, given_bytes, packaged_bytes


def simulated_content(zones: Path | None) -> DemoContent:
    """The demo's content on a map. Dates in it may differ from the backend's by a day; places and ids do not.

    Raises:
        Stop: the map cannot be used.
    """
    try:
        map_text = packaged_bytes(PACKAGED) if zones is None else given_bytes(zones)
        places = from_json(packaged_bytes("places.json"))
        return demo_content(DEMO_SEED, datetime.now(UTC).date(), from_json(map_text), places)
    except (ZonesFileError, ValueError) as wrong:
        raise Stop(f"The simulator cannot use this map: {wrong}") from wrong
