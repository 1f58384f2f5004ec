"""Finding what breaks a rule: for one shape through its index, for a whole register in one statement.

Both ask the same condition, so the night's list and the refusal of a form never disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from psycopg import sql

from kernel.maps.topology.rules import InsideCommunity, NoOverlap, SnapTo, TopologyRule
from kernel.registers.facets import UnknownField
from kernel.registers.register import Register
from kernel.registers.registry import register_named

# More about one card says nothing new.
MOST_OF_ONE = 20

_OVERLAP = """
SELECT a.{key}, b.{key}, ST_Area(ST_Intersection(a.{field}, b.{field})::geography) AS measure
FROM {subject} a JOIN {table} b ON a.{field} && b.{field} AND ST_Intersects(a.{field}, b.{field}) AND {pair}
WHERE b.{field} IS NOT NULL {living}
  AND ST_Area(ST_Intersection(a.{field}, b.{field})::geography) > {tolerance}
"""
_OUTSIDE = """
SELECT a.{key}, NULL::bigint, ST_Distance(a.{field}::geography, e.shape::geography) AS measure
FROM {subject} a CROSS JOIN maps_boundary e WHERE a.{field} IS NOT NULL AND NOT ST_CoveredBy(a.{field}, e.shape) {own}
"""
_SNAP = """
SELECT a.{key}, min(b.{other_key}), min(ST_Distance(a.{field}::geography, b.{other}::geography)) AS measure
FROM {subject} a JOIN {other_table} b ON b.{other} && ST_Expand(a.{field}, {degrees})
 AND NOT ST_Intersects(a.{field}, b.{other})
 AND ST_DWithin(a.{field}::geography, b.{other}::geography, {within}) {pair}
WHERE a.{field} IS NOT NULL {living} {own} GROUP BY a.{key}
"""


class Found(NamedTuple):
    card: int
    other: int | None
    measure: float


def broken_by(register: Register, rule: TopologyRule, shape: GEOSGeometry, pk: int | None) -> list[Found]:
    """What this very shape would break; `pk` is the card it replaces the shape of."""
    key, field = _column(register, "pk"), _column(register, rule.field)
    subject = sql.SQL("(SELECT {pk}::bigint AS {key}, ST_GeomFromEWKB({shape}) AS {field})").format(
        pk=sql.Literal(pk or 0), key=key, field=field, shape=sql.Literal(bytes(shape.ewkb))
    )
    statement = _statement(register, rule, subject, single=True)
    if statement is None:
        return []
    return _asked(sql.SQL("{} LIMIT {}").format(statement, sql.Literal(MOST_OF_ONE)))


def all_broken(register: Register, rule: TopologyRule, keys: Sequence[int] | None = None) -> sql.Composed | None:
    """A statement with all that is broken in the register, or by these cards of it."""
    table = sql.Identifier(register.table)
    living = sql.SQL("WHERE archived_at IS NULL" if register.archives else "WHERE true")
    chosen: sql.Composable = sql.SQL("")
    if keys is not None:
        chosen = sql.SQL(" AND {} = ANY({}::bigint[])").format(_column(register, "pk"), sql.Literal(list(keys)))
    subject = sql.SQL("(SELECT * FROM {} {}{})").format(table, living, chosen)
    return _statement(register, rule, subject, single=keys is not None)


def _statement(register: Register, rule: TopologyRule, subject: Any, *, single: bool) -> sql.Composed | None:
    key, field = _column(register, "pk"), _column(register, rule.field)
    if isinstance(rule, NoOverlap):
        pair = sql.SQL("a.{key} <> b.{key}" if single else "a.{key} < b.{key}").format(key=key)
        return sql.SQL(_OVERLAP).format(
            key=key, field=field, subject=subject, table=sql.Identifier(register.table), pair=pair,
            living=_living(register), tolerance=sql.Literal(rule.tolerance),
        )  # fmt: skip
    if isinstance(rule, InsideCommunity):
        return sql.SQL(_OUTSIDE).format(key=key, field=field, subject=subject, own=sql.SQL(""))
    if isinstance(rule, SnapTo):
        return _snap(register, rule, subject)
    raise TypeError(f"{type(rule).__name__} is no rule this kernel knows how to look for.")


def _snap(register: Register, rule: SnapTo, subject: Any) -> sql.Composed | None:
    other = register_named(rule.register) if rule.register else register
    if other.layer is None:
        return None
    same = other.table == register.table
    key = _column(register, "pk")
    return sql.SQL(_SNAP).format(
        key=key, field=_column(register, rule.field), subject=subject, other_table=sql.Identifier(other.table),
        other_key=_column(other, "pk"), other=_column(other, other.layer.geometry),
        # A degree of longitude is never longer than one of latitude; in Ukraine it is at least 0.6 of it.
        degrees=sql.Literal(rule.within / 111_000 / 0.6), within=sql.Literal(rule.within),
        pair=sql.SQL("AND a.{key} <> b.{key}").format(key=key) if same else sql.SQL(""),
        living=_living(other), own=sql.SQL(""),
    )  # fmt: skip


def _living(register: Register) -> sql.SQL:
    return sql.SQL("AND b.archived_at IS NULL" if register.archives else "")


def _column(register: Register, name: str) -> sql.Identifier:
    meta = register.model._meta
    field = meta.pk if name == "pk" else next((one for one in meta.concrete_fields if one.name == name), None)
    if field is None:
        raise UnknownField(f"{meta.label} has no field {name!r}.")
    return sql.Identifier(field.column)


def _asked(statement: sql.Composed) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [Found(card, other, measure or 0.0) for card, other, measure in cursor.fetchall()]
