from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class LandConfig(ModuleConfig):
    name = "tenant_apps.property.land"
    title = _("Земля")
    area = Area.PROPERTY
    icon = "polygon"
    depends = ("addresses", "organisations")
    roles = {
        # Payments come through the accountants.
        "accountant": Level.EDIT,
        "chief_accountant": Level.EDIT,
    }
