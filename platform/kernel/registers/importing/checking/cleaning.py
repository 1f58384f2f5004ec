"""A model's own `clean`: it sees the whole card, refuses it, and puts some of its fields into their form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from psycopg import sql

from kernel.registers.importing.checking.proposing import cleans, stored_fields

if TYPE_CHECKING:
    from kernel.registers.importing.checking.stage import Stage


def clean_cards(stage: Stage) -> None:
    """Asked of every row that is sound so far, before the table's rules: as a form does it."""
    if not cleans(stage):
        return
    fields = stored_fields(stage)
    found = stage.rows(
        "SELECT p.importing_number, p.importing_target, {columns} FROM {proposed} p WHERE NOT EXISTS (SELECT FROM {faults} f "
        "WHERE f.number = p.importing_number AND NOT f.warn)",
        columns=sql.SQL(", ").join(sql.SQL("p.{}").format(sql.Identifier(field.column)) for field in fields),
    )
    faults: list[tuple[Any, ...]] = []
    changed: dict[Any, list[tuple[int, Any]]] = {}
    names = [field.attname for field in fields]
    for number, target, *values in found:
        card = stage.register.model.from_db(None, names, _python(fields, values))
        card.pk = target
        card._state.adding = target is None
        before = [card.__dict__[name] for name in names]
        try:
            card.clean()
        except ValidationError as refused:
            told = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
            faults += [
                (number, name if name in stage.by_name else "", None, " ".join(said), "", False)
                for name, said in told.items()
            ]
            continue
        for field, was in zip(fields, before, strict=True):
            value = card.__dict__[field.attname]
            if value is not was and value != was:
                changed.setdefault(field, []).append((number, value))
    with connection.cursor() as cursor, cursor.copy(stage.compose("COPY {faults} FROM STDIN")) as copy:
        for fault in faults:
            copy.write_row(fault)
    for field, rows in changed.items():
        _put(stage, field, rows)
    if changed:
        _same_again(stage, {number for rows in changed.values() for number, _value in rows})


def _put(stage: Stage, field: Any, rows: list[tuple[int, Any]]) -> None:
    values = [field.get_db_prep_save(value, connection) for _number, value in rows]
    stage.run(
        "UPDATE {proposed} p SET {column} = x.value::{type} FROM unnest({numbers}::integer[], {values}::text[]) AS x (number, "
        "value) WHERE p.importing_number = x.number",
        column=sql.Identifier(field.column), type=sql.SQL(str(field.db_type(connection))),  # type: ignore[arg-type]
        numbers=[number for number, _value in rows],
        values=[None if value is None else str(value) for value in values],
    )  # fmt: skip


def _same_again(stage: Stage, numbers: set[int]) -> None:
    """A value put into its form may turn out to be the one the card has."""
    fields = [field for field in stored_fields(stage) if field.editable and not field.primary_key]
    stage.run(
        "UPDATE {proposed} p SET importing_same = {same} FROM {table} e WHERE e.{pk} = p.importing_target AND "
        "p.importing_number = ANY ({numbers})",
        numbers=sorted(numbers),
        same=sql.SQL(" AND ").join(
            sql.SQL("p.{0} IS NOT DISTINCT FROM e.{0}").format(sql.Identifier(field.column)) for field in fields
        ),
    )  # fmt: skip


def _python(fields: list[Any], values: list[Any]) -> list[Any]:
    """As the ORM would hand them out."""
    made = []
    for field, value in zip(fields, values, strict=True):
        for convert in field.get_db_converters(connection) if value is not None else ():
            value = convert(value, None, connection)
        made.append(value)
    return made
