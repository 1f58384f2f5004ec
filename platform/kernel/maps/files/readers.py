"""Map files as tables for the import: SHP in a zip, GPKG, DXF, the exchange file of the land cadastre."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError

from kernel.maps.coordinates import System, system_named
from kernel.maps.files import archives, cadastre, turning
from kernel.registers.importing.reading import geojson
from kernel.registers.importing.reading.readers import Sheet, register_reader

_NAMED_SYSTEM = re.compile(r"EPSG[ _:-]?(\d{4,5})", re.IGNORECASE)
# A local system of the region has no number, and stands in the name as it is called.
_OWN_SYSTEM = re.compile(r"\[([^\[\]]{1,40})\]")
_GPKG = b"SQLite format 3\x00"
_DXF = re.compile(rb"^\s*(?:999\s.*\n\s*)*0\s*\r?\nSECTION", re.IGNORECASE)


def _system_in(name: str) -> System | None:
    """«дiлянки EPSG5564.zip»: what a file does not say of itself its name may."""
    if found := _NAMED_SYSTEM.search(name):
        return system_named(f"EPSG:{found[1]}")
    try:
        return system_named(found[1]) if (found := _OWN_SYSTEM.search(name)) else None
    except ValidationError:
        # Brackets in names mean other things as well.
        return None


def with_system(name: str, code: str) -> str:
    """The name under which a file is kept once its system has been told: it is read by it again and again."""
    stem, dot, ending = name.rpartition(".")
    mark = code.replace(":", "") if code.upper().startswith("EPSG:") else f"[{code}]"
    return f"{stem} {mark}{dot}{ending}" if code and dot else name


def _kind(head: bytes, stream: BinaryIO) -> str:
    if head.startswith(b"PK\x03\x04"):
        return "shp" if archives.holds_shapefile(stream) else ""
    if head.startswith(_GPKG):
        return "gpkg"
    if _DXF.match(head):
        return "dxf"
    return "cadastre" if cadastre.ROOT in head else ""


def read_map_file(stream: BinaryIO, name: str, system: System | None = None) -> Sheet | None:
    """None where the file is no map file and others should read it."""
    stream.seek(0)
    kind = _kind(stream.read(4096), stream)
    stream.seek(0)
    if not kind:
        return None
    system = system or _system_in(name)
    if kind == "cadastre":
        return Sheet(*cadastre.parcels(stream.read(), system))
    with tempfile.TemporaryDirectory(prefix="hromada-map-") as made:
        folder = Path(made)
        if kind == "shp":
            source, encoding = archives.unpack_shapefile(stream, folder)
            content, notes = turning.as_geojson(source, "ESRI Shapefile", system=system, encoding=encoding)
        else:
            source = folder / f"layer.{kind}"
            with source.open("wb") as file:
                while piece := stream.read(1 << 20):
                    file.write(piece)
            content, notes = turning.as_geojson(source, kind.upper(), system=system)
    header, rows = geojson.features(_closed(content) if kind == "dxf" else content)
    return Sheet(header, rows, notes)


def _closed(content: bytes) -> bytes:
    """A drawing has no contours, only closed lines: they are meant as contours."""
    read: dict[str, Any] = json.loads(content)
    for feature in read.get("features", ()):
        geometry = feature.get("geometry") or {}
        points = geometry.get("coordinates") or []
        if geometry.get("type") == "LineString" and len(points) > 3 and points[0] == points[-1]:
            feature["geometry"] = {"type": "Polygon", "coordinates": [points]}
    return json.dumps(read, ensure_ascii=False).encode()


register_reader(read_map_file)
