"""A table of coordinates as it stands in a document: a point in a row, degrees or metres, numbered or not.

Degrees come latitude first, metres north (X) first; both as written come out here, and `shapes` finds their place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPoint, Point, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_ROWS = 1_000_000
_DEGREES = re.compile(
    r"""(?P<before>[NSEWПС]|Пн|Пд|Сх|Зх)?\.?\s*(?P<d>-?\d{1,3})\s*[°º]\s*(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['′ʼ’]\s*"""
    r"""(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:["″”]|''|′′))?\s*(?P<after>[NSEW]|пн|пд|сх|зх)?\.?\s*(?:ш|д)?\.?""",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[а-яіїєґa-z]{3,}", re.IGNORECASE)
# A decimal comma stands between digits and is not followed by a space.
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def read_table(text: str, kinds: Sequence[str]) -> GEOSGeometry:
    """Easting first in the result: (longitude, latitude), or (second column, first column)."""
    points: list[tuple[float, float]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or (not points and _WORDS.search(line) and not _DEGREES.search(line)):
            # Heads of columns, empty lines.
            continue
        points.append(_point(line, number))
    if not points:
        raise _unread(1)
    return _shaped(points, kinds)


def _point(line: str, number: int) -> tuple[float, float]:
    if sexagesimal := list(_DEGREES.finditer(line)):
        if len(sexagesimal) != 2:
            raise _unread(number)
        values = [_degrees(found) for found in sexagesimal]
        return values[1][0], values[0][0]
    figures = _figures(line)
    if len(figures) == 3 and figures[0] == int(figures[0]) and abs(figures[0]) < 10_000:
        # The first is the number of the point.
        figures = figures[1:]
    if len(figures) not in (2, 3):
        raise _unread(number)
    first, second = figures[0], figures[1]
    return (second, first)


def _figures(line: str) -> list[float]:
    """Columns by tabs, semicolons or spaces; where only commas are, they part the columns if points part decimals."""
    parts = [one for one in re.split(r"[\t;|]+|\s{1,}", line) if one.strip(",")]
    if len(parts) == 1 or any(part.count(",") > 1 for part in parts):
        parts = [one for one in re.split(r"[,;\s]+", line) if one]
    found = []
    for part in parts:
        part = part.strip(",")
        if not _NUMBER.fullmatch(part):
            raise NoFigure(part)
        found.append(float(part.replace(",", ".")))
    return found


class NoFigure(ValidationError):
    def __init__(self, part: str) -> None:
        super().__init__(
            _("«%(part)s» — не координата. У кожному рядку мають бути лише числа: широта й довгота або X і Y."),
            code="unread",
            params={"part": part[:30]},
        )


def _degrees(found: re.Match[str]) -> tuple[float, str]:
    whole, minutes = int(found["d"]), float(found["m"].replace(",", "."))
    seconds = float((found["s"] or "0").replace(",", "."))
    if minutes >= 60 or seconds >= 60:
        raise ValidationError(
            _("«%(part)s»: мінут і секунд менше шістдесяти. Перевірте запис."),
            code="unread",
            params={"part": found[0].strip()[:40]},
        )
    value = abs(whole) + minutes / 60 + seconds / 3600
    side = (found["after"] or found["before"] or "").lower()
    return (-value if whole < 0 or side in ("s", "w", "пд", "зх") else value), side


def _shaped(points: list[tuple[float, float]], kinds: Sequence[str]) -> GEOSGeometry:
    """One point, a contour closed by itself, or what the field takes."""
    if len(points) == 1:
        return Point(*points[0])
    if tuple(kinds) == ("point",):
        return MultiPoint([Point(*one) for one in points])
    if (kinds and "polygon" not in kinds) or len(points) == 2:
        return LineString(points)
    if points[0] != points[-1]:
        points.append(points[0])
    if len(points) < 4:
        raise ValidationError(
            _("Для контуру потрібні щонайменше три різні вершини. Допишіть точки, яких бракує."), code="few"
        )
    return Polygon(points)


def _unread(line: int) -> ValidationError:
    return ValidationError(
        _(
            "Рядок %(line)d не читається як координати. Пишіть по точці в рядку: 49.0712, 33.4204 або 49°04'16\" 33°25'13\"."
        ),
        code="unread",
        params={"line": line},
    )
