"""What a schema may not contain, because a copy of it would be wrong, incomplete or tied to somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from provisioning.blueprint.errors import Problem
from provisioning.blueprint.names import constants_in
from provisioning.blueprint.structure import Trigger

Row = Mapping[str, Any]

# Schemas whose objects a tenant's schema may use: they exist in every installation.
SHARED_SCHEMAS = frozenset({"public", "extensions", "information_schema"})

_KINDS = {
    "pg_proc": ("функція", "перенесіть її в public і закріпіть SET search_path = pg_catalog"),
    "pg_extension": ("розширення", "ALTER EXTENSION … SET SCHEMA extensions"),
    "pg_collation": ("правило сортування", "створіть його в схемі extensions"),
    "pg_operator": ("оператор", "створіть його в схемі extensions"),
    "pg_opclass": ("клас операторів", "створіть його в схемі extensions"),
    "pg_opfamily": ("родина операторів", "створіть її в схемі extensions"),
    "pg_ts_config": ("конфігурація пошуку", "створіть її в public"),
    "pg_ts_dict": ("словник пошуку", "створіть його в public"),
}
_KNOWN_RELATIONS = frozenset("rpvmS")


def of_members(members: Iterable[Row]) -> Iterator[Problem]:
    for member in members:
        catalogue, what = member["catalogue"], member["identity"]
        if catalogue == "pg_class":
            if member["relkind"] not in _KNOWN_RELATIONS:
                yield Problem(f"У схемі є {member['described']} {what}.", "приберіть: рушій такого не копіює.")
        elif catalogue == "pg_type":
            if member["typtype"] not in {"e", "d"}:
                yield Problem(
                    f"У схемі є тип {what}, якого рушій не копіює.",
                    "лишіть у схемі тільки переліки (ENUM) і домени; складений тип замініть таблицею або jsonb.",
                )
        elif catalogue not in {"pg_statistic_ext", "pg_default_acl"}:
            kind, cure = _KINDS.get(catalogue, (member["described"], "приберіть зі схеми або перенесіть у public"))
            yield Problem(f"У схемі є {kind} {what}: таке в схемі громади не живе.", f"{cure}.")


def of_relation(row: Row, names: Mapping[int, str]) -> Iterator[Problem]:
    name = row["name"]
    if row["rules"]:
        yield Problem(f"Таблиця «{name}» має правила (RULE): {', '.join(row['rules'])}.", "замініть їх тригерами.")
    if row["policies"] or row["row_security"]:
        yield Problem(
            f"На таблиці «{name}» увімкнено захист рядків (RLS).",
            "приберіть політики й ALTER TABLE … DISABLE ROW LEVEL SECURITY: громади розділяє роль, а не політика.",
        )
    if row["typed"]:
        yield Problem(f"Таблиця «{name}» створена за типом (OF).", "ALTER TABLE … NOT OF.")
    if row["tablespace"]:
        yield Problem(f"Таблиця «{name}» лежить в окремому просторі.", "ALTER TABLE … SET TABLESPACE pg_default.")
    if row["access_method"] != "heap" and row["kind"] in {"r", "m"}:
        yield Problem(f"Таблиця «{name}» зберігається способом {row['access_method']}.", "оберіть heap.")
    if row["parents"] and row["partition_bound"] is None and row["kind"] in {"r", "p"}:
        yield Problem(
            f"Таблиця «{name}» успадковує іншу (INHERITS).", "замініть успадкування поділом на частини (PARTITION BY)."
        )
    if row["partition_bound"] is not None and not set(row["parents"]) <= set(names):
        yield Problem(f"Таблиця «{name}» — частина таблиці з іншої схеми.", "тримайте частини поруч із цілим.")


def of_column(table: str, row: Row) -> Iterator[Problem]:
    if row["row_type"]:
        yield Problem(
            f"Колонка «{table}.{row['name']}» має тип рядка таблиці ({row['type']}).",
            "зберігайте ключ або jsonb: такі типи не переживають копіювання.",
        )


def of_index(table: str, row: Row) -> Iterator[Problem]:
    if not row["valid"]:
        yield Problem(
            f"Індекс «{row['name']}» таблиці «{table}» недобудований.", f"REINDEX INDEX CONCURRENTLY {row['name']}."
        )
    if row["tablespace"]:
        yield Problem(f"Індекс «{row['name']}» лежить в окремому просторі.", "ALTER INDEX … SET TABLESPACE pg_default.")


def of_type(row: Row) -> Iterator[Problem]:
    if row["closed"]:
        yield Problem(
            f"Тип «{row['name']}» закритий для всіх (REVOKE USAGE FROM PUBLIC), а копія цього не відтворить.",
            f"GRANT USAGE ON TYPE {row['name']} TO PUBLIC: чужих і так не пускає схема.",
        )


def of_constraint(table: str, row: Row, schema: str) -> Iterator[Problem]:
    if row["kind"] == "f" and row["target_schema"] != schema:
        yield Problem(
            f"Зовнішній ключ «{row['name']}» таблиці «{table}» виходить зі схеми — на "
            f"{row['target_schema']}.{row['target']}.",
            "зберігайте код і дату довідкового запису замість зовнішнього ключа.",
        )
    if not row["valid"]:
        yield Problem(
            f"Обмеження «{row['name']}» таблиці «{table}» не перевірене (NOT VALID).",
            f"ALTER TABLE {table} VALIDATE CONSTRAINT {row['name']}.",
        )


def of_uses(rows: Iterable[Row], shared: frozenset[str] = SHARED_SCHEMAS) -> Iterator[Problem]:
    for row in rows:
        if row["schema"] not in shared:
            yield Problem(
                f"«{row['user']}» залежить від {row['object']} зі схеми {row['schema']}.",
                f"дозволено лише {', '.join(sorted(shared))}: приберіть посилання.",
            )


def of_dependents(rows: Iterable[Row]) -> Iterator[Problem]:
    for row in rows:
        yield Problem(
            f"Поза схемою є {row['type']} {row['identity']}, що залежить від її об'єктів.",
            "приберіть його: ніщо спільне не посилається на схему громади.",
        )


def of_text(
    schema: str, names: Iterable[str], definitions: Iterable[tuple[str, str]], triggers: Iterable[Trigger]
) -> Iterator[Problem]:
    """The schema named in plain text: the copy would silently go on working with the original."""
    known = frozenset(names)
    spoken = re.compile(rf'(?<![\w"]){re.escape(schema)}"?\."?([\w$]+)')
    for where, definition in definitions:
        for found in spoken.finditer("\n".join(constants_in(definition))):
            if found.group(1) in known:
                yield Problem(
                    f"{where} називає «{found.group(0)}» текстом, і копія зверталася б до первинної схеми.",
                    "посилайтеся на об'єкт як на об'єкт: nextval('…'::regclass), а не рядком.",
                )
    for trigger in triggers:
        for argument in trigger.arguments:
            if argument == schema or argument.startswith(f"{schema}."):
                yield Problem(
                    f"Тригер «{trigger.name}» таблиці «{trigger.table}» отримує назву схеми аргументом.",
                    "беріть схему з TG_TABLE_SCHEMA.",
                )
