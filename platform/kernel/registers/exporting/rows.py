"""Values of the cells - days, figures, texts - by columns, a portion of rows at a time, read by a cursor of the server.

Where every column is one of the database's, cards are not built at all; cards that columns point to are named once
each, however many rows point to them. Columns and not rows, because a whole column is turned at the speed of C.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from decimal import Decimal
from itertools import batched
from typing import Any

import psycopg
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import F, Func, Model, TextField
from django.utils import timezone

from kernel.registers.added import attached
from kernel.registers.exporting.selection import Selection
from kernel.registers.facets import Facet
from kernel.registers.register import MASK
from kernel.tenancy.pooling import tell

PORTION = 2000
PLACE = "exported_place"
# As `_exact` tells a point; building and asking a point of GEOS for each row costs more than all the rest of a sheet.
_SIDE = "CASE WHEN round({0}::numeric, 6)::float8 = {0} THEN round({0}::numeric, 6)::text ELSE {0}::text END"
_POINT = f"{_SIDE.format('ST_Y(%(expressions)s)')} || ', ' || {_SIDE.format('ST_X(%(expressions)s)')}"
# One list of values for every column, all of the same length; with a geometry, its GeoJSON is one column more.
Columns = list[list[Any]]
Turn = Callable[[Any], Any]


def columns_of(selection: Selection, geometry: str, told: Callable[[int], None]) -> Iterator[Columns]:
    """In the order of the list. `told` hears before each portion how many rows are done, and may stop them."""
    found = selection.listing.ordered()
    if geometry:
        found = found.annotate(**{PLACE: AsGeoJSON(Func(F(geometry), function="ST_ForcePolygonCCW"), precision=7)})
    straight = all(facet.method is None for facet in selection.facets)
    turns = [
        None if straight and _told_by_database(selection, facet) else _turn(selection, facet)
        for facet in selection.facets
    ]
    done = 0
    with _read_to_the_end():
        for portion in batched(
            _straight(selection, found, geometry) if straight else _by_cards(selection, found, geometry), PORTION
        ):
            told(done)
            done += len(portion)
            columns = [list(column) for column in zip(*portion, strict=True)]
            for place, turn in enumerate(turns):
                if turn is not None:
                    columns[place] = turn(columns[place])
            yield columns
    told(done)


@contextmanager
def _read_to_the_end() -> Iterator[None]:
    """PostgreSQL plans a cursor for its first rows; a file wants the last one soon."""
    connection.ensure_connection()
    tell(connection.connection, "SET cursor_tuple_fraction = 1")
    try:
        yield
    finally:
        # A transaction that failed takes the setting back by itself.
        with suppress(psycopg.Error):
            tell(connection.connection, "RESET cursor_tuple_fraction")


def _straight(selection: Selection, found: Any, geometry: str) -> Iterator[Any]:
    points = {
        facet.name: Func(F(facet.name), template=_POINT, output_field=TextField())
        for facet in selection.facets
        if _told_by_database(selection, facet)
    }
    told = (points.get(name, name) for name in selection.names)
    return iter(found.values_list(*told, *([PLACE] if geometry else [])).iterator(PORTION))


def _told_by_database(selection: Selection, facet: Facet) -> bool:
    own = facet.field is not None and facet.added is None
    return facet.kind == "point" and own and facet.name not in selection.register.masked


def _by_cards(selection: Selection, found: Any, geometry: str) -> Iterator[Any]:
    joined = selection.register.joined(selection.names)
    cards = (found.select_related(*joined) if joined else found).iterator(PORTION)
    for card in attached(selection.register, cards, selection.names, PORTION):
        row = [_key(facet, card) if _points(facet) else facet.value(card) for facet in selection.facets]
        yield [*row, getattr(card, PLACE)] if geometry else row


def _key(facet: Facet, card: Any) -> Any:
    found = facet.value(card)
    return getattr(found, facet.field.target_field.attname) if isinstance(found, Model) else found


def _points(facet: Facet) -> bool:
    return facet.field is not None and facet.field.is_relation


def _turn(selection: Selection, facet: Facet) -> Turn | None:
    """What makes values of a sheet out of values of the database; a column at a time."""
    if _points(facet):
        names = _Names(facet)
        return names.of if facet.name not in selection.register.masked else lambda column: _veiled(names.of(column))
    if facet.name in selection.register.masked:
        return lambda column: _veiled([facet.words(value) for value in column])
    if facet.choices or facet.kind == "boolean":
        return _Words(facet).of
    if facet.kind == "moment" and facet.field is not None:
        return _each(_local)
    if facet.kind == "point" and facet.field is not None:
        return _each(_exact)
    if facet.kind == "geometry" and facet.field is not None:
        return _each(facet.words)
    if facet.field is None:
        return _each(_own)
    return _each(str) if facet.kind == "code" else None


def _exact(point: Any) -> str:
    """As on pages where that is all there is; a file that comes back must find the very same place."""
    return ", ".join(text if float(text := f"{one:.6f}") == one else repr(one) for one in (point.y, point.x))


def _each(turn: Turn) -> Turn:
    return lambda column: [None if value is None else turn(value) for value in column]


class _Words(dict[Any, str]):
    """Few values, each put into words once."""

    def __init__(self, facet: Facet) -> None:
        super().__init__()
        self.facet = facet

    def __missing__(self, value: Any) -> str:
        self[value] = self.facet.words(value)
        return self[value]

    def of(self, column: list[Any]) -> list[str]:
        return [self[value] for value in column]


class _Names:
    """What the cards of one column are called, asked for once."""

    def __init__(self, facet: Facet) -> None:
        self.register = facet.reference
        self.model: Any = facet.field.related_model
        self.key = facet.field.target_field.attname
        self.known: dict[Any, str] = {None: ""}

    def of(self, column: list[Any]) -> list[str]:
        unknown = {key for key in column if key not in self.known}
        if unknown:
            cards = self.register.queryset() if self.register else self.model._default_manager.all()
            for card in cards.filter(**{f"{self.key}__in": unknown}):
                self.known[getattr(card, self.key)] = self.register.label_of(card) if self.register else str(card)
        return [self.known.get(key, "") for key in column]


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None)


def _own(value: Any) -> Any:
    """What a method of the register gave."""
    if isinstance(value, datetime):
        return _local(value) if timezone.is_aware(value) else value
    if isinstance(value, GEOSGeometry):
        return value.wkt
    return value if isinstance(value, int | Decimal | float) or hasattr(value, "isoformat") else str(value)


def _veiled(column: list[str]) -> list[str]:
    return [MASK + text[-3:] if text else "" for text in column]
