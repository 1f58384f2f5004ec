"""Putting jobs in the queue, running them, and picking up those whose worker died."""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.jobs.models import Job
from kernel.jobs.registry import JobCancelled, JobRun, kind_of, kinds
from kernel.tenancy import TenantRef, for_each_tenant, platform_context
from kernel.tenancy.actor import actor_or_none
from kernel.tenancy.cache import cache
from kernel.tenancy.log import get_logger

log = get_logger("jobs")
SILENT_FOR = timedelta(minutes=5)
FAILURES = "jobs.failed."


def enqueue(kind: str, *, subject: str = "", period: str = "", **arguments: Any) -> tuple[Job, bool]:
    """The job, and whether it is new: an active one of the same kind, subject and period is returned."""
    kind_of(kind)
    actor = actor_or_none()
    try:
        with transaction.atomic():
            queued = Job.objects.create(
                kind=kind, subject=subject, period=period, arguments=arguments, queued_by=actor.name if actor else ""
            )
    except IntegrityError:
        return Job.objects.get(kind=kind, subject=subject, period=period, status__in=Job.ACTIVE), False
    transaction.on_commit(lambda: run_job.delay(str(queued.pk)))
    return queued, True


def cancel(job_id: UUID) -> Job:
    """A queued job never starts; a running one stops at its next sign of progress."""
    now = timezone.now()
    Job.objects.filter(pk=job_id, status=Job.Status.QUEUED).update(status=Job.Status.CANCELLED, finished_at=now)
    Job.objects.filter(pk=job_id, status=Job.Status.RUNNING).update(cancel_asked=True)
    return Job.objects.get(pk=job_id)


def retry(job_id: UUID) -> Job:
    with transaction.atomic():
        found = Job.objects.select_for_update().get(pk=job_id)
        if found.status in Job.ACTIVE:
            return found
        found.status, found.error, found.cancel_asked = Job.Status.QUEUED, "", False
        found.attempts, found.finished_at = 0, None
        found.save()
    transaction.on_commit(lambda: run_job.delay(str(job_id)))
    return found


@shared_task(name="kernel.jobs.run")
def run_job(job_id: str) -> None:
    """Claim the row and work. A second delivery of the message finds it claimed and does nothing."""
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, status=Job.Status.QUEUED).update(
        status=Job.Status.RUNNING, started_at=now, heartbeat_at=now
    )
    if not claimed:
        return
    found = Job.objects.get(pk=job_id)
    found.attempts += 1
    outcome: dict[str, Any]
    try:
        kind_of(found.kind).work(JobRun(found.pk), **found.arguments)
        outcome = {"status": Job.Status.DONE, "error": ""}
    except JobCancelled:
        outcome = {"status": Job.Status.CANCELLED}
    except Exception as error:
        log.exception("job_failed", job=job_id, kind=found.kind)
        last = "".join(traceback.format_exception_only(error)).strip()
        outcome = {"status": Job.Status.FAILED, "error": last}
        count_failure(found.kind)
    Job.objects.filter(pk=job_id).update(attempts=found.attempts, finished_at=timezone.now(), **outcome)


def count_failure(kind: str) -> None:
    """For the figures of the whole installation, which are no tenant's."""
    with platform_context():
        cache.add(FAILURES + kind, 0, None)
        cache.incr(FAILURES + kind)


def failures() -> dict[str, int]:
    with platform_context():
        found = cache.get_many([FAILURES + kind.name for kind in kinds()])
    return {key.removeprefix(FAILURES): count for key, count in found.items()}


def requeue_silent(_tenant: TenantRef | None = None) -> int:
    """Jobs whose worker was killed: back into the queue, or failed when they keep dying."""
    silent_since = timezone.now() - SILENT_FOR
    count = 0
    for found in Job.objects.filter(status=Job.Status.RUNNING, heartbeat_at__lt=silent_since):
        spent = found.attempts + 1
        again = spent < kind_of(found.kind).most_attempts
        Job.objects.filter(pk=found.pk, status=Job.Status.RUNNING, heartbeat_at=found.heartbeat_at).update(
            status=Job.Status.QUEUED if again else Job.Status.FAILED,
            attempts=spent,
            error="" if again else "Виконавця зупиняли під час кожної спроби.",
        )
        if again:
            run_job.delay(str(found.pk))
            count += 1
    lost = Job.objects.filter(status=Job.Status.QUEUED, queued_at__lt=silent_since, started_at__isnull=True)
    for found in lost[:1000]:
        # Its message never arrived, or the broker was emptied; a duplicate message does no harm.
        run_job.delay(str(found.pk))
        count += 1
    return count


@shared_task(name="kernel.jobs.requeue_silent_everywhere")
def requeue_silent_everywhere() -> None:
    requeue_silent()
    for_each_tenant(requeue_silent, reason="pick up jobs whose worker died")
