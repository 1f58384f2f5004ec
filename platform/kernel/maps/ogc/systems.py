"""Systems of coordinates of the service: their addresses, and the order of axes each of them has."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.maps.coordinates import System, system_named, turned

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
# Latitude or north comes first in these, as their registry says.
_NORTH_FIRST = (
    4326,
    5561,
    4284,
    5562,
    5563,
    5564,
    5565,
    *range(5566, 5573),
    *range(5576, 5583),
    28404,
    28405,
    28406,
    28407,
)
OFFERED = (4326, 3857, 5562, 5563, 5564, 5565)


@dataclass(frozen=True, slots=True)
class Axes:
    uri: str
    srid: int
    north_first: bool


def offered() -> list[str]:
    return [CRS84, *(f"{_EPSG}{srid}" for srid in OFFERED)]


def axes_of(given: str) -> Axes:
    uri = given.strip().strip("<>[]") or CRS84
    if uri in (CRS84, "OGC:CRS84"):
        return Axes(CRS84, 4326, north_first=False)
    number = uri.removeprefix(_EPSG).removeprefix("EPSG:")
    if not number.isdecimal() or len(number) > 6 or int(number) not in OFFERED:
        raise ValidationError(
            _("Системи координат «%(crs)s» служба не має. Є: %(known)s.")
            % {"crs": given[:80], "known": ", ".join(f"EPSG:{srid}" for srid in OFFERED)}
        )
    return Axes(f"{_EPSG}{number}", int(number), int(number) in _NORTH_FIRST)


def box_of(given: str, axes: Axes) -> GEOSGeometry:
    """Four figures, or six with heights, which are passed by."""
    parts = given.split(",")
    try:
        figures = [float(part) for part in parts]
    except ValueError:
        figures = []
    if len(figures) == 6:
        figures = [figures[0], figures[1], figures[3], figures[4]]
    if len(figures) != 4 or not all(abs(one) < 1e9 for one in figures):
        raise ValidationError(_("bbox — чотири числа через кому: захід, південь, схід, північ."))
    west, south, east, north = (figures[1], figures[0], figures[3], figures[2]) if axes.north_first else figures
    if south > north or (west > east and axes.srid != 4326):
        raise ValidationError(_("У bbox південь має бути меншим за північ, а захід — за схід."))
    if west > east:
        # Across the 180th meridian there is nothing of ours: what remains is its nearer half.
        east = 180.0
    box = Polygon.from_bbox((west, south, east, north))
    system = system_named(f"EPSG:{axes.srid}") if axes.srid != 4326 else System("EPSG:4326", "", 4326)
    return turned(box, system)
