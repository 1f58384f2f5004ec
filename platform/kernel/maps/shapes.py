"""Shapes as people bring them: GeoJSON, WKT, a table of coordinates. What is wrong is named, what can be mended is offered."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import (
    GEOSException,
    GEOSGeometry,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.maps import tables
from kernel.maps.boundary import metres_outside
from kernel.maps.coordinates import WGS84, System, guessed, system_named, turned

# Ukraine with a margin: west, south, east, north.
UKRAINE = (21.5, 43.5, 41.0, 53.0)
LONGEST_TEXT = 4 * 1024 * 1024
_WKT = re.compile(
    r"^\s*(?:SRID=(\d{1,6});)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY)", re.I
)
_KINDS = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
_MULTI = {"point": MultiPoint, "line": MultiLineString, "polygon": MultiPolygon}


class Unfit(ValidationError):
    """A shape that is not taken; `offer` is what it may have been meant to be, `crs` the system it looks to be in."""

    def __init__(
        self, message: str, code: str, offer: GEOSGeometry | None = None, crs: str = "", **params: Any
    ) -> None:
        super().__init__(message, code=code, params=params or None)
        self.offer, self.crs = offer, crs


@dataclass(slots=True)
class Shape:
    """In WGS 84, flat, whole. `notes` are worth a word to whoever brought it; `outside` is in metres."""

    shape: GEOSGeometry
    notes: list[str] = field(default_factory=list)
    outside: float = 0.0


def read(value: Any, *, crs: str = "", kinds: Sequence[str] = (), multi: bool | None = None) -> Shape:
    """`kinds` are those the field takes: point, line, polygon; `multi` asks for one of many parts, or of one."""
    notes: list[str] = []
    drawn, own_crs = _drawn(value, kinds)
    system = system_named(crs or own_crs)
    if drawn.empty:
        raise Unfit(_("Геометрія порожня. Намалюйте обʼєкт або вставте його координати."), "empty")
    most = settings.MAPS_MOST_VERTICES
    if drawn.num_coords > most:
        raise _too_long(drawn.num_coords, most)
    if drawn.hasz:
        drawn = _flat(drawn)
        notes.append(_("Висоти точок відкинуто: мапа зберігає лише планове положення."))
    shape = _placed(drawn, system, notes)
    if not shape.valid:
        raise _crossed(shape)
    shape = _of_kind(shape, kinds, multi)
    outside = metres_outside(shape)
    if outside:
        notes.append(
            _("Обʼєкт поза межею громади (%(metres)s м). Перевірте координати; якщо так і має бути, впишіть підставу.")
            % {"metres": f"{outside:,.0f}".replace(",", " ")}
        )
    return Shape(shape, notes, outside)


def exact(shape: Any) -> dict[str, Any]:
    """As GeoJSON with every digit it has: GDAL writes fifteen, and a corner would leave its neighbour by a hair."""
    if shape.geom_type == "GeometryCollection":
        return dict(json.loads(shape.geojson))
    return {"type": shape.geom_type, "coordinates": shape.coords}


def taken_by(model_field: Any) -> tuple[tuple[str, ...], bool | None]:
    """Which kinds a column keeps, and whether of many parts."""
    name = str(getattr(model_field, "geom_type", "GEOMETRY")).upper()
    kind = {"POINT": "point", "LINESTRING": "line", "POLYGON": "polygon"}.get(name.removeprefix("MULTI"))
    return ((kind,), name.startswith("MULTI")) if kind else ((), None)


# -- what was brought -----------------------------------------------------------------------------------


def _drawn(value: Any, kinds: Sequence[str]) -> tuple[GEOSGeometry, str]:
    """(shape as written, the system it names)"""
    if isinstance(value, GEOSGeometry):
        return value.clone(), f"EPSG:{value.srid}" if value.srid else ""
    if isinstance(value, dict):
        return _from_json(value)
    text = str(value).strip().replace("\x00", "")
    if len(text) > LONGEST_TEXT:
        raise _too_long(text.count(",") // 2, settings.MAPS_MOST_VERTICES)
    if not text:
        raise Unfit(_("Геометрія порожня. Намалюйте обʼєкт або вставте його координати."), "empty")
    if text.startswith("{"):
        try:
            return _from_json(json.loads(text))
        except (ValueError, RecursionError):
            raise _unread() from None
    if match := _WKT.match(text):
        try:
            drawn = GEOSGeometry(text.split(";", 1)[-1])
        except (GEOSException, ValueError):
            raise _unread() from None
        return drawn, f"EPSG:{match[1]}" if match[1] else ""
    return tables.read_table(text, kinds), ""


def _from_json(given: Any) -> tuple[GEOSGeometry, str]:
    if isinstance(given, dict) and given.get("type") == "FeatureCollection":
        features = given.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise Unfit(
                _(
                    "У GeoJSON кілька обʼєктів, а картка вміщує один. Залиште один або скористайтеся завантаженням файлу."
                ),
                "several",
            )
        given = {**features[0], "crs": given.get("crs")} if isinstance(features[0], dict) else None
    if isinstance(given, dict) and given.get("type") == "Feature":
        inner = given.get("geometry")
        given = {**inner, "crs": given.get("crs")} if isinstance(inner, dict) else {"type": "Point", "coordinates": []}
    if not isinstance(given, dict):
        raise _unread()
    crs = given.get("crs")
    name = crs.get("properties", {}).get("name", "") if isinstance(crs, dict) else ""
    try:
        return _built(given), str(name)
    except (GEOSException, TypeError, ValueError, LookupError):
        raise _unread() from None


def _built(given: dict[str, Any]) -> GEOSGeometry:
    """From plain lists: no outside parser sees what a stranger wrote."""
    kind, parts = given["type"], given["coordinates"]
    makers: dict[str, Any] = {
        "Point": lambda: Point(*_numbers(parts)) if parts else Point(),
        "LineString": lambda: LineString([_numbers(one) for one in parts]) if parts else LineString(),
        "Polygon": lambda: _polygon(parts),
        "MultiPoint": lambda: MultiPoint([Point(*_numbers(one)) for one in parts]),
        "MultiLineString": lambda: MultiLineString([LineString([_numbers(one) for one in line]) for line in parts]),
        "MultiPolygon": lambda: MultiPolygon([_polygon(one) for one in parts]),
    }
    made: GEOSGeometry = makers[kind]()
    return made


def _polygon(rings: Any) -> Polygon:
    return Polygon(*([_numbers(one) for one in ring] for ring in rings)) if rings else Polygon()


def _numbers(given: Any) -> tuple[float, ...]:
    numbers = tuple(float(one) for one in given[:3])
    if len(numbers) < 2 or any(isinstance(one, bool) for one in given[:3]) or not all(abs(n) < 1e9 for n in numbers):
        raise ValueError("no coordinates")
    return numbers


def _flat(shape: GEOSGeometry) -> GEOSGeometry:
    from django.contrib.gis.geos import WKBWriter

    return GEOSGeometry(memoryview(WKBWriter(dim=2).write(shape)))


# -- where it is ----------------------------------------------------------------------------------------


def _placed(drawn: GEOSGeometry, system: System, notes: list[str]) -> GEOSGeometry:
    west, south, east, north = drawn.extent
    if system.is_geographic:
        if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 180:
            raise _in_metres(west, south)
        swapped = _turned_over(drawn)
        if not _in_ukraine(drawn) and _in_ukraine(swapped):
            offered = turned(swapped, system)
            raise Unfit(
                _("Схоже, широту й довготу переставлено: в Україні широта 44–53, довгота 22–41. Поміняйте місцями."),
                "swapped",
                offered,
            )
        if max(abs(south), abs(north)) > 90 or not _in_ukraine(drawn):
            raise _far(west, south)
        return turned(drawn, system)
    for number, one in enumerate((drawn, _turned_over(drawn))):
        try:
            placed = turned(one, system)
        except ValidationError:
            continue
        if _in_ukraine(placed):
            if number:
                notes.append(_("Стовпці X і Y поміняно місцями: у вставленому порядку обʼєкт був би поза Україною."))
            return placed
    if guess := guessed(west, south):
        raise _in_metres(west, south) if guess.srid != system.srid else _far(west, south)
    raise Unfit(
        _("У системі «%(system)s» ці координати не в Україні. Перевірте систему координат і порядок стовпців."),
        "crs",
        system=system.title,
    )


def _turned_over(shape: GEOSGeometry) -> GEOSGeometry:
    """X and Y changed places."""

    def over(parts: Any) -> Any:
        if parts and isinstance(parts[0], float | int):
            return (parts[1], parts[0])
        return [over(one) for one in parts]

    drawn: Any = shape
    return _built({"type": shape.geom_type, "coordinates": over(drawn.coords)})


def _in_ukraine(shape: GEOSGeometry) -> bool:
    west, south, east, north = shape.extent
    return west >= UKRAINE[0] and south >= UKRAINE[1] and east <= UKRAINE[2] and north <= UKRAINE[3]


# -- what it is -----------------------------------------------------------------------------------------


def _of_kind(shape: Any, kinds: Sequence[str], multi: bool | None) -> GEOSGeometry:
    kind = _KINDS.get(shape.geom_type.removeprefix("Multi"), "")
    if kinds and kind not in kinds:
        words = {"point": _("точку"), "line": _("лінію"), "polygon": _("контур")}
        raise Unfit(
            _("Тут зберігають %(wanted)s, а вставлено %(given)s. Вставте геометрію потрібного виду."),
            "kind",
            wanted=", ".join(words[one] for one in kinds),
            given=words.get(kind, _("суміш різних геометрій")),
        )
    many = shape.geom_type.startswith("Multi")
    if multi is True and not many and kind:
        return _MULTI[kind](shape, srid=4326)
    if multi is False and many:
        if len(shape) != 1:
            raise Unfit(
                _("Геометрія з %(count)d частин, а тут зберігають одну. Розділіть її на окремі картки."),
                "several",
                count=len(shape),
            )
        single = shape[0]
        single.srid = 4326
        return single
    return shape


def _crossed(shape: GEOSGeometry) -> Unfit:
    mended: Any = shape.make_valid()
    if mended.geom_type == "GeometryCollection":
        parts = [one for one in mended if one.geom_type in ("Polygon", "MultiPolygon")]
        flat = [piece for one in parts for piece in (one if one.geom_type == "MultiPolygon" else [one])]
        mended = MultiPolygon(flat, srid=shape.srid) if flat else None
    place = re.search(r"\[(-?[\d.]+) (-?[\d.]+)\]", shape.valid_reason)
    if place:
        where = f"{float(place[2]):.6f}, {float(place[1]):.6f}"
        return Unfit(
            _(
                "Контур перетинає сам себе біля точки %(where)s. Візьміть запропоноване виправлення або поправте вершини."
            ),
            "crossed",
            mended,
            where=where,
        )
    return Unfit(
        _("Контур не замкнено або зведено в лінію: потрібні щонайменше три різні вершини. Поправте їх."),
        "crossed",
        mended,
    )


def _in_metres(x: float, y: float) -> Unfit:
    guess = guessed(x, y)
    if guess:
        return Unfit(
            _("Це не градуси, а метри; схоже на «%(system)s». Виберіть цю систему координат і вставте ще раз."),
            "crs",
            None,
            guess.code,
            system=guess.title,
        )
    return Unfit(_("Це не градуси: виберіть систему координат, у якій знято обʼєкт, і вставте ще раз."), "crs")


def _far(x: float, y: float) -> Unfit:
    return Unfit(
        _("Точка %(where)s не в Україні. Перевірте координати й систему координат."), "far", where=f"{y:.6f}, {x:.6f}"
    )


def _too_long(count: int, most: int) -> Unfit:
    return Unfit(
        _("У геометрії %(count)s вершин, а береться до %(most)s. Спростіть контур у своїй програмі й вставте ще раз."),
        "vertices",
        count=f"{count:,}".replace(",", " "),
        most=f"{most:,}".replace(",", " "),
    )


def _unread() -> Unfit:
    return Unfit(_("Не схоже на геометрію. Вставте GeoJSON, WKT або таблицю координат: по точці в рядку."), "unread")


__all__ = ["WGS84", "Shape", "Unfit", "exact", "read", "taken_by"]
