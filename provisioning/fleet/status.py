"""What the fleet is made of and whether its schemas are what the template says."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from kernel.tenancy.scope import BLUEPRINT_SCHEMA, PUBLIC_SCHEMA
from provisioning.blueprint.compare import diff_schemas
from provisioning.db import owner_connection
from provisioning.progress import Progress, Report, silent
from provisioning.template import migrations_fingerprint
from shared_apps.fleet.models import FleetRun, SchemaVersion


def fleet_status() -> dict[str, Any]:
    target = migrations_fingerprint()
    versions = SchemaVersion.objects.exclude(schema_name__in=[PUBLIC_SCHEMA, BLUEPRINT_SCHEMA])
    runs = FleetRun.objects.annotate(total=Count("tenants"), failed=Count("tenants", filter=Q(tenants__ok=False)))[:10]
    return {
        "target": target,
        "schemas": versions.count(),
        "behind": list(versions.exclude(fingerprint=target).values_list("schema_name", flat=True)),
        "runs": list(runs.values("id", "target", "status", "wave", "total", "failed", "started_at", "finished_at")),
    }


def verify_fleet(progress: Progress = silent) -> dict[str, list[str]]:
    schemas = list(
        SchemaVersion.objects.exclude(schema_name__in=[PUBLIC_SCHEMA, BLUEPRINT_SCHEMA]).values_list(
            "schema_name", flat=True
        )
    )
    differences: dict[str, list[str]] = {}
    with owner_connection("fleet verify") as connection:
        for number, schema in enumerate(schemas, 1):
            found = diff_schemas(connection, BLUEPRINT_SCHEMA, schema)
            if found:
                differences[schema] = [str(line) for line in found]
            progress(Report("verify", "Перевірка схем", number, len(schemas), note=schema))
    return differences
