"""A minute after a change its figures are counted: one turn of a tenant at a time, so a large one holds up nobody."""

from __future__ import annotations

from functools import partial

from celery import shared_task

from kernel.indicators.models import Mark
from kernel.indicators.turns import look_over, refresh_all, stale_tenants
from kernel.tenancy import TenantRef, current_tenant, for_each_tenant, platform_context
from kernel.tenancy.cache import cache

WOKEN = "indicators.woken"
# Only a bound on a turn that was lost on its way.
WOKEN_SECONDS = 300


@shared_task(name="kernel.indicators.refresh")
def refresh() -> None:
    current_tenant()
    cache.delete(WOKEN)
    refresh_all()


def wake(stale: frozenset[str], tenant: TenantRef) -> None:
    if (tenant.slug in stale or Mark.objects.exists()) and cache.add(WOKEN, True, WOKEN_SECONDS):
        refresh.delay()


@shared_task(name="kernel.indicators.sweep_everywhere")
def sweep_everywhere() -> None:
    with platform_context():
        stale = stale_tenants()
        look_over()
    for_each_tenant(partial(wake, stale), reason="count figures of registers that changed")
