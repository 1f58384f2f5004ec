"""Exclusion constraints — periods, flats of an entrance — asked of the file before the table is: which row, which other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import DataError, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.registers.importing.checking.wording import field_of, message_of

if TYPE_CHECKING:
    from kernel.registers.importing.checking.stage import Stage

# An address book of a hundred thousand overlaps helps nobody; the rest is told without the other's name.
MOST_NAMED = 500
_RULES = """
SELECT c.conname, ARRAY(SELECT pg_get_indexdef(c.conindid, k, true) FROM generate_series(1, i.indnkeyatts) k),
    ARRAY(SELECT format('OPERATOR(%%I.%%s)', n.nspname, o.oprname) FROM unnest(c.conexclop) WITH ORDINALITY AS x (id, place)
        JOIN pg_operator o ON o.oid = x.id JOIN pg_namespace n ON n.oid = o.oprnamespace ORDER BY x.place),
    ARRAY(SELECT o.oprname::text FROM unnest(c.conexclop) WITH ORDINALITY AS x (id, place) JOIN pg_operator o ON o.oid = x.id
        ORDER BY x.place),
    pg_get_expr(i.indpred, i.indrelid)
FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid WHERE c.contype = 'x' AND c.conrelid = {of}::regclass
""".replace("%%", "%")


def refuse_overlaps(stage: Stage) -> None:
    for name, expressions, operators, signs, predicate in stage.rows(_RULES, of=stage.table.as_string(None)):
        try:
            with transaction.atomic():
                _ask(stage, name, expressions, operators, signs, predicate or "true")
        except DataError:
            # A range that ends before it begins cannot even be asked about: the table refuses that row by itself.
            continue


def _ask(
    stage: Stage, name: str, expressions: list[str], operators: list[str], signs: list[str], predicate: str
) -> None:
    columns = [field.column for field in stage.register.model._meta.concrete_fields]
    # The cell to look at is the one of the period, rather than of whose period it is.
    told = [one for one, sign in zip(expressions, signs, strict=True) if sign != "="] + list(expressions)
    named = [column for one in told for column in columns if re.search(rf"\b{column}\b", one)]
    field = next((found for column in named if (found := field_of(stage, [column]))), "")
    keys = sql.SQL(", ").join(
        sql.SQL("({}) AS k{}").format(sql.SQL(one), sql.SQL(str(place)))  # type: ignore[arg-type]
        for place, one in enumerate(expressions)
    )
    meets = sql.SQL(" AND ").join(
        sql.SQL("m.k{0} {1} o.k{0}").format(sql.SQL(str(place)), sql.SQL(operator))  # type: ignore[arg-type]
        for place, operator in enumerate(operators)
    )
    # A table of its own: a range is made only of rows whose ends are known to be in order.
    stage.run("DROP TABLE IF EXISTS importing_held")
    stage.run(
        "CREATE TEMPORARY TABLE importing_held ON COMMIT DROP AS SELECT importing_number AS number, importing_target AS target, "
        "{keys} FROM {proposed} WHERE ({predicate}) AND NOT EXISTS (SELECT FROM {faults} f WHERE f.number = importing_number "
        "AND NOT f.warn)",
        keys=keys, predicate=sql.SQL(predicate),  # type: ignore[arg-type]
    )  # fmt: skip
    stage.run("ANALYZE importing_held")
    with_rows = stage.rows(
        "SELECT m.number, min(o.number) FROM importing_held m JOIN importing_held o ON o.number < m.number AND {meets} "
        "GROUP BY 1",
        meets=meets,
    )
    with_cards = stage.rows(
        "SELECT m.number, min(o.pk) FROM importing_held m JOIN (SELECT {pk} AS pk, {keys} FROM {table} WHERE {predicate}) o "
        "ON {meets} WHERE m.target IS DISTINCT FROM o.pk GROUP BY 1",
        keys=keys, meets=meets, predicate=sql.SQL(predicate),  # type: ignore[arg-type]
    )  # fmt: skip
    message = message_of(stage, name, list(dict.fromkeys(named)), unique=False)
    labels = _labels(stage, {pk for _number, pk in with_cards})
    unnamed = _("Та картка — не з тих, які ви бачите.")
    told_of = [
        (number, message + " " + (_("Картка: %(label)s.") % {"label": labels[pk]} if pk in labels else unnamed))
        for number, pk in with_cards
    ]
    told_of += [
        (number, message + " " + _("Те саме — у рядку %(row)d цього файлу.") % {"row": row})
        for number, row in with_rows
    ]
    cell = sql.SQL("r.{}").format(stage.by_name[field].t) if field else sql.SQL("NULL::text")
    stage.run(
        "INSERT INTO {faults} SELECT r.number, {field}, {cell}, x.message, '' FROM {read} r JOIN unnest({numbers}::integer[], "
        "{messages}::text[]) AS x (number, message) ON x.number = r.number",
        field=field, cell=cell, numbers=[number for number, _told in told_of], messages=[words for _number, words in told_of],
    )  # fmt: skip


def _labels(stage: Stage, pks: set[Any]) -> dict[Any, str]:
    """What the other cards are called, as far as this person may see them."""
    wanted = sorted(pks)[:MOST_NAMED]
    cards = stage.register.rows(stage.user, archived=None).in_bulk(wanted)
    return {pk: f"{stage.register.label_of(card)} (№ {pk})" for pk, card in cards.items()}
