"""The scheduler's work with money."""

from __future__ import annotations

from celery import shared_task

from kernel.tenancy import platform_context
from kernel.tenancy.log import get_logger
from shared_apps.subscriptions.metering import measure_everybody
from shared_apps.subscriptions.review import review

log = get_logger("subscriptions")


@shared_task(name="subscriptions.review")
def review_subscriptions() -> None:
    with platform_context():
        log.info("subscriptions_reviewed", **review())


@shared_task(name="subscriptions.measure")
def measure_use() -> None:
    measure_everybody()
