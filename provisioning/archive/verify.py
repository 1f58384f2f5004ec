"""Whether a tenant, or an archive, is what it should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import sql

from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.scope import BLUEPRINT_SCHEMA
from provisioning.archive.container import reading
from provisioning.archive.rows import STEADY_SPELLING, table_sum, tables_with_rows
from provisioning.blueprint import check_role, diff_schemas
from provisioning.db import owner_connection
from provisioning.lifecycle.records import find_community
from provisioning.progress import Progress, Report, silent
from provisioning.template import load_blueprint, migrations_fingerprint, require_current


@dataclass
class Verified:
    subject: str
    ok: bool = True
    problems: list[str] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    def bad(self, problem: str) -> None:
        self.ok = False
        self.problems.append(problem)


def verify_tenant(slug: str, *, progress: Progress = silent) -> Verified:
    """Structure against the template, the role against its rules, the audit chain, and a sum of every table."""
    from kernel.audit.chain import verify_chain

    result = Verified(slug)
    with platform_context():
        community = find_community(slug)
        blueprint = load_blueprint(require_current().version)
        version = _version(community.schema_name)
    if version != migrations_fingerprint():
        result.bad("Схема не на версії коду: hromada fleet migrate.")
    with owner_connection("verify") as connection:
        for line in diff_schemas(connection, BLUEPRINT_SCHEMA, community.schema_name):
            result.bad(str(line))
        for problem in check_role(connection, community.schema_name):
            result.bad(str(problem))
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            connection.execute(sql.SQL(STEADY_SPELLING))
            tables = tables_with_rows(blueprint) if result.ok else []
            for number, table in enumerate(tables, 1):
                rows, digest = table_sum(connection, community.schema_name, table)
                result.tables[table.name] = {"rows": rows, "sha256": digest}
                progress(Report("sums", "Таблиці", number, len(tables), note=table.name))
    with tenant_context(community):
        verdict = verify_chain()
    if not verdict.ok:
        result.bad(str(verdict))
    return result


def verify_archive(path: Path, *, key: str = "", allow_foreign: bool = False) -> Verified:
    """Reading it through is the check; an error says what is wrong with it."""
    with reading(path, key, allow_foreign=allow_foreign) as archive:
        result = Verified(archive.manifest.community["slug"])
        for entry in archive.manifest.tables:
            result.tables[entry.name] = {"rows": entry.rows, "sha256": entry.sha256}
    return result


def _version(schema: str) -> str:
    from shared_apps.fleet.models import SchemaVersion

    return SchemaVersion.objects.get(schema_name=schema).fingerprint
