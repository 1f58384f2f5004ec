"""Models of the module, in files by their subject."""

from tenant_apps.territory.addresses.models.acts import AssignmentAct
from tenant_apps.territory.addresses.models.buildings import Building, Entrance, Premises
from tenant_apps.territory.addresses.models.places import Settlement, Street, StreetName

__all__ = ["AssignmentAct", "Building", "Entrance", "Premises", "Settlement", "Street", "StreetName"]
