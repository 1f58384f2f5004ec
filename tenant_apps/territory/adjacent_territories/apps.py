from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class AdjacentTerritoriesConfig(ModuleConfig):
    name = "tenant_apps.territory.adjacent_territories"
    title = _("Прилеглі території")
    area = Area.TERRITORY
    icon = "fence"
    depends = ("addresses", "organisations")
    roles = {"land_surveyor": Level.MANAGE, "lawyer": Level.VIEW}
