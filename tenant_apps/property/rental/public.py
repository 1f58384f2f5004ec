"""What other modules may know of leases: whether a building is let, and to whom a party owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from kernel.access.dates import local_today
from kernel.periods import covering
from tenant_apps.property.rental.models import LIVE, RentLease


@dataclass(frozen=True, slots=True)
class LeaseRef:
    id: int
    number: str
    object: str
    tenant_id: int
    ends_on: date
    debt: Decimal


def leases_in(building_id: int, on: date | None = None) -> list[LeaseRef]:
    rows = RentLease.objects.filter(
        LIVE, covering(on or local_today()), object__building=building_id, state="active"
    ).select_related("object")  # fmt: skip
    return [LeaseRef(one.pk, one.number, one.object.name, one.tenant_id, one.ends_on, one.debt) for one in rows]


def debt_of(party_id: int) -> Decimal:
    """What is overdue on all leases of the party, without penalty."""
    found = RentLease.objects.filter(LIVE, tenant=party_id).aggregate(total=Sum("debt"))["total"]
    return found or Decimal(0)
