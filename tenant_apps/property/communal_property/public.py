"""What other modules may know of property: a thing by its inventory number, and what a holder has."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tenant_apps.property.communal_property.models import LIVE, Asset


@dataclass(frozen=True, slots=True)
class AssetRef:
    id: int
    number: str
    name: str
    holder_id: int
    value: Decimal
    use: str


def asset_of(number: str, holder_id: int | None = None) -> AssetRef | None:
    """None when nobody has it, or several have and the holder is not named."""
    found = Asset.objects.filter(LIVE, number__iexact=number.strip())
    rows = list((found.filter(holder=holder_id) if holder_id else found)[:2])
    return _ref(rows[0]) if len(rows) == 1 else None


def assets_in(building_id: int) -> list[AssetRef]:
    return [_ref(one) for one in Asset.objects.filter(LIVE, building=building_id).order_by("number")]


def _ref(one: Asset) -> AssetRef:
    return AssetRef(one.pk, one.number, one.name, one.holder_id, one.value, one.use)
