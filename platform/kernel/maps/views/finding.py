"""What is here, and where is that."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.gis.db.models.functions import Centroid, Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.maps import shapes
from kernel.maps.layers import Layer, layers_of, open_layers
from kernel.maps.views.answers import refusing, signed_in, told
from kernel.registers.registry import register_named
from kernel.search.everywhere import SHORTEST, search_everywhere
from kernel.search.query import find

# A finger on a phone covers this much of the ground at the zoom of a street.
NEAR, FARTHEST = 15, 500
MOST_HERE, MOST_FOUND = 10, 8
_LOOKS_LIKE_PLACE = re.compile(r"^[\d\s.,;°º'\"′″ʼ’NSEWпнсдхзш-]+$", re.IGNORECASE)


@require_safe
@signed_in
@refusing
def at(request: HttpRequest) -> HttpResponseBase:
    return told(_here(request, layers_of(request.user)))


@require_safe
@refusing
def open_at(request: HttpRequest) -> HttpResponseBase:
    return told(_here(request, open_layers()), public=True)


def _here(request: HttpRequest, layers: list[Layer]) -> dict[str, Any]:
    place = Point(_number(request, "lon", 180), _number(request, "lat", 90), srid=4326)
    reach = min(_number(request, "within", FARTHEST, str(NEAR)), FARTHEST)
    wanted = [one for one in request.GET.get("layers", "").split(",") if one]
    chosen = [one for one in layers if not wanted or one.register.label in wanted or one.name in wanted]
    groups = [_found_in(one, place, reach) for one in chosen]
    return {"lon": place.x, "lat": place.y, "layers": [one for one in groups if one["items"]]}


def _found_in(layer: Layer, place: Point, reach: float) -> dict[str, Any]:
    # Degrees first, through the index; then metres, exactly.
    box = place.buffer(reach / 111_000 / 0.6).envelope
    field = layer.geometry
    rows = layer.rows().filter(**{f"{field}__bboverlaps": box}).annotate(map_distance=Distance(field, place))
    near = (
        rows.filter(map_distance__lte=D(m=reach))
        if layer.of_points
        else rows.filter(map_distance__lte=D(m=min(reach, 5)))
    )
    items = []
    for card in near.order_by("map_distance", "pk")[:MOST_HERE]:
        name = layer.label.text(card) if layer.opened and layer.label else _name(layer, card)
        url = "" if layer.opened else layer.register.url("card", card.pk)
        items.append({"id": card.pk, "label": name, "url": url, "metres": round(card.map_distance.m, 1)})
    return {"key": layer.register.label, "title": layer.title, "icon": layer.register.picture, "items": items}


def _name(layer: Layer, card: Any) -> str:
    return "" if layer.opened else layer.register.label_of(card)


def _number(request: HttpRequest, name: str, most: float, usual: str = "") -> float:
    given = request.GET.get(name, usual).replace(",", ".")
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not abs(number) <= most:
        raise ValidationError(_("%(name)s — число від -%(most)s до %(most)s.") % {"name": name, "most": int(most)})
    return number


@require_safe
@signed_in
@refusing
def search(request: HttpRequest) -> HttpResponseBase:
    """Coordinates first, then cards that have a place, then everything else that is called so."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    groups: list[dict[str, Any]] = []
    if place := _place(text):
        groups.append(
            {"title": _("Координати"), "items": [{"title": f"{place.y:.6f}, {place.x:.6f}", **_point(place)}]}
        )
    elif len(text) >= SHORTEST:
        for layer in layers_of(request.user):
            if layer.register.searchable and (items := _called(layer, text)):
                groups.append({"title": layer.title, "key": layer.register.label, "items": items})
        placed = {one["key"] for one in groups}
        for group in search_everywhere(request.user, text):
            if group.url not in {register_named(key).url() for key in placed}:
                items = [{"title": one.title, "hint": one.hint, "url": one.url} for one in group.items]
                groups.append({"title": group.title, "items": items})
    return told({"q": text, "groups": groups})


def _place(text: str) -> Point | None:
    if not _LOOKS_LIKE_PLACE.match(text):
        return None
    try:
        found: Any = shapes.read(text, kinds=("point",)).shape
    except shapes.Unfit as unfit:
        found = unfit.offer if unfit.code == "swapped" and unfit.offer is not None else None
    except ValidationError:
        return None
    return found if isinstance(found, Point) else None


def _called(layer: Layer, text: str) -> list[dict[str, Any]]:
    found = find(layer.rows(), text).annotate(map_middle=Centroid(layer.geometry))[:MOST_FOUND]
    register = layer.register
    return [
        {
            "id": card.pk,
            "title": register.label_of(card),
            "hint": register.hint_of(card),
            "url": register.url("card", card.pk),
            **_point(card.map_middle),
        }
        for card in found
    ]


def _point(place: Point) -> dict[str, float]:
    return {"lon": round(place.x, 7), "lat": round(place.y, 7)}
