"""Build `data/zones.geojson` and `data/places.json` from the facts beside this file.

Belgium's police zones are unions of municipalities. Their borders are approximated by a power diagram
(a Voronoi diagram whose sites have weights) over all named places: each place draws the land around it to
its municipality. The weights make the municipalities as large as they are known to be; `WEIGHT_PART` of
them is used. Method and figures: README.md in this directory.

Nothing here reads an official map. Run it with `make zones`, or

    python data/sources/build_zones.py

Needs the project itself and scipy (`pip install -e '.[dev]'`). The same sources give the same bytes.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from scipy.spatial import ConvexHull, cKDTree

from console.domain.zones import Polygon, zones_text
from console.domain.zones.checking import check_zones
from console.domain.zones.composition import read_composition
from console.domain.zones.values import zones_of

Floats = npt.NDArray[np.float64]
Row = Mapping[str, str]

SOURCES = Path(__file__).resolve().parent
DATA = SOURCES.parent

OUTLINE_MARGIN_M = 500.0
"""The outline is up to a kilometre off: rather too wide than a caller left outside."""
WEIGHT_PART = 0.4
NODING_GRID_M = 1.0
WEIGHT_GRID_M = 500.0
WEIGHT_ROUNDS = 250
WEIGHT_STEP = 0.05
"""Of the missing area, a round. With 0.2 neighbours overshoot in turn, and the areas stay 15 % off instead of 2 %."""
DECIMALS = 5
FAR_M = 3_000_000.0

BORDER_ACCURACY_M = 1280
"""90th percentile of the distance from a real border between two zones to the nearest drawn one, in metres, as
measured by `tests/official/test_official_zones.py` against the official boundaries. A figure only: nothing is
fitted to it."""

NAME = "Police zones of Belgium, computed approximation"
VALID_FROM = "2026-01-01"
LICENSE = "CC-BY-4.0"
ATTRIBUTION = (
    "Country outline: Made with Natural Earth (public domain). Places: GeoNames (geonames.org), CC BY 4.0, "
    "modified. Composition of the police zones: public facts, early 2026; five zones merged since 2024 "
    "without a known code. Computed approximation, not an official map; borders are wrong by kilometres in "
    "places."
)
PLACES_ATTRIBUTION = "Places: GeoNames (geonames.org), CC BY 4.0, modified; quarters added."

ENGLISH_NAMES = {"Antwerp": "Antwerpen", "Brussels": "Brussel/Bruxelles"}
"""GeoNames gives these two in English; nobody here says them so."""

to_metres = Transformer.from_crs("EPSG:4326", "EPSG:3812", always_xy=True)
to_degrees = Transformer.from_crs("EPSG:3812", "EPSG:4326", always_xy=True)


@dataclass(frozen=True)
class Sites:
    """The places that draw land: positions in EPSG:3812 metres and the row of their municipality."""

    points: Floats
    municipality: npt.NDArray[np.int64]


def rows(name: str) -> list[Row]:
    with (SOURCES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sites_of(municipalities: Sequence[Row], places: Iterable[Row]) -> Sites:
    """Every place once; a municipality without any place stands at its main place."""
    index = {row["nis"]: number for number, row in enumerate(municipalities)}
    found = {(float(row["lon"]), float(row["lat"])): index[row["nis"]] for row in places}
    held = set(found.values())
    for number, row in enumerate(municipalities):
        if number not in held:
            found[float(row["lon"]), float(row["lat"])] = number
    lonlat = np.array(list(found))
    metres = np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1]))
    return Sites(metres, np.array(list(found.values()), dtype=np.int64))


def outline() -> shapely.Geometry:
    """Belgium in EPSG:3812, widened by `OUTLINE_MARGIN_M`."""
    collection = json.loads((SOURCES / "outline.geojson").read_text(encoding="utf-8"))
    parts = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in collection["features"]]
    country = shapely.transform(
        shapely.union_all(parts), lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))
    )
    wide = shapely.buffer(country, OUTLINE_MARGIN_M, quad_segs=2)
    # Widening closes the mouth of two narrow bays; what it encloses is no hole in the country.
    return shapely.union_all(
        [shapely.polygons(shapely.get_exterior_ring(part)) for part in shapely.get_parts(wide)]
    )


class PowerLookup:
    """Nearest site in the power distance |x - p|² - w: the plain nearest one when each site is lifted by √(max w - w)."""

    def __init__(self, points: Floats, weights: Floats) -> None:
        lift = np.sqrt(weights.max() - weights)
        self.tree = cKDTree(np.column_stack([points, lift]))

    def owners(self, xy: Floats) -> npt.NDArray[np.int64]:
        flat = np.column_stack([xy, np.zeros(len(xy))])
        return np.asarray(self.tree.query(flat)[1], dtype=np.int64)


def area_weights(sites: Sites, known_areas: Floats, country: shapely.Geometry) -> Floats:
    """One weight per municipality (m²) that gives it its known share of the country, found on a grid of points."""
    west, south, east, north = shapely.bounds(country)
    xs, ys = np.meshgrid(np.arange(west, east, WEIGHT_GRID_M), np.arange(south, north, WEIGHT_GRID_M))
    grid = np.column_stack([xs.ravel(), ys.ravel()])
    shapely.prepare(country)
    grid = grid[shapely.contains_xy(country, grid[:, 0], grid[:, 1])]
    wanted = known_areas / known_areas.sum() * len(grid) * WEIGHT_GRID_M**2
    weights = np.zeros(len(known_areas))
    for _ in range(WEIGHT_ROUNDS):
        owners = PowerLookup(sites.points, weights[sites.municipality]).owners(grid)
        drawn = np.bincount(sites.municipality[owners], minlength=len(wanted)) * WEIGHT_GRID_M**2
        weights += WEIGHT_STEP * (wanted - drawn)
    return weights


def borders(points: Floats, weights: Floats, group: npt.NDArray[np.int64]) -> shapely.Geometry:
    """The edges of the power diagram between sites of different groups, as lines in EPSG:3812.

    The diagram is the dual of the lower hull of the sites lifted onto a paraboloid; four sites far away close it.
    """
    middle = points.mean(axis=0)
    far = np.array([[-FAR_M, -FAR_M], [FAR_M, -FAR_M], [FAR_M, FAR_M], [-FAR_M, FAR_M]])
    xy = np.vstack([points - middle, far]) / 1000.0
    height = (xy**2).sum(axis=1) - np.concatenate([weights, np.zeros(4)]) / 1e6
    groups = np.concatenate([group, np.arange(-4, 0)])
    hull = ConvexHull(np.column_stack([xy, height]))
    lower = hull.equations[:, 2] < -1e-12
    corners = np.full((len(lower), 2), np.nan)
    corners[lower] = hull.equations[lower, :2] / hull.equations[lower, 2:3] / -2
    segments = []
    for facet in np.flatnonzero(lower):
        for opposite in range(3):
            other = hull.neighbors[facet, opposite]
            first, second = np.delete(hull.simplices[facet], opposite)
            if other > facet and lower[other] and groups[first] != groups[second]:
                segments.append([corners[facet], corners[other]])
    return shapely.multilinestrings(shapely.linestrings(np.array(segments) * 1000.0 + middle))


def zone_shapes(sites: Sites, weights: Floats, zone_of: npt.NDArray[np.int64]) -> list[shapely.Geometry]:
    """One geometry per zone in EPSG:3812, together a coverage of the outline: no gap, no overlap."""
    country = outline()
    zone_of_site = zone_of[sites.municipality]
    inside = shapely.intersection(borders(sites.points, weights[sites.municipality], zone_of_site), country)
    lines = shapely.union_all([inside, shapely.boundary(country)], grid_size=NODING_GRID_M)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    spots = shapely.get_coordinates(shapely.point_on_surface(faces))
    shapely.prepare(country)
    within = shapely.contains_xy(country, spots[:, 0], spots[:, 1])
    owner = zone_of_site[PowerLookup(sites.points, weights[sites.municipality]).owners(spots)]
    return [shapely.union_all(faces[within & (owner == zone)]) for zone in range(zone_of.max() + 1)]


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """In lon/lat, rounded; a vertex shared by two zones stays the same for both."""

    def back(xy: Floats) -> Floats:
        return np.round(np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])), DECIMALS)

    # RFC 7946, 3.1.6: outer rings run counter-clockwise.
    return shapely.orient_polygons(shapely.normalize(shapely.transform(shape, back)))


def rings_of(shape: shapely.Geometry) -> tuple[Polygon, ...]:
    """The same shape as plain positions."""
    return tuple(
        tuple(tuple((lon, lat) for lon, lat in shapely.get_coordinates(ring).tolist()) for ring in rings)
        for rings in (shapely.get_rings(part) for part in shapely.get_parts(shape))
    )


def places_text(places: Iterable[Row]) -> str:
    """Named places for labels and for "near …", most people first."""
    ordered = sorted(places, key=lambda row: (-int(row["population"]), row["name"], row["nis"], row["lon"]))
    lines = [
        json.dumps(
            {
                "name": ENGLISH_NAMES.get(row["name"], row["name"]),
                "lon": float(row["lon"]),
                "lat": float(row["lat"]),
                "population": int(row["population"]),
                "nis": row["nis"],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row in ordered
    ]
    head = {"name": "Named places of Belgium", "attribution": PLACES_ATTRIBUTION, "license": LICENSE}
    return json.dumps(head, ensure_ascii=False)[:-1] + ',\n"places": [\n' + ",\n".join(lines) + "\n]}\n"


def main() -> None:
    """Write both files and say what they hold."""
    municipalities = rows("municipalities.csv")
    places = [*rows("places.csv"), *rows("extra_places.csv")]
    composition = read_composition((SOURCES / "municipalities.csv").read_text(encoding="utf-8"))
    number = {zone: position for position, zone in enumerate(composition)}
    zone_of = np.array([number[row["zone_id"]] for row in municipalities], dtype=np.int64)
    sites = sites_of(municipalities, places)
    areas = np.array([float(row["area_km2"]) for row in municipalities])
    weights = WEIGHT_PART * area_weights(sites, areas, outline())
    shapes = [degrees(shape) for shape in zone_shapes(sites, weights, zone_of)]
    zones = zones_of(
        zip(composition.values(), map(rings_of, shapes), strict=True),
        name=NAME,
        attribution=ATTRIBUTION,
        approximate=True,
        border_accuracy_m=BORDER_ACCURACY_M,
        license=LICENSE,
        valid_from=VALID_FROM,
    )
    report = check_zones(zones_text(zones))
    if report.faults or report.notes:
        raise SystemExit(
            "\n".join([*(fault.sentence for fault in report.faults), *report.notes, "nothing was written"])
        )
    (DATA / "zones.geojson").write_text(zones_text(zones), encoding="utf-8")
    (DATA / "places.json").write_text(places_text(places), encoding="utf-8")
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    print(f"{len(zones)} zones, {vertices} vertices, {len(places)} places")


if __name__ == "__main__":
    main()
