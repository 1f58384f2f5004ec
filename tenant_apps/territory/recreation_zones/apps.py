from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class RecreationZonesConfig(ModuleConfig):
    name = "tenant_apps.territory.recreation_zones"
    title = _("Рекреаційні зони")
    area = Area.TERRITORY
    icon = "beach"
    depends = ("addresses", "organisations")
    roles = {"specialist": Level.EDIT, "starosta": (Level.EDIT, "settlement")}
