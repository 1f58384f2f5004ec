from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class GreeneryConfig(ModuleConfig):
    name = "tenant_apps.territory.greenery"
    title = _("Зелені насадження")
    area = Area.TERRITORY
    icon = "tree"
    depends = ("addresses", "organisations")
    roles = {"specialist": Level.EDIT, "starosta": (Level.EDIT, "settlement")}
