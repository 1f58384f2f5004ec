from django.utils.translation import gettext_lazy as _

from kernel.modules import Area, ModuleConfig


class SmallFormsConfig(ModuleConfig):
    name = "tenant_apps.territory.small_forms"
    title = _("Малі архітектурні форми")
    area = Area.TERRITORY
    icon = "fountain"
    depends = ("addresses", "organisations")
