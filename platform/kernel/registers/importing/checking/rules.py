"""What the register itself demands: required fields, keys, constraints of the table, the rights of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.access.levels import Level
from kernel.registers.importing.checking.cleaning import clean_cards
from kernel.registers.importing.checking.overlaps import refuse_overlaps
from kernel.registers.importing.checking.proposing import has_key, key_fields, key_values
from kernel.registers.importing.checking.wording import field_of, message_of
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
    clean_cards(stage)
    _constraints(stage)
    _agreement(stage)
    _unique(stage)
    refuse_overlaps(stage)


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
            field=field_of(stage, columns), expression=sql.SQL(expression), message=message_of(stage, name, columns, unique=False),
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
        field, message = field_of(stage, columns), message_of(stage, name, columns, unique=True)
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


def _agreement(stage: Stage) -> None:
    """A foreign key of several columns: a street of this very settlement, an entrance of this very building."""
    for name, columns, other, others in stage.rows(
        "SELECT c.conname, ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (num, place) JOIN pg_attribute a "
        "ON a.attrelid = c.conrelid AND a.attnum = k.num ORDER BY k.place), c.confrelid::regclass::text, "
        "ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k (num, place) JOIN pg_attribute a "
        "ON a.attrelid = c.confrelid AND a.attnum = k.num ORDER BY k.place) FROM pg_constraint c WHERE c.contype = 'f' "
        "AND cardinality(c.conkey) > 1 AND c.conrelid = {of}::regclass",
        of=stage.table.as_string(None),
    ):
        pairs = [(sql.Identifier(one), sql.Identifier(two)) for one, two in zip(columns, others, strict=True)]
        stage.run(
            "INSERT INTO {faults} SELECT p.importing_number, {field}, NULL, {message}, '' FROM {proposed} p WHERE {given} "
            "AND NOT EXISTS (SELECT FROM {other} o WHERE {equal}) AND {sound}",
            field=field_of(stage, columns), message=message_of(stage, name, columns, unique=False), other=sql.SQL(other),
            given=sql.SQL(" AND ").join(sql.SQL("p.{} IS NOT NULL").format(one) for one, _two in pairs),
            equal=sql.SQL(" AND ").join(sql.SQL("o.{} = p.{}").format(two, one) for one, two in pairs),
            sound=_SOUND.format(n=sql.SQL("p.importing_number")),
        )  # fmt: skip
