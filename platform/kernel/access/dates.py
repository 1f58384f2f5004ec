"""The calendar day where the tenant lives: rights begin and end with it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from kernel.tenancy import current_scope

PLATFORM_ZONE = "Europe/Kyiv"


def local_zone() -> ZoneInfo:
    tenant = current_scope().tenant
    return ZoneInfo(tenant.timezone if tenant else PLATFORM_ZONE)


def local_today() -> date:
    return timezone.localdate(timezone=local_zone())
