"""From an empty database to a working cloud; each step is skipped when nothing is due."""

from __future__ import annotations

from typing import Any

from provisioning.db import owner_connection
from provisioning.demo.region import load_region
from provisioning.fleet.after import settle_tenants
from provisioning.fleet.migrate import migrate_fleet
from provisioning.lifecycle.plans import seed_plans
from provisioning.lifecycle.pool import refill
from provisioning.progress import Progress, Report, silent
from shared_apps.communities.models import Community
from shared_apps.reference.loading.service import load, overview

BUILT_IN = ("values", "calendar", "kekv", "kved", "mfo", "units", "revenue", "katottg")


def prepare_installation(*, demo: bool, progress: Progress = silent) -> dict[str, Any]:
    """In platform scope."""
    report = migrate_fleet(progress=progress)
    if not report.idle:
        settle_tenants()
    seed_plans()
    loaded = load_references(progress)
    refilled = refill(progress=progress)
    made = load_region(progress=progress) if demo else []
    with owner_connection("prepare") as connection:
        row = connection.execute("SELECT count(*) FROM fleet_poolschema").fetchone()
    assert row
    return {
        "idle": report.idle,
        "migrated": len(report.outcomes),
        "references": loaded,
        "pool": int(row[0]),
        "built": len(refilled.built),
        "demo": made,
        "tenants": Community.objects.exclude(state=Community.State.DELETED).count(),
    }


def load_references(progress: Progress = silent) -> list[str]:
    """What comes with the product, where nothing has been loaded yet."""
    missing = [line.kind for line in overview() if line.kind in BUILT_IN and not line.loaded_at]
    for number, kind in enumerate(missing, 1):
        report = load(kind, by="перший запуск")
        if report.errors:
            raise RuntimeError(f"{kind}: {'; '.join(report.errors)}")
        progress(Report("reference", "Довідники", number, len(missing), note=kind))
    return missing
