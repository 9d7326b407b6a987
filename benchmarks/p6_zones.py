"""P6: from one fix to zones with shares, against the bare shapely calls it needs, and against brute force.

    python -m benchmarks P6

The bare calls get points that are projected already and give no answer in words: what is measured on top is the
projection, the rule and the answer. Brute force asks every zone and knows no tree and no short cut.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.figure import Figure
from console.domain.allocation import Allocation
from console.domain.location import r95_m
from console.domain.zones import Zones
from console.domain.zones.allocating import DISC_QUARTER_SEGMENTS, NEAREST_WITHIN_M, ZoneMap, to_metres
from console.domain.zones.values import zones_of
from console.wire.zones_file import read_zones

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TIMED_FIXES, ROUNDS = 1_000, 7
COMPARED_FIXES, CHUNK = 100_000, 5_000
BOX = (2.4, 49.4, 6.5, 51.6)
"""West, south, east, north in degrees: Belgium with some of its neighbours and of the sea."""


@dataclass(frozen=True)
class Fixes:
    """Positions as they come in: degrees, metres, percent; ``xy`` the same positions in EPSG:3812."""

    lon: list[float]
    lat: list[float]
    radius: list[float]
    confidence: list[float]
    xy: Floats

    def reach(self, accuracy_m: float) -> Floats:
        wide = [r95_m(radius, pct) for radius, pct in zip(self.radius, self.confidence, strict=True)]
        reach: Floats = np.hypot(np.array(wide), accuracy_m)
        return reach


def fixes(number: int, seed: int, inside: ZoneMap | None = None) -> Fixes:
    """Anywhere in the box, or ``inside`` a map; radii from a satellite fix (5 m) to a cell (2 km), log-uniform."""
    dice = np.random.default_rng(seed)
    drawn = number if inside is None else number * 4
    lon, lat = dice.uniform(BOX[0], BOX[2], drawn), dice.uniform(BOX[1], BOX[3], drawn)
    xy = np.column_stack(to_metres().transform(lon, lat))
    if inside is not None:
        kept = np.unique(shapely.STRtree(inside.shapes).query(shapely.points(xy), "intersects")[0])[:number]
        lon, lat, xy = lon[kept], lat[kept], xy[kept]
    return Fixes(
        lon=lon.tolist(),
        lat=lat.tolist(),
        radius=np.exp(dice.uniform(math.log(5), math.log(2_000), number)).tolist(),
        confidence=dice.choice([68.0, 95.0], number).tolist(),
        xy=xy,
    )


def bare_calls(zone_map: ZoneMap, given: Fixes) -> Callable[[], None]:
    """Only shapely: the zone of the point, its distance to the border, the areas where the border is near."""
    shapes, borders, tree = (
        zone_map.shapes,
        shapely.boundary(zone_map.shapes),
        shapely.STRtree(zone_map.shapes),
    )
    asked = list(zip(given.xy.tolist(), given.reach(zone_map.zones.border_accuracy_m).tolist(), strict=True))

    def run() -> None:
        for (x, y), reach in asked:
            point = shapely.Point(x, y)
            covering = tree.query(point, "intersects")
            if len(covering):
                if point.distance(borders[covering[0]]) >= reach:
                    continue
            elif tree.query_nearest(point, return_distance=True)[1][0] >= reach:
                continue
            disc = shapely.buffer(point, reach, quad_segs=DISC_QUARTER_SEGMENTS)
            shapely.area(shapely.intersection(shapes[tree.query(disc)], disc))

    return run


def allocations(zone_map: ZoneMap, given: Fixes) -> list[Allocation]:
    return [
        zone_map.allocate(*fix)
        for fix in zip(given.lon, given.lat, given.radius, given.confidence, strict=True)
    ]


def seconds(run: Callable[[], object]) -> float:
    # Processor time: what else runs on the machine must not decide the ratio.
    begin = time.process_time()
    run()
    return time.process_time() - begin


def microseconds(zone_map: ZoneMap) -> tuple[float, float]:
    """Ours and the bare calls for one fix in Belgium: the best of rounds in turn."""
    given = fixes(TIMED_FIXES, seed=6, inside=zone_map)
    bare = bare_calls(zone_map, given)
    rounds = [(seconds(lambda: allocations(zone_map, given)), seconds(bare)) for _ in range(ROUNDS)]
    best = (min(taken) / TIMED_FIXES * 1e6 for taken in zip(*rounds, strict=True))
    ours, theirs = best
    return ours, theirs


def brute_force_differences(zone_map: ZoneMap, given: Fixes) -> int:
    """How many answers differ from those of asking every zone."""
    different = 0
    for start in range(0, len(given.lon), CHUNK):
        part = slice(start, start + CHUNK)
        chunk = Fixes(
            given.lon[part], given.lat[part], given.radius[part], given.confidence[part], given.xy[part]
        )
        shares, owner, outside = _brute(zone_map, chunk)
        answers = allocations(zone_map, chunk)
        different += sum(
            not _same(zone_map, answer, shares[row], int(owner[row]), float(outside[row]))
            for row, answer in enumerate(answers)
        )
    return different


def _brute(zone_map: ZoneMap, given: Fixes) -> tuple[Floats, Ints, Floats]:
    """Shares by fix and zone; the zone of each point or -1; for those without, metres to the nearest."""
    points = shapely.points(given.xy)
    discs = shapely.buffer(
        points, given.reach(zone_map.zones.border_accuracy_m), quad_segs=DISC_QUARTER_SEGMENTS
    )
    areas = np.zeros((len(points), len(zone_map.ids)))
    owner = np.full(len(points), -1, dtype=np.int64)
    outside = np.full(len(points), np.inf)
    for number in reversed(range(len(zone_map.ids))):
        zone = zone_map.shapes[number]
        owner[shapely.intersects(zone, points)] = number
        near = shapely.intersects(zone, discs)
        areas[near, number] = shapely.area(shapely.intersection(zone, discs[near]))
    lost = owner < 0
    for zone in zone_map.shapes:
        outside[lost] = np.minimum(outside[lost], shapely.distance(zone, points[lost]))
    return areas / shapely.area(discs)[:, None], owner, outside


def _same(zone_map: ZoneMap, answer: Allocation, shares: Floats, owner: int, outside: float) -> bool:
    named = {share.zone: share.share for share in answer.shares}
    told = np.array([named.get(zone, 0.0) for zone in zone_map.ids])
    if np.abs(told - shares).max() > 1e-5:
        return False
    if owner < 0:
        return abs(answer.outside_m - outside) <= 0.1 and (answer.zone is None) == (
            outside > NEAREST_WITHIN_M
        )
    largest = [zone_map.ids[number] for number in np.flatnonzero(shares >= shares.max() - 1e-6)]
    return answer.outside_m == 0 and answer.zone in largest


def exact(zones: Zones) -> Zones:
    """The same map as if it were an official one: most fixes then touch one zone only."""
    return zones_of(
        [(zone, zones.polygons[zone.id]) for zone in zones],
        name=zones.name,
        attribution=zones.attribution,
        approximate=False,
        border_accuracy_m=0,
    )


def measure() -> Iterable[Figure]:
    """P6, on the shipped map (wide discs, many borders) and on the same one taken as official (few)."""
    zones = read_zones()
    shipped = ZoneMap(zones)
    different = brute_force_differences(shipped, fixes(COMPARED_FIXES, seed=7))
    for zone_map, what in ((shipped, "shipped map"), (ZoneMap(exact(zones)), "taken as an official map")):
        ours, bare = microseconds(zone_map)
        yield Figure(
            promise="P6",
            what=f"one fix to zones with shares, {what}; {different} of {COMPARED_FIXES:,} differ from brute force",
            value=ours,
            unit="µs",
            against="the bare shapely calls",
            baseline=bare,
            goal=2.0,
        )


def main() -> None:
    """Print P6, a line a map."""
    for figure in measure():
        print(
            f"{figure.promise} {figure.what}: ratio {figure.ratio:.2f} (goal <= {figure.goal}), {figure.value:.0f} µs"
        )


if __name__ == "__main__":
    main()
