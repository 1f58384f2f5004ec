"""The worker's part: woken when something was written, and by a sweep for what waited or was lost."""

from __future__ import annotations

from celery import shared_task

from kernel.notices import sending
from kernel.tenancy import TenantRef, current_tenant, for_each_tenant


@shared_task(name="kernel.notices.send")
def send_notices() -> None:
    current_tenant()
    if sending.send_waiting():
        send_notices.delay()


def sweep(_tenant: TenantRef) -> None:
    if sending.is_anything_due():
        send_notices.delay()


@shared_task(name="kernel.notices.sweep_everywhere")
def sweep_everywhere() -> None:
    for_each_tenant(sweep, reason="send notices whose moment has come")


@shared_task(name="kernel.notices.forget_everywhere")
def forget_everywhere() -> None:
    for_each_tenant(lambda _tenant: sending.forget_old(), reason="sweep out old notices")
