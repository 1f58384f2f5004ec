"""Provisioning's work in the background: the pool is kept full, leftovers are removed, sign-ups are finished."""

from __future__ import annotations

from celery import shared_task

from kernel.jobs.registry import JobRun, job
from kernel.tenancy.log import get_logger
from provisioning.errors import Busy, NotFound
from provisioning.lifecycle import deletion, pool, standing
from provisioning.lifecycle.creation import finish_creation
from provisioning.progress import Report

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
    """Hourly: orphans of the pool, old addresses and archives whose time is over."""
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
    if released or purged:
        log.info("terms_ended", hosts=released, archives=purged)


@job(CREATE_TENANT, most_attempts=10)
def create_tenant_job(run: JobRun, operation_id: str) -> None:
    """The rest of a sign-up whose names are reserved. Killed, it is picked up and goes on from its step."""

    def tell(report: Report) -> None:
        run.progress(report.done, report.total, report.title)

    finish_creation(operation_id, progress=tell)
