"""Who queued a job learns how it ended."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.jobs.models import Job
from kernel.tenancy import current_scope
from kernel.tenancy.log import get_logger

log = get_logger("jobs")
TOLD = (Job.Status.DONE, Job.Status.FAILED)


def tell_of_end(job_id: UUID) -> None:
    """Only of jobs with a title: the rest are the system's own affair. A failure to tell spoils no job."""
    from kernel.notices.notify import notify

    job = Job.objects.get(pk=job_id)
    if current_scope().tenant is None or not job.title or job.queued_by_id is None or job.status not in TOLD:
        return
    done = job.status == Job.Status.DONE
    told = _("Готово: %(title)s") if done else _("Не вдалося: %(title)s")
    try:
        notify(
            User.objects.filter(pk=job.queued_by_id),
            kind="jobs.finished" if done else "jobs.failed",
            title=told % {"title": job.title},
            body=job.message if done else job.error[:500],
            url=job.finished_url if done and job.finished_url else reverse("jobs:card", args=[job.pk]),
            key=f"job:{job.pk}:{job.attempts}:{job.status}",
        )
    except Exception:
        log.exception("job_end_untold", job=str(job_id))
