"""A sheet to scale, A4 to A0: drawn from the shapes themselves in metres of UCS-2000, so a ruler on paper is right.

The server draws it, not the screen: lines stay lines at any size, and the sheet holds no more than this person may see.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kernel.maps.annex import annex_of
from kernel.maps.boundary import boundary
from kernel.maps.coordinates import ZONES
from kernel.maps.drawing import Canvas
from kernel.maps.layers import Layer
from kernel.maps.onscreen import classes_of, name_of
from kernel.maps.past import geojson_as_on
from kernel.maps.places import read_pair, zone_of
from kernel.tenancy import current_tenant

LAYOUT = Path(__file__).parent / "papers" / "map.typ"
# The shorter and the longer side in millimetres.
PAPERS = {"a4": (210, 297), "a3": (297, 420), "a2": (420, 594), "a1": (594, 841), "a0": (841, 1189)}
SCALES = (500, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000)
MARGIN, BLOCK = 10, 26
MOST = 20_000
Drawn = tuple[Any, Any, Any]


@dataclass(frozen=True)
class Sheet:
    layers: list[Layer]
    centre: tuple[float, float]
    scale: int
    paper: str = "a4"
    landscape: bool = True
    title: str = ""
    conditions: str = ""
    on: date | None = None
    annex: bool = False
    size: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        short, long = PAPERS[self.paper]
        object.__setattr__(self, "size", (long, short) if self.landscape else (short, long))

    @property
    def frame(self) -> tuple[int, int]:
        """The map itself, in millimetres."""
        width, height = self.size
        return width - 2 * MARGIN, height - 2 * MARGIN - BLOCK


def read_sheet(query: QueryDict, layers: list[Layer]) -> Sheet:
    centre = read_pair(query.get("lon", ""), query.get("lat", ""))
    scale, paper = query.get("scale", "5000"), query.get("paper", "a4").lower()
    if not scale.isdecimal() or not 100 <= int(scale[:9]) <= 1_000_000:
        raise ValidationError(_("Масштаб — число від 100 до 1 000 000: для 1:5000 напишіть 5000."))
    if paper not in PAPERS:
        raise ValidationError(_("Аркуш буває A4, A3, A2, A1 або A0. Оберіть один із них."))
    names = {name for name in query.get("layers", "").split(",") if name}
    return Sheet(
        layers=[one for one in layers if not names or name_of(one) in names],
        centre=centre,
        scale=int(scale),
        paper=paper,
        landscape=query.get("turn") != "portrait",
        title=query.get("title", "").replace("\x00", "").strip()[:120],
        conditions=query.get("query", "")[:2000] if len(names) == 1 else "",
        on=_day(query.get("on", "")),
        annex=query.get("annex") == "1",
    )


def _day(given: str) -> date | None:
    try:
        day = parse_date(given) if given else None
    except ValueError:
        day = None
    if given and day is None:
        raise ValidationError(_("Дата «%(given)s» не читається. Напишіть її як 2026-03-31.") % {"given": given[:20]})
    return day


def draw(sheet: Sheet, author: str) -> bytes:
    zone = zone_of(sheet.centre[0])
    middle = Point(*sheet.centre, srid=4326)
    middle.transform(ZONES[zone])
    canvas = Canvas(sheet.frame, (middle.x, middle.y), sheet.scale)
    ground = Polygon.from_bbox(canvas.ground)
    ground.srid = ZONES[zone]
    ground.transform(4326)
    if (edge := boundary()) is not None:
        edge.transform(ZONES[zone])
        canvas.boundary(edge)
    legend: list[dict[str, Any]] = []
    objects: list[tuple[Layer, list[Drawn]]] = []
    for layer in _by_rank(sheet.layers):
        found = _found(layer, ground, zone, sheet)
        legend += _draw_layer(canvas, layer, found)
        objects.append((layer, found))
    return _typeset(
        {
            "width": sheet.size[0],
            "height": sheet.size[1],
            "margin": MARGIN,
            "block": BLOCK,
            "map": canvas.svg(),
            "title": sheet.title or ", ".join(layer.title for layer in sheet.layers)[:120],
            "community": str(current_tenant().name),
            "scale": _("Масштаб 1:%(scale)s") % {"scale": f"{sheet.scale:,}".replace(",", "\N{NO-BREAK SPACE}")},
            "bar": _bar(sheet.scale),
            "legend": legend,
            "made": _("Склав(ла) %(who)s, %(when)s") % {"who": author, "when": _now()} if author else _now(),
            "system": _("УСК-2000, зона %(zone)s (EPSG:%(code)s)") % {"zone": zone, "code": ZONES[zone]},
            "state": _("Стан на %(day)s") % {"day": f"{sheet.on:%d.%m.%Y}"} if sheet.on else "",
            "annex": annex_of(objects) if sheet.annex else None,
            "north": _("Пн"),
            "language": get_language() or "uk",
        }
    )


def _now() -> str:
    return timezone.localtime().strftime("%d.%m.%Y %H:%M")


def _by_rank(layers: list[Layer]) -> list[Layer]:
    return sorted(layers, key=lambda one: (one.of_points, "line" in one.kinds))


def _found(layer: Layer, ground: Polygon, zone: int, sheet: Sheet) -> list[Drawn]:
    """What is within the sheet: its name, its class, its shape in metres of the zone."""
    if sheet.on is not None:
        return _as_on(layer, sheet.on, ground, zone)
    near = layer.rows(sheet.conditions).filter(**{f"{layer.geometry}__bboverlaps": ground})
    rows = layer.chosen(near).values_list("map_label", "map_colour", Transform(F(layer.geometry), ZONES[zone]))
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        raise ValidationError(
            _("«%(layer)s»: на аркуші понад %(most)s обʼєктів. Візьміть більший масштаб або вимкніть цей шар.")
            % {"layer": layer.title, "most": MOST}
        )
    return found


def _as_on(layer: Layer, day: date, ground: Polygon, zone: int) -> list[Drawn]:
    found: list[Drawn] = []
    for one in json.loads(geojson_as_on(layer, day))["features"]:
        shape = GEOSGeometry(json.dumps(one["geometry"]), srid=4326)
        if shape.intersects(ground):
            shape.transform(ZONES[zone])
            found.append((one["properties"]["label"], one["properties"]["colour"], shape))
    return found


def _draw_layer(canvas: Canvas, layer: Layer, found: list[Drawn]) -> list[dict[str, Any]]:
    """Lines of the legend for what was drawn."""
    classes = {one["value"]: one for one in classes_of(layer)}
    plain = {"token": "accent", "shape": "circle", "label": layer.title}
    used = []
    for label, colour, shape in found:
        look = classes.get(str(colour), plain)
        canvas.shape(shape, look, label or "")
        used.append(look["label"])
    looks = [*classes.values(), plain]
    return [
        {
            "label": look["label"] if look is plain else f"{layer.title}: {look['label']}",
            "mark": Canvas.sample(
                look, kind="point" if layer.of_points else "line" if "polygon" not in layer.kinds else "area"
            ),
        }
        for look in looks
        if look["label"] in used
    ]


def _bar(scale: int) -> dict[str, Any]:
    """A bar of a round length, some three to six centimetres on paper."""
    metres = next(step * 10**power for power in range(6) for step in (1, 2, 5) if step * 10**power * 1000 / scale >= 30)
    words = _("%(metres)s м") % {"metres": metres} if metres < 1000 else _("%(km)s км") % {"km": metres // 1000}
    return {"length": metres * 1000 / scale, "words": words}


def _typeset(content: dict[str, Any]) -> bytes:
    compile_layout: Any = typst.compile
    given = {"data": json.dumps(content, ensure_ascii=False)}
    made = compile_layout(_layout(), sys_inputs=given, format="pdf", ignore_system_fonts=True)
    return bytes(made)


@cache
def _layout() -> bytes:
    return LAYOUT.read_bytes()
