"""Brings a schema's triggers and privileges to what the models declare.

The catalogue is compared with the declarations, so the answer is empty when nothing is due, and a
declaration that went away takes its trigger with it. Every engine that builds or changes a schema ends
with `install_triggers`, in the same transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

from psycopg import sql

from kernel.audit.declare import append_only_models, tracked_tables
from kernel.tenancy.scope import APP_ROLE, OWNER_ROLE, PUBLIC_SCHEMA

HISTORY = "hromada_history"
APPEND_ONLY = "hromada_append_only"
APPEND_ONLY_TRUNCATE = "hromada_append_only_truncate"

# A function of the owner that writes rows and their history in one go (hromada_bulk) asks the trigger to be silent.
# Whoever else sets the flag is not the owner at that moment, and is heard; the text is as PostgreSQL prints it.
NOT_IN_BULK = (
    f"((CURRENT_USER <> '{OWNER_ROLE}'::name) OR "
    "(current_setting('hromada.bulk'::text, true) IS DISTINCT FROM 'on'::text))"
)

# Bits of pg_trigger.tgtype.
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32


class Cursor(Protocol):
    """Django's and psycopg's cursors alike."""

    def execute(self, statement: Any, params: Any = None, /) -> Any: ...
    def fetchall(self) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Trigger:
    table: str
    name: str
    function: str
    kind: int
    arguments: tuple[str, ...] = ()
    when: str = ""

    def create(self, schema: str) -> str:
        events = [
            word
            for bit, word in ((_INSERT, "INSERT"), (_UPDATE, "UPDATE"), (_DELETE, "DELETE"), (_TRUNCATE, "TRUNCATE"))
            if self.kind & bit
        ]
        return _text(
            "CREATE OR REPLACE TRIGGER {name} {moment} {events} ON {schema}.{table} FOR EACH {level} {when}"
            "EXECUTE FUNCTION public.{function}({arguments})",
            name=sql.Identifier(self.name),
            moment=sql.SQL("BEFORE" if self.kind & _BEFORE else "AFTER"),
            events=sql.SQL(" OR ".join(events)),
            schema=sql.Identifier(schema),
            table=sql.Identifier(self.table),
            level=sql.SQL("ROW" if self.kind & _ROW else "STATEMENT"),
            when=sql.SQL(f"WHEN {self.when} " if self.when else ""),  # type: ignore[arg-type]
            function=sql.Identifier(self.function),
            arguments=sql.SQL(", ").join(map(sql.Literal, self.arguments)),
        )


def wanted() -> dict[tuple[str, str], Trigger]:
    """All triggers the models ask for, by (table, name); a schema gets those whose tables it has."""
    triggers = [
        Trigger(
            t.table,
            HISTORY,
            HISTORY,
            _ROW | _INSERT | _UPDATE | _DELETE,
            (t.table, t.key, ",".join(t.excluded)),
            NOT_IN_BULK,
        )
        for t in tracked_tables()
    ]
    for model, _rule in append_only_models():
        table = model._meta.db_table
        triggers.append(Trigger(table, APPEND_ONLY, APPEND_ONLY, _ROW | _BEFORE | _UPDATE | _DELETE))
        # TRUNCATE has no rows to speak of, so its trigger can only be for the statement.
        triggers.append(Trigger(table, APPEND_ONLY_TRUNCATE, APPEND_ONLY, _BEFORE | _TRUNCATE))
    return {(trigger.table, trigger.name): trigger for trigger in triggers}


def refused_privileges() -> dict[str, frozenset[str]]:
    """What the role of a schema may not do with its append-only tables."""
    refused = {}
    for model, rule in append_only_models():
        privileges = {"UPDATE", "DELETE", "TRUNCATE"} | ({"INSERT"} if rule.by_functions else set())
        refused[model._meta.db_table] = frozenset(privileges)
    return refused


def fingerprint() -> str:
    """Changes with the declarations even when no migration does; part of what a schema's version is."""
    declared = sorted(wanted().items()), sorted((table, sorted(names)) for table, names in refused_privileges().items())
    return hashlib.sha256(repr(declared).encode()).hexdigest()


def trigger_sql(cursor: Cursor, schema: str) -> list[str]:
    """The statements this schema still needs; it may be public, the template, a pool schema or a tenant's."""
    return [*_trigger_statements(cursor, schema), *_privilege_statements(cursor, schema)]


def install_triggers(cursor: Cursor, schema: str) -> list[str]:
    """Run them; the cursor belongs to the owner of the schema. Returns what was run."""
    statements = trigger_sql(cursor, schema)
    for statement in statements:
        cursor.execute(statement)
    return statements


_TRIGGERS = """
SELECT c.relname, t.tgname, t.tgenabled::text, t.tgtype::int, p.proname, pn.nspname, encode(t.tgargs, 'escape'),
    coalesce(pg_catalog.pg_get_expr(t.tgqual, t.tgrelid), '')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_trigger t
  ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgparentid = 0 AND starts_with(t.tgname::text, 'hromada_')
LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'p')
"""


def _trigger_statements(cursor: Cursor, schema: str) -> list[str]:
    cursor.execute(_TRIGGERS, [schema])
    tables: set[str] = set()
    present: dict[tuple[str, str], tuple[str, str, Trigger | None]] = {}
    for table, name, enabled, kind, function, home, arguments, when in cursor.fetchall():
        tables.add(table)
        if name is not None:
            found = Trigger(table, name, function, kind, tuple(arguments.split("\\000")[:-1]), when)
            present[table, name] = (enabled, home, found)
    needed = {key: trigger for key, trigger in wanted().items() if key[0] in tables}
    statements = [
        _text(
            "DROP TRIGGER {name} ON {schema}.{table}",
            name=sql.Identifier(name),
            schema=sql.Identifier(schema),
            table=sql.Identifier(table),
        )
        for table, name in sorted(present.keys() - needed.keys())
    ]
    for key, trigger in sorted(needed.items()):
        enabled, home, stands = present.get(key, ("", "", None))
        if (stands, home) != (trigger, PUBLIC_SCHEMA):
            statements.append(trigger.create(schema))
        if enabled not in ("", "O"):
            statements.append(
                _text(
                    "ALTER TABLE {schema}.{table} ENABLE TRIGGER {name}",
                    schema=sql.Identifier(schema),
                    table=sql.Identifier(trigger.table),
                    name=sql.Identifier(trigger.name),
                )
            )
    return statements


_PRIVILEGES = """
SELECT owner.relname, c.relname, c.relkind::text, a.privilege_type
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a
JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
LEFT JOIN pg_catalog.pg_depend d
  ON c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('i', 'a')
JOIN pg_catalog.pg_class owner ON owner.oid = coalesce(d.refobjid, c.oid)
WHERE n.nspname = %s AND r.rolname = %s AND c.relkind IN ('r', 'p', 'S')
"""


def _privilege_statements(cursor: Cursor, schema: str) -> list[str]:
    role = APP_ROLE if schema == PUBLIC_SCHEMA else schema
    cursor.execute(_PRIVILEGES, [schema, role])
    refused = refused_privileges()
    surplus: dict[tuple[str, str], set[str]] = {}
    for table, relation, kind, privilege in cursor.fetchall():
        names = refused.get(table, frozenset())
        if kind == "S":
            # An identity column needs no right to its sequence; only functions ever draw from these.
            names = frozenset({"USAGE", "UPDATE"}) if "INSERT" in names else frozenset()
        if privilege in names:
            surplus.setdefault(("SEQUENCE" if kind == "S" else "TABLE", relation), set()).add(privilege)
    return [
        _text(
            "REVOKE {privileges} ON {what} {schema}.{relation} FROM {role}",
            privileges=sql.SQL(", ".join(sorted(privileges))),
            what=sql.SQL(what),
            schema=sql.Identifier(schema),
            relation=sql.Identifier(relation),
            role=sql.Identifier(role),
        )
        for (what, relation), privileges in sorted(surplus.items())
    ]


def _text(template: str, **parts: sql.Composable) -> str:
    return sql.SQL(template).format(**parts).as_string(None)
