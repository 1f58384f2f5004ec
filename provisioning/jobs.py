"""Provisioning's work in the background: the pool is kept full, leftovers are removed, sign-ups are finished."""

from __future__ import annotations

import tempfile
from pathlib import Path

from celery import shared_task
from django.urls import reverse
from django.utils import timezone

from kernel.jobs.registry import JobRun, job
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.files import storage
from kernel.tenancy.log import get_logger
from provisioning.archive.export import export_tenant
from provisioning.archive.files import put_file, stored_files
from provisioning.archive.restore import sweep_interrupted
from provisioning.billing import measure_use, review_subscriptions
from provisioning.errors import Busy, NotFound
from provisioning.lifecycle import deletion, pool, standing
from provisioning.lifecycle.creation import finish_creation
from provisioning.mail_domains import look_again, mail_domain
from provisioning.progress import Report
from provisioning.signup import onboard
from shared_apps.communities.export import EXPORT, FOLDER, KEPT_FOR, file_of

__all__ = [
    "create_tenant_job",
    "export_tenant_job",
    "janitor",
    "look_again",
    "mail_domain",
    "measure_use",
    "onboard",
    "refill_pool",
    "review_subscriptions",
]

CREATE_TENANT = "provisioning.create_tenant"

log = get_logger("provisioning")


@shared_task(name="provisioning.refill_pool")
def refill_pool() -> None:
    """Every minute; whoever finds another at it, or no template yet, leaves it for the next minute."""
    try:
        done = pool.refill()
    except (Busy, NotFound) as reason:
        log.info("pool_not_refilled", reason=reason.fact)
        return
    if done.built or done.dropped:
        log.info("pool_refilled", **done.as_json())


@shared_task(name="provisioning.janitor")
def janitor() -> None:
    """Hourly: orphans of the pool and of killed restores, old addresses and archives whose time is over."""
    try:
        orphans = pool.sweep()
    except Busy as reason:
        log.info("pool_not_swept", reason=reason.fact)
    else:
        if orphans.schemas or orphans.rows:
            log.warning("pool_orphans_removed", schemas=orphans.schemas, rows=orphans.rows)
        if orphans.unknown:
            log.error("schemas_without_community", schemas=orphans.unknown)
    released, purged = standing.release_kept_hosts(), deletion.purge_expired()
    if swept := sweep_interrupted():
        log.warning("interrupted_restores_swept", addresses=swept)
    if stale := purge_exports():
        log.info("exports_purged", count=stale)
    if released or purged:
        log.info("terms_ended", hosts=released, archives=purged)


def purge_exports() -> int:
    """Archives that communities ordered and whose day is over. In platform scope."""
    over = timezone.now() - KEPT_FOR
    stale = [name for name in stored_files(FOLDER) if storage.get_modified_time(name) < over]
    for name in stale:
        storage.delete(name)
    return len(stale)


@job(EXPORT)
def export_tenant_job(run: JobRun, by: str, reason: str) -> None:
    """The community whose job it is takes its own data away: which one is the scope's word, never an argument's."""
    tenant = current_tenant()

    def tell(report: Report) -> None:
        run.progress(report.done, report.total, report.title)

    with tempfile.TemporaryDirectory(prefix="hromada-export-") as folder:
        path = Path(folder) / "archive"
        export_tenant(tenant.slug, path, by=f"{by}: {reason}", progress=tell)
        name = file_of(run.job_id)
        with platform_context(), path.open("rb") as archive:
            put_file(name, archive)
    run.finish(reverse("community:export"))


@job(CREATE_TENANT, most_attempts=10)
def create_tenant_job(run: JobRun, operation_id: str) -> None:
    """The rest of a sign-up whose names are reserved. Killed, it is picked up and goes on from its step."""

    def tell(report: Report) -> None:
        run.progress(report.done, report.total, report.title)

    finish_creation(operation_id, progress=tell)
