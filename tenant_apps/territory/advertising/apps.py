from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class AdvertisingConfig(ModuleConfig):
    name = "tenant_apps.territory.advertising"
    title = _("Зовнішня реклама")
    area = Area.TERRITORY
    icon = "ad-2"
    depends = ("addresses", "organisations")
    roles = {"economist": Level.EDIT, "accountant": Level.EDIT, "chief_accountant": Level.EDIT}
