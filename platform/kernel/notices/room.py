"""How many letters and text messages a tenant may send in a month.

Two workers at once may pass the limit together by what each of them holds in its hands: some tens of letters.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tenants.utils import get_tenant_model

from kernel.access.dates import local_zone
from kernel.notices.models import Sending
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.cache import cache

KEYS = {"email": "mail_month", "sms": "sms_month"}
# How long a grown limit may stay unseen.
_SECONDS = 60
_NO_LIMIT = -1


def limit(channel: str) -> int | None:
    if channel not in KEYS:
        return None
    known = cache.get(f"notices.room.{channel}")
    if known is None:
        known = _read_limit(KEYS[channel])
        cache.set(f"notices.room.{channel}", known, _SECONDS)
    return None if known == _NO_LIMIT else int(known)


def _read_limit(key: str) -> int:
    tenant = current_tenant()
    with platform_context():
        community = get_tenant_model().objects.select_related("plan").get(pk=tenant.id)
        own = community.quota_rows.filter(key=key).values_list("limit", flat=True).first()
        found = own if own is not None else community.plan.quotas.get(key)
    return _NO_LIMIT if found is None else int(found)


def forget() -> None:
    for channel in KEYS:
        cache.delete(f"notices.room.{channel}")


def month_began() -> datetime:
    now = timezone.localtime(timezone=local_zone())
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def sent_this_month(channel: str) -> int:
    sent = Sending.objects.filter(channel=channel, state=Sending.State.SENT, finished_at__gte=month_began())
    return sent.count()


def is_room(channel: str) -> bool:
    most = limit(channel)
    return most is None or sent_this_month(channel) < most
