"""One read-only question to every tenant, each asked under the tenant's own role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from kernel.tenancy import platform_context
from kernel.tenancy.directory import active_tenants
from kernel.tenancy.log import get_logger
from provisioning.errors import BadInput
from provisioning.progress import Progress, Report, silent

log = get_logger("fleet.query")
TIMEOUT = "10s"
MOST_ROWS = 10_000


@dataclass
class FleetResult:
    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"columns": ["tenant", *self.columns], "rows": self.rows, "errors": self.errors}


def query_fleet(query: str, *, reason: str, progress: Progress = silent) -> FleetResult:
    """The wall holds here too: a query sees one tenant at a time and can change nothing."""
    if not reason.strip():
        raise BadInput([("reason", "не сказано, навіщо цей запит")], "додайте --reason «…».")
    result = FleetResult()
    with platform_context():
        tenants = active_tenants()
    log.info("fleet_query", query=query, reason=reason, tenants=len(tenants))
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        for number, tenant in enumerate(tenants, 1):
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(
                        sql.SQL(
                            "SET TRANSACTION READ ONLY; SET LOCAL ROLE {role}; SET LOCAL search_path = {role}, public, "
                            "extensions; SET LOCAL statement_timeout = {timeout}"
                        ).format(role=sql.Identifier(tenant.schema), timeout=sql.Literal(TIMEOUT))
                    )
                    # The extended protocol takes exactly one statement, so nothing can end the transaction.
                    cursor = psycopg.RawCursor(connection).execute(query.encode(), [], prepare=True)
                    if cursor.description:
                        result.columns = [column.name for column in cursor.description]
                        for row in cursor.fetchmany(MOST_ROWS - len(result.rows)):
                            result.rows.append([tenant.slug, *row])
            except psycopg.Error as error:
                result.errors[tenant.slug] = error.diag.message_primary or str(error)
            progress(Report("query", "Запит до громад", number, len(tenants), note=tenant.slug))
    return result
