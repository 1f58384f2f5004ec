from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class NetworksConfig(ModuleConfig):
    name = "tenant_apps.utilities.networks"
    title = _("Інженерні мережі")
    area = Area.UTILITIES
    icon = "area-utilities"
    depends = ("addresses", "organisations")
    roles = {
        # Whoever answers calls closes valves on the screen too; whoever builds keeps the lines.
        "dispatcher": Level.EDIT,
        "chief_engineer": Level.MANAGE,
        "architect": Level.VIEW,
        "land_surveyor": Level.VIEW,
    }
