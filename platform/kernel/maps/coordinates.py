"""Systems of coordinates people bring: WGS 84, УСК-2000 by zones, СК-42, UTM, and a region's own (МСК) by definition.

Numbers are turned by the database (PostGIS and PROJ); nothing a stranger wrote reaches a parser of definitions here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.maps.models import CoordinateSystem
from kernel.operations import Who, operation

WGS84 = "EPSG:4326"
# A zone of УСК-2000 by Gauss–Krüger begins its eastings with its own number.
ZONES = {4: 5562, 5: 5563, 6: 5564, 7: 5565}
_GEOGRAPHIC = {4326, 5561, 4284}
_KNOWN = {
    4326: "WGS 84",
    3857: "Web Mercator",
    5561: "УСК-2000, градуси",
    **{code: f"УСК-2000, зона {zone}" for zone, code in ZONES.items()},
    **{code: f"УСК-2000, осьовий меридіан {21 + 3 * place}°" for place, code in enumerate(range(5566, 5573))},
    **{code: f"УСК-2000, тризоста зона {7 + place}" for place, code in enumerate(range(5576, 5583))},
    4284: "СК-42, градуси",
    **{28400 + zone: f"СК-42, зона {zone}" for zone in ZONES},
    **{32630 + zone: f"UTM, зона {30 + zone}" for zone in (4, 5, 6, 7)},
}
# What a definition of a local system may hold: figures and names, never a file or an address.
_PART = re.compile(
    r"\+(?:proj=(?:tmerc|etmerc|lcc|sterea|utm)|ellps=\w+|datum=\w+|units=m|no_defs|type=crs|south|zone=\d{1,2}"
    r"|(?:lat_0|lon_0|lat_1|lat_2|k|k_0|x_0|y_0|a|b|rf|gamma|alpha)=-?\d+(?:\.\d+)?(?:e-?\d+)?"
    r"|towgs84=-?[\d.]+(?:,-?[\d.]+){2,6})"
)

_TURNED = "SELECT ST_AsEWKB(t), ST_XMin(t) FROM (SELECT {turn} AS t) turned"


@dataclass(frozen=True, slots=True)
class System:
    """`srid` of the database, or a definition of its own."""

    code: str
    title: str
    srid: int = 0
    definition: str = ""

    @property
    def is_geographic(self) -> bool:
        return self.srid in _GEOGRAPHIC


def systems() -> list[System]:
    """Those one may choose from, the region's own last."""
    own = [System(one.code, one.title, definition=one.definition) for one in CoordinateSystem.objects.all()]
    return [*(System(f"EPSG:{srid}", title, srid) for srid, title in _KNOWN.items()), *own]


def system_named(code: str) -> System:
    text = code.strip().upper().removeprefix("URN:OGC:DEF:CRS:").replace("::", ":") or WGS84
    if text in ("OGC:1.3:CRS84", "CRS84", "HTTP://WWW.OPENGIS.NET/DEF/CRS/OGC/1.3/CRS84"):
        text = WGS84
    text = text.replace("HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/", "EPSG:")
    number = text.removeprefix("EPSG:")
    if number.isdecimal() and len(number) < 7 and int(number) in _KNOWN:
        return System(f"EPSG:{number}", _KNOWN[int(number)], int(number))
    own = CoordinateSystem.objects.filter(code__iexact=code.strip()[:40].replace("\x00", "")).first()
    if own is None:
        raise ValidationError(
            _("Системи координат «%(code)s» тут не знають. Виберіть зі списку або додайте місцеву систему громади."),
            code="crs",
            params={"code": code.strip()[:40]},
        )
    return System(own.code, own.title, definition=own.definition)


@operation("reference", Level.MANAGE)
def add_system(code: str, title: str, definition: str, *, by: Who) -> CoordinateSystem:
    """A local system of the region; the definition is tried on a point before it is kept."""
    strange = [part for part in definition.split() if not _PART.fullmatch(part)]
    if strange or "+proj=" not in definition:
        raise ValidationError(
            _("Рядок PROJ не підходить: %(part)s. Потрібні лише числа проєкції, еліпсоїд і +towgs84."),
            code="definition",
            params={"part": strange[0][:40] if strange else "+proj=…"},
        )
    made = CoordinateSystem(code=code, title=title, definition=" ".join(definition.split()))
    made.full_clean()
    turned(GEOSGeometry("POINT (500000 5400000)"), System(code, title, definition=made.definition))
    made.save()
    return made


def turned(shape: GEOSGeometry, system: System) -> GEOSGeometry:
    """The shape in WGS 84."""
    if system.srid == 4326:
        shape.srid = 4326
        return shape
    plain = shape.clone()
    plain.srid = None
    if system.definition:
        turn, given = "ST_Transform(ST_GeomFromEWKB(%s), %s, 4326)", system.definition
    else:
        turn, given = "ST_Transform(ST_SetSRID(ST_GeomFromEWKB(%s), %s), 4326)", system.srid  # type: ignore[assignment]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TURNED.format(turn=turn), [bytes(plain.ewkb), given])
            content, west = cursor.fetchone()
    except DatabaseError:
        raise _unfit(system) from None
    if content is None or west is None or abs(west) > 180:
        raise _unfit(system)
    return GEOSGeometry(memoryview(bytes(content)))


def _unfit(system: System) -> ValidationError:
    return ValidationError(
        _("Координати не належать системі «%(system)s». Перевірте, з якої системи вони, і виберіть її."),
        code="crs",
        params={"system": system.title},
    )


def guessed(x: float, y: float) -> System | None:
    """The zone of УСК-2000 that figures in metres look like, in either order."""
    for east, north in ((x, y), (y, x)):
        zone = int(east // 1_000_000)
        if zone in ZONES and 200_000 < east % 1_000_000 < 800_000 and 4_850_000 < north < 5_850_000:
            return system_named(f"EPSG:{ZONES[zone]}")
    return None
