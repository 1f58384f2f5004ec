from __future__ import annotations

from kernel.jobs.registry import JobRun, job
from kernel.tenancy.actor import Actor
from tenant_apps.property.rental.operations import settle_day


@job("rental.settle", daily=True)
def settle_rent(run: JobRun) -> None:
    """Invoices of the month that is over, debts of the day."""
    outcome = settle_day(by=Actor("job", name="rental.settle"))
    run.progress(outcome.made, message="; ".join(outcome.faults)[:300])
