"""The worker's part: woken by a nudge, and by a sweep in case the nudge was lost."""

from __future__ import annotations

from celery import shared_task

from kernel.bus import delivery, webhooks
from kernel.bus.outbox import NUDGED
from kernel.bus.traffic import tell_traffic_soon
from kernel.tenancy import TenantRef, current_tenant, for_each_tenant
from kernel.tenancy.cache import cache

# A stranger's server may answer for ever, a byte at a time.
LONGEST_CALLS = 120


@shared_task(name="kernel.bus.deliver")
def deliver() -> None:
    current_tenant()
    # Before reading, so that whoever writes from now on wakes the next one.
    cache.delete(NUDGED)
    if delivery.deliver_waiting():
        deliver.delay()
    tell_traffic_soon()


@shared_task(name="kernel.bus.send_webhooks", soft_time_limit=LONGEST_CALLS)
def send_webhooks() -> None:
    current_tenant()
    if webhooks.send_waiting():
        send_webhooks.delay()
    tell_traffic_soon()


def sweep(_tenant: TenantRef) -> None:
    if delivery.is_anything_due():
        deliver.delay()
    if webhooks.is_anything_due():
        send_webhooks.delay()


@shared_task(name="kernel.bus.sweep_everywhere")
def sweep_everywhere() -> None:
    for_each_tenant(sweep, reason="wake the bus where something waits")


def forget(_tenant: TenantRef) -> None:
    delivery.forget_delivered()
    webhooks.forget_old()


@shared_task(name="kernel.bus.forget_everywhere")
def forget_everywhere() -> None:
    for_each_tenant(forget, reason="sweep out delivered events")
