"""What is done to files after the person has gone on: checking, thumbnails, clearing away."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from kernel.files.models import StoredFile
from kernel.files.scanning import scan_waiting
from kernel.files.sweeping import sweep
from kernel.files.thumbnails import make_thumbnails
from kernel.jobs.queue import enqueue
from kernel.jobs.registry import JobRun, job
from kernel.tenancy import TenantRef, for_each_tenant

SCAN = "files.scan"
THUMBNAILS = "files.thumbnails"
SWEEP = "files.sweep"
# Left waiting this long: its scanner was down, or its worker died.
OVERDUE = timedelta(minutes=5)
AT_ONCE = 500


@job(SCAN)
def scan_file(run: JobRun, file: str) -> None:
    """A scanner that does not answer fails the job and leaves the file waiting; it is tried again later."""
    found = _kept(file)
    if found is None or found.state != StoredFile.State.WAITING:
        return
    scan_waiting(found)
    if found.wants_thumbnails:
        enqueue(THUMBNAILS, subject=file, file=file)


@job(THUMBNAILS)
def make_file_thumbnails(run: JobRun, file: str) -> None:
    found = _kept(file)
    if found:
        make_thumbnails(found)


@job(SWEEP)
def sweep_files(run: JobRun) -> None:
    sweep(run)


def _kept(file: str) -> StoredFile | None:
    return StoredFile.objects.select_related("uploaded_by").filter(pk=file).exclude(path="").first()


def rescan_waiting(_tenant: TenantRef | None = None) -> int:
    waiting = StoredFile.objects.filter(state=StoredFile.State.WAITING, uploaded_at__lt=timezone.now() - OVERDUE)
    keys = [str(key) for key in waiting.order_by("uploaded_at").values_list("pk", flat=True)[:AT_ONCE]]
    for key in keys:
        enqueue(SCAN, subject=key, file=key)
    return len(keys)


def queue_sweep(_tenant: TenantRef | None = None) -> bool:
    return enqueue(SWEEP)[1]


@shared_task(name="kernel.files.rescan_waiting_everywhere")
def rescan_waiting_everywhere() -> None:
    for_each_tenant(rescan_waiting, reason="files that nobody has checked yet")


@shared_task(name="kernel.files.sweep_everywhere")
def sweep_everywhere() -> None:
    for_each_tenant(queue_sweep, reason="clear away files that nobody needs")
