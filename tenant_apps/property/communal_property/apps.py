from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class CommunalPropertyConfig(ModuleConfig):
    name = "tenant_apps.property.communal_property"
    title = _("Комунальне майно")
    area = Area.PROPERTY
    icon = "building-community"
    depends = ("addresses", "organisations", "staff")
    roles = {
        "accountant": Level.EDIT,
        "chief_accountant": Level.MANAGE,
    }
