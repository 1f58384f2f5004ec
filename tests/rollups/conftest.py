from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.actor import Actor
from shared_apps.communities.models import Community
from shared_apps.rollups.models import Kept

BY = Actor("job", name="тести")
STOPS = "bus_stops.bus-stops"


@pytest.fixture
def stop() -> Callable[..., Any]:
    """A bus stop of the current tenant, saved as a person would save it."""

    def make(code: str, opened: date | None = None, **fields: Any) -> Any:
        register = register_named(STOPS)
        card = register.model(code=code, name=f"Зупинка {code}", opened_on=opened, **fields)
        return save_card(register, card, by=BY)

    return make


def kept(tenant: TenantRef, code: str, period: str = "", dimension: str = "") -> Any:
    """The figure as the region sees it; «none» when there is no row at all."""
    with platform_context():
        row = Kept.objects.filter(
            community_id=tenant.id, indicator=f"{STOPS}.{code}", period=period, dimension=dimension
        ).first()
    return "none" if row is None else row.value


def communities(*tenants: TenantRef) -> list[Community]:
    with platform_context():
        return list(Community.objects.filter(pk__in=[one.id for one in tenants]).order_by("slug"))


def count_in(tenant: TenantRef, label: str = STOPS) -> int:
    from shared_apps.rollups.pushing import recount

    with tenant_context(tenant):
        return recount(register_named(label))
