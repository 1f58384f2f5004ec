"""The annex to a sheet: every object of it with coordinates of its corners, as a document asks for them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.maps.layers import Layer

MOST_ROWS = 20_000


def annex_of(objects: list[tuple[Layer, list[Any]]]) -> dict[str, Any]:
    """X is north and Y is east, in metres of the sheet's own system."""
    groups: list[dict[str, Any]] = []
    rows, number = 0, 0
    for layer, found in objects:
        lines: list[dict[str, Any]] = []
        for label, _colour, shape in sorted(found, key=lambda one: str(one[0] or "")):
            number += 1
            corners = _corners(shape)
            rows += len(corners)
            if rows > MOST_ROWS:
                raise ValidationError(
                    _("У додатку понад %(most)s точок. Візьміть більший масштаб, менше шарів або аркуш без додатка.")
                    % {"most": f"{MOST_ROWS:,}".replace(",", " ")}
                )
            lines.append({"number": number, "label": str(label or "—"), "size": _size(shape), "corners": corners})
        if lines:
            groups.append({"title": layer.title, "lines": lines})
    return {
        "title": _("Додаток. Обʼєкти аркуша та координати їхніх точок"),
        "heads": [_("№"), _("Обʼєкт"), _("Розмір"), _("Точка"), _("X, м"), _("Y, м")],
        "groups": groups,
        "nothing": _("На аркуші немає жодного обʼєкта."),
        "page": _("Аркуш"),
    }


def _corners(shape: Any) -> list[list[str]]:
    """A contour's last point is its first, and is not told twice."""
    found: list[list[str]] = []
    for part in shape if shape.geom_type.startswith(("Multi", "Geometry")) else [shape]:
        rings: list[Any] = [[part.coords]] if part.geom_type == "Point" else [part.coords]
        if part.geom_type == "Polygon":
            rings = [ring[:-1] for ring in part.coords]
        for ring in rings:
            found += [[str(len(found) + 1 + index), _figure(one[1]), _figure(one[0])] for index, one in enumerate(ring)]
    return found


def _figure(metres: float) -> str:
    return f"{metres:.2f}".replace(".", ",")


def _size(shape: Any) -> str:
    if "Polygon" in shape.geom_type:
        return _("%(area)s м²") % {"area": f"{shape.area:,.0f}".replace(",", " ")}
    if "Line" in shape.geom_type:
        return _("%(length)s м") % {"length": f"{shape.length:,.1f}".replace(",", " ").replace(".", ",")}
    return ""
