"""What the register itself demands: required fields, keys, constraints of the table, the rights of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.access.levels import Level
from kernel.registers.importing.checking.proposing import has_key, key_fields, key_values
from kernel.registers.importing.checking.words import literal_sql
from kernel.registers.importing.mapping import fields_for

if TYPE_CHECKING:
    from kernel.registers.importing.checking.stage import Stage

UPDATE, CREATE = "@update", "@create"
_SOUND = sql.SQL("NOT EXISTS (SELECT FROM importing_faults f WHERE f.number = {n} AND NOT f.warn)")


def apply(stage: Stage) -> None:
    _required(stage)
    _mode(stage)
    _keys_in_file(stage)
    _rights(stage)
    stage.run("ANALYZE {faults}")
    _constraints(stage)
    _unique(stage)
    _clean(stage)


def _required(stage: Stage) -> None:
    for name, facet in fields_for(stage.register, stage.user).items():
        if not facet.required or (stage.register.numbering and name == "number"):
            continue
        given = stage.by_name.get(name)
        if given is None:
            stage.run(
                "INSERT INTO {faults} SELECT importing_number, {field}, NULL, {message}, '' FROM {proposed} "
                "WHERE importing_target IS NULL",
                field=name,
                message=_("Нової картки не буває без поля «%(field)s»: зіставте з ним стовпець.")
                % {"field": facet.label},
            )
        else:
            stage.run(
                "INSERT INTO {faults} SELECT r.number, {field}, '', {message}, '' FROM {read} r JOIN {proposed} p ON "
                "p.importing_number = r.number WHERE p.importing_target IS NULL AND r.{t} IS NULL",
                field=name, t=given.t,
                message=_("Порожньо, а поле «%(field)s» обовʼязкове. Впишіть значення.") % {"field": facet.label},
            )  # fmt: skip


def _mode(stage: Stage) -> None:
    keys = key_fields(stage)
    if stage.mode == "create" and keys:
        stage.run(
            "INSERT INTO {faults} SELECT importing_number, {field}, importing_key, {message}, {advice} FROM {proposed} "
            "WHERE importing_target IS NOT NULL",
            field=keys[0].name, advice=UPDATE,
            message=_("Така картка вже є, а вибрано лише додавати нові."),
        )  # fmt: skip
    if stage.mode == "update":
        stage.run(
            "INSERT INTO {faults} SELECT importing_number, {field}, importing_key, {message}, {advice} FROM {proposed} "
            "WHERE importing_target IS NULL",
            field=keys[0].name if keys else "", advice=CREATE if keys else "",
            message=_("Такої картки немає, а вибрано лише оновлювати наявні.") if keys
            else _("Щоб оновлювати картки, зіставте стовпці ключа: за ними картку шукають."),
        )  # fmt: skip


def _keys_in_file(stage: Stage) -> None:
    keys = key_fields(stage)
    if not keys:
        return
    parts = sql.SQL(", ").join(value for _column, value in key_values(stage))
    known = has_key(stage)
    stage.run(
        "INSERT INTO {faults} SELECT number, {field}, t, replace({message}, '[row]', first::text), '' FROM (SELECT r.number, "
        "concat_ws(' · ', {texts}) AS t, min(r.number) OVER (PARTITION BY {parts}) AS first FROM {read} r WHERE {known}) d "
        "WHERE number <> first",
        field=keys[0].name, parts=parts, known=known,
        texts=sql.SQL(", ").join(sql.SQL("r.{}").format(field.t) for field in keys),
        message=_("Такий самий ключ уже має рядок [row] цього файлу. Залиште один із них."),
    )  # fmt: skip


def _rights(stage: Stage) -> None:
    """Existing cards must be within the person's right, and new ones must come out within it."""
    register = stage.register
    mine = literal_sql(register.rows(stage.user, Level.EDIT, archived=None).order_by().values_list("pk"))
    stage.run(
        "INSERT INTO {faults} SELECT importing_number, {field}, importing_key, {message}, '' FROM {proposed} "
        "WHERE importing_target IS NOT NULL AND importing_target NOT IN ({mine})",
        field=register.key[0] if register.key else "", mine=mine,
        message=_("Така картка вже є, але її ведуть інші. Зверніться до того, хто її веде."),
    )  # fmt: skip
    # The same conditions asked of the proposed rows: their table has the same columns.
    table = connection.ops.quote_name(register.table)
    text = mine.as_string(None)
    if " WHERE " not in text:
        return
    stage.run(
        "INSERT INTO {faults} SELECT importing_number, '', '', {message}, '' FROM {proposed} WHERE {pk} NOT IN ({covered})",
        covered=sql.SQL(text.replace(table, '"importing_proposed"')),  # type: ignore[arg-type]
        message=_(
            "Рядок поза вашими правами: ви ведете не всі картки цього реєстру. Його завантажить той, хто їх веде."
        ),
    )


def _constraints(stage: Stage) -> None:
    for name, expression, columns, generated in stage.rows(
        "SELECT c.conname, pg_get_expr(c.conbin, c.conrelid), array_agg(a.attname::text), bool_or(a.attgenerated <> '') "
        "FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) "
        "WHERE c.contype = 'c' AND c.conrelid = {of}::regclass GROUP BY c.oid",
        of=stage.table.as_string(None),
    ):
        if generated:
            continue
        stage.run(
            "INSERT INTO {faults} SELECT p.importing_number, {field}, NULL, {message}, '' FROM {proposed} p "
            "WHERE NOT ({expression}) AND {sound}",
            field=_field_of(stage, columns), expression=sql.SQL(expression), message=_message(stage, name, columns, unique=False),
            sound=_SOUND.format(n=sql.SQL("p.importing_number")),
        )  # fmt: skip


def _unique(stage: Stage) -> None:
    for name, expressions, predicate, columns, nulls in stage.rows(
        "SELECT c.relname, ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k), "
        "pg_get_expr(i.indpred, i.indrelid), ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid "
        "AND a.attnum = ANY (i.indkey)), i.indnullsnotdistinct FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = {of}::regclass AND i.indisunique AND NOT i.indisprimary AND NOT EXISTS (SELECT FROM pg_attribute a "
        "WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attgenerated <> '')",
        of=stage.table.as_string(None),
    ):
        keys = [
            sql.SQL("({}) AS k{}").format(sql.SQL(one), sql.SQL(str(place))) for place, one in enumerate(expressions)
        ]
        names = [sql.SQL(f"k{place}") for place in range(len(keys))]
        whole = sql.SQL(" AND ").join(sql.SQL("({})").format(sql.SQL(one)) for one in [predicate or "true"])
        if not nulls:
            whole += sql.SQL("").join(sql.SQL(" AND ({}) IS NOT NULL").format(sql.SQL(one)) for one in expressions)
        mine = sql.SQL(
            "(SELECT importing_number AS number, importing_target AS target, {} FROM importing_proposed p WHERE {} AND {})"
        ).format(sql.SQL(", ").join(keys), whole, _SOUND.format(n=sql.SQL("p.importing_number")))
        field, message = _field_of(stage, columns), _message(stage, name, columns, unique=True)
        stage.run(
            "INSERT INTO {faults} SELECT DISTINCT m.number, {field}, NULL, {message}, '' FROM {mine} m JOIN (SELECT {pk} AS pk, "
            "{keys} FROM {table} WHERE {whole}) t ON {equal} WHERE m.target IS DISTINCT FROM t.pk",
            field=field, message=message, mine=mine, keys=sql.SQL(", ").join(keys), whole=whole,
            equal=sql.SQL(" AND ").join(sql.SQL("m.{0} = t.{0}").format(one) for one in names),
        )  # fmt: skip
        stage.run(
            "INSERT INTO {faults} SELECT number, {field}, NULL, {message} || ' ' || replace({again}, '[row]', first::text), '' "
            "FROM (SELECT number, min(number) OVER (PARTITION BY {names}) AS first FROM {mine} m) d WHERE number <> first",
            field=field, message=message, mine=mine, names=sql.SQL(", ").join(names),
            again=_("Те саме — у рядку [row] цього файлу."),
        )  # fmt: skip


def _labels(stage: Stage, columns: list[str]) -> str:
    found = [facet.label for facet in stage.register.facets.values() if facet.is_own and facet.field.column in columns]
    return ", ".join(f"«{label}»" for label in found) or ", ".join(columns)


def _field_of(stage: Stage, columns: list[str]) -> str:
    named = [field.name for field in stage.fields if field.column in columns]
    return named[0] if named else ""


def _message(stage: Stage, name: str, columns: list[str], *, unique: bool) -> str:
    for constraint in stage.register.model._meta.constraints:
        default = constraint.default_violation_error_message
        if constraint.name == name and str(constraint.violation_error_message) != str(default):
            return str(constraint.violation_error_message)
    labels = _labels(stage, columns)
    if unique:
        return _("Картка з такими самими полями вже є: %(labels)s. Змініть їх або оновіть наявну картку.") % {
            "labels": labels
        }
    return _("Так не буває: перевірте разом поля %(labels)s.") % {"labels": labels}


def _clean(stage: Stage) -> None:
    """A model's own `clean` sees the whole card, so it is asked of every row that is sound so far."""
    model = stage.register.model
    if model.clean is Model.clean:
        return
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    found = stage.rows(
        "SELECT p.importing_number, p.importing_target, {columns} FROM {proposed} p WHERE {sound}",
        columns=sql.SQL(", ").join(sql.SQL("p.{}").format(sql.Identifier(field.column)) for field in fields),
        sound=_SOUND.format(n=sql.SQL("p.importing_number")),
    )
    faults: list[tuple[Any, ...]] = []
    for number, target, *values in found:
        card = model.from_db(None, [field.attname for field in fields], _python(fields, values))
        card.pk = target
        card._state.adding = target is None
        try:
            card.clean()
        except ValidationError as refused:
            told = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
            faults += [(number, name if name in stage.by_name else "", " ".join(said)) for name, said in told.items()]
    for number, name, message in faults:
        stage.run(
            "INSERT INTO {faults} VALUES ({number}, {name}, NULL, {message}, '')",
            number=number,
            name=name,
            message=message,
        )


def _python(fields: list[Any], values: list[Any]) -> list[Any]:
    """As the ORM would hand them out."""
    made = []
    for field, value in zip(fields, values, strict=True):
        for convert in field.get_db_converters(connection) if value is not None else ():
            value = convert(value, None, connection)
        made.append(value)
    return made
