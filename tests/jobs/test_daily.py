"""Daily jobs: once a day for every tenant whose module is on."""

from __future__ import annotations

from kernel.jobs.jobs import daily_everywhere, enqueue_daily
from kernel.jobs.models import Job
from kernel.modules.entitlement import disable_module
from kernel.modules.registry import standing_on
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR


def todays():
    return Job.objects.filter(kind="staff.settle").count()


def test_every_tenant_gets_its_own_once_a_day(alpha, beta):
    daily_everywhere()
    daily_everywhere()
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            assert todays() == 1


def test_a_module_that_is_off_has_no_jobs(in_alpha):
    for module in (*reversed(standing_on("staff")), "staff"):
        disable_module(module, by=OPERATOR, reason="не потрібен")
    enqueue_daily()
    assert todays() == 0
    assert enqueue_daily() == 0
