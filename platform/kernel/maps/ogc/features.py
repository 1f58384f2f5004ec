"""Cards as features: which, in which order, and what of them is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.core.exceptions import ValidationError
from django.db.models import F, Func, QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kernel.maps.layers import Layer
from kernel.maps.ogc.systems import Axes
from kernel.registers.facets import Facet
from kernel.registers.public.files import plain_value

PLACE = "ogc_place"
_SHAPES = ("point", "geometry", "file")
_FILTERED = ("text", "long_text", "code", "choice", "boolean", "integer", "decimal", "money", "date", "email", "phone")


def properties_of(layer: Layer) -> dict[str, Facet]:
    """What this reader may have; masked values are not told to maps at all."""
    facets = layer.opened.facets if layer.opened else layer.register.seen(layer.user)
    closed = set() if layer.opened else {*layer.register.masked}
    return {name: facet for name, facet in facets.items() if facet.kind not in _SHAPES and name not in closed}


def queryable(layer: Layer) -> dict[str, Facet]:
    """Columns a reader may ask by the exact value of."""
    return {name: facet for name, facet in properties_of(layer).items() if facet.is_own and facet.kind in _FILTERED}


def value_asked(facet: Facet, given: str) -> Any:
    """A text of the address as its column has it; a choice by its code or by its words."""
    if facet.kind == "boolean":
        if given.lower() not in ("true", "false", "yes", "no", "так", "ні"):
            raise _unfit(facet, given)
        return given.lower() in ("true", "yes", "так")
    if facet.choices:
        known = {**{words: code for code, words in facet.choices.items()}, **{code: code for code in facet.choices}}
        if given not in known:
            raise _unfit(facet, given)
        return known[given]
    try:
        return (
            facet.field.clean(given.replace("\x00", ""), None) if facet.kind != "code" else facet.field.to_python(given)
        )
    except (ValidationError, ValueError, TypeError):
        raise _unfit(facet, given) from None


def _unfit(facet: Facet, given: str) -> ValidationError:
    return ValidationError(
        _("Умова %(name)s: значення «%(value)s» не підходить. Можливі значення — у queryables.")
        % {"name": facet.name, "value": given[:60]}
    )


def within_time(rows: QuerySet[Any], given: str) -> QuerySet[Any]:
    """By the latest change of the card: an instant, a day, or an interval open at either end."""
    start, slash, end = given.partition("/")
    if not slash:
        end = start
    first, last = _moment(start, later=False), _moment(end, later=True)
    if not hasattr(rows.model, "updated_at"):
        return rows
    if first:
        rows = rows.filter(updated_at__gte=first)
    return rows.filter(updated_at__lt=last) if last else rows


def _moment(given: str, *, later: bool) -> datetime | None:
    if given in ("", ".."):
        return None
    try:
        moment = parse_datetime(given.replace(" ", "+")) if len(given) > 10 else None
        day: date | None = parse_date(given) if moment is None else None
    except ValueError:
        moment = day = None
    if moment is not None:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware + timedelta(seconds=1) if later else aware
    if day is None:
        raise ValidationError(_("datetime — момент або проміжок RFC 3339, напр. 2026-01-01T00:00:00Z/.."))
    return datetime.combine(day + timedelta(days=1 if later else 0), time(), tzinfo=UTC)


def placed(layer: Layer, rows: QuerySet[Any], axes: Axes) -> QuerySet[Any]:
    """With the geometry as the reader wants it, and everything the properties need in one question."""
    place: Any = F(layer.geometry)
    if axes.srid != 4326:
        place = Transform(place, axes.srid)
    if axes.north_first:
        place = Func(place, function="ST_FlipCoordinates", output_field=layer.field.__class__(srid=axes.srid))
    found = rows.annotate(**{PLACE: AsGeoJSON(place, precision=7 if axes.srid == 4326 else 3)}).defer(layer.geometry)
    joined = layer.register.joined(list(properties_of(layer)))
    return found.select_related(*joined) if joined else found


def features(layer: Layer, cards: Iterator[Any]) -> Iterator[dict[str, Any]]:
    facets = properties_of(layer)
    for card in cards:
        place = getattr(card, PLACE)
        yield {
            "type": "Feature",
            "id": card.pk,
            "geometry": json.loads(place) if place else None,
            "properties": {name: plain_value(facet, card) for name, facet in facets.items()},
        }
