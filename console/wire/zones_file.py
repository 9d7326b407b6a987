"""The zones file and the facts beside it: read from a path, or as they ship with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.zones import Fault, FaultKind, Zones, ZonesFileError, parse_zones

if TYPE_CHECKING:
    from console.domain.zones.allocating import ZoneMap

PACKAGED = "zones.geojson"
COMPOSITION = "sources/municipalities.csv"


def packaged_bytes(name: str) -> bytes:
    """A file of ``data/``, as shipped: from ``console/_data`` in a wheel, from ``data/`` in a clone.

    Raises:
        ZonesFileError: the installation is not complete.
    """
    package = files("console")
    shipped = package.joinpath("_data", *name.split("/"))
    if shipped.is_file():
        return shipped.read_bytes()
    cloned = Path(str(package)).parent.joinpath("data", *name.split("/"))
    if cloned.is_file():
        return cloned.read_bytes()
    raise ZonesFileError(
        [Fault(FaultKind.UNREADABLE, f"data/{name} is missing from this installation")],
        "Install the program again",
    )


def given_bytes(path: Path) -> bytes:
    """A file that someone named.

    Raises:
        ZonesFileError: it is not there or cannot be read; the text says so.
    """
    try:
        if not path.is_file():
            found = "is a directory" if path.is_dir() else "is not there"
            raise ZonesFileError(
                [Fault(FaultKind.UNREADABLE, f"{str(path)!a} {found}")], "Give the path of a file"
            )
        return path.read_bytes()
    except OSError as error:
        said = f"{str(path)!a} cannot be read: {error.strerror or 'the system refuses'}"
        raise ZonesFileError([Fault(FaultKind.UNREADABLE, said)], "Give a file that you may read") from None


def read_zones(path: Path | None = None) -> Zones:
    """The zones of a file, or those that ship with the program. No geometry library is loaded.

    Raises:
        ZonesFileError: the file cannot be used; the text says why and what to do.
    """
    return parse_zones(packaged_bytes(PACKAGED) if path is None else given_bytes(path))


def read_zone_map(path: Path | None = None) -> ZoneMap:
    """The zones with their geometry. Loads shapely and pyproj: not before the first frame.

    Raises:
        ZonesFileError: the file cannot be used; the text says why and what to do.
    """
    from console.domain.zones.allocating import ZoneMap

    return ZoneMap(read_zones(path))
