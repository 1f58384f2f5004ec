from __future__ import annotations

from kernel.jobs.registry import JobRun, job
from kernel.tenancy.actor import Actor
from tenant_apps.people.staff.operations import settle_day


@job("staff.settle", daily=True)
def settle_appointments(run: JobRun) -> None:
    """Appointments that begin or ended since yesterday reach the cards and the accounts."""
    run.progress(settle_day(by=Actor("job", name="staff.settle")))
