"""Columns a register works out from others (`Register.derived`), in the very statement that writes the rows."""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import JSONField
from django.db.models.expressions import RawSQL
from psycopg import sql

from kernel.registers.importing.checking.proposing import stored_fields
from kernel.registers.importing.checking.stage import Stage
from kernel.registers.importing.checking.words import literal_sql

_WHOLE = "importing_whole"
# `chosen` has the number of the card and what is proposed for it; a changed card brings the rest of its columns. The row
# travels along instead of being joined again: nobody can tell the planner how many rows there are.
_WORKED_OUT = """
, importing_whole AS MATERIALIZED (SELECT {own}, importing_row FROM (SELECT {stored}, c.row AS importing_row
    FROM (SELECT target, {alike} || proposed || jsonb_build_object({pk_name}, target) AS row FROM chosen) c {was},
    jsonb_populate_record({like}, c.row) r) q),
ready AS (SELECT importing_row || {words} AS row FROM ({derived}) d ({names}))
"""
_AS_PROPOSED = """
, ready AS (SELECT {alike} || proposed || jsonb_build_object({pk_name}, target) AS row FROM chosen)
"""


def derived_columns(stage: Stage) -> list[str]:
    fields = {field.name: field.column for field in stored_fields(stage)}
    return [fields[name] for name in stage.register.derived()]


def ready(stage: Stage, alike: sql.Composable, *, changed: bool) -> sql.Composable:
    """The rows of `chosen` as they go into the table, as `ready(row)`."""
    derived = stage.register.derived()
    if not derived:
        return stage.compose(_AS_PROPOSED, pk_name=stage.pk, alike=alike)
    model = stage.register.model
    whole = RawSQL(f'"{stage.register.table}"."importing_row"', [], output_field=JSONField())  # noqa: S611
    expressions = {"importing_row": whole, **{f"importing_{name}": one for name, one in derived.items()}}
    rows = model._base_manager.order_by().annotate(**expressions).values_list(*expressions)
    # The rows stand in for the table itself; where an expression asks the same table, it asks under another name.
    of_rows = re.sub(rf'"{stage.register.table}"(?! "?[A-Z]\d)', f'"{_WHOLE}"', literal_sql(rows).as_string(None))
    columns = derived_columns(stage)
    names = [sql.Identifier(column) for column in columns]
    stored = [sql.Identifier(field.column) for field in stored_fields(stage)]
    pairs = (sql.SQL("{}, {}").format(sql.Literal(column), sql.Identifier(column)) for column in columns)
    return stage.compose(
        _WORKED_OUT, pk_name=stage.pk, alike=alike,
        stored=sql.SQL(", ").join(sql.SQL("r.{}").format(name) for name in stored),
        own=sql.SQL(", ").join([*stored, *_generated(stage, of_rows)]),
        was=stage.compose("JOIN {table} t ON t.{pk} = c.target") if changed else sql.SQL(""),
        like=sql.SQL("t") if changed else stage.compose("NULL::{table}"),
        derived=sql.SQL(of_rows),  # type: ignore[arg-type]
        names=sql.SQL(", ").join([sql.Identifier("importing_row"), *names]),
        words=sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs)),
    )  # fmt: skip


def _generated(stage: Stage, text: str) -> list[sql.Composable]:
    """Generated columns that are asked for: a row not yet in the table has none of them."""
    found: list[sql.Composable] = []
    for field in stage.register.model._meta.concrete_fields:
        if field.generated and f'"{_WHOLE}"."{field.column}"' in text:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid "
                    "AND a.attnum = d.adnum WHERE d.adrelid = %s::regclass AND a.attname = %s",
                    [stage.table.as_string(None), field.column],
                )
                found.append(sql.SQL("({}) AS {}").format(sql.SQL(cursor.fetchone()[0]), sql.Identifier(field.column)))
    return found
