"""Every row as it would stand in the register: found by its key and changed, or new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import NOT_PROVIDED, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

if TYPE_CHECKING:
    from kernel.registers.importing.checking.stage import Stage

_OWN = ("version", "created_at", "created_by", "updated_at", "archived_at")


def stored_fields(stage: Stage) -> list[Any]:
    return [field for field in stage.register.model._meta.concrete_fields if not field.generated]


def new_columns(stage: Stage) -> list[str]:
    """What an insert names: the database itself fills in the rest."""
    return [
        field.column
        for field in stored_fields(stage)
        if not field.primary_key and (field.name in stage.by_name or field.name in _OWN or _has_default(field))
    ]


def cleans(stage: Stage) -> bool:
    """Whether the model's own `clean` may put other fields in order than those of the file."""
    model = stage.register.model
    return model.clean is not Model.clean


def changed_columns(stage: Stage) -> list[str]:
    own = {field.name: field.column for field in stored_fields(stage)}
    cleaned = [field.column for field in stored_fields(stage) if field.editable and not field.primary_key]
    return [
        *dict.fromkeys([*(field.column for field in stage.columns), *(cleaned if cleans(stage) else ())]),
        *(own[name] for name in ("version", "updated_at") if name in own and name not in stage.by_name),
    ]


def _has_default(field: Any) -> bool:
    return not field.null and (field.default is not NOT_PROVIDED or field.db_default is NOT_PROVIDED)


def key_fields(stage: Stage) -> list[Any]:
    """Those columns of the file that tell a card from another. A register may know cards by either of two codes."""
    return [stage.by_name[name] for name in stage.register.key if name in stage.by_name]


def key_values(stage: Stage) -> list[tuple[sql.Composable, sql.Composable]]:
    """(of the card, of the row) for every part of the key; what the file does not say is empty."""
    own = {field.name: field for field in stored_fields(stage)}
    pairs: list[tuple[sql.Composable, sql.Composable]] = []
    for name in stage.register.key:
        field, given = own[name], stage.by_name.get(name)
        column: sql.Composable = sql.SQL("e.{}").format(sql.Identifier(field.column))
        value: sql.Composable = sql.SQL("r.{}").format(given.v) if given else sql.SQL("NULL::{}").format(_type(field))
        if given is None or not given.facet.required:
            empty = sql.Literal("") if _is_text(field) else sql.SQL("NULL::{}").format(_type(field))
            column = sql.SQL("coalesce({}::text, '')").format(column) if field.null else column
            value = sql.SQL("coalesce({}::text, '')").format(value) if field.null or _is_text(field) else sql.SQL(
                "coalesce({}, {})").format(value, empty)  # fmt: skip
        pairs.append((column, value))
    return pairs


def has_key(stage: Stage) -> sql.Composable:
    return sql.SQL("({})").format(
        sql.SQL(" OR ").join(sql.SQL("r.{} IS NOT NULL").format(field.v) for field in key_fields(stage))
    )


def _is_text(field: Any) -> bool:
    return field.get_internal_type() in ("CharField", "TextField", "SlugField", "EmailField", "URLField")


def propose(stage: Stage) -> None:
    keys = key_fields(stage)
    own = {field.name for field in stored_fields(stage)}
    columns: list[sql.Composable] = []
    for field in stored_fields(stage):
        name = sql.Identifier(field.column)
        if field.primary_key:
            # The number of the line, so that conditions written for the register's table tell lines.
            columns.append(sql.SQL("r.number::{} AS {}").format(_type(field), name))
            continue
        given = stage.by_name.get(field.name)
        new: sql.Composable = _default(stage, field)
        old: sql.Composable
        if given is not None:
            value = sql.SQL("r.{}").format(given.v)
            new = sql.SQL("CASE WHEN r.{} IS NULL THEN {} ELSE {} END").format(given.t, new, value)
            # An empty cell leaves an existing card as it is.
            old = sql.SQL("CASE WHEN r.{} IS NULL THEN e.{} ELSE {} END").format(given.t, name, value)
        elif field.name == "version":
            old = sql.SQL("e.{} + 1").format(name)
        elif field.name == "updated_at":
            old = sql.SQL("now()")
        else:
            old = sql.SQL("e.{}").format(name)
        columns.append(sql.SQL("CASE WHEN e.{} IS NULL THEN {} ELSE {} END AS {}").format(
            sql.Identifier(stage.pk), new, old, name))  # fmt: skip
    same = [
        sql.SQL("(r.{t} IS NULL OR r.{v} IS NOT DISTINCT FROM e.{c})").format(
            t=field.t, v=field.v, c=sql.Identifier(field.column)
        )
        for field in stage.columns
    ]
    for field in stage.added:
        stored = field.facet.added.stored(sql.SQL("e.{}").format(sql.Identifier(stage.pk)))
        same.append(sql.SQL("(r.{t} IS NULL OR r.{v}::text IS NOT DISTINCT FROM {stored})").format(
            t=field.t, v=field.v, stored=stored))  # fmt: skip
        columns.append(sql.SQL("r.{} AS {}").format(field.v, sql.Identifier(field.name)))
    join: sql.Composable = sql.SQL("false")
    same_register = [
        sql.SQL("e.{} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in stage.register.within.items()
    ]
    if keys:
        join = sql.SQL(" AND ").join(sql.SQL("{} = {}").format(*pair) for pair in key_values(stage))
        if len(stage.register.key) > 1:
            join = sql.SQL("{} AND {}").format(join, has_key(stage))
        join = sql.SQL(" AND ").join([join, *same_register])
        if "archived_at" in own:
            join = sql.SQL("{} AND e.archived_at IS NULL").format(join)
    stage.run(
        "CREATE TEMPORARY TABLE {proposed} ON COMMIT DROP AS SELECT r.number AS importing_number, e.{pk} AS "
        "importing_target, {version} AS importing_version, coalesce({key}, '') AS importing_key, (e.{pk} IS NOT NULL AND "
        "{same}) AS importing_same, {columns} FROM {read} r LEFT JOIN {table} e ON {join}",
        version=sql.SQL("e.version") if "version" in own else sql.SQL("NULL::integer"),
        key=sql.SQL("concat_ws(' · ', {})").format(sql.SQL(", ").join(sql.SQL("r.{}").format(f.t) for f in keys))
        if keys else sql.Literal(""),
        same=sql.SQL(" AND ").join(same) if same else sql.SQL("true"),
        columns=sql.SQL(", ").join(columns),
        join=join,
    )  # fmt: skip
    _refuse_ambiguous(stage)
    stage.run("ANALYZE {proposed}")


def _refuse_ambiguous(stage: Stage) -> None:
    """The key found several cards: the line is kept once, and refused."""
    stage.run(
        "WITH twice AS (SELECT importing_number AS number, min(ctid) AS first, count(*) AS many FROM {proposed} "
        "GROUP BY 1 HAVING count(*) > 1), gone AS (DELETE FROM {proposed} p USING twice t WHERE p.importing_number = t.number "
        "AND p.ctid <> t.first) INSERT INTO {faults} SELECT number, {field}, NULL, {message}, '' FROM twice",
        field=stage.register.key[0] if stage.register.key else "",
        message=_("У реєстрі кілька карток із таким ключем. Обʼєднайте їх або доповніть ключ."),
    )


def _type(field: Any) -> sql.SQL:
    return sql.SQL(str(field.db_type(connection)))  # type: ignore[arg-type]


def _default(stage: Stage, field: Any) -> sql.Composable:
    """What a new card has where the file says nothing."""
    if field.attname in stage.register.within:
        value = stage.register.within[field.attname]
    elif field.name == "created_by":
        value = stage.user.pk
    elif field.name in ("created_at", "updated_at"):
        return sql.SQL("now()")
    elif field.default is not NOT_PROVIDED:
        value = field.get_default()
    elif not field.null and field.empty_strings_allowed and _is_text(field):
        value = ""
    else:
        value = None
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        value = timezone.now()
    prepared = field.get_db_prep_save(value, connection) if value is not None else None
    return sql.SQL("{}::{}").format(sql.Literal(prepared), _type(field))


def as_json(stage: Stage) -> sql.Composable:
    """What will be written, as the database itself notes it; without what is the same for all rows or known only then."""
    return noted(stage, [*_varying(stage), *(field.name for field in stage.added)], "p")


def _varying(stage: Stage) -> list[str]:
    return [name for name in changed_columns(stage) if name != "updated_at"]


def settled(stage: Stage) -> dict[str, Any]:
    """What every new card has alike: columns the file says nothing about."""
    varying = set(_varying(stage))
    rest = [field for field in stored_fields(stage) if field.column in set(new_columns(stage)) - varying]
    if not rest:
        return {}
    columns = sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(_default(stage, field), sql.Identifier(field.column)) for field in rest
    )
    ((found,),) = stage.rows("SELECT to_jsonb(x)::text FROM (SELECT {columns}) x", columns=columns)
    return dict(json.loads(found))


def noted(stage: Stage, columns: list[str], table: str) -> sql.Composable:
    """Columns of a table as one object. A geometry stays exact and quick as the text the database reads back."""
    shapes = {field.column for field in stored_fields(stage) if hasattr(field, "geom_type")}
    parts = [
        sql.SQL("{0}.{1}::text AS {1}" if name in shapes else "{0}.{1}").format(sql.SQL(table), sql.Identifier(name))
        for name in columns
    ]
    return sql.SQL("(SELECT to_jsonb(x) FROM (SELECT {}) x)").format(sql.SQL(", ").join(parts))
