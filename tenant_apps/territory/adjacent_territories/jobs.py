from __future__ import annotations

from kernel.jobs.registry import JobRun, job
from kernel.tenancy.actor import Actor
from tenant_apps.territory.adjacent_territories.operations import settle_terms


@job("adjacent_territories.night", daily=True)
def night(run: JobRun) -> None:
    settle_terms(by=Actor("job", name="строки договорів"))
