from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class AddressesConfig(ModuleConfig):
    name = "tenant_apps.territory.addresses"
    title = _("Адреси")
    area = Area.TERRITORY
    icon = "map-pin"
    roles = {"clerk": Level.EDIT, "specialist": Level.EDIT, "starosta": (Level.EDIT, "settlement")}
