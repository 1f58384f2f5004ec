"""The exchange file of the land cadastre (XML): parcels with their numbers, areas, purposes and contours.

Points have numbers, lines are runs of points, contours are runs of lines; all of it is put together here, and the
database turns the metres into degrees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from django.contrib.gis.geos import GEOSException, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.maps.coordinates import System, guessed, turned
from kernel.maps.files.turning import SystemAsked
from kernel.registers.importing.reading.problems import Unreadable

ROOT = b"UkrainianCadastralExchangeFile"
_FORBIDDEN = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
HEADER = (
    "кадастровий номер",
    "площа, га",
    "категорія земель",
    "цільове призначення",
    "вид використання",
    "адреса",
    "геометрія",
)
_STREET = ("StreetType", "StreetName", "Building")

Place = tuple[float, float]


@dataclass(slots=True)
class Metrics:
    """Points by their numbers (easting, northing) and lines as runs of those numbers."""

    points: dict[str, Place] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)


def parcels(content: bytes, system: System | None = None) -> tuple[list[str], list[list[Any]], list[str]]:
    """(heads, rows, notes)"""
    if _FORBIDDEN.search(content):
        raise Unreadable(_("XML з оголошеннями DOCTYPE не беремо. Вивантажте обмінний файл ще раз своєю програмою."))
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - without DOCTYPE there is nothing to expand
    except ElementTree.ParseError as broken:
        raise Unreadable(
            _("Обмінний файл не читається (рядок %(line)d). Вивантажте його ще раз.") % {"line": broken.position[0]}
        ) from None
    metrics = _metrics(root)
    chosen = system or _system(metrics)
    rows: list[list[Any]] = []
    notes: list[str] = []
    for number, parcel in _numbered(root):
        try:
            shape = json.dumps(json.loads(turned(_contour(parcel, metrics), chosen).geojson))
        except (LookupError, ValueError, GEOSException, ValidationError):
            shape = ""
            notes.append(_("Ділянка %(number)s: контур не складається з ліній файлу.") % {"number": number})
        rows.append([number, *_words(parcel), shape])
    if not rows:
        raise Unreadable(
            _("В обмінному файлі немає жодної ділянки (ParcelInfo). Перевірте, що це файл кадастрового обміну.")
        )
    notes.append(_("Система координат: %(system)s.") % {"system": chosen.title})
    return list(HEADER), rows, notes


def _metrics(root: ElementTree.Element) -> Metrics:
    found = Metrics()
    for point in root.iter("Point"):
        name, north, east = (_text(point, tag) for tag in ("UIDP", "X", "Y"))
        try:
            found.points[name] = (float(east.replace(",", ".")), float(north.replace(",", ".")))
        except ValueError:
            raise Unreadable(
                _("Точка %(name)s: координати не числа. Виправте файл і завантажте ще раз.") % {"name": name[:20]}
            ) from None
    for line in root.iter("PL"):
        found.lines[_text(line, "ULID")] = [(one.text or "").strip() for one in line.iter("P")]
    return found


def _system(metrics: Metrics) -> System:
    """The file names its system in many ways; eastings of УСК-2000 begin with the number of the zone."""
    place = next(iter(metrics.points.values()), None)
    found = guessed(*place) if place else None
    if found is None:
        raise SystemAsked(
            _(
                "Координати обмінного файлу не схожі на УСК-2000 (місцева система або СК-63). Оберіть систему координат зі "
                "списку поруч і завантажте ще раз або перерахуйте координати."
            )
        )
    return found


def _numbered(root: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    """Parcels with their whole numbers: КОАТУУ:zone:quarter:parcel."""

    def walk(
        element: ElementTree.Element, koatuu: str, zone: str, quarter: str
    ) -> Iterator[tuple[str, ElementTree.Element]]:
        koatuu = _text(element, "KOATUU", direct=True) or koatuu
        zone = _text(element, "CadastralZoneNumber", direct=True) or zone
        quarter = _text(element, "CadastralQuarterNumber", direct=True) or quarter
        if element.tag == "ParcelInfo":
            parcel = _text(element, "ParcelID")
            parts = (koatuu.zfill(10), zone.zfill(2), quarter.zfill(3), parcel.zfill(4))
            yield ":".join(parts), element
            return
        for inner in element:
            yield from walk(inner, koatuu, zone, quarter)

    yield from walk(root, "", "", "")


def _contour(parcel: ElementTree.Element, metrics: Metrics) -> Polygon | MultiPolygon:
    metric = parcel.find("ParcelMetricInfo")
    where = metric if metric is not None else parcel
    shapes = []
    for externals in where.iter("Externals"):
        outer = externals.find("Boundary")
        holes = [_ring(one, metrics) for inner in externals.iter("Internals") for one in inner.findall("Boundary")]
        shapes.append(Polygon(_ring(outer if outer is not None else externals, metrics), *holes))
    return shapes[0] if len(shapes) == 1 else MultiPolygon(shapes)


def _ring(boundary: ElementTree.Element, metrics: Metrics) -> list[Place]:
    """Lines put end to end; each may be drawn from either of its ends."""
    lines = boundary.find("Lines")
    runs = [
        list(metrics.lines[_text(line, "ULID")]) for line in (lines if lines is not None else boundary).iter("Line")
    ]
    if len(runs) > 1 and runs[0][0] in (runs[1][0], runs[1][-1]):
        runs[0].reverse()
    names = list(runs[0])
    for run in runs[1:]:
        if run[0] != names[-1]:
            run.reverse()
        if run[0] != names[-1]:
            raise ValueError("lines do not meet")
        names += run[1:]
    if names[0] != names[-1]:
        names.append(names[0])
    return [metrics.points[name] for name in names]


def _words(parcel: ElementTree.Element) -> list[str]:
    area = parcel.find(".//ParcelMetricInfo/Area")
    size = _text(area, "Size") if area is not None else ""
    if size and area is not None and "кв" in _text(area, "MeasurementUnit").lower():
        size = f"{float(size.replace(',', '.')) / 10_000:.4f}"
    purpose = parcel.find("CategoryPurposeInfo")
    about = [_text(purpose, tag) if purpose is not None else "" for tag in ("Category", "Purpose", "Use")]
    place = parcel.find("ParcelLocationInfo")
    parts = [_text(place, tag) for tag in ("Settlement", *_STREET)] if place is not None else []
    return [size, *about, " ".join(part for part in parts if part)]


def _text(element: ElementTree.Element, tag: str, *, direct: bool = False) -> str:
    found = element.find(tag) if direct else next(element.iter(tag), None)
    return (found.text or "").strip() if found is not None else ""
