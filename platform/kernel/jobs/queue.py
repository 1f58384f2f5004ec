"""Putting jobs in the queue, running them, and picking up those whose worker died.

The broker holds no jobs, only turns, and of each tenant one at a time: a worker that takes a turn runs the oldest
job and puts the tenant's next turn at the end. So ten thousand jobs of one tenant stand in their own line, and a
neighbour's single job waits for one of them, not for all.
"""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.jobs.ending import tell_of_end
from kernel.jobs.models import Job, JobAction
from kernel.jobs.registry import JobCancelled, JobRun, kind_of, kinds
from kernel.tenancy import TenantRef, current_scope, for_each_tenant, platform_context
from kernel.tenancy.actor import Actor, actor_or_none
from kernel.tenancy.cache import cache
from kernel.tenancy.locks import hold_lock
from kernel.tenancy.log import get_logger

log = get_logger("jobs")
SILENT_FOR = timedelta(minutes=5)
FAILURES = "jobs.failed."
CALLED = "jobs.called"
# Only a bound on a turn that was lost on its way: a turn that begins takes the mark away itself.
CALLED_SECONDS = 300


def enqueue(kind: str, *, subject: str = "", period: str = "", title: str = "", **arguments: Any) -> tuple[Job, bool]:
    """The job, and whether it is new: an active one of the same kind, subject and period is returned.

    A job with a title belongs to whoever queued it: they see it among their own and are told how it ended.
    """
    kind_of(kind)
    actor = actor_or_none()
    try:
        with transaction.atomic():
            queued = Job.objects.create(
                kind=kind,
                subject=subject,
                period=period,
                title=title[:200],
                arguments=arguments,
                queued_by=actor.name[:200] if actor else "",
                queued_by_id=_account(actor),
            )
    except IntegrityError:
        return Job.objects.get(kind=kind, subject=subject, period=period, status__in=Job.ACTIVE), False
    transaction.on_commit(call_turn, robust=True)
    return queued, True


def _account(actor: Actor | None) -> UUID | None:
    if actor is None or actor.kind != "user":
        return None
    try:
        return UUID(actor.id)
    except ValueError:
        return None


def call_turn() -> None:
    """One turn of a tenant is on its way at a time; how many run is counted when it comes."""
    if cache.add(CALLED, True, CALLED_SECONDS):
        take_turn.delay()


def cancel(job_id: UUID) -> Job:
    """A queued job never starts; a running one stops at its next sign of progress."""
    with transaction.atomic():
        found = Job.objects.select_for_update().get(pk=job_id)
        if not found.is_active or found.cancel_asked:
            return found
        _note(found, JobAction.Verb.CANCEL)
        if found.status == Job.Status.QUEUED:
            found.status, found.finished_at = Job.Status.CANCELLED, timezone.now()
        else:
            found.cancel_asked = True
        found.save(update_fields=["status", "finished_at", "cancel_asked"])
    return found


def _note(found: Job, verb: JobAction.Verb) -> None:
    """Into the history, under whoever acts: a person on a page, an operator in the console."""
    actor = actor_or_none()
    JobAction.objects.create(
        job=found, verb=verb, title=str(found)[:300], status_was=found.status, who=actor.name[:200] if actor else ""
    )


def retry(job_id: UUID) -> Job:
    with transaction.atomic():
        found = Job.objects.select_for_update().get(pk=job_id)
        if found.status in Job.ACTIVE:
            return found
        _note(found, JobAction.Verb.RETRY)
        found.status, found.error, found.cancel_asked = Job.Status.QUEUED, "", False
        found.attempts, found.finished_at, found.finished_url = 0, None, ""
        found.save()
        transaction.on_commit(call_turn, robust=True)
    return found


@shared_task(name="kernel.jobs.take_turn")
def take_turn() -> None:
    current_scope()
    # Before looking, so that whatever is queued from now on calls a turn of its own.
    cache.delete(CALLED)
    job_id, more = _next_job()
    if job_id is None:
        return
    if more:
        call_turn()
    try:
        _work(job_id)
    finally:
        if Job.objects.filter(status=Job.Status.QUEUED).exists():
            call_turn()


def _next_job() -> tuple[UUID | None, bool]:
    """The oldest job, claimed, and whether there is room for another beside it. The dead take no room."""
    now = timezone.now()
    with transaction.atomic():
        hold_lock("jobs.turn")
        alive = Job.objects.filter(status=Job.Status.RUNNING, heartbeat_at__gte=now - SILENT_FOR).count()
        room = settings.JOBS_AT_ONCE - alive
        queued = list(Job.objects.filter(status=Job.Status.QUEUED).order_by("queued_at")[:2]) if room > 0 else []
        for found in queued:
            if _claim(found.pk):
                return found.pk, room > 1 and len(queued) > 1
    return None, False


def _claim(job_id: UUID | str) -> bool:
    now = timezone.now()
    return bool(
        Job.objects.filter(pk=job_id, status=Job.Status.QUEUED).update(
            status=Job.Status.RUNNING, started_at=now, heartbeat_at=now
        )
    )


@shared_task(name="kernel.jobs.run")
def run_job(job_id: str) -> None:
    """This very job, out of turn. A second delivery of the message finds it claimed and does nothing."""
    if _claim(job_id):
        _work(job_id)


def _work(job_id: UUID | str) -> None:
    found = Job.objects.get(pk=job_id)
    found.attempts += 1
    outcome: dict[str, Any]
    try:
        kind_of(found.kind).work(JobRun(found.pk), **found.arguments)
        outcome = {"status": Job.Status.DONE, "error": ""}
    except JobCancelled:
        outcome = {"status": Job.Status.CANCELLED}
    except Exception as error:
        log.exception("job_failed", job=str(job_id), kind=found.kind)
        outcome = {"status": Job.Status.FAILED, "error": _in_words(error)}
        count_failure(found.kind)
    Job.objects.filter(pk=job_id).update(attempts=found.attempts, finished_at=timezone.now(), **outcome)
    tell_of_end(found.pk)


def _in_words(error: Exception) -> str:
    """A refusal is written for people; anything else is for whoever will look for the cause."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, PermissionDenied) and str(error):
        return str(error)
    return "".join(traceback.format_exception_only(error)).strip()


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
        count += again
        if not again:
            tell_of_end(found.pk)
    lost = Job.objects.filter(status=Job.Status.QUEUED, queued_at__lt=silent_since, started_at__isnull=True)
    count += lost.count()
    if Job.objects.filter(status=Job.Status.QUEUED).exists():
        # The turn may have been lost with the worker or the broker; one too many does no harm.
        cache.delete(CALLED)
        call_turn()
    return count


@shared_task(name="kernel.jobs.requeue_silent_everywhere")
def requeue_silent_everywhere() -> None:
    requeue_silent()
    for_each_tenant(requeue_silent, reason="pick up jobs whose worker died")
