"""What communities use, day by day; the figures behind quotas and early notices."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kernel.notices.models import Sending
from kernel.tenancy import TenantRef, current_tenant, for_each_tenant, platform_context
from kernel.tenancy.cache import cache
from shared_apps.communities.models import Community
from shared_apps.communities.notices import warn_of
from shared_apps.communities.quotas import QUOTAS, Use, quotas, uses
from shared_apps.subscriptions.models import DayOfUse

CALLS = "subscriptions.api_calls"
TWO_DAYS = 2 * 24 * 3600


def count_call() -> int:
    """One request to the API of the current tenant; how many there were today."""
    key = f"{CALLS}:{timezone.localdate()}"
    cache.add(key, 0, TWO_DAYS)
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1


def calls_on(day: date) -> int:
    return int(cache.get(f"{CALLS}:{day}") or 0)


def messages_on(day: date, channel: str) -> int:
    start = timezone.make_aware(datetime.combine(day, time.min))
    rows = Sending.objects.filter(channel=channel, state=Sending.State.SENT, finished_at__gte=start)
    return rows.filter(finished_at__lt=start + timedelta(days=1)).count()


def everything_used() -> list[Use]:
    """Of the current tenant, for its own page: what the plan limits and we count."""
    today, tenant = timezone.localdate(), current_tenant()
    with platform_context():
        limits = quotas(Community.objects.select_related("plan").get(pk=tenant.id))
    counted = {"api_requests_day": calls_on(today)}
    return [*uses(), *(Use(kind, counted[kind.key], limits[kind.key]) for kind in QUOTAS if kind.key in counted)]


def measure(_tenant: TenantRef | None = None, *, day: date | None = None) -> None:
    """Of the current tenant; measured again, the day's figure is replaced."""
    day = day or timezone.localdate()
    told = uses()
    found = {use.kind.key: use.used for use in told}
    found["api_requests_day"] = calls_on(day)
    found["mail_month"] = messages_on(day, "email")
    found["sms_month"] = messages_on(day, "sms")
    warn_of(told)
    community = current_tenant().id
    with platform_context():
        DayOfUse.objects.bulk_create(
            [DayOfUse(community_id=community, key=key, day=day, amount=amount) for key, amount in found.items()],
            update_conflicts=True,
            unique_fields=["community", "key", "day"],
            update_fields=["amount"],
        )


def measure_everybody() -> dict[str, object]:
    return for_each_tenant(measure, reason="count what is used against the plan")
