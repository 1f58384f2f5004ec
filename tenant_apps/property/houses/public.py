"""What other modules may know of houses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tenant_apps.property.houses.models import House


@dataclass(frozen=True, slots=True)
class HouseRef:
    id: int
    building_id: int
    shown: str
    floors: int
    flats: int
    total_area: Decimal | None
    manager_id: int | None


def house_at(building_id: int) -> HouseRef | None:
    """The passport of the house at an address."""
    found = House.objects.filter(building_id=building_id, archived_at__isnull=True).first()
    return _ref(found) if found else None


def houses(ids: Iterable[int]) -> dict[int, HouseRef]:
    return {house.pk: _ref(house) for house in House.objects.filter(pk__in=set(ids))}


def _ref(house: House) -> HouseRef:
    return HouseRef(
        house.pk,
        house.building_id,
        house.shown,
        house.floors,
        house.flats,
        house.total_area,
        house.manager_id,
    )
