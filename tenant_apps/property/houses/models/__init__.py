"""Models of the module, in files by their subject."""

from tenant_apps.property.houses.models.care import Element, Finding, HouseEnergy, HouseInspection, HouseRepair
from tenant_apps.property.houses.models.house import House, HouseMeter, HouseSystem, Resource

__all__ = [
    "Element",
    "Finding",
    "House",
    "HouseEnergy",
    "HouseInspection",
    "HouseMeter",
    "HouseRepair",
    "HouseSystem",
    "Resource",
]
