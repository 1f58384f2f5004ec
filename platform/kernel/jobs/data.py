"""Changes of data that a new version needs: one job per tenant, done once, resumable, never in a migration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.jobs.registry import job, kinds

PREFIX = "data:"


def data_migration(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare one in an app's jobs.py. `name` is dated and never changes: "2026-11-21-fill-phones"."""
    return job(PREFIX + name)


def enqueue_pending() -> list[str]:
    """For the current tenant: those never finished and not under way. Returns the names queued."""
    wanted = [kind.name for kind in kinds() if kind.name.startswith(PREFIX)]
    settled = set(
        Job.objects.filter(Q(status=Job.Status.DONE) | Q(status__in=Job.ACTIVE), kind__in=wanted).values_list(
            "kind", flat=True
        )
    )
    pending = [name for name in wanted if name not in settled]
    for name in pending:
        enqueue(name)
    return [name.removeprefix(PREFIX) for name in pending]
