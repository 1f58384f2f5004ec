"""Every night, from the rows themselves: time alone changes figures that ask for today. Then the day's snapshot."""

from __future__ import annotations

from kernel.access.dates import local_today
from kernel.bus.traffic import tell_traffic
from kernel.jobs.registry import JobRun, job
from kernel.tenancy import current_tenant, platform_context
from shared_apps.rollups.cataloguing import tell_catalogue
from shared_apps.rollups.outlines import tell_outline, tell_vitals
from shared_apps.rollups.pushing import counting_registers, recount
from shared_apps.rollups.snapshots import forget_old, take_snapshot


@job("rollups.nightly", daily=True)
def recount_nightly(run: JobRun) -> None:
    due = counting_registers()
    failed = []
    for number, register in enumerate(due):
        run.progress(number, len(due), register.name)
        try:
            recount(register)
        except Exception as error:
            failed.append(f"{register.label}: {error}")
    tell_outline()
    tell_vitals()
    tell_catalogue()
    tell_traffic()
    tenant, day = current_tenant(), local_today()
    with platform_context():
        take_snapshot(tenant.id, day)
        forget_old(tenant.id, day)
    if failed:
        raise RuntimeError("; ".join(failed))
