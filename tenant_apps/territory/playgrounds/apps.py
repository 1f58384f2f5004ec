from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class PlaygroundsConfig(ModuleConfig):
    name = "tenant_apps.territory.playgrounds"
    title = _("Майданчики")
    area = Area.TERRITORY
    icon = "playground"
    depends = ("addresses", "organisations", "staff")
    roles = {"specialist": Level.EDIT, "starosta": (Level.EDIT, "settlement")}
