from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class StreetNetworkConfig(ModuleConfig):
    name = "tenant_apps.territory.street_network"
    title = _("Вулична мережа")
    area = Area.TERRITORY
    icon = "road"
    depends = ("addresses", "organisations")
    roles = {"specialist": Level.EDIT, "starosta": (Level.EDIT, "settlement")}
