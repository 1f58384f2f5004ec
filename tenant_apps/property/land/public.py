"""What other modules may know of land: a parcel by its number, and who holds it today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.access.dates import local_today
from kernel.periods import covering
from tenant_apps.property.land.fields import cadastral_number
from tenant_apps.property.land.models import LIVE, LandRight, Parcel


@dataclass(frozen=True, slots=True)
class ParcelRef:
    id: int
    cadastral: str
    area: Decimal
    purpose: str
    address: str
    vacant: bool


def parcel_of(number: str) -> ParcelRef | None:
    found = Parcel.objects.filter(LIVE, cadastral=cadastral_number(number)).first()
    return _ref(found) if found else None


def parcels(ids: list[int]) -> dict[int, ParcelRef]:
    return {one.pk: _ref(one) for one in Parcel.objects.filter(pk__in=ids)}


def holders_of(parcel_id: int, on: date | None = None) -> list[int]:
    """Keys of the parties that hold the parcel on the day."""
    rows = LandRight.objects.filter(
        LIVE, covering(on or local_today()), parcel=parcel_id, state__in=("active", "ended"), kind__in=LandRight.HOLDING
    )
    return list(rows.order_by("pk").values_list("holder", flat=True))


def _ref(one: Parcel) -> ParcelRef:
    return ParcelRef(one.pk, one.cadastral, one.area, one.purpose, one.address, one.state == Parcel.State.VACANT)
