"""A community takes its data away: the archive is made in the background and lies ready for a day.

The work itself is provisioning's, which declares the job; what is here is what the community asks and sees.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.audit.models import Viewing
from kernel.audit.viewing import log_view
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.operations import Who, name_of, operation
from kernel.tenancy import current_tenant

EXPORT = "provisioning.export_tenant"
FOLDER = "exports"
KEPT_FOR = timedelta(hours=24)
SUFFIX = ".hromada.zip"


def file_of(job_id: UUID | str) -> str:
    """Where the archive lies in the platform's own storage: the tenant's is a part of the next archive."""
    return f"{FOLDER}/{current_tenant().id}/{job_id}{SUFFIX}"


@operation("access", Level.MANAGE)
def order_export(*, reason: str, by: Who) -> tuple[Job, bool]:
    """The job and whether it is new: one that is under way is not begun again."""
    log_view("*", purpose=Viewing.Purpose.OTHER, note=f"вивезення всіх даних громади: {reason}")
    return enqueue(EXPORT, title=_("Вивезення даних громади"), by=name_of(by), reason=reason)


def exports() -> list[Job]:
    """Those that can still be of use, the latest first."""
    return list(Job.objects.filter(kind=EXPORT, queued_at__gt=timezone.now() - 7 * KEPT_FOR)[:20])


def available_until(job: Job) -> datetime | None:
    """None: not made yet, failed, or its day is over."""
    if job.kind != EXPORT or job.status != Job.Status.DONE or job.finished_at is None:
        return None
    until = job.finished_at + KEPT_FOR
    return until if until > timezone.now() else None
