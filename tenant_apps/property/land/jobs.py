from __future__ import annotations

from kernel.jobs.registry import JobRun, job
from kernel.tenancy.actor import Actor
from tenant_apps.property.land.operations import settle_day


@job("land.settle", daily=True)
def settle_land(run: JobRun) -> None:
    """Charges of the month, debts of the day."""
    outcome = settle_day(by=Actor("job", name="land.settle"))
    run.progress(outcome.made, message="; ".join(outcome.faults)[:300])
