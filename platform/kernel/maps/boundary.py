"""The community's boundary: where a tenant ends, and whether a shape lies within."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.maps.models import Boundary
from kernel.operations import Who, name_of, operation
from kernel.tenancy.cache import cache

_BOX = "maps.boundary_box"
_SECONDS = 300


def boundary() -> MultiPolygon | None:
    found = Boundary.objects.first()
    return found.shape if found else None


def boundary_box() -> list[float] | None:
    known = cache.get(_BOX)
    if known is None:
        shape = boundary()
        known = list(shape.extent) if shape else []
        cache.set(_BOX, known, _SECONDS)
    return known or None


def metres_outside(shape: GEOSGeometry) -> float:
    """How far beyond the boundary the shape begins; zero within it, and where no boundary is known.

    A shape that crosses the boundary is a metre outside at least: it is outside, however near.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(shape::geography, g::geography) FROM maps_boundary, ST_GeomFromEWKB(%s) g "
            "WHERE NOT ST_CoveredBy(g, shape)",
            [bytes(shape.ewkb)],
        )
        found = cursor.fetchone()
    return max(1.0, float(found[0])) if found else 0.0


@operation("reference", Level.MANAGE)
def set_boundary(shape: MultiPolygon, *, source: str, by: Who) -> Boundary:
    """In place of the former one, which stays in the history."""
    source = source.strip()
    if not source:
        raise ValidationError(_("Назвіть документ, яким затверджено межу: без нього межу не перевірити."))
    found = Boundary.objects.first() or Boundary()
    found.shape, found.source, found.set_at, found.set_by = shape, source, timezone.now(), name_of(by)
    found.full_clean()
    found.save()
    cache.delete(_BOX)
    return found


def read_boundary(content: str | bytes) -> MultiPolygon:
    """Polygons of a GeoJSON file, joined into one boundary."""
    from kernel.maps.shapes import read

    try:
        given: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise ValidationError(_("Файл межі не читається як GeoJSON. Вивантажте його з мапи ще раз.")) from None
    pieces = _geometries(given)
    joined: Any = None
    for piece in pieces:
        shape = read(piece, kinds=("polygon",)).shape
        joined = shape if joined is None else joined.union(shape)
    if joined is None:
        raise ValidationError(_("У файлі немає жодного контуру. Межа — це Polygon або MultiPolygon у GeoJSON."))
    return MultiPolygon(joined, srid=4326) if isinstance(joined, Polygon) else joined


def _geometries(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, dict):
        return []
    if given.get("type") == "FeatureCollection" and isinstance(given.get("features"), list):
        return [one for feature in given["features"] for one in _geometries(feature)]
    if given.get("type") == "Feature":
        return _geometries(given.get("geometry"))
    return [given] if "coordinates" in given else []
