from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class RentalConfig(ModuleConfig):
    name = "tenant_apps.property.rental"
    title = _("Оренда майна")
    area = Area.PROPERTY
    icon = "key"
    depends = ("addresses", "organisations")
    roles = {
        # Payments come through the accountants.
        "accountant": Level.EDIT,
        "chief_accountant": Level.EDIT,
    }
