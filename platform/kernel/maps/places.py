"""One place as people copy it: in WGS 84 and in the zone of УСК-2000 it lies in."""

from __future__ import annotations

from functools import cache

from django.contrib.gis.gdal import CoordTransform, SpatialReference
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.maps.coordinates import ZONES


def zone_of(longitude: float) -> int:
    return min(7, max(4, int(longitude // 6) + 1))


@cache
def _into_zone(zone: int) -> CoordTransform:
    return CoordTransform(SpatialReference(4326), SpatialReference(ZONES[zone]))


def in_words(longitude: float, latitude: float) -> dict[str, str]:
    """Latitude and longitude, then north and east of the zone in metres, as surveyors write them."""
    point = Point(longitude, latitude, srid=4326)
    zone = zone_of(longitude)
    point.transform(_into_zone(zone))
    return {
        "wgs84": f"{latitude:.6f}, {longitude:.6f}",
        "ucs2000": f"X {point.y:.2f}, Y {point.x:.2f}",
        "zone": _("УСК-2000, зона %(zone)s (EPSG:%(code)s)") % {"zone": zone, "code": ZONES[zone]},
    }


def read_pair(longitude: str, latitude: str) -> tuple[float, float]:
    try:
        lon, lat = float(longitude), float(latitude)
    except ValueError:
        raise ValidationError(_("Назвіть місце: ?lon=33.42&lat=49.07.")) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValidationError(_("Такого місця немає: широта від −90 до 90, довгота від −180 до 180."))
    return lon, lat
