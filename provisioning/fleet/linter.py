"""Refuses migrations that would hurt a fleet: locks, rewrites, columns still in use, work that is not SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import migrations as ops
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from provisioning.db import Connection
from provisioning.errors import ProvisioningError

LARGE_TABLE_ROWS = 100_000


class HarmfulMigration(ProvisioningError):
    code = "harmful_migration"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            "Міграція зашкодить флоту:\n" + "\n".join(f"  {finding}" for finding in findings),
            "перепишіть міграцію, як сказано вище; громад не зачеплено.",
        )


@dataclass(frozen=True)
class Finding:
    migration: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.problem}\n    Як правильно: {self.cure}"


IN_TWO_RELEASES = (
    "у цьому випуску приберіть поле лише зі стану (SeparateDatabaseAndState), щоб код ним уже не користувався; "
    "у наступному — RunSQL з DROP."
)
VOLATILE = re.compile(r"DEFAULT\s+[^,]*\b(gen_random_uuid|clock_timestamp|random|nextval|timeofday)\b", re.I)
NARROW_TYPE = re.compile(
    r'ALTER TABLE\s+"?(?P<table>[\w.]+)"?\s+ALTER COLUMN\s+"?(?P<column>\w+)"?\s+(SET DATA )?TYPE\s+(?P<type>[\w ]+)',
    re.I,
)
ADD_COLUMN = re.compile(r'ALTER TABLE\s+"?(?P<table>[\w.]+)"?\s+ADD COLUMN\s+(?P<rest>.*)', re.I | re.S)
SET_NOT_NULL = re.compile(
    r'ALTER TABLE\s+"?(?P<table>[\w.]+)"?\s+ALTER COLUMN\s+"?(?P<column>\w+)"?\s+SET NOT NULL', re.I
)
ADD_CONSTRAINT = re.compile(
    r'ALTER TABLE\s+"?(?P<table>[\w.]+)"?\s+ADD CONSTRAINT\s+"?\w+"?\s+(?P<kind>FOREIGN KEY|CHECK|UNIQUE|EXCLUDE|PRIMARY)(?P<rest>.*)',
    re.I | re.S,
)
CREATE_INDEX = re.compile(r'CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY).*?\sON\s+"?(?P<table>[\w.]+)"?', re.I | re.S)
CREATE_TABLE = re.compile(r'CREATE TABLE\s+(IF NOT EXISTS\s+)?"?(?P<table>[\w.]+)"?', re.I)
DROP_COLUMN = re.compile(
    r'ALTER TABLE\s+"?(?P<table>[\w.]+)"?\s+DROP COLUMN\s+(IF EXISTS\s+)?"?(?P<column>\w+)"?', re.I
)


def lint_operations(plan: Sequence[Migration], before: ProjectState) -> list[Finding]:
    """What can be seen in the migrations themselves. `before` is the state the fleet is in now."""
    in_use = {
        (model._meta.db_table, field.column)
        for model in before.apps.get_models()
        for field in model._meta.local_concrete_fields
    }
    findings: list[Finding] = []
    for migration in plan:
        if not apps.is_installed(apps.get_app_config(migration.app_label).name):
            continue
        name = f"{migration.app_label}.{migration.name}"
        new_here = {op.name.lower() for op in migration.operations if isinstance(op, ops.CreateModel)}
        for op in _flat(migration.operations):
            findings += _operation(name, op, in_use, new_here)
    return findings


def _flat(operations: Iterable[ops.operations.base.Operation]) -> Iterable[ops.operations.base.Operation]:
    for op in operations:
        if isinstance(op, ops.SeparateDatabaseAndState):
            yield from _flat(op.database_operations)
        else:
            yield op


def _operation(
    name: str, op: ops.operations.base.Operation, in_use: set[tuple[str, str]], new_here: set[str]
) -> list[Finding]:
    if isinstance(op, ops.RunPython) and op.code is not ops.RunPython.noop:
        return [
            Finding(
                name,
                "RunPython не можна записати раз як SQL і повторити в кожній схемі.",
                "зміну даних оголосіть через kernel.jobs.data.data_migration: вона піде завданням у кожній громаді.",
            )
        ]
    model_name = getattr(op, "model_name", getattr(op, "name", "")).lower()
    if model_name in new_here:
        return []
    if isinstance(op, ops.RemoveField | ops.DeleteModel):
        return [Finding(name, f"{op.describe()}: старий код ще читає це під час розгортання.", IN_TWO_RELEASES)]
    if isinstance(op, ops.RenameField | ops.RenameModel):
        return [
            Finding(
                name,
                f"{op.describe()}: старий код не знайде того, що перейменовано.",
                "додайте нове поле, наповніть його завданням, переведіть код, старе приберіть наступним випуском.",
            )
        ]
    if isinstance(op, ops.RunSQL) and isinstance(op.sql, str):
        dropped = [(m["table"], m["column"]) for m in DROP_COLUMN.finditer(op.sql)]
        return [
            Finding(name, f"DROP COLUMN {table}.{column}: модель у флоті ще має це поле.", IN_TWO_RELEASES)
            for table, column in dropped
            if (table, column) in in_use
        ]
    return []


def lint_statements(name: str, statements: Sequence[str], rows: dict[str, int]) -> list[Finding]:
    """What can be seen only in the SQL. `rows` is the largest number of rows of each table in the fleet."""
    created = {m["table"] for text in statements for m in CREATE_TABLE.finditer(text)}
    findings: list[Finding] = []

    def large(table: str) -> bool:
        return table not in created and rows.get(table, 0) >= LARGE_TABLE_ROWS

    def note(problem: str, cure: str) -> None:
        findings.append(Finding(name, problem, cure))

    for text in statements:
        if (m := ADD_COLUMN.match(text)) and m["table"] not in created:
            rest = m["rest"]
            if "NOT NULL" in rest.upper() and "DEFAULT" not in rest.upper() and "GENERATED" not in rest.upper():
                note(
                    f"{m['table']}: нова колонка NOT NULL без DEFAULT не ляже на наявні рядки.",
                    "задайте db_default (стала величина не переписує таблицю) або додайте колонку як NULL.",
                )
            if VOLATILE.search(rest) or ("GENERATED ALWAYS" in rest.upper() and large(m["table"])):
                note(
                    f"{m['table']}: значення рахується для кожного рядка, тож таблицю буде переписано під замком.",
                    "додайте колонку як NULL, наповніть завданням частинами, потім задайте DEFAULT.",
                )
        if m := NARROW_TYPE.match(text):
            widening = re.match(r"(varchar|character varying|text)\b", m["type"].strip(), re.I)
            if large(m["table"]) and not widening:
                note(
                    f"{m['table']}.{m['column']}: зміна типу переписує велику таблицю під замком.",
                    "додайте нову колонку, наповніть завданням, переведіть код, стару приберіть наступним випуском.",
                )
        if (m := SET_NOT_NULL.match(text)) and large(m["table"]):
            note(
                f"{m['table']}.{m['column']}: SET NOT NULL перечитує велику таблицю під замком.",
                "спершу CHECK (… IS NOT NULL) NOT VALID і VALIDATE CONSTRAINT, тоді SET NOT NULL.",
            )
        if (m := ADD_CONSTRAINT.match(text)) and large(m["table"]) and "NOT VALID" not in m["rest"].upper():
            note(
                f"{m['table']}: нове обмеження {m['kind'].upper()} перевіряє велику таблицю під замком.",
                "додайте його NOT VALID, а VALIDATE CONSTRAINT — окремою міграцією; UNIQUE — через індекс CONCURRENTLY.",
            )
        if (m := CREATE_INDEX.match(text)) and large(m["table"]):
            note(
                f"{m['table']}: побудова індексу зупиняє запис у велику таблицю.",
                "AddIndexConcurrently у міграції з atomic = False.",
            )
    return findings


def require_harmless_operations(plan: Sequence[Migration], before: ProjectState) -> None:
    if findings := lint_operations(plan, before):
        raise HarmfulMigration(findings)


def require_harmless_statements(connection: Connection, plan: Sequence[Migration], statements: Sequence[str]) -> None:
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration in plan)
    if findings := lint_statements(names, statements, largest_tables(connection)):
        raise HarmfulMigration(findings)


def largest_tables(connection: Connection) -> dict[str, int]:
    """Of each table, the most rows that any tenant has, as PostgreSQL's statistics know it."""
    rows = connection.execute(
        "SELECT c.relname, max(c.reltuples)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname ~ '^t_' GROUP BY 1"
    ).fetchall()
    return dict(rows)
