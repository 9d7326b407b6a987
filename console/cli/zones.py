"""`msa zones`: the police zones of a position; whether a zones file is sound; our form of an official map."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.domain.zones import CONTROL_ROOMS, Zone, Zones, ZonesFileError, looks_swapped, zones_text
from console.wire.exits import ExitCode, Stop, printable

if TYPE_CHECKING:
    from console.domain.allocation import Allocation
    from console.domain.zones.importing import Imported

LEAST_AGREEMENT = 0.5
"""An imported map whose zones lie elsewhere than this part of the shipped ones was misread."""
ZONE_FIELDS = ("id", "code", "name", "province", "arrondissement", "prosecutor", "control_room")

AS_JSON = typer.Option("--json", help="As one JSON object, for scripts.")


def _field(help_text: str, option: str) -> Any:
    return typer.Option(option, metavar="FIELD", help=help_text)


app = typer.Typer(help="Find the police zones of a position; check or import a zones file.")


@app.command(epilog="Example: msa zones find --at 50.879,4.700 --radius 30 --confidence 68")
def find(
    at: Annotated[
        str, typer.Option("--at", metavar="LAT,LON", help="The position in degrees, latitude first.")
    ],
    radius: Annotated[
        float, typer.Option("--radius", metavar="M", help="How far off it may be, in metres.")
    ] = 0.0,
    confidence: Annotated[
        float | None,
        typer.Option(
            "--confidence", metavar="PCT", help="How sure the radius is, in percent; unknown counts as 68."
        ),
    ] = None,
    as_json: Annotated[bool, AS_JSON] = False,
    zones_file: Annotated[
        Path | None,
        typer.Option("--zones", metavar="FILE", help="Another zones file than the one that ships."),
    ] = None,
) -> None:
    """Say which zones a position touches.

    Each with its share of the circle around the position; the shares add up to 100 %.
    """
    lon, lat = _position(at)
    _sane(radius, 0, 20_000_000, "--radius", "metres, 0 or more")
    if confidence is not None:
        _sane(confidence, 0, 100, "--confidence", "a percentage from 0 to 100")
    from console.domain.location import r95_m
    from console.wire.zones_file import read_zone_map

    try:
        zone_map = read_zone_map(zones_file)
    except ZonesFileError as error:
        raise Stop(str(error), ExitCode.BAD_INPUT) from None
    allocation = zone_map.allocate(lon, lat, radius, confidence)
    if looks_swapped(lon, lat):
        typer.echo(
            f"msa: {lat:g},{lon:g} is far from Belgium. Latitude comes first: {lon:g},{lat:g} would lie in Belgium.",
            err=True,
        )
    r95 = r95_m(radius, confidence)
    if as_json:
        asked = {
            "lat": lat,
            "lon": lon,
            "radius_m": radius,
            "confidence_pct": confidence,
            "r95_m": round(r95, 1),
        }
        print(json.dumps(asked | _as_object(allocation, zone_map.zones), ensure_ascii=False))
        return
    print(f"{lat:.5f},{lon:.5f}, radius {_metres(r95)} at 95 %{_confidence_words(radius, confidence)}")
    for line in _sentences(allocation, zone_map.zones):
        print(line)


@app.command(epilog="Example: msa zones check data/zones.geojson")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A zones file.")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Name every fault of a zones file.

    Fields, borders, overlaps, gaps. Exit code 3 if there is one.
    """
    from console.domain.zones.checking import check_zones

    report = check_zones(_read(file))
    if as_json:
        found = [
            {"kind": fault.kind.value, "zones": fault.zones, "sentence": fault.sentence}
            for fault in report.faults
        ]
        told = {"sound": not found, "zones": report.zones, "control_rooms": report.control_rooms}
        print(json.dumps(told | {"faults": found, "notes": report.notes}, ensure_ascii=False))
    else:
        for fault in report.faults:
            print(f"{fault.kind}: {printable(fault.sentence)}")
        for note in report.notes:
            print(f"note: {printable(note)}")
        counted = f"{report.zones} sound zones of {report.control_rooms} control rooms"
        print(f"{counted}, {len(report.faults)} faults" if report.faults else f"{counted}, no fault")
    if report.faults:
        raise typer.Exit(ExitCode.BAD_INPUT)


@app.command(
    "import",
    epilog="Examples: msa zones import police.geojson --code ZONECODE --name ZONENAME --out zones.geojson"
    " or msa zones import --municipalities statbel.geojson --nis CD_MUNTY_REFNIS --out zones.geojson",
)
def import_(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The zones file to write.")],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A map with a feature for each zone.")
    ] = None,
    code: Annotated[str | None, _field("Its property with the 4-digit code.", "--code")] = None,
    zone_id: Annotated[str | None, _field("… with our id of the zone.", "--id")] = None,
    name: Annotated[str | None, _field("… with the zone's name.", "--name")] = None,
    province: Annotated[str | None, _field("… with its province.", "--province")] = None,
    arrondissement: Annotated[
        str | None, _field("… with its judicial arrondissement.", "--arrondissement")
    ] = None,
    prosecutor: Annotated[str | None, _field("… with its prosecutor's office.", "--prosecutor")] = None,
    control_room: Annotated[
        str | None, _field("… with its control room (VBR or CIC Vlaams-Brabant).", "--control-room")
    ] = None,
    municipalities: Annotated[
        Path | None,
        typer.Option(
            "--municipalities",
            metavar="FILE",
            help="Instead of FILE: a map of municipalities or statistical sectors.",
        ),
    ] = None,
    nis: Annotated[str | None, _field("Its property with the NIS code.", "--nis")] = None,
    crs: Annotated[
        str | None,
        typer.Option(
            "--crs",
            metavar="EPSG",
            help="4326, 31370 or 3812, where the map does not say or says it wrongly.",
        ),
    ] = None,
    composition: Annotated[
        Path | None,
        typer.Option(
            "--composition",
            metavar="CSV",
            help="Another table of municipalities and zones than that of early 2026.",
        ),
    ] = None,
    attribution: Annotated[
        str | None, typer.Option("--attribution", help="Whose map it is; else what the map says.")
    ] = None,
    license_name: Annotated[str | None, typer.Option("--license", help="Its licence.")] = None,
    valid_from: Annotated[
        str | None, typer.Option("--valid-from", metavar="DATE", help="Since when it holds.")
    ] = None,
) -> None:
    """Make a zones file of an official map.

    The map is GeoJSON in WGS84, Belgian Lambert 72 or Belgian Lambert 2008. What the map does not say of a zone (municipalities, prosecutor, control room) comes from the table that ships.
    """
    chosen = (zone_id, code, name, province, arrondissement, prosecutor, control_room)
    fields = {field: given for field, given in zip(ZONE_FIELDS, chosen, strict=True) if given}
    source = _source(file, municipalities, fields, nis)
    from console.domain.zones.checking import check_zones
    from console.domain.zones.composition import read_composition
    from console.domain.zones.importing import About, agreement, import_municipalities, import_zones
    from console.wire.zones_file import COMPOSITION, packaged_bytes, read_zones

    text = _read(source)
    about = About(
        name="Police zones of Belgium",
        attribution=attribution or _said_by(text) or f"From {source.name}",
        license=license_name,
        valid_from=valid_from,
        crs=crs,
    )
    try:
        table = read_composition(_read(composition) if composition else packaged_bytes(COMPOSITION))
        made: Imported = (
            import_municipalities(text, table, nis, about)
            if nis
            else import_zones(text, table, fields, about)
        )
        shipped = agreement(made.zones, read_zones())
    except ZonesFileError as error:
        raise Stop(str(error), ExitCode.BAD_INPUT) from None
    written = zones_text(made.zones)
    report = check_zones(written)
    if report.faults:
        raise Stop(str(ZonesFileError(report.faults, "Nothing was written")), ExitCode.BAD_INPUT)
    if shipped < LEAST_AGREEMENT:
        raise Stop(
            f"Only {shipped:.0%} of this map lies in the same zone as on the map that ships: wrong field, or axes "
            "exchanged? Nothing was written.",
            ExitCode.BAD_INPUT,
        )
    _write(out, written)
    for note in (*made.notes, *report.notes):
        print(f"note: {printable(note)}")
    print(
        f"{len(made.zones)} zones written to {printable(str(out))}; {shipped:.0%} agree with the map that ships"
    )


def _position(at: str) -> tuple[float, float]:
    """lon, lat of ``LAT,LON`` as people write it."""
    number = r"[+-]?[0-9]{1,3}(?:\.[0-9]+)?"
    match = re.fullmatch(rf"\s*({number})\s*,\s*({number})\s*", at, re.ASCII)
    if match is None:
        raise typer.BadParameter(
            f"{at!a} is no position: latitude, comma, longitude in degrees, with points: 50.879,4.700",
            param_hint="--at",
        )
    lat, lon = float(match[1]), float(match[2])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise typer.BadParameter(
            f"{at!a}: the latitude comes first and lies in -90..90, the longitude in -180..180",
            param_hint="--at",
        )
    return lon, lat


def _sane(value: float, least: float, most: float, option: str, wanted: str) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise typer.BadParameter(f"{value:g} is not possible: {wanted}", param_hint=option)


def _confidence_words(radius: float, confidence: float | None) -> str:
    if radius == 0:
        return ""
    if not confidence:
        return f" ({_metres(radius)}, confidence unknown)"
    return f" ({_metres(radius)} at {confidence:g} %)"


def _metres(metres: float) -> str:
    return f"{metres / 1000:,.1f} km" if metres >= 10_000 else f"{metres:,.0f} m"


def _percent(share: float) -> str:
    return "<0.1 %" if share < 0.001 else f"{share * 100:.1f} %"


def _named(zone: Zone) -> str:
    return f"{zone.label} ({CONTROL_ROOMS[zone.control_room]})"


def _sentences(allocation: Allocation, zones: Zones) -> list[str]:
    lines = []
    for share in allocation.shares:
        place = "outside Belgium" if share.zone is None else _named(zones[share.zone])
        lines.append(f"{_percent(share.share):>8}  {place}")
    if allocation.zone is None:
        lines.append(
            f"{_metres(allocation.outside_m)} outside Belgium: no zone to send, the file zone's control room decides"
        )
    elif allocation.outside_m > 0:
        lines.append(
            f"{_metres(allocation.outside_m)} outside Belgium; nearest zone: {_named(zones[allocation.zone])}"
        )
    else:
        lines.append(f"zone: {_named(zones[allocation.zone])}; nearest border {_metres(allocation.border_m)}")
    if allocation.approximate:
        off = _metres(allocation.accuracy_m)
        lines.append(f"approximation, not an official map: borders may be {off} off (9 of 10 within)")
    elif allocation.accuracy_m:
        lines.append(f"borders of this map may be {_metres(allocation.accuracy_m)} off")
    lines.append(zones.attribution)
    return lines


def _as_object(allocation: Allocation, zones: Zones) -> dict[str, Any]:
    shares = []
    for share in allocation.shares:
        zone = None if share.zone is None else zones[share.zone]
        shares.append(
            {
                "zone": share.zone,
                "code": zone and zone.code,
                "name": zone and zone.name,
                "control_room": zone and zone.control_room,
                "share": share.share,
            }
        )
    return allocation.model_dump(mode="json") | {"shares": shares, "attribution": zones.attribution}


def _read(path: Path) -> bytes:
    from console.wire.zones_file import given_bytes

    try:
        return given_bytes(path)
    except ZonesFileError as error:
        raise Stop(str(error), ExitCode.BAD_INPUT) from None


def _source(file: Path | None, municipalities: Path | None, fields: dict[str, str], nis: str | None) -> Path:
    """The map to read, once it is clear which of the two ways is meant."""
    if municipalities is not None:
        if file is not None or fields or nis is None:
            raise typer.BadParameter(
                "--municipalities FILE goes with --nis FIELD, and with no other map or field"
            )
        return municipalities
    if file is None or nis is not None:
        raise typer.BadParameter(
            "give a FILE of zones with --code FIELD, or --municipalities FILE with --nis FIELD"
        )
    if not {"id", "code", "name"} & set(fields):
        raise typer.BadParameter(
            "say which property names the zone: --code FIELD, --id FIELD or --name FIELD"
        )
    return file


def _said_by(text: bytes) -> str | None:
    """The attribution that the map itself gives."""
    from console.domain.zones.form import read_collection

    try:
        said = read_collection(text).get("attribution")
    except ZonesFileError as error:
        raise Stop(str(error), ExitCode.BAD_INPUT) from None
    return printable(said) if isinstance(said, str) and said.strip() else None


def _write(out: Path, text: str) -> None:
    """Whole or not at all: a console that starts meanwhile reads the old file."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Stop(f"{str(out)!a} cannot be written: {error.strerror or 'the system refuses'}.") from None
