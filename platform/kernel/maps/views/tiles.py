"""Tiles and their descriptions, of one's own layers and of those open to residents."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.maps import past, tiles
from kernel.maps.describing import tilejson
from kernel.maps.frame import DEEPEST, Tile
from kernel.maps.layers import Layer, layer_for, open_layer_at
from kernel.maps.legend import legend_of
from kernel.maps.views.answers import GEOJSON, MVT, answer, refusing, signed_in, told

DATE = "on"


@require_safe
@signed_in
@refusing
def tile(request: HttpRequest, label: str, z: int, x: int, y: int) -> HttpResponseBase:
    return _tile(request, layer_for(request.user, label), Tile(z, x, y), public=False)


@require_safe
@refusing
def open_tile(request: HttpRequest, label: str, z: int, x: int, y: int) -> HttpResponseBase:
    return _tile(request, open_layer_at(label), Tile(z, x, y), public=True)


def _tile(request: HttpRequest, layer: Layer, place: Tile, *, public: bool) -> HttpResponseBase:
    if not place.is_real:
        raise ValidationError(
            _("Такого квадрата мапи немає: масштаб від 0 до %(deepest)s, номери — від 0 до 2^масштаб − 1.")
            % {"deepest": DEEPEST}
        )
    query, day = _asked(request)
    if day is not None and not public:
        drawn = past.draw_as_on(layer, place, day)
    else:
        drawn = tiles.draw(layer, place, layer.rows(query))
    return answer(request, drawn, MVT, public=public)


def _asked(request: HttpRequest) -> tuple[QueryDict, date | None]:
    """Conditions of the list, and the day to be shown."""
    query = request.GET.copy()
    given = query.pop(DATE, [""])[-1]
    if not given:
        return query, None
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(_("Дата «%(given)s» не читається. Напишіть її як 2026-03-31.") % {"given": given[:20]})
    if any(value for name in query for value in query.getlist(name)):
        raise ValidationError(_("Стан на дату показуємо без умов переліку: приберіть умови або дату."))
    return query, day


@require_safe
@signed_in
@refusing
def collection(request: HttpRequest, label: str) -> HttpResponseBase:
    """The whole layer as GeoJSON as it was on a day; as it is now it is exported from the list."""
    layer = layer_for(request.user, label)
    _query, day = _asked(request)
    if day is None:
        raise ValidationError(_("Назвіть день: ?on=2026-03-31. Теперішній стан вивантажують із переліку."))
    return answer(request, past.geojson_as_on(layer, day), GEOJSON)


@require_safe
@signed_in
def description(request: HttpRequest, label: str) -> HttpResponseBase:
    return _described(request, layer_for(request.user, label), public=False)


@require_safe
def open_description(request: HttpRequest, label: str) -> HttpResponseBase:
    return _described(request, open_layer_at(label), public=True)


def _described(request: HttpRequest, layer: Layer, *, public: bool) -> Any:
    return told(tilejson(request, layer), public=public)


@require_safe
@signed_in
def legend(request: HttpRequest, label: str) -> HttpResponseBase:
    return told(legend_of(layer_for(request.user, label)))


@require_safe
def open_legend(request: HttpRequest, label: str) -> HttpResponseBase:
    return told(legend_of(open_layer_at(label)), public=True)
