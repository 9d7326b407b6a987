"""What is drawn of an intervention: a map with tracks, and a line of its times, as SVG in the page.

Coordinates are WGS84 degrees, drawn in a local equirectangular projection: within a few kilometres a distance is off by
less than the width of a line. Nothing is fetched: the zones come from the file that ships.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import Element

from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.limits import Targets
from console.domain.location import METRES_PER_DEGREE, Fix, Verdict, is_nowhere, r95_of
from console.domain.targets import ClockKind
from console.domain.zones import Zones
from console.locale import _
from console.locale.measures import age, clock_time, distance
from console.training.debrief.markup import root, tag
from console.training.history import History
from console.training.words import Names

WIDTH, HEIGHT = 800.0, 480.0
MARGIN: Final = 44.0
SMALLEST_M: Final = 500.0
"""A map shows at least so many metres across: closer, a street is not to be told from a point."""

LETTER: Final = 7.6
"""How wide a letter of a label is, at most."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to the picture: x = (lon - west)·kx, y = (north - lat)·ky."""

    west: float
    north: float
    kx: float
    ky: float

    def at(self, lon: float, lat: float) -> Point:
        return (lon - self.west) * self.kx, (self.north - lat) * self.ky

    def metres(self, of: float) -> float:
        return of * self.ky / METRES_PER_DEGREE


def tracks(history: History) -> dict[str, tuple[tuple[datetime, float, float], ...]]:
    """Where each patrol on it was, while it was on it: time, lon, lat."""
    found: dict[str, list[tuple[datetime, float, float]]] = {}
    for one in history.moments:
        for sent in one.after.sent:
            known = one.patrols.get(sent.patrol)
            if known is None or known.lon is None or known.lat is None or known.position_at is None:
                continue
            if is_nowhere(known.lon, known.lat):
                continue
            point = (known.position_at, known.lon, known.lat)
            line = found.setdefault(sent.patrol, [])
            if not line or line[-1][0] < point[0]:
                line.append(point)
    return {patrol: tuple(line) for patrol, line in found.items()}


def fixes(history: History) -> Iterator[tuple[Fix, bool]]:
    """Her positions in order, each with whether it was believed."""
    for one in history.moments:
        match one.event.body:
            case e.AlarmRaised(fix=Fix() as fix) | e.AlarmRepeated(fix=Fix() as fix):
                yield fix, True
            case e.InterventionOpenedByHand(fix=Fix() as fix):
                yield fix, True
            case e.FixReported(fix=Fix() as fix, verdict=verdict):
                yield fix, verdict == Verdict.SHOWN


def map_of(history: History, zones: Zones, names: Names) -> Element | None:
    """The map, or None where nobody had a position."""
    hers = [(fix, good) for fix, good in fixes(history) if not is_nowhere(fix.lon, fix.lat)]
    drives = tracks(history)
    believed = [fix for fix, good in hers if good]
    points = [(fix.lon, fix.lat) for fix in believed or [fix for fix, _good in hers]]
    points += [(lon, lat) for line in drives.values() for _at, lon, lat in line]
    if not points:
        return None
    frame = _framed(points, [(fix.lon, fix.lat, r95_of(fix)) for fix in believed])
    svg = root("svg", viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", class_="map", role="img")
    tag(svg, "title", _("Map of {number}", number=history.number))
    tag(svg, "rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="ground")
    _zones(svg, frame, zones)
    _hers(svg, frame, hers)
    for patrol, line in drives.items():
        _drive(svg, frame, names.patrol(patrol), line)
    _scale(svg, frame)
    tag(svg, "rect", x=0.5, y=0.5, width=WIDTH - 1, height=HEIGHT - 1, class_="frame")
    return svg


def _framed(points: Sequence[Point], circles: Sequence[tuple[float, float, float]]) -> _Frame:
    lats = [lat for _lon, lat in points]
    middle = (min(lats) + max(lats)) / 2
    narrowing = math.cos(math.radians(middle))
    boxes = [(lon, lat, 0.0) for lon, lat in points]
    boxes += [one for one in circles if one[2] < 5_000]
    up = [(lat - r / METRES_PER_DEGREE, lat + r / METRES_PER_DEGREE) for _lon, lat, r in boxes]
    across = [
        (lon - r / METRES_PER_DEGREE / narrowing, lon + r / METRES_PER_DEGREE / narrowing)
        for lon, _lat, r in boxes
    ]
    south, north = min(low for low, _ in up), max(high for _, high in up)
    west, east = min(low for low, _ in across), max(high for _, high in across)
    width_m = max((east - west) * METRES_PER_DEGREE * narrowing, SMALLEST_M)
    height_m = max((north - south) * METRES_PER_DEGREE, SMALLEST_M * HEIGHT / WIDTH)
    scale = min((WIDTH - 2 * MARGIN) / width_m, (HEIGHT - 2 * MARGIN) / height_m)
    ky = scale * METRES_PER_DEGREE
    kx = ky * narrowing
    centre_lon, centre_lat = (west + east) / 2, (south + north) / 2
    return _Frame(centre_lon - WIDTH / 2 / kx, centre_lat + HEIGHT / 2 / ky, kx, ky)


def _zones(svg: Element, frame: _Frame, zones: Zones) -> None:
    for zone in zones:
        for polygon in zones.polygons[zone.id]:
            rings = [[frame.at(lon, lat) for lon, lat in ring] for ring in polygon]
            if not _meets(rings[0]):
                continue
            path = "".join(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z" for ring in rings)
            tag(svg, "path", d=path, class_="zone")
            where = _inside(rings[0])
            if where is not None:
                tag(svg, "text", zone.label, x=where[0], y=where[1], class_="zone-name")


def _meets(ring: Sequence[Point]) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs) <= WIDTH and max(xs) >= 0 and min(ys) <= HEIGHT and max(ys) >= 0


def _inside(ring: Sequence[Point]) -> Point | None:
    """A place for the zone's name near an edge of the picture, where it is inside the zone; None: there is no room."""
    for y in (HEIGHT - 14, 24.0, HEIGHT * 0.8, HEIGHT * 0.2):
        crossings = sorted(
            x0 + (y - y0) / (y1 - y0) * (x1 - x0)
            for (x0, y0), (x1, y1) in pairwise(ring)
            if (y0 > y) != (y1 > y)
        )
        stretches = zip(crossings[::2], crossings[1::2], strict=False)
        west, east = max(
            ((max(0.0, a), min(WIDTH, b)) for a, b in stretches),
            key=lambda ends: ends[1] - ends[0],
            default=(0.0, 0.0),
        )
        if east - west > 130:
            return (west + east) / 2, y
    return None


def _hers(svg: Element, frame: _Frame, hers: Sequence[tuple[Fix, bool]]) -> None:
    believed = [fix for fix, good in hers if good]
    for fix, good in hers:
        x, y = frame.at(fix.lon, fix.lat)
        radius = max(2.0, frame.metres(r95_of(fix)))
        tag(svg, "circle", cx=x, cy=y, r=radius, class_="radius" if good else "radius doubtful")
    if len(believed) > 1:
        path = " ".join("{:.1f},{:.1f}".format(*frame.at(fix.lon, fix.lat)) for fix in believed)
        tag(svg, "polyline", points=path, class_="trail")
    for fix, good in hers:
        x, y = frame.at(fix.lon, fix.lat)
        if good:
            tag(svg, "circle", cx=x, cy=y, r=2.5, class_="fix")
        elif 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            tag(svg, "path", d=f"M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10", class_="doubtful-fix")
    for fix, words in [(believed[0], _("press")), (believed[-1], _("last position"))][: len(believed)]:
        x, y = frame.at(fix.lon, fix.lat)
        tag(svg, "path", d=f"M{x - 7:.1f} {y:.1f}h14m-7 -7v14", class_="victim")
        below = fix is believed[0]
        tag(
            svg,
            "text",
            said := f"{words} {clock_time(fix.received_at)}",
            x=_kept_inside(x + 10, said),
            y=y + (18 if below else -10),
            class_="label",
        )


def _drive(svg: Element, frame: _Frame, name: str, line: Sequence[tuple[datetime, float, float]]) -> None:
    points = [frame.at(lon, lat) for _at, lon, lat in line]
    if len(points) > 1:
        tag(svg, "polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), class_="drive")
    for x, y in points:
        tag(svg, "path", d=f"M{x:.1f} {y - 4:.1f}l4 7h-8z", class_="patrol")
    x, y = points[0]
    said = f"{name} {clock_time(line[0][0])}"
    tag(
        svg,
        "text",
        said,
        x=_kept_inside(x + 8, said),
        y=y + 4,
        class_="label",
    )


def _kept_inside(x: float, text: str) -> float:
    """Where a label begins so that it is not cut at an edge."""
    return min(max(x, 4.0), WIDTH - 4 - LETTER * len(text))


def _scale(svg: Element, frame: _Frame) -> None:
    """A bar of a round number of metres."""
    wide = WIDTH / 4 / frame.metres(1)
    step = 10 ** math.floor(math.log10(wide))
    metres = max(step * of for of in (1, 2, 5) if step * of <= wide)
    length = frame.metres(metres)
    x, y = WIDTH - 16 - length, HEIGHT - 16
    tag(svg, "path", d=f"M{x:.1f} {y - 5:.1f}v5h{length:.1f}v-5", class_="scale")
    tag(svg, "text", distance(metres), x=x + length / 2, y=y - 8, class_="zone-name")


AXIS_HEIGHT: Final = 118.0


def axis_of(history: History, targets: Targets) -> Element:
    """A line of times from the press to the end, with what it is read by; a bar where something was waited for."""
    began, until = history.moments[0].at, max(history.over_at, history.moments[-1].at)
    whole = max(1.0, (until - began).total_seconds())
    svg = root("svg", viewBox=f"0 0 {WIDTH:.0f} {AXIS_HEIGHT:.0f}", class_="axis", role="img")
    tag(svg, "title", _("Times of {number}", number=history.number))
    left, right, y = 60.0, WIDTH - 60.0, 62.0

    def x_of(at: datetime) -> float:
        return left + (right - left) * (at - began).total_seconds() / whole

    tag(svg, "path", d=f"M{left:.1f} {y:.1f}H{right:.1f}", class_="line")
    for start, end, red in _waits(history, targets):
        late = (end - start).total_seconds() >= red
        x = x_of(start)
        width = max(1.5, x_of(end) - x)
        high = 14.0 if late else 6.0
        tag(svg, "rect", x=x, y=y - high / 2, width=width, height=high, class_="late" if late else "in-time")
    ends = [-1e9, -1e9, -1e9, -1e9]
    for at, words in sorted(_read_by(history)):
        x = x_of(at)
        text = f"{words} {age((at - began).total_seconds())}"
        half = len(text) * 3.3
        middle = min(max(x, half + 2), WIDTH - half - 2)
        lane = next((one for one, end in enumerate(ends) if middle - half > end + 6), None)
        tag(svg, "path", d=f"M{x:.1f} {y - 7:.1f}v14", class_="tick")
        if lane is None:
            continue
        ends[lane] = middle + half
        at_y = (y - 16, y + 24, y - 36, y + 44)[lane]
        tag(svg, "text", text, x=middle, y=at_y, class_="time")
    return svg


def _waits(history: History, targets: Targets) -> Iterator[tuple[datetime, datetime, float]]:
    """What was waited for from when to when, and from how many seconds it is late."""
    waited: tuple[ClockKind, float] | None = None
    since = history.moments[0].at
    for one in history.moments:
        waits = _wait(one.after, targets)
        if waits != waited:
            if waited is not None:
                yield since, one.at, waited[1]
            waited, since = waits, one.at
    if waited is not None:
        yield since, max(history.over_at, since), waited[1]


def _wait(state: Intervention, targets: Targets) -> tuple[ClockKind, float] | None:
    if state.state is State.RAISED:
        return ClockKind.ACKNOWLEDGE, targets.acknowledge.red
    if state.unsent_since is not None and state.state is not State.CLOSED:
        return ClockKind.SEND, targets.send.red
    return None


def _read_by(history: History) -> Iterator[tuple[datetime, str]]:
    words = {
        e.AlarmRaised: _("press"),
        e.InterventionOpenedByHand: _("opened by hand"),
        e.Acknowledged: _("acknowledged"),
        e.PatrolDispatched: _("sent"),
        e.PatrolOnScene: _("on scene"),
        e.VictimSeen: _("she was seen"),
        e.InterventionClosed: _("closed"),
    }
    for kind, said in words.items():
        first = history.first(kind)
        if first is not None:
            yield first.at, said
