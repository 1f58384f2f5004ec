"""Figures of a report: one question to the database for groups, subtotals and totals at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_zone
from kernel.operations import Denied
from kernel.reports.layout import Dimension, Layout, Measure

MOST_ON_SCREEN = 3_000
MOST_IN_FILE = 50_000
MOST_ACROSS = 40

# The keys of the rows' groups as far as they go, the key of a column's group; ALL stands for every value together.
ALL: Any = object()
Keys = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Raw figures by groups: `values[keys, across]`."""

    values: dict[tuple[Keys, Any], tuple[Any, ...]]
    names: list[dict[Any, str]]
    across: list[Any]

    def of(self, keys: Keys, across: Any = ALL) -> tuple[Any, ...]:
        return self.values.get((keys, across), ())


def counted(layout: Layout, most: int = MOST_ON_SCREEN) -> Counted:
    dimensions = [*layout.by, *([layout.across] if layout.across else [])]
    rows = asked_rows(layout, dimensions, most + 1)
    if len(rows) > most:
        raise Denied(
            _("Груп понад %(most)s: такий звіт ніхто не прочитає. Звузьте умови або приберіть один рівень групування.")
            % {"most": most}
        )
    depth = len(layout.by)
    found: dict[tuple[Keys, Any], tuple[Any, ...]] = {}
    for row in rows:
        keys, bits, values = row[: len(dimensions)], row[len(dimensions)], row[len(dimensions) + 1 :]
        # Bit by bit from the left: 1 where the column is rolled up.
        rolled = [bool(bits >> (len(dimensions) - 1 - place) & 1) for place in range(len(dimensions))]
        here = tuple(key for key, gone in zip(keys[:depth], rolled[:depth], strict=True) if not gone)
        across = ALL if not layout.across or rolled[depth] else keys[depth]
        found[here, across] = tuple(values)
    names = [names_of(one, {row[place] for row in rows}) for place, one in enumerate(dimensions)]
    spread = _spread(layout, {across for _keys, across in found if across is not ALL}, names)
    return Counted(found, names, spread)


def asked_rows(layout: Layout, dimensions: Sequence[Dimension], limit: int) -> list[tuple[Any, ...]]:
    """A row: keys of the groups, the bits of what is rolled up, the number of cards, the figures."""
    facets = list({one.facet.name: one.facet for one in layout.measures if one.facet}.values())
    fields = [one.name for one in facets]
    keys = [f"report_key_{place}" for place in range(len(dimensions))]
    given: dict[str, Any] = {key: one.expression() for key, one in zip(keys, dimensions, strict=True)}
    given |= {f"report_value_{place}": one.expression() for place, one in enumerate(facets)}
    # The key of the card keeps cards apart wherever the rules of rights made the database compare rows.
    inner = layout.listing.rows.order_by().annotate(**given).values("pk", *given)
    try:
        sql, params = inner.query.sql_with_params()
    except EmptyResultSet:
        return []
    figures = [_sql_of(one, fields) for one in layout.measures]
    listed = ", ".join(keys)
    by, across = keys[: len(layout.by)], keys[len(layout.by) :]
    sets = [f"ROLLUP({', '.join(part)})" for part in (by, across) if part]
    asked = (
        f"SELECT {listed + ', GROUPING(' + listed + ')' if keys else '0'}, COUNT(*), {', '.join(figures)} "  # noqa: S608
        f"FROM ({sql}) AS asked {'GROUP BY ' + ', '.join(sets) if sets else ''} LIMIT {int(limit)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        return cursor.fetchall()


def _sql_of(measure: Measure, fields: list[str]) -> str:
    if measure.facet is None:
        return "COUNT(*)"
    # Names of our own making: nothing of what people typed reaches the text of the question.
    name = f"report_value_{fields.index(measure.facet.name)}"
    return f"{ {'share': 'SUM'}.get(measure.kind, measure.kind.upper()) }({name})".replace(" ", "")


def names_of(dimension: Dimension, keys: set[Any]) -> dict[Any, str]:
    keys.discard(None)
    if dimension.facet.kind != "reference" or not keys:
        return {}
    other, model = dimension.facet.reference, dimension.facet.related_model
    assert model is not None
    cards = (other.queryset() if other else model._default_manager.all()).filter(pk__in=keys)
    return {card.pk: other.label_of(card) if other else str(card) for card in cards}


def _spread(layout: Layout, keys: set[Any], names: list[dict[Any, str]]) -> list[Any]:
    if layout.across is None:
        return []
    if len(keys) > MOST_ACROSS:
        raise Denied(
            _("У стовпцях понад %(most)s значень. Перенесіть «%(field)s» у рядки або звузьте умови.")
            % {"most": MOST_ACROSS, "field": layout.across.label}
        )
    return sorted(keys, key=place_of(layout.across, names[-1]))


def place_of(dimension: Dimension, names: dict[Any, str]) -> Any:
    """How groups of one level stand: days and figures by themselves, choices as declared, texts by the alphabet."""
    order = {value: place for place, value in enumerate(dimension.facet.choices)}

    def key(value: Any) -> tuple[Any, ...]:
        if value is None:
            return (1,)
        if dimension.facet.kind == "choice":
            return (0, order.get(value, len(order)))
        if dimension.part or dimension.facet.kind in ("integer", "boolean"):
            return (0, value)
        return (0, _alphabetical(dimension.words(value, names)))

    return key


_LETTERS = {letter: place for place, letter in enumerate("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")}


def _alphabetical(text: str) -> list[int]:
    """By the Ukrainian alphabet, where і stands before ї and ґ after г; figures before letters."""
    return [1000 + _LETTERS[sign] if sign in _LETTERS else min(ord(sign), 999) for sign in text.lower()]


def value_of(measure: Measure, place: int, row: tuple[Any, ...], whole: tuple[Any, ...]) -> Any:
    """The figure of one measure; `row` begins with the number of cards. A share of nothing is nothing."""
    if not row:
        return None
    value = row[1 + place]
    if measure.kind == "share":
        total = whole[1 + place] if whole else None
        return Decimal(100) * Decimal(value) / Decimal(total) if total and value is not None else None
    if isinstance(value, datetime):
        return timezone.localdate(value, timezone=local_zone())
    return Decimal(str(value)) if isinstance(value, float) else value
