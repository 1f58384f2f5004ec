from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class HousesConfig(ModuleConfig):
    name = "tenant_apps.property.houses"
    title = _("Будинки")
    area = Area.PROPERTY
    icon = "building"
    depends = ("addresses", "organisations")
    roles = {"chief_engineer": Level.MANAGE, "specialist": Level.EDIT, "starosta": (Level.VIEW, "settlement")}
