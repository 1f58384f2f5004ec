"""The kernel's own work of the scheduler, and where Celery looks for this app's tasks."""

from __future__ import annotations

from celery import current_app, shared_task
from django.apps import apps

from kernel.access.dates import local_today
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue, requeue_silent_everywhere, run_job, take_turn
from kernel.jobs.registry import kinds
from kernel.modules.entitlement import enabled_labels
from kernel.modules.manifest import ModuleConfig
from kernel.tenancy import TenantRef, for_each_tenant

__all__ = ["daily_everywhere", "enqueue_daily", "requeue_silent_everywhere", "run_job", "take_turn"]


def enqueue_daily(_tenant: TenantRef | None = None) -> int:
    """Today's jobs of this tenant's modules; asked again the same day, it adds none."""
    day = local_today().isoformat()
    on = enabled_labels()
    queued = 0
    for kind in kinds():
        home = apps.get_containing_app_config(kind.work.__module__)
        if not kind.daily or (isinstance(home, ModuleConfig) and home.label not in on):
            continue
        if not Job.objects.filter(kind=kind.name, period=day).exists():
            queued += enqueue(kind.name, period=day)[1]
    return queued


@shared_task(name="kernel.jobs.daily_everywhere")
def daily_everywhere() -> None:
    current_app.loader.import_default_modules()
    for_each_tenant(enqueue_daily, reason="put the day's jobs into the queue")
