"""What the scheduler and the queue do for tenants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue, run_job
from kernel.tenancy import platform_context
from provisioning import jobs
from provisioning.db import holding, owner_connection
from provisioning.lifecycle import NewTenant, pool, reserve_tenant
from provisioning.lifecycle import steps as creation_steps
from shared_apps.communities.models import Community
from tests.lifecycle.conftest import require_no_orphans, require_whole

Owner = psycopg.Connection[Any]


def test_the_pool_is_kept_full(owner: Owner, settings: Any):
    settings.POOL_TARGET = 1
    with platform_context():
        jobs.refill_pool()
        assert pool.count_ready(owner, "hromada") == 1
        jobs.refill_pool()
    assert pool.count_ready(owner, "hromada") == 1


def test_a_minute_when_somebody_else_fills_is_skipped(owner: Owner):
    with owner_connection("other") as other, holding(other, pool.LOCK), platform_context():
        jobs.refill_pool()
        jobs.janitor()
    assert pool.count_ready(owner, "hromada") == 0


def test_leftovers_go(owner: Owner):
    owner.execute("CREATE SCHEMA pool_0123456789ab")
    with platform_context():
        jobs.janitor()
    require_no_orphans(owner)


def test_a_sign_up_is_finished_by_a_worker(owner: Owner, dubova: NewTenant, monkeypatch: pytest.MonkeyPatch):
    operation = reserve_tenant(replace(dubova), by="форма на сайті")

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError("зламано")

    with platform_context():
        queued, new = enqueue(jobs.CREATE_TENANT, subject=operation.subject, operation_id=str(operation.pk))
        assert new
        with monkeypatch.context() as world:
            world.setattr(creation_steps, "move_community", broken)
            run_job(str(queued.pk))
        queued.refresh_from_db()
        assert (queued.status, queued.total) == (Job.Status.FAILED, 6)
        again, _ = enqueue(jobs.CREATE_TENANT, subject=operation.subject, operation_id=str(operation.pk))
        run_job(str(again.pk))
        again.refresh_from_db()
        assert (again.status, again.percent) == (Job.Status.DONE, 100)
        assert Community.objects.get(slug="dubivska").state == "active"
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)
